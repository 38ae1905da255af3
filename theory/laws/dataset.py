r"""A data set as its own law, K(lambda; x) = log sum_q p_q e^{-lambda |x - y_q|^2/2}, and the hidden manifold by it.

With w_q the weight of a point at lambda (real or complex), <.> its average and E_q = |x - y_q|^2/2,

    K' = -<E>,    K'' = Var(E),    grad K = lambda (<y> - x),    hess K = lambda^2 Cov(y) - lambda.

As an estimate of the law its n points are drawn from, K has by the delta method the standard error
sqrt(sum w^2 - 1/n), of order one where a few points carry the weights, and a bias of minus half its square. So a data
set has a trap: with log N = log n the entropy log N + K - lambda K' is that of the weights themselves and vanishes only
as t -> 0. Its condensation time means something for subsets of N << n points, where `error` at 1/t_c is small.

The hidden manifold y = f(F z), z ~ N(0, I_m), is Gaussian for f the identity: `RotatedGaussian.from_factors`. For
f = tanh the points are either the nodes of a trapezoidal rule in z (m <= 3; weights p_q) or a sample.
"""

from collections.abc import Callable
from itertools import product

import numpy as np

from theory import checks as arguments
from theory.laws.law import EnergyLaw

QUADRATURE_DIMENSIONS = 3
NODES = 20_000  # of a rule, in all
REACH = 8.5  # standard deviations of z: e^{-36} beyond
ENTRIES = 4_000_000  # of one table of weights
FEATURES_SEED = 11


class DatasetLaw(EnergyLaw):
    """A data set as its own law: K(lambda; x) = log sum_q p_q e^{-lambda |x - y_q|^2/2}.

    Arguments:
        points: y_q, (n, d), in units of the data.
        probabilities: relative p_q > 0, (n,), normalized here; 1/n each where None.

    Raises:
        ValueError: where there is no point, a probability is not > 0, or shapes do not agree.
    """

    def __init__(self, points: np.ndarray, probabilities: np.ndarray | None = None) -> None:
        self.points = arguments.finite("points", points, ndim=(2,))
        n = len(self.points)
        if self.points.size == 0:
            raise ValueError(f"points must have at least one row and one column, got shape {self.points.shape}")
        given = np.ones(n) if probabilities is None else arguments.positive("probabilities", probabilities)
        if given.shape != (n,):
            raise ValueError(f"probabilities must have one entry for each of the {n} points, got shape {given.shape}")
        self.probabilities = given / given.sum()

    @property
    def dimension(self) -> int:
        return self.points.shape[1]

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self._average(lam, x, 0, lambda log_mean, _weight, _energy, _x: log_mean)

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        def moment(_log: np.ndarray, weight: np.ndarray, energy: np.ndarray, _x: np.ndarray) -> np.ndarray:
            mean = (weight * energy).sum(-1)
            return -mean if order == 1 else (weight * (energy - mean[:, None]) ** 2).sum(-1)

        return self._average(lam, x, 0, moment)

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        mean_offset = self._average(lam, x, 1, lambda _log, weight, _energy, row: weight @ (self.points - row))
        return np.asarray(lam)[..., None] * mean_offset

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        def variance(_log: np.ndarray, weight: np.ndarray, _energy: np.ndarray, row: np.ndarray) -> np.ndarray:
            offset = self.points - row
            return weight @ offset**2 - (weight @ offset) ** 2

        lam = np.asarray(lam)[..., None]
        return lam**2 * self._average(lam[..., 0], x, 1, variance) - lam

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        def covariance(_log: np.ndarray, weight: np.ndarray, _energy: np.ndarray, row: np.ndarray) -> np.ndarray:
            offset = self.points - row
            mean = weight @ offset
            second = np.stack([(offset * w[:, None]).T @ offset for w in weight])
            return second - mean[:, :, None] * mean[:, None, :]

        lam = np.asarray(lam)[..., None, None]
        return lam**2 * self._average(lam[..., 0, 0], x, 2, covariance) - lam * np.eye(self.dimension)

    def error(self, lam: np.ndarray | float, x: np.ndarray) -> np.ndarray:
        """Standard error of K as an estimate of the law that n points came from: sqrt(sum w^2 - 1/n), w their weights.

        Arguments:
            lam: real inverse temperature 1/t, of any shape that broadcasts.
            x: location, (d,) or (batch, d), in units of the data.

        Returns:
            Of the shape of `log_mgf`; of order one where a few points carry the weights.

        Raises:
            ValueError: where `lam` or `x` is not finite, or `x` is not in R^d.
        """

        def excess(_log: np.ndarray, weight: np.ndarray, _energy: np.ndarray, _x: np.ndarray) -> np.ndarray:
            return np.sqrt(np.maximum((weight**2).sum(-1) - 1 / weight.shape[-1], 0.0))

        return self._average(lam, x, 0, excess)

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return self.points[rng.choice(len(self.points), n, p=self.probabilities)]

    def _average(
        self, lam: np.ndarray | complex, x: np.ndarray, axes: int, of: Callable[..., np.ndarray]
    ) -> np.ndarray:
        """of(K, weights (r, n), energies, x (d,)) for rows of lam that share one x, put together in broadcast shape."""
        lam = np.asarray(lam)
        shape = np.broadcast_shapes(lam.shape, x.shape[:-1])
        lams = np.broadcast_to(lam, shape)
        result = np.empty((*shape, *(self.dimension,) * axes), np.result_type(lam, float))
        leading = len(shape) - (x.ndim - 1)
        rows = max(1, ENTRIES // len(self.points))
        for index in np.ndindex(*shape[leading:]):
            point = x[tuple(0 if size == 1 else i for i, size in zip(index, x.shape[:-1], strict=True))]
            energy = ((self.points - point) ** 2).sum(-1) / 2
            own = lams[(..., *index)].ravel()
            parts = [of(*self._weights(own[i : i + rows], energy), energy, point) for i in range(0, len(own), rows)]
            if parts:
                values = np.concatenate(parts)
                result[(slice(None),) * leading + index] = values.reshape((*shape[:leading], *values.shape[1:]))
        return result[()]

    def _weights(self, lam: np.ndarray, energy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """K (r,) and weights (r, n), measured from the level that dominates."""
        logs = np.log(self.probabilities) - lam[:, None] * energy
        top = logs[np.arange(len(lam)), np.real(logs).argmax(axis=1)]
        factors = np.exp(logs - top[:, None])
        total = factors.sum(-1)
        return top + np.log(total), factors / total[:, None]


class HiddenManifold(DatasetLaw):
    """The hidden manifold: y = tanh(F z) with z ~ N(0, I_m).

    For m <= 3 and no `rng`, K is a trapezoidal rule, which converges geometrically once its nodes resolve
    exp(-lambda E): compare twice as many. Else it is that of sampled points, with its standard `error`.

    Arguments:
        features: F, (d, m).
        size: how many nodes of the rule, about, or sampled points; an integer >= 8.
        rng: draws the sample; a rule where None.

    Raises:
        ValueError: where m > 3 and `rng` is None, `size` is too small, or `features` is no finite matrix.
    """

    def __init__(self, features: np.ndarray, size: int = NODES, rng: np.random.Generator | None = None) -> None:
        self.features = arguments.finite("features", features, ndim=(2,))
        size, intrinsic = arguments.integer("size", size, least=8), self.features.shape[1]
        self.sampled = rng is not None
        if rng is not None:
            super().__init__(self.sample(size, rng))
            return
        if not 0 < intrinsic <= QUADRATURE_DIMENSIONS:
            raise ValueError(f"rng must be given where features have {intrinsic} columns: a rule needs 1, 2 or 3")
        z, weight = _lattice(round(size ** (1 / intrinsic)), intrinsic)
        super().__init__(np.tanh(z @ self.features.T), weight)

    @property
    def dimension(self) -> int:
        return len(self.features)

    def error(self, lam: np.ndarray | float, x: np.ndarray) -> np.ndarray:
        """Standard error of K where points were sampled, as that of a data set.

        Arguments:
            lam: real inverse temperature 1/t, of any shape that broadcasts.
            x: location, (d,) or (batch, d), in units of the data.

        Returns:
            Of the shape of `log_mgf`.

        Raises:
            ValueError: for a quadrature rule, which has no statistical error, and as that of a data set.
        """
        if not self.sampled:
            raise ValueError("rng must have been given for a statistical error: this K is a quadrature")
        return super().error(lam, x)

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return np.tanh(rng.standard_normal((n, self.features.shape[1])) @ self.features.T)


def random_features(d: int, m: int, seed: int = FEATURES_SEED) -> np.ndarray:
    """F of a hidden manifold y = tanh(F z): standard normal entries, the same in every run for one seed.

    Arguments:
        d: dimension of the space.
        m: dimension of the manifold.
        seed: of the generator that draws F.

    Returns:
        (d, m).
    """
    return np.random.default_rng(seed).standard_normal((d, m))


def _lattice(count: int, dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """Trapezoidal nodes (q, m) and weights (q,) for N(0, I_m): exact to e^{-2 pi^2 / step^2} for smooth integrands."""
    axis = np.linspace(-REACH, REACH, count)
    nodes = np.array(list(product(axis, repeat=dimensions)))
    return nodes, np.exp(-(nodes**2).sum(-1) / 2)
