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
root with Im g > 0 gives the density Im g/pi, and the edges of the spectrum are the extrema of z(g) at real g.
"""

from itertools import pairwise

import numpy as np
import sympy as sp
from scipy.optimize import brentq

from theory import checks as arguments
from theory.checks import numpy_inside
from theory.formula import formula

SPACES = "arXiv:2410.05898"
FAR = 1e9  # in units of a pole's own size, where z(g) is its asymptote


@formula(source=SPACES, regime="population score of linear Gaussian data, gamma the lowest positive variance")
def final_gap(t: sp.Symbol, gamma: sp.Symbol) -> sp.Expr:
    """Gap of -t J between the directions out of the manifold and the thinnest one in it."""
    return gamma / (t + gamma)


@formula(source=SPACES, regime="population score of linear Gaussian data, two variances")
def intermediate_gap(t: sp.Symbol, low: sp.Symbol, high: sp.Symbol) -> sp.Expr:
    """Gap of -t J between directions of two variances; it opens and closes, widest at t = sqrt(low high)."""
    return t / (t + low) - t / (t + high)


@formula(source="Marchenko and Pastur; the spectrum of F F^T/m", regime="d, m -> infinity at fixed ratio = d/m")
def marchenko_pastur_lower(ratio: sp.Symbol) -> sp.Expr:
    """Lower edge of the positive spectrum of F F^T/m for F of shape (d, m): the gamma of a random linear manifold."""
    return (1 - sp.sqrt(ratio)) ** 2


@formula(source="Marchenko and Pastur; the spectrum of F F^T/m", regime="d, m -> infinity at fixed ratio = d/m")
def marchenko_pastur_upper(ratio: sp.Symbol) -> sp.Expr:
    """Upper edge of the spectrum of F F^T/m."""
    return (1 + sp.sqrt(ratio)) ** 2


class RandomSum:
    """S = sum_k a_k f_k f_k^T in dimension n, f_k ~ N(0, I_n): weights a_k, each `counts` many times.

    `dimension` and `counts` are of one large order; only their ratios and n a_k matter. They need not be integers.
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

    @property
    def null_share(self) -> float:
        """Share of zero eigenvalues."""
        return max(0.0, 1 - float(self.counts.sum()) / self.dimension)

    def inverse_stieltjes(self, g: np.ndarray | complex) -> np.ndarray:
        """z(g); elementwise. `ValueError` at its poles."""
        g = arguments.finite_complex("g", g)
        screened = 1 + self.dimension * self.weights * g[..., None]
        if not (g.all() and screened.all()):
            raise ValueError("g must be neither 0 nor a pole -1/(n a_k): z is infinite there")
        return -1 / g + (self.counts * self.weights / screened).sum(axis=-1)

    def stieltjes(self, z: np.ndarray | complex) -> np.ndarray:
        """g(z) for Im z >= 0, on the boundary the limit from above; elementwise."""
        z = arguments.finite_complex("z", z)
        if (np.imag(z) < 0).any():
            raise ValueError(f"z must be in the upper half plane or on the real axis, got Im z = {np.imag(z).min():g}")
        return np.array([self._root(value) for value in z.ravel()]).reshape(z.shape)[()]

    def density(self, eigenvalue: np.ndarray | float) -> np.ndarray:
        """Density of the positive eigenvalues, with integral 1 - `null_share`; eigenvalue > 0 of any shape."""
        return np.imag(self.stieltjes(arguments.positive("eigenvalue", eigenvalue))) / np.pi

    def edges(self) -> np.ndarray:
        """Intervals (k, 2) that hold the positive spectrum, in increasing order."""
        poles = np.sort(np.concatenate([-1 / (self.dimension * self.weights), [0.0]]))
        scale = np.abs(poles[:-1])
        bounds = np.concatenate([[poles[0] - FAR * scale.max()], poles, [FAR * scale.max()]])
        extrema = [root for low, high in pairwise(bounds) for root in self._extrema(low, high)]
        values = np.sort([float(self.inverse_stieltjes(g)) for g in extrema])
        values = values[values > 1e-12 * values.max()]
        if len(values) % 2:  # as many summands as dimensions: the spectrum reaches 0
            values = np.append(0.0, values)
        return values.reshape(-1, 2)

    def _slope(self, g: float) -> float:
        return float(1 / g**2 - (self.counts * self.dimension / (1 / self.weights + self.dimension * g) ** 2).sum())

    def _extrema(self, low: float, high: float) -> list[float]:
        """Zeros of z'(g) between two poles, where g^2 z'(g) has at most two."""
        grid = low + (high - low) * _towards_ends()
        rises = np.array([self._slope(g) > 0 for g in grid])
        changes = np.flatnonzero(rises[1:] != rises[:-1])
        return [float(brentq(self._slope, grid[i], grid[i + 1], xtol=1e-300, rtol=1e-14)) for i in changes]

    def _root(self, z: complex) -> complex:
        """The root of z(g) = z with the largest imaginary part; it is unique in the upper half plane."""
        poles = np.poly1d([1.0])
        for a in self.weights:
            poles = poles * np.poly1d([self.dimension * a, 1.0])
        equation = np.poly1d([z, 1.0]) * poles
        for a, count in zip(self.weights, self.counts, strict=True):
            others = np.poly1d([1.0])
            for b in self.weights[self.weights != a]:
                others = others * np.poly1d([self.dimension * b, 1.0])
            equation = equation - np.poly1d([count * a, 0.0]) * others
        roots = equation.roots
        return complex(roots[np.argmax(np.imag(roots))])


def random_manifold(variances: np.ndarray | list[float], counts: np.ndarray | list[float], ambient: float) -> RandomSum:
    """Covariance F D F^T/m of data on a random linear manifold: latent variances, how many of each, dimension d."""
    variances, counts = arguments.positive("variances", variances), arguments.positive("counts", counts)
    if not counts.size:
        raise ValueError("counts must have at least one entry, got none")
    return RandomSum(variances / counts.sum(), counts, ambient)


def effective_covariance(variances: np.ndarray | list[float], counts: np.ndarray | list[float], n: float) -> RandomSum:
    """Covariance estimated from n effective points of a Gaussian posterior: its nonzero spectrum, in dimension n.

    `variances` of the posterior (at t_c below t_c: v_i = sigma_i^2 t_c/(sigma_i^2 + t_c)) and how many of each;
    the mean is taken as known. Divide the density by d/n for eigenvalues of the d x d matrix.
    """
    size = float(arguments.positive("n", arguments.scalar("n", n)))
    return RandomSum(np.atleast_1d(arguments.positive("variances", variances)) / size, counts, size)


@numpy_inside
def contraction_density(contraction: np.ndarray | float, t: float, covariance: RandomSum) -> np.ndarray:
    """Density of the eigenvalues c = t/(t + s) of -t J over those of the covariance, 0 < c < 1."""
    if not isinstance(covariance, RandomSum):
        raise ValueError(f"covariance must be a RandomSum, got {type(covariance).__name__}")
    c = arguments.positive("contraction", contraction)
    if (c >= 1).any():
        raise ValueError(f"contraction must be < 1 (at 1 lies what is out of the manifold), got {c.max():g}")
    time = float(arguments.positive("t", arguments.scalar("t", t)))
    return covariance.density(time * (1 - c) / c) * time / c**2


def _towards_ends() -> np.ndarray:
    """Points of (0, 1), dense at both ends."""
    left = np.geomspace(1e-13, 0.5, 200)
    return np.concatenate([left, 1 - left[-2::-1]])
