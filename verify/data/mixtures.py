r"""Mixtures of low-rank Gaussians, fitted by expectation and maximization.

    y ~ sum_k pi_k N(mu_k, sum_j v_kj u_kj u_kj^T + f_k (1 - sum_j u_kj u_kj^T)),      j = 1 ... q

Given the responsibilities of the components for the points, pi_k and mu_k are their means, v_kj and u_kj the q leading
eigenvalues and axes of the covariance of component k, and f_k the mean of the other eigenvalues: the maximum of the
likelihood (Tipping and Bishop 1999). One point more, of the covariance pooled over all components, keeps a component of
few points from collapsing. Seen at noise variance t, each v_kj and f_k is larger by t.

References:
    Mixtures of probabilistic principal component analyzers (M. E. Tipping, C. M. Bishop, 1999).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp
from sklearn.cluster import KMeans

from theory.laws import LowRankGaussian, Mixture

STEPS = 25  # of expectation and maximization, at most
GAIN = 1e-3  # nats of log likelihood for each point, below which a step is the last
STARTS = 3  # of the first clusters, of which the tightest are taken
LEAST = 1e-6  # responsibility that counts, and floor relative to the mean variance of the data


@dataclass(frozen=True, eq=False)
class Fit:
    """Weights (K,) of components, each a `LowRankGaussian` in the same space.

    Arguments:
        weights: of the components, which add up to 1, (K,).
        components: a Gaussian each, all in one space of r dimensions.
    """

    weights: np.ndarray
    components: list[LowRankGaussian]

    @property
    def law(self) -> Mixture:
        """The energy law."""
        return Mixture(self.weights, self.components)

    def on_a_line(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights, means and variances of the components in one dimension, each (k,)."""
        of_each = [(law.mean[0], law.variances_along[0]) for law in self.components]
        means, variances = np.array(of_each).T
        return self.weights, means, variances

    @property
    def rank(self) -> int:
        """Directions of each component that have a variance of their own."""
        return len(self.components[0].axes)

    def log_densities(self, points: np.ndarray, noise: float = 0.0) -> np.ndarray:
        """log pi_k p_k at points (n, r) with noise of that variance, (n, K).

        Arguments:
            points: where, (n, r).
            noise: a variance that is added along every direction.
        """
        values = np.array([law.variances_along for law in self.components]) + noise
        counts = np.append(np.ones(self.rank), points.shape[1] - self.rank)
        logs = np.log(self.weights) - np.log(2 * np.pi * values) @ counts / 2
        return logs - (squares(points, self.components) / values).sum(axis=2) / 2

    def log_density(self, points: np.ndarray, noise: float = 0.0) -> np.ndarray:
        """log p of the mixture at points (n, r) with noise of that variance, in nats, (n,).

        Arguments:
            points: where, (n, r).
            noise: a variance that is added along every direction.
        """
        return logsumexp(self.log_densities(points, noise), axis=1)


def fit_mixture(points: np.ndarray, count: int, rank: int, rng: np.random.Generator, steps: int = STEPS) -> Fit:
    """A mixture fitted to points.

    Arguments:
        points: (n, r), in principal axes.
        count: number K of components, from 1 to n.
        rank: number q of directions of each component with a variance of their own, from 0 to r - 1.
        rng: where the first clusters come from.
        steps: of expectation and maximization, at most.
    """
    shares = np.eye(count)[_clusters(points, count, rng)]
    fit, height = _maximized(points, shares, rank), -np.inf
    for _ in range(steps if count > 1 else 0):
        logs = fit.log_densities(points)
        totals = logsumexp(logs, axis=1, keepdims=True)
        if totals.mean() < height + GAIN:
            break
        fit, height = _maximized(points, np.exp(logs - totals), rank), totals.mean()
    return fit


def _clusters(points: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    if count == 1:
        return np.zeros(len(points), dtype=int)
    return KMeans(count, n_init=STARTS, random_state=int(rng.integers(2**31))).fit(points).labels_


def _maximized(points: np.ndarray, shares: np.ndarray, rank: int) -> Fit:
    """The likeliest mixture for responsibilities (n, K)."""
    totals = shares.sum(axis=0) + LEAST
    means = shares.T @ points / totals[:, None]
    scatters = [_scatter(points, mean, share) for mean, share in zip(means, shares.T, strict=True)]
    pooled = np.sum(scatters, axis=0) / len(points)
    least = LEAST * max(np.trace(pooled) / len(pooled), np.finfo(float).tiny)
    covariances = [(scatter + pooled) / (total + 1) for scatter, total in zip(scatters, totals, strict=True)]
    components = [_low_rank(mean, matrix, rank, least) for mean, matrix in zip(means, covariances, strict=True)]
    return Fit(totals / totals.sum(), components)


def _scatter(points: np.ndarray, mean: np.ndarray, share: np.ndarray) -> np.ndarray:
    rows = np.flatnonzero(share > LEAST)
    offset = (points[rows] - mean) * np.sqrt(share[rows])[:, None]
    return offset.T @ offset


def _low_rank(mean: np.ndarray, covariance: np.ndarray, rank: int, least: float) -> LowRankGaussian:
    values, vectors = np.linalg.eigh(covariance)
    values, axes = np.maximum(values[::-1], least), vectors.T[::-1]
    return LowRankGaussian(mean, axes[:rank], values[:rank], float(values[rank:].mean()))


def squares(points: np.ndarray, laws: list[LowRankGaussian]) -> np.ndarray:
    """(u_kj.(y - mu_k))^2 at points (n, r) and, last, what the axes leave of |y - mu_k|^2: (n, K, q + 1).

    Arguments:
        points: where, (n, r).
        laws: the K components, with q axes each.
    """
    means, axes = np.array([law.mean for law in laws]), np.concatenate([law.axes for law in laws])
    along = (points @ axes.T).reshape(len(points), len(laws), -1) - np.array([law.axes @ law.mean for law in laws])
    whole = (points**2).sum(axis=1)[:, None] - 2 * points @ means.T + (means**2).sum(axis=1)
    rest = np.maximum(whole - (along**2).sum(axis=2), 0.0)
    return np.concatenate([along**2, rest[..., None]], axis=2)
