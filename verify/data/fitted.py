r"""The fitted law in all principal axes, with all components at once.

    K(lambda; x) = log sum_k pi_k e^{K_k} + K_0,
    K_k = -1/2 sum_j [ n_j log(1 + lambda v_kj) + lambda s_kj/(1 + lambda v_kj) ],      j = 0 ... q

with s_kj = (u_kj.(x - mu_k))^2 and s_k0 what the axes leave of |x - mu_k|^2, in the leading axes; K_0 has the same
form, with the floor v_0 in all other axes. This is the `Product` of a `Mixture` and of a `LowRankGaussian`, which
averages over data sets ask thousands of times from one x: here the sums over j and k are one array.
"""

from functools import cached_property

import numpy as np

from theory.laws import LowRankGaussian, Product
from theory.laws.law import EnergyLaw
from verify.data.mixtures import Fit, squares

MOST = 2**20  # terms (k, j) that are held at once


class FittedLaw(EnergyLaw):
    """A mixture of low-rank Gaussians in the first axes, and one variance in `rest` others.

    Arguments:
        fit: the mixture, in R^r.
        rest: how many other axes there are, >= 0.
        floor: the variance v_0 >= 0 in each of these.
    """

    def __init__(self, fit: Fit, rest: int, floor: float) -> None:
        self.fit, self.rest, self.floor = fit, rest, floor
        self._leading = fit.components[0].dimension
        self._variances = np.array([law.variances_along for law in fit.components])
        self._counts = np.append(np.ones(fit.rank), self._leading - fit.rank)
        self._known: tuple[object, np.ndarray] = (None, np.empty(0))

    @cached_property
    def plain(self) -> EnergyLaw:
        """The same law, made of `theory.laws` alone."""
        if not self.rest:
            return self.fit.law
        others = LowRankGaussian(np.zeros(self.rest), np.zeros((0, self.rest)), np.zeros(0), self.floor)
        return Product([self.fit.law, others])

    @property
    def dimension(self) -> int:
        return self._leading + self.rest

    @property
    def lower(self) -> float:
        return -1 / max(float(self._variances.max()), self.floor if self.rest else 0.0)

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        own, others = self._terms(lam, x, 0)[0], self._others(lam, x, 0)
        return _log_sum(own) + others

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        logs, slopes, *curved = self._terms(lam, x, order)
        shares = np.exp(logs - _log_sum(logs)[..., None])
        mean = (shares * slopes).sum(-1)
        if order == 1:
            return mean + self._others(lam, x, 1)
        return (shares * (curved[0] + (slopes - mean[..., None]) ** 2)).sum(-1) + self._others(lam, x, 2)

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self.plain.gradient(lam, x)

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self.plain.curvature(lam, x)

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self.plain.hessian(lam, x)

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return self.plain.sample(n, rng)

    def _terms(self, lam: np.ndarray | complex, x: np.ndarray, order: int) -> list[np.ndarray]:
        """log pi_k + K_k and its derivatives up to `order`, (..., K) each, a few components at a time."""
        offsets = self._offsets(x)
        lams = np.asarray(lam)[..., None, None]
        held = np.broadcast(lams[..., 0, 0], offsets[..., 0, 0]).size * self._counts.size
        parts = np.array_split(
            np.arange(len(self._variances)), min(len(self._variances), 1 + len(self._variances) * held // MOST)
        )
        terms = [derivatives(lams, offsets[..., k, :], self._variances[k], self._counts, order) for k in parts]
        logs, *others = (np.concatenate(each, axis=-1) for each in zip(*terms, strict=True))
        return [logs + np.log(self.fit.weights), *others]

    def _offsets(self, x: np.ndarray) -> np.ndarray:
        """s_kj, (..., K, q + 1); those of the last x are kept."""
        key = x.shape, x.tobytes()
        if self._known[0] != key:
            found = squares(x[..., : self._leading].reshape(-1, self._leading), self.fit.components)
            self._known = key, found.reshape(*x.shape[:-1], *found.shape[1:])
        return self._known[1]

    def _others(self, lam: np.ndarray | complex, x: np.ndarray, order: int) -> np.ndarray | float:
        """K_0, or its derivative."""
        if not self.rest:
            return 0.0
        squared = (x[..., self._leading :] ** 2).sum(-1)[..., None]
        lams, floor, count = np.asarray(lam)[..., None], np.array([self.floor]), np.array([float(self.rest)])
        return derivatives(lams, squared, floor, count, order)[order]


def derivatives(
    lam: np.ndarray, offsets: np.ndarray, variances: np.ndarray, counts: np.ndarray, order: int
) -> list[np.ndarray]:
    """K of a Gaussian and its derivatives in lambda up to `order`, summed over the last axis.

    Arguments:
        lam: lambda, (..., 1).
        offsets: s_j, (..., q + 1).
        variances, counts: v_j and n_j, (q + 1,) or alike.
        order: 0, 1 or 2.
    """
    growth = 1 + lam * variances
    ratio, seen = variances / growth, offsets / growth
    found = [-(counts * _log(growth) + lam * seen).sum(-1) / 2]
    if order > 0:
        found.append(-(counts * ratio + seen / growth).sum(-1) / 2)
    if order > 1:
        found.append((counts * ratio**2 / 2 + ratio * seen / growth).sum(-1))
    return found


def _log(growth: np.ndarray) -> np.ndarray:
    """log of numbers with a positive real part, ten times faster than NumPy's where they are complex."""
    if not np.iscomplexobj(growth):
        return np.log(growth)
    found, real, imaginary = np.empty_like(growth), np.real(growth), np.imag(growth)
    found.real = np.log(real**2 + imaginary**2) / 2
    found.imag = np.arctan(imaginary / real)
    return found


def _log_sum(logs: np.ndarray) -> np.ndarray:
    """log of the sum of e^logs over the last axis."""
    top = np.real(logs).max(axis=-1)
    return np.log(np.exp(logs - top[..., None]).sum(axis=-1)) + top
