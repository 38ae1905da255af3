r"""Low-rank Gaussian data: a few directions of their own variance, and noise of one variance in all others.

    y = mu + sum_j sqrt(v_j) g_j u_j + sqrt(v_0) (noise orthogonal to all u_j),       u_j orthonormal, j = 1 ... q

is what probabilistic principal component analysis fits (Tipping and Bishop 1999). With z_j = u_j . (x - mu) and the
rest z_0^2 = |x - mu|^2 - sum_j z_j^2, which d - q directions share,

    K(lambda; x) = -1/2 sum_j [ n_j log(1 + lambda v_j) + lambda z_j^2/(1 + lambda v_j) ],   j = 0 ... q,
    n_j = 1 for j > 0,  n_0 = d - q

so K costs q + 1 terms and not d. A `Mixture` of these laws is the mixture of probabilistic principal component
analyzers.

References:
    Mixtures of probabilistic principal component analyzers (M. E. Tipping, C. M. Bishop, 1999).
"""

import numpy as np

from theory import checks as arguments
from theory.laws.law import EnergyLaw

ROUNDING = 1e-10  # of an orthogonality relation


class LowRankGaussian(EnergyLaw):
    """N(mean, sum_j v_j u_j u_j^T + v_0 (1 - sum_j u_j u_j^T)) in R^d.

    Arguments:
        mean: mu, (d,), in units of the data.
        axes: orthonormal rows u_j, (q, d); q = 0 is isotropic noise.
        variances: v_j >= 0 along them, (q,).
        floor: v_0 >= 0, the variance in each of the other d - q directions.

    Raises:
        ValueError: where axes are not orthonormal, or shapes do not agree.
    """

    def __init__(self, mean: np.ndarray, axes: np.ndarray, variances: np.ndarray, floor: float) -> None:
        self.mean = arguments.finite("mean", mean, ndim=(1,))
        self.axes = _orthonormal(arguments.finite("axes", axes, ndim=(2,)), self.mean.size)
        own = arguments.finite("variances", variances, ndim=(1,))
        if own.size != len(self.axes):
            raise ValueError(f"variances must have one entry for each of {len(self.axes)} axes, got {own.size}")
        self.variances_along = arguments.variances(np.append(own, arguments.scalar("floor", floor)), "variances")
        self._counts = np.append(np.ones(own.size), self.dimension - own.size)
        largest = float(self.variances_along[self._counts > 0].max())
        self._lower = -1 / largest if largest > 0 else -np.inf

    @property
    def dimension(self) -> int:
        return self.mean.size

    @property
    def lower(self) -> float:
        return self._lower

    def _squares(self, x: np.ndarray) -> np.ndarray:
        """z_j^2 and, last, z_0^2: (..., q + 1)."""
        offset = x - self.mean
        own = (offset @ self.axes.T) ** 2
        rest = np.maximum((offset**2).sum(-1) - own.sum(-1), 0.0) * (self._counts[-1] > 0)
        return np.concatenate([own, rest[..., None]], axis=-1)

    def _growth(self, lam: np.ndarray | complex) -> tuple[np.ndarray, np.ndarray]:
        """lambda, and 1 + lambda v_j, (..., q + 1)."""
        lams = np.asarray(lam)[..., None]
        return lams, 1 + lams * self.variances_along

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        lams, growth = self._growth(lam)
        return -(self._counts * np.log(growth) + lams * self._squares(x) / growth).sum(-1) / 2

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        _, growth = self._growth(lam)
        ratio, squares = self.variances_along / growth, self._squares(x)
        if order == 1:
            return -(self._counts * ratio + squares / growth**2).sum(-1) / 2
        return (self._counts * ratio**2 / 2 + ratio * squares / growth**2).sum(-1)

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        rest, own = self._precisions(lam)
        offset = x - self.mean
        return -(rest[..., None] * offset + (own * (offset @ self.axes.T)) @ self.axes)

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        rest, own = self._precisions(lam)
        return -(rest[..., None] + own @ self.axes**2) + np.zeros(x.shape)

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        rest, own = self._precisions(lam)
        matrix = rest[..., None, None] * np.eye(self.dimension) + (self.axes.T * own[..., None, :]) @ self.axes
        return -matrix + np.zeros((*x.shape[:-1], 1, 1))

    def _precisions(self, lam: np.ndarray | complex) -> tuple[np.ndarray, np.ndarray]:
        """lambda/(1 + lambda v_0), (...), and how much lambda/(1 + lambda v_j) differs from it, (..., q)."""
        lams, growth = self._growth(lam)
        precision = lams / growth
        return precision[..., -1], precision[..., :-1] - precision[..., -1:]

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        noise = rng.standard_normal((n, self.dimension))
        deviation, own = np.sqrt(self.variances_along), noise @ self.axes.T
        return self.mean + deviation[-1] * noise + (own * (deviation[:-1] - deviation[-1])) @ self.axes


def _orthonormal(axes: np.ndarray, dimension: int) -> np.ndarray:
    if axes.shape[1] != dimension or len(axes) > dimension:
        raise ValueError(f"axes must be at most {dimension} rows of {dimension} coordinates, got shape {axes.shape}")
    error = np.abs(axes @ axes.T - np.eye(len(axes))).max(initial=0.0)
    if error > ROUNDING:
        raise ValueError(f"axes must be orthonormal, got U U^T off the identity by {error:.1g}")
    return axes
