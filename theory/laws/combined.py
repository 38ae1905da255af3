r"""Laws made of laws: a product (independent groups of coordinates), a mixture, and a law seen in a rotated basis.

    product   K(lambda; x) = sum_k K_k(lambda; x_k)
    mixture   K(lambda; x) = log sum_k w_k e^{K_k(lambda; x)},   with p_k = w_k e^{K_k - K} the share of component k:
              DK = sum_k p_k DK_k,    D^2 K = sum_k p_k [ D^2 K_k + (DK_k - DK)(DK_k - DK)^T ]
    rotation  K(lambda; x) = K_0(lambda; U^T x),   U orthogonal

so a Gaussian of any covariance U diag(v) U^T is the linear Gaussian law in its eigenbasis. Variances (d,) stand for the
centred linear Gaussian law with them.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import logsumexp

from theory import checks as arguments
from theory.laws.coerce import as_law
from theory.laws.law import EnergyLaw, inner
from theory.laws.linear import LinearGaussian

Law = EnergyLaw | np.ndarray | list[float]
ROUNDING = 1e-10  # of an eigenvalue or of an orthogonality relation, relative to the largest


class Product(EnergyLaw):
    """Independent groups of coordinates, each with its law: K(lambda; x) = sum_k K_k(lambda; x_k).

    Arguments:
        laws: laws, or variances of linear Gaussian ones, in the order of the coordinates; their dimensions add up.

    Raises:
        ValueError: where there is none.
    """

    def __init__(self, laws: Sequence[Law]) -> None:
        self.laws = _at_least_one(laws)
        self._cuts = np.cumsum([law.dimension for law in self.laws])

    @property
    def dimension(self) -> int:
        return int(self._cuts[-1])

    @property
    def lower(self) -> float:
        return max(law.lower for law in self.laws)

    def _parts(self, x: np.ndarray) -> list[tuple[EnergyLaw, np.ndarray]]:
        return list(zip(self.laws, np.split(x, self._cuts[:-1], axis=-1), strict=True))

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return np.stack([inner(law, "log_mgf")(lam, part) for law, part in self._parts(x)]).sum(0)

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        return np.stack([inner(law, "lam_derivative")(lam, part, order) for law, part in self._parts(x)]).sum(0)

    def entropy_loss(self, lams: np.ndarray, x: np.ndarray) -> np.ndarray:
        return np.stack([law.entropy_loss(lams, part.copy()) for law, part in self._parts(x)]).sum(0)

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return np.concatenate([law.gradient(lam, part) for law, part in self._parts(x)], axis=-1)

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return np.concatenate([law.curvature(lam, part) for law, part in self._parts(x)], axis=-1)

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        blocks = [law.hessian(lam, part) for law, part in self._parts(x)]
        result = np.zeros((*blocks[0].shape[:-2], self.dimension, self.dimension), blocks[0].dtype)
        for stop, block in zip(self._cuts, blocks, strict=True):
            rows = slice(stop - block.shape[-1], stop)
            result[..., rows, rows] = block
        return result

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return np.concatenate([law.sample(n, rng) for law in self.laws], axis=1)


class Mixture(EnergyLaw):
    """A mixture of laws of one space: K(lambda; x) = log sum_k w_k e^{K_k(lambda; x)}.

    Arguments:
        weights: relative probabilities w_k > 0 of the components, (k,), normalized here.
        laws: k laws, or variances of linear Gaussian ones, all of one dimension d.

    Raises:
        ValueError: where a weight is not > 0, or numbers or dimensions do not agree.
    """

    def __init__(self, weights: np.ndarray | list[float], laws: Sequence[Law]) -> None:
        self.laws = _at_least_one(laws)
        checked = arguments.positive("weights", arguments.finite("weights", weights, ndim=(1,)))
        if checked.size != len(self.laws):
            raise ValueError(f"weights must have one entry for each of the {len(self.laws)} laws, got {checked.size}")
        if len({law.dimension for law in self.laws}) > 1:
            raise ValueError(f"laws must be of one dimension, got {[law.dimension for law in self.laws]}")
        self.weights = checked / checked.sum()

    @property
    def dimension(self) -> int:
        return self.laws[0].dimension

    @property
    def lower(self) -> float:
        return max(law.lower for law in self.laws)

    def _logs(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        """log(w_k) + K_k, (k, ...)."""
        values = np.stack([inner(law, "log_mgf")(lam, x) for law in self.laws])
        return values + np.log(self.weights).reshape(-1, *(1,) * (values.ndim - 1))

    def _shares(self, lam: np.ndarray | complex, x: np.ndarray, axes: int = 0) -> np.ndarray:
        """p_k, (k, ...) with so many axes of length 1 at the end."""
        logs = self._logs(lam, x)
        shares = np.exp(logs - logsumexp(logs, axis=0))
        return shares.reshape(*shares.shape, *(1,) * axes)

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return logsumexp(self._logs(lam, x), axis=0)

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        shares, slopes = self._shares(lam, x), np.stack([inner(law, "lam_derivative")(lam, x) for law in self.laws])
        mean = (shares * slopes).sum(0)
        if order == 1:
            return mean
        own = np.stack([inner(law, "lam_derivative")(lam, x, 2) for law in self.laws])
        return (shares * (own + (slopes - mean) ** 2)).sum(0)

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return (self._shares(lam, x, 1) * np.stack([law.gradient(lam, x) for law in self.laws])).sum(0)

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        own = np.stack([law.curvature(lam, x) for law in self.laws])
        return (self._shares(lam, x, 1) * (own + self._off_the_mean(lam, x) ** 2)).sum(0)

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        own, off = np.stack([law.hessian(lam, x) for law in self.laws]), self._off_the_mean(lam, x)
        return (self._shares(lam, x, 2) * (own + off[..., None] * off[..., None, :])).sum(0)

    def _off_the_mean(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        """grad K_k - grad K, (k, ..., d)."""
        gradients = np.stack([law.gradient(lam, x) for law in self.laws])
        return gradients - (self._shares(lam, x, 1) * gradients).sum(0)

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        counts = rng.multinomial(n, self.weights)
        parts = [law.sample(int(count), rng) for law, count in zip(self.laws, counts, strict=True)]
        return rng.permutation(np.concatenate(parts))


class Rotated(EnergyLaw):
    """A law seen in a rotated basis: y = U y_0 with y_0 of another law, K(lambda; x) = K_0(lambda; U^T x).

    Arguments:
        law: the law of y_0, or its variances, of dimension d.
        basis: U, (d, d), orthogonal.

    Raises:
        ValueError: where `basis` is not orthogonal, or of another shape.
    """

    def __init__(self, law: Law, basis: np.ndarray) -> None:
        self.law, self.basis = as_law(law), arguments.finite("basis", basis, ndim=(2,))
        if self.basis.shape != (self.dimension, self.dimension):
            raise ValueError(f"basis must have shape {(self.dimension,) * 2}, got {self.basis.shape}")
        error = np.abs(self.basis.T @ self.basis - np.eye(self.dimension)).max()
        if error > ROUNDING:
            raise ValueError(f"basis must be orthogonal, got U^T U off the identity by {error:.1g}")

    @property
    def dimension(self) -> int:
        return self.law.dimension

    @property
    def lower(self) -> float:
        return self.law.lower

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self.law.log_mgf(lam, x @ self.basis)

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        return self.law.lam_derivative(lam, x @ self.basis, order)

    def entropy_loss(self, lams: np.ndarray, x: np.ndarray) -> np.ndarray:
        return self.law.entropy_loss(lams, x @ self.basis)

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self.law.gradient(lam, x @ self.basis) @ self.basis.T

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return np.einsum(
            "ij,...jk,ik->...i", self.basis, self.law.hessian(lam, x @ self.basis), self.basis, optimize=True
        )

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self.basis @ self.law.hessian(lam, x @ self.basis) @ self.basis.T

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return self.law.sample(n, rng) @ self.basis.T


class RotatedGaussian(Rotated):
    """Gaussian data of any covariance: N(mean, covariance), the linear Gaussian law in its eigenbasis.

    Arguments:
        covariance: (d, d), symmetric and positive semidefinite, in squared units of the data.
        mean: one number, or (d,), in units of the data.

    Raises:
        ValueError: where `covariance` is not symmetric or has a negative eigenvalue, or `mean` has another shape.
    """

    def __init__(self, covariance: np.ndarray, mean: np.ndarray | list[float] | float = 0.0) -> None:
        matrix = arguments.finite("covariance", covariance, ndim=(2,))
        largest = np.abs(matrix).max(initial=0.0)
        if matrix.shape[0] != matrix.shape[1] or np.abs(matrix - matrix.T).max(initial=0.0) > ROUNDING * largest:
            raise ValueError(f"covariance must be a symmetric (d, d) matrix, got shape {matrix.shape}")
        variances, basis = np.linalg.eigh(matrix)
        if variances.min(initial=0.0) < -ROUNDING * largest:
            raise ValueError(f"covariance must be positive semidefinite, got the eigenvalue {variances.min():.3g}")
        variances = np.where(variances > ROUNDING * largest * 1e-3, variances, 0.0)
        centre = arguments.finite("mean", mean, ndim=(0, 1))
        if centre.shape not in ((), variances.shape):
            raise ValueError(f"mean must be one number or {variances.size} coordinates, got shape {centre.shape}")
        centre = np.broadcast_to(centre, variances.shape)
        self.law: LinearGaussian
        super().__init__(LinearGaussian(variances, centre @ basis), basis)

    @classmethod
    def from_factors(cls, factors: np.ndarray, mean: np.ndarray | list[float] | float = 0.0) -> "RotatedGaussian":
        """The Gaussian law of y = F z + mean with z ~ N(0, I_m): a linear manifold of dimension m at most.

        Arguments:
            factors: F, (d, m), in units of the data.
            mean: one number, or (d,), in units of the data.

        Returns:
            N(mean, F F^T) in R^d.

        Raises:
            ValueError: where `factors` is not a finite matrix, or `mean` has another shape.
        """
        matrix = arguments.finite("factors", factors, ndim=(2,))
        return cls(matrix @ matrix.T, mean)

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self.law.curvature(lam, x @ self.basis) @ (self.basis**2).T


def _at_least_one(laws: Sequence[Law]) -> tuple[EnergyLaw, ...]:
    if not isinstance(laws, Sequence) or not len(laws):
        raise ValueError(f"laws must be a list of at least one energy law, got {laws!r}")
    return tuple(as_law(law, "laws") for law in laws)
