r"""Unit-norm Gaussian data, y = g/|g| with g ~ N(0, diag(v_i)): what the paper calls normalized (an angular Gaussian).

Only b.y with b = lambda x is random: |x - y|^2 = |x|^2 + 1 - 2 x.y. Its moments follow from Gaussian ones, because
|g|^{-2k} = int s^{k-1}/Gamma(k) e^{-s |g|^2} ds tilts g to the variances v_i/(1 + 2 s v_i). With sigma = 1/(2s) they
sum to a Bessel function, one integral in all:

    M(lambda) = E e^{lambda x.y} = 1 + int_0^inf prod_j (1 + v_j/sigma)^{-1/2} (beta/2) I_1(beta) dsigma/sigma,
    beta = lambda sqrt(Q),      Q(sigma; x) = sum_i x_i^2 v_i/(v_i + sigma),

for real or complex lambda; coordinates with v_i = 0 take no part. K = log M - lambda (|x|^2 + 1)/2. With w = beta^2 the
derivatives follow from d/dw (beta/2) I_1 = I_0/4 and d/dw I_0/4 = I_1/(8 beta). The sums are those of `angular`.
"""

from collections.abc import Callable

import numpy as np

from theory import checks as arguments
from theory.laws.angular import Mean, far, groups, near
from theory.laws.law import EnergyLaw

ROWS = 200_000  # entries of one table


class UnitNormGaussian(EnergyLaw):
    """Gaussian data of unit norm: y = g/|g| with g ~ N(0, diag(variances)), what the paper calls normalized data.

    Arguments:
        variances: v_i >= 0 of g, (d,), at least one > 0; a common factor does not matter.

    Raises:
        ValueError: where variances are negative, not finite or all 0.
    """

    def __init__(self, variances: np.ndarray | list[float]) -> None:
        self.variances = arguments.variances(variances).copy()
        self.variances.setflags(write=False)
        if not self.variances.any():
            raise ValueError("variances must have at least one entry > 0: the norm of g would be 0")

    @property
    def dimension(self) -> int:
        return self.variances.size

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self._averaged(lambda mean, lam, x: mean.log_mean - lam * self._mean_energy(x), lam, x)

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        return self._averaged(self._slope if order == 1 else self._second, lam, x)

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self._averaged(lambda mean, lam, x: x * (_ratio(mean, lam) - lam[..., None]), lam, x)

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        def diagonal(mean: Mean, lam: np.ndarray, x: np.ndarray) -> np.ndarray:
            ratio = _ratio(mean, lam)
            lam = lam[..., None]
            pairs = lam**4 / 2 * (mean.odd @ mean.share**2) / mean.scaled[..., None]
            return ratio - lam + x**2 * (pairs - ratio**2)

        return self._averaged(diagonal, lam, x)

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        def matrix(mean: Mean, lam: np.ndarray, x: np.ndarray) -> np.ndarray:
            ratio = _ratio(mean, lam)
            lam = lam[..., None]
            odd = mean.odd / mean.scaled[..., None] * lam**4 / 2
            pairs = np.swapaxes(mean.share * odd[..., None], -1, -2) @ mean.share
            pairs = pairs - ratio[..., :, None] * ratio[..., None, :]
            return (ratio - lam)[..., None] * np.eye(self.dimension) + x[..., :, None] * x[..., None, :] * pairs

        return self._averaged(matrix, lam, x)

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        normal = np.sqrt(self.variances) * rng.standard_normal((n, self.dimension))
        return normal / np.linalg.norm(normal, axis=-1, keepdims=True)

    @staticmethod
    def _mean_energy(x: np.ndarray) -> np.ndarray:
        return ((x**2).sum(-1) + 1) / 2

    def _slope(self, mean: Mean, lam: np.ndarray, x: np.ndarray) -> np.ndarray:
        return _log_slope(mean, lam) - self._mean_energy(x)

    @staticmethod
    def _second(mean: Mean, lam: np.ndarray, x: np.ndarray) -> np.ndarray:
        second = mean.root**2 * (mean.even + (lam[..., None] * mean.root) ** 2 * mean.odd)
        return second.sum(-1) / 2 / mean.scaled - _log_slope(mean, lam) ** 2

    def _averaged(
        self, of: Callable[[Mean, np.ndarray, np.ndarray], np.ndarray], lam: np.ndarray | complex, x: np.ndarray
    ) -> np.ndarray:
        """of(mean, lam, x), for a single x by groups of lam that share nodes."""
        lam, v = np.asarray(lam), self.variances
        if x.ndim > 1 or not lam.size:
            return of(near(lam, x, v), lam, x)
        flat, parts, order = lam.ravel(), [], []
        for rows, is_far in groups(flat, x, v):
            chunk = ROWS // (5 * self.dimension) + 1
            for some in (rows[i : i + chunk] for i in range(0, len(rows), chunk)):
                parts.append(self._group(of, flat[some], x, is_far))
                order.append(some)
        values = np.concatenate(parts)[np.argsort(np.concatenate(order))]
        return values.reshape((*lam.shape, *values.shape[1:]))[()]

    def _group(self, of: Callable[..., np.ndarray], lam: np.ndarray, x: np.ndarray, is_far: bool) -> np.ndarray:
        """M is even and real on the real axis: all quadrants are mirrored into the first."""
        mirrored = np.real(lam) * np.imag(lam) < 0
        lam = np.where(mirrored, np.conj(lam), lam)
        quadrant = np.abs(np.real(lam)) + 1j * np.abs(np.imag(lam))
        mean = far(quadrant, x, self.variances) if is_far else None
        values = of(mean or near(quadrant if np.iscomplexobj(lam) else lam, x, self.variances), lam, x)
        flip = mirrored.reshape(-1, *(1,) * (values.ndim - 1))
        return np.where(flip, np.conj(values), values) if np.iscomplexobj(lam) else np.real(values)


def _log_slope(mean: Mean, lam: np.ndarray) -> np.ndarray:
    """d log M / dlambda."""
    return lam * (mean.root**2 * mean.even).sum(-1) / 2 / mean.scaled


def _ratio(mean: Mean, lam: np.ndarray) -> np.ndarray:
    """(d_i log M)/x_i, (..., d)."""
    return lam[..., None] ** 2 / 2 * (mean.even @ mean.share) / mean.scaled[..., None]
