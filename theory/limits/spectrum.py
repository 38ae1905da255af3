r"""Spectra: the gaps that a linear manifold opens in -t J, and random covariances in high dimension.

The population score of linear Gaussian data has -t J = t/(t + sigma_i^2) along axis i: 1 where sigma_i = 0. Hence

    final gap          1 - t/(t + gamma) = gamma/(t + gamma),       gamma the lowest positive variance,
    intermediate gap   t/(t + v) - t/(t + w) = t (w - v)/((t + v)(t + w)),   w > v, widest at t = sqrt(v w).

Data y = F D^{1/2} z/sqrt(m) with a random F (d x m, standard normal) have the covariance F D F^T/m, a random sum

    S = sum_k a_k f_k f_k^T,    f_k ~ N(0, I_n) independent

(a_k = D_k/m, n = d). So has, by exchange of factors, a covariance estimated from N~ independent points: the nonzero
spectrum of sum_mu (y_mu)(y_mu)^T / N~ is that of a_i = v_i/N~ in dimension n = N~. The Stieltjes transform
g(z) = (1/n) E tr (S - z)^{-1} solves

    z(g) = -1/g + sum_k a_k / (1 + n a_k g)

(Marchenko and Pastur; for few distinct a_k free probability's multiplicative convolution), a polynomial equation whose
root with Im g > 0 gives the density Im g/pi, and the edges of the spectrum are the extrema of z(g) at real g. With
w = 1/g, b_k = n a_k, shares c_k = counts_k/n and excess = 1 - sum_k c_k, nothing cancels near a square, where the
lowest edge is of order excess^2:

    z = -w (excess + sum_k c_k w/(w + b_k)),
    -dz/dw = excess + sum_k c_k w (w + 2 b_k)/(w + b_k)^2 = 1 - sum_k c_k b_k^2/(w + b_k)^2.

The latter is concave between two poles -b_k: two extrema or none lie there, and one lies beyond each outer pole.
"""

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise

import numpy as np
import sympy as sp
from scipy.integrate import tanhsinh
from scipy.optimize.elementwise import find_root

from theory import checks as arguments
from theory.checks import NotComputable, numpy_inside
from theory.formula import formula

SPACES = "arXiv:2410.05898"
PRECISION = 1e-10  # relative error of a moment that is aimed at in each panel
ACCURACY = 1e-9  # and that is held to
LEVEL = 5  # of the rule to begin with: its own estimate of the error is too good before
CLOSE = 1e-13  # relative distance of weights
STEPS = 3  # of Newton, from the roots of a polynomial


@formula(source=SPACES, regime="population score of linear Gaussian data, gamma the lowest positive variance")
def final_gap(t: sp.Symbol, gamma: sp.Symbol) -> sp.Expr:
    """Gap of -t J between the directions out of the manifold and the thinnest one in it."""
    return gamma / (t + gamma)


@formula(source=SPACES, regime="population score of linear Gaussian data, two variances")
def intermediate_gap(t: sp.Symbol, low: sp.Symbol, high: sp.Symbol) -> sp.Expr:
    """Gap of -t J between directions of two variances; it opens and closes, widest at t = sqrt(low high)."""
    return t / (t + low) - t / (t + high)


@formula(
    source="Marchenko and Pastur; the spectrum of F F^T/m",
    regime="d, m -> infinity at fixed ratio = d/m",
    quantity=r"\rho_-",
)
def marchenko_pastur_lower(ratio: sp.Symbol) -> sp.Expr:
    """Lower edge of the positive spectrum of F F^T/m for F of shape (d, m): the gamma of a random linear manifold."""
    return (1 - sp.sqrt(ratio)) ** 2


@formula(
    source="Marchenko and Pastur; the spectrum of F F^T/m",
    regime="d, m -> infinity at fixed ratio = d/m",
    quantity=r"\rho_+",
)
def marchenko_pastur_upper(ratio: sp.Symbol) -> sp.Expr:
    """Upper edge of the spectrum of F F^T/m."""
    return (1 + sp.sqrt(ratio)) ** 2


class RandomSum:
    """S = sum_k a_k f_k f_k^T in dimension n, f_k ~ N(0, I_n): its spectrum, of mass 1 - `null_share`.

    Arguments:
        weights: a_k > 0, (k,), in units of the eigenvalues.
        counts: how many f_k have each weight, > 0, (k,).
        dimension: n > 0. It and `counts` are of one large order; only their ratios and n a_k matter, and they need
            not be integers.

    Raises:
        ValueError: where an argument is not positive, or there is not one count for each weight.
    """

    def __init__(self, weights: np.ndarray | list[float], counts: np.ndarray | list[float], dimension: float) -> None:
        weights, counts = (
            np.atleast_1d(arguments.positive(n, a)) for n, a in (("weights", weights), ("counts", counts))
        )
        if weights.shape != counts.shape or weights.ndim != 1 or not weights.size:
            raise ValueError(f"counts must be one for each weight, got shapes {counts.shape} and {weights.shape}")
        self.weights, inverse = np.unique(weights, return_inverse=True)
        self.counts = np.bincount(inverse, counts)
        self.dimension = float(arguments.positive("dimension", arguments.scalar("dimension", dimension)))
        self._unit = float(self.weights[-1])  # of eigenvalues, within
        self._poles, self._shares = self.dimension * (self.weights / self._unit), self.counts / self.dimension
        self._excess = (self.dimension - float(self.counts.sum())) / self.dimension

    @property
    def null_share(self) -> float:
        """Share of zero eigenvalues."""
        return max(0.0, self._excess)

    def inverse_stieltjes(self, g: np.ndarray | complex) -> np.ndarray:
        """z(g); elementwise. `ValueError` at its poles."""
        g = arguments.finite_complex("g", g)
        screened = 1 + self.dimension * self.weights * g[..., None]
        if not (g.all() and screened.all()):
            raise ValueError("g must be neither 0 nor a pole -1/(n a_k): z is infinite there")
        return self._unit * self._z(1 / (self._unit * g))

    def stieltjes(self, z: np.ndarray | complex) -> np.ndarray:
        """g(z) for Im z >= 0, on the boundary the limit from above; elementwise. It is infinite at a mass at z = 0."""
        z = arguments.finite_complex("z", z)
        if (np.imag(z) < 0).any():
            raise ValueError(f"z must be in the upper half plane or on the real axis, got Im z = {np.imag(z).min():g}")
        if self._excess >= 0 and not z.all():
            raise ValueError("z must not be 0 where there are no more summands than dimensions: g is infinite there")
        return (1 / (self._unit * self._root(z.ravel() / self._unit + 0j))).reshape(z.shape)[()]

    def density(self, eigenvalue: np.ndarray | float) -> np.ndarray:
        """Density of the positive eigenvalues, with integral 1 - `null_share`; eigenvalue > 0 of any shape."""
        return np.imag(self.stieltjes(arguments.positive("eigenvalue", eigenvalue))) / np.pi

    def edges(self) -> np.ndarray:
        """Intervals (k, 2) that hold the positive spectrum, in increasing order."""
        return self._unit * self._edges

    @cached_property
    def _edges(self) -> np.ndarray:
        """`edges` in `_unit`, as all that is private."""
        least, most = self._poles[0], self._poles[-1]
        extrema = [self._extremum(-self._far - most, -most), self._extremum(self._far, -least)]
        for low, top, high in self._tops[self._slope(self._tops[:, 1]) > 0]:
            extrema += [self._extremum(top, low), self._extremum(top, high)]
        return np.sort(self._z(np.array(extrema)) + 0.0).reshape(-1, 2)  # no -0.0

    @property
    def _far(self) -> float:
        """Farther from the poles than any zero of `_slope`, where sum_k s_k b_k^2/(w + b_k)^2 = 1."""
        return 2 * self._poles[-1] * (1 + np.sqrt(self._shares.sum()))

    def moment(self, power: float = 0.0) -> np.ndarray:
        """Integral of s^power times the density over each of the intervals of `edges`, (k,).

        The rule is dense at both ends of each panel, and panels end at minima of the density: it keeps its digits where
        the spectrum nearly reaches 0 (as many summands as dimensions) and where two intervals nearly meet.
        """
        low, high = np.array(self._panels()).T
        with np.errstate(under="ignore"):
            found = tanhsinh(
                lambda s: self._density_times(s, power), low, high, rtol=PRECISION, atol=0.0, minlevel=LEVEL
            )
        if not np.sum(found.error) <= ACCURACY * np.sum(found.integral):  # of all: panels may be of no width
            raise NotComputable(self._refusal(power, found.integral))
        rows = np.searchsorted(self._edges[:, 0], low, side="right") - 1
        return self._unit**power * np.bincount(rows, found.integral)

    def _refusal(self, power: float, integral: np.ndarray) -> str:
        """Why integrals (panels,) have no digits: they diverge, or weights that are nearly equal leave no density."""
        diverges = self._edges[0, 0] == 0 and power <= -0.5
        if self.weights.size == 1 or diverges or not np.isfinite(integral).all():
            return f"power must be one for which the integral converges, got {power:g}"
        return f"weights must be equal or lie farther apart for the density to be resolved, got {self.weights}"

    def _density_times(self, s: np.ndarray, power: float) -> np.ndarray:
        inside = s > 0
        values = np.zeros(s.shape)
        values[inside] = np.imag(1 / self._root(s[inside] + 0j)) / np.pi * s[inside] ** power
        return values

    def _panels(self) -> list[tuple[float, float]]:
        """The intervals of `edges`, cut at z of the `_tops` without extrema: there two intervals may just have met."""
        met = self._tops[self._slope(self._tops[:, 1]) <= 0, 1]
        cuts = np.sort(self._z(met))
        panels = []
        for low, high in self._edges:
            ends = np.concatenate([[low], cuts[(cuts > low) & (cuts < high)], [high]])
            panels += list(pairwise(ends.tolist()))
        return panels

    def _z(self, w: np.ndarray | complex) -> np.ndarray:
        """z at g = 1/w, without cancellation where it is nearly 0."""
        w = np.asarray(w)
        return -w * (self._excess + (self._shares * w[..., None] / (w[..., None] + self._poles)).sum(axis=-1))

    def _slope(self, w: np.ndarray | complex) -> np.ndarray:
        """-dz/dw = g^2 dz/dg at g = 1/w: positive where g is the transform of a real z out of the spectrum."""
        w = np.asarray(w)[..., None]
        return self._excess + (
            self._shares * (w / (w + self._poles)) * ((w + 2 * self._poles) / (w + self._poles))
        ).sum(axis=-1)

    def _bend(self, w: np.ndarray | complex) -> np.ndarray:
        """Derivative of `_slope` over 2; it falls between two poles."""
        w = np.asarray(w)[..., None]
        return (self._shares * self._poles**2 / (w + self._poles) ** 3).sum(axis=-1)

    @cached_property
    def _tops(self) -> np.ndarray:
        """Rows (pole, where `_slope` is largest, next pole); weights that are equal to rounding are one pole."""
        gaps = [(a, b) for a, b in pairwise(-self._poles[::-1]) if b - a > CLOSE * abs(a)]
        return np.array([(a, _zero(self._bend, a, b), b) for a, b in gaps]).reshape(-1, 3)

    def _extremum(self, start: float, pole: float) -> float:
        """The zero of `_slope`, which falls from a positive value at `start` to minus infinity at `pole`."""
        return _zero(self._slope, start, pole)

    @cached_property
    def _polynomials(self) -> tuple[np.ndarray, np.ndarray]:
        """(p, q) with z p(w) + q(w) = 0 in place of z(1/w) = z: prod_k (w + b_k), and w times what z takes from it."""
        everything, screened = np.poly(-self._poles), np.zeros(1)
        for k, weight in enumerate(self._shares * self._poles):
            screened = np.polyadd(screened, weight * np.poly(-np.delete(self._poles, k)))
        return np.append(0.0, everything), np.append(np.polysub(everything, screened), 0.0)

    def _root(self, z: np.ndarray) -> np.ndarray:
        """The w = 1/g with z(g) = z for z (m,): of all roots that of least Im w, or on the real axis of rising z(g)."""
        linear, fixed = self._polynomials
        roots = self._polished(_roots(np.multiply.outer(z, linear) + fixed), z)
        outside = (np.imag(z) == 0) & ~self._holds(np.real(z))
        upper = np.take_along_axis(roots, np.argmin(np.imag(roots), axis=1)[:, None], axis=1)[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):  # where z is so large that roots are poles
            rises = np.nan_to_num(self._slope(np.real(roots)), nan=-np.inf)
        real = np.take_along_axis(np.real(roots), np.argmax(rises, axis=1)[:, None], axis=1)[:, 0]
        return np.where(outside, real, upper)

    def _holds(self, s: np.ndarray) -> np.ndarray:
        """Whether eigenvalues (m,) lie within the spectrum."""
        within = (self._edges[:, 0] < s[:, None]) & (s[:, None] < self._edges[:, 1])
        return np.any(within, axis=1)

    def _polished(self, w: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Newton's steps from the roots (m, k) of a polynomial, where they lessen the error of z."""
        for _ in range(STEPS):
            with np.errstate(all="ignore"):  # at a pole or an extremum there is no step
                error = self._z(w) - z[:, None]
                better = w + error / self._slope(w)
                gain = np.abs(self._z(better) - z[:, None]) < np.abs(error)
            w = np.where(gain, better, w)
        return w


def random_manifold(variances: np.ndarray | list[float], counts: np.ndarray | list[float], ambient: float) -> RandomSum:
    """Spectrum of the covariance F D F^T/m of data on a random linear manifold, F (d, m) of standard normal entries.

    Arguments:
        variances: distinct latent variances > 0, (k,), in squared units of the data.
        counts: how many of the m latent directions have each, (k,), > 0.
        ambient: dimension d of the space.

    Returns:
        The limiting spectrum for d, m -> infinity at a fixed ratio.

    Raises:
        ValueError: where there is no variance, or an argument is not > 0.
    """
    variances, counts = arguments.positive("variances", variances), arguments.positive("counts", counts)
    if not counts.size:
        raise ValueError("counts must have at least one entry, got none")
    return RandomSum(variances / counts.sum(), counts, ambient)


def effective_covariance(variances: np.ndarray | list[float], counts: np.ndarray | list[float], n: float) -> RandomSum:
    """Nonzero spectrum of a covariance estimated from n effective points of a Gaussian posterior, in dimension n.

    The mean is taken as known. Divide the density by d/n for eigenvalues of the d x d matrix.

    Arguments:
        variances: distinct variances > 0 of the posterior, (k,): below t_c, sigma_i^2 t_c/(sigma_i^2 + t_c).
        counts: how many directions have each, (k,), > 0.
        n: effective number of points, > 0.

    Returns:
        The limiting spectrum for d, n -> infinity at a fixed ratio.

    Raises:
        ValueError: where an argument is not finite or not > 0.
    """
    size = float(arguments.positive("n", arguments.scalar("n", n)))
    return RandomSum(np.atleast_1d(arguments.positive("variances", variances)) / size, counts, size)


@numpy_inside
def normalized_jacobian_density(jacobian: np.ndarray | float, t: float, covariance: RandomSum) -> np.ndarray:
    """Density of the eigenvalues c = t/(t + s) of -t J, over those s of a covariance.

    Arguments:
        jacobian: c, in (0, 1), of any shape.
        t: noise variance > 0, in units of the covariance.
        covariance: the spectrum of s.

    Returns:
        Density at c, of the shape of `jacobian`.

    Raises:
        ValueError: where `jacobian` is not in (0, 1), `t` is not > 0, or `covariance` is no `RandomSum`.
    """
    if not isinstance(covariance, RandomSum):
        raise ValueError(f"covariance must be a RandomSum, got {type(covariance).__name__}")
    c = arguments.positive("jacobian", jacobian)
    if (c >= 1).any():
        raise ValueError(f"jacobian must be < 1 (at 1 lies what is out of the manifold), got {c.max():g}")
    time = float(arguments.positive("t", arguments.scalar("t", t)))
    return covariance.density(time * (1 - c) / c) * time / c**2


def _zero(function: Callable[[np.ndarray], np.ndarray], start: float, end: float) -> float:
    """The zero between two ends, which may be poles and are not touched, to the last digits."""
    low, high = sorted((start, end))
    return float(find_root(function, (np.nextafter(low, high), np.nextafter(high, low))).x)


def _roots(polynomials: np.ndarray) -> np.ndarray:
    """Roots (m, k) of polynomials (m, k + 1), the highest coefficient first and 1."""
    degree = polynomials.shape[1] - 1
    companion = np.zeros((len(polynomials), degree, degree), complex)
    companion[:, 0] = -polynomials[:, 1:]
    companion[:, np.arange(1, degree), np.arange(degree - 1)] = 1
    return np.linalg.eigvals(companion)
