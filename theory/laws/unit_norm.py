r"""Unit-norm Gaussian data, y = g/|g| with g ~ N(0, diag(v_i)): what the paper calls normalized (an angular Gaussian).

Only b.y with b = lambda x is random: |x - y|^2 = |x|^2 + 1 - 2 x.y. Its moments follow from Gaussian ones, because
|g|^{-2k} = int s^{k-1}/Gamma(k) e^{-s |g|^2} ds tilts g to the variances v_i/(1 + 2 s v_i). With sigma = 1/(2s) they
sum to a Bessel function, one integral in all:

    M(lambda) = E e^{lambda x.y} = 1 + int_0^inf prod_j (1 + v_j/sigma)^{-1/2} (beta/2) I_1(beta) dsigma/sigma,
    beta = lambda sqrt(Q),      Q(sigma; x) = sum_i x_i^2 v_i/(v_i + sigma),

for real or complex lambda; coordinates with v_i = 0 take no part. K = log M - lambda (|x|^2 + 1)/2. With w = beta^2 the
derivatives follow from d/dw (beta/2) I_1 = I_0/4 and d/dw I_0/4 = I_1/(8 beta). In log sigma the integrand is analytic
for |Im| < pi: the trapezoidal rule converges geometrically, with a step that shrinks as the integrand narrows.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ive

from theory import arguments
from theory.arguments import NotComputable
from theory.law import EnergyLaw

DEPTH = 45.0  # the integrand is followed until it has fallen by e^{-45}
GAUSSIAN_STEP = 0.7  # in units of the least width of a peak: e^{-2 pi^2 / 0.49} = e^{-40}
STRIP_STEP = 0.4  # e^{-2 pi a / 0.4} = e^{-40} for a strip of width a = 2.5


@dataclass(frozen=True)
class Mean:
    """M e^{-shift}, log M; at the nodes (..., s): sqrt(Q), weighted I_0 and I_1/beta, and v_i/(v_i + sigma)."""

    scaled: np.ndarray
    log_mean: np.ndarray
    root: np.ndarray
    even: np.ndarray
    odd: np.ndarray
    share: np.ndarray


class UnitNormGaussian(EnergyLaw):
    """g/|g| in R^d, g ~ N(0, diag(variances)); at least one variance is > 0, and a common factor does not matter."""

    def __init__(self, variances: np.ndarray | list[float]) -> None:
        self.variances = arguments.variances(variances)
        if not self.variances.any():
            raise ValueError("variances must have at least one entry > 0: the norm of g would be 0")
        self._positive = self.variances[self.variances > 0]

    @property
    def dimension(self) -> int:
        return self.variances.size

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self._mean(lam, x).log_mean - lam * self._mean_energy(x)

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        mean = self._mean(lam, x)
        lam = np.asarray(lam)[..., None]
        first = lam[..., 0] * (mean.root**2 * mean.even).sum(-1) / 2 / mean.scaled
        if order == 1:
            return first - self._mean_energy(x)
        second = mean.root**2 * (mean.even + (lam * mean.root) ** 2 * mean.odd)
        return second.sum(-1) / 2 / mean.scaled - first**2

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return x * (self._pull(self._mean(lam, x), lam) - np.asarray(lam)[..., None])

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        mean, lam = self._mean(lam, x), np.asarray(lam)[..., None]
        pull = self._pull(mean, lam[..., 0])
        pairs = lam**4 / 2 * (mean.odd @ mean.share**2) / mean.scaled[..., None]
        return pull - lam + x**2 * (pairs - pull**2)

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        mean, lam = self._mean(lam, x), np.asarray(lam)[..., None]
        pull = self._pull(mean, lam[..., 0])
        odd = mean.odd / mean.scaled[..., None] * lam**4 / 2
        pairs = np.swapaxes(mean.share * odd[..., None], -1, -2) @ mean.share
        pairs = pairs - pull[..., :, None] * pull[..., None, :]
        return (pull - lam)[..., None] * np.eye(self.dimension) + x[..., :, None] * x[..., None, :] * pairs

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        normal = np.sqrt(self.variances) * rng.standard_normal((n, self.dimension))
        return normal / np.linalg.norm(normal, axis=-1, keepdims=True)

    @staticmethod
    def _mean_energy(x: np.ndarray) -> np.ndarray:
        return ((x**2).sum(-1) + 1) / 2

    @staticmethod
    def _pull(mean: Mean, lam: np.ndarray | complex) -> np.ndarray:
        """(d_i log M)/x_i, (..., d)."""
        return np.asarray(lam)[..., None] ** 2 / 2 * (mean.even @ mean.share) / mean.scaled[..., None]

    def _mean(self, lam: np.ndarray | complex, x: np.ndarray) -> Mean:
        lam = np.asarray(lam)
        s, log_weight = self._nodes(float(np.max(np.abs(lam), initial=0.0) * np.linalg.norm(x, axis=-1).max()))
        share = self.variances / (self.variances + np.exp(s)[:, None])
        root = np.sqrt(x**2 @ share.T)
        beta = lam[..., None] * root
        height = log_weight + np.abs(np.real(beta))
        shift = np.maximum(height.max(axis=-1, initial=0.0), 0.0)
        weight = np.exp(height - shift[..., None])
        even = weight * ive(0, beta)
        odd = weight * np.divide(ive(1, beta), beta, out=np.full_like(beta, 0.5), where=beta != 0)
        rest = (beta**2 * odd).sum(-1) / 2  # M - 1
        if not np.isfinite(rest).all():
            raise NotComputable("lam must be smaller in modulus: no Bessel function of lam |x| there")
        return Mean(np.exp(-shift) + rest, shift + np.log1p(np.expm1(-shift) + rest), root, even, odd, share)

    def _nodes(self, reach: float) -> tuple[np.ndarray, np.ndarray]:
        """log sigma and log of the weights, for |lambda| |x| <= reach: all where the integrand is not negligible."""
        v = self._positive
        step = min(STRIP_STEP, GAUSSIAN_STEP / np.sqrt(v.size / 8 + reach / 4))
        low = np.log(v.min()) - 2 * DEPTH - np.log1p(reach)
        high = np.log(v.max()) + DEPTH + 2 * np.log1p(reach)
        coarse = np.linspace(low, high, 400)
        inside = coarse[self._log_prior(coarse) + reach > -DEPTH]
        s = np.arange(inside[0] - (coarse[1] - coarse[0]), high, step)
        return s, self._log_prior(s) + np.log(step)

    def _log_prior(self, s: np.ndarray) -> np.ndarray:
        return -np.log1p(self._positive * np.exp(-s)[:, None]).sum(-1) / 2
