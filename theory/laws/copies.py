r"""Copies of a law: independent groups of coordinates that all have the same law, for dimensions in the ten thousands.

    y = (y_1, ..., y_m),   x = (x_1, ..., x_m):      K(lambda; x) = sum_k K_0(lambda; x_k)

which is m K_0(lambda; x_1) where x consists of copies too: what it costs does not grow with m then.
"""

import numpy as np

from theory import checks as arguments
from theory.laws.coerce import as_law
from theory.laws.law import EnergyLaw


class Copies(EnergyLaw):
    """Independent copies of a law, one after the other: K(lambda; x) = sum_k K_0(lambda; x_k), of dimension count d_0.

    Where x consists of copies too, K costs as much as that of one.

    Arguments:
        law: the law of one copy, or its variances (d_0,).
        count: how many copies, an integer >= 1.

    Raises:
        ValueError: where `count` is not an integer >= 1, or variances are out of range.
    """

    def __init__(self, law: EnergyLaw | np.ndarray | list[float], count: int) -> None:
        self.law, self.count = as_law(law), arguments.integer("count", count)

    @property
    def dimension(self) -> int:
        return self.law.dimension * self.count

    @property
    def lower(self) -> float:
        return self.law.lower

    @property
    def variances(self) -> np.ndarray:
        """Variances (d,) of copies of a law that has them. Raises AttributeError for any other law."""
        return np.tile(getattr(self.law, "variances"), self.count)  # noqa: B009

    def _parts(self, x: np.ndarray) -> np.ndarray:
        """(..., count, dimension of one)."""
        return x.reshape(*x.shape[:-1], self.count, self.law.dimension)

    def _counted(self, x: np.ndarray) -> tuple[np.ndarray, int]:
        """Parts of x, and how often each counts: one of them, if all are alike."""
        parts, size = self._parts(x), self.law.dimension
        alike = np.array_equal(x[..., size:], x[..., : self.dimension - size])  # each part is the one before
        return (parts[..., :1, :], self.count) if alike else (parts, 1)

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        parts, times = self._counted(x)
        return times * self.law.log_mgf(np.asarray(lam)[..., None], parts).sum(-1)

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        parts, times = self._counted(x)
        return times * self.law.lam_derivative(np.asarray(lam)[..., None], parts, order).sum(-1)

    def entropy_loss(self, lams: np.ndarray, x: np.ndarray) -> np.ndarray:
        parts, times = self._counted(x)
        losses = self.law.entropy_loss(lams, parts.reshape(-1, self.law.dimension).copy())
        return times * losses.reshape(*parts.shape[:-1], -1).sum(-2)

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self._joined(self.law.gradient(np.asarray(lam)[..., None], self._parts(x)))

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self._joined(self.law.curvature(np.asarray(lam)[..., None], self._parts(x)))

    def _joined(self, parts: np.ndarray) -> np.ndarray:
        return parts.reshape(*parts.shape[:-2], self.dimension)

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        blocks = self.law.hessian(np.asarray(lam)[..., None], self._parts(x))
        joined = np.einsum("kl,...kij->...kilj", np.eye(self.count), blocks)
        return joined.reshape(*blocks.shape[:-3], self.dimension, self.dimension)

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return self.law.sample(n * self.count, rng).reshape(n, self.dimension)
