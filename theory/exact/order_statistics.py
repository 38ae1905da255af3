r"""Extremes: the lowest levels of one data set, the gaps between them, and the largest weight.

With F the distribution function of one level seen from x, the k-th lowest of N independent levels is exactly

    P(E_(1) > e) = (1 - F(e))^N,
    P(E_(k+1) - E_(k) > g) = int k C(N, k) F^{k-1} (1 - F(e + g))^{N-k} dF(e).

Near its edge N F grows as e^{lambda_c e}, lambda_c = 1/t_c: the lowest levels become a Poisson process of that density,
so e^{lambda_c E_(k)} are arrivals Gamma_k, whose ratios Gamma_k/Gamma_{k+1} are independent of the law Beta(k, 1):

    P(E_(k+1) - E_(k) > g) -> e^{-k g/t_c}        the k-th gap is exponential of mean t_c/k, whatever t.

Weights e^{-E/t}/Z of such levels are Poisson-Dirichlet of parameter m = t/t_c. At most one weight exceeds 1/2, and the
weight of a level picked with probability w has the law Beta(1 - m, m), so that the largest has, for w >= 1/2,

    P(w_max > w) = int_w^1 u^{-1-m} (1 - u)^{m-1} du / (Gamma(m) Gamma(1 - m)) = (sin(pi m)/(pi m)) ((1 - w)/w)^m.

F itself is int e^{K(z) + z e} dz/(2 pi i z) on a line through the saddle point, theta > 0, where nothing cancels.
"""

import numpy as np
import sympy as sp
from scipy.interpolate import make_interp_spline
from scipy.optimize import brentq
from scipy.special import betainc, gammainc, gammaln

from theory import checks as arguments
from theory.checks import NotComputable, numpy_inside
from theory.formula import formula
from theory.laws.coerce import as_law, as_points
from theory.laws.law import EnergyLaw
from theory.roots import falling_root

SHARE, PERIOD = 6.0, 18.0  # steps per distance to the singularity; standard deviations before the sum repeats itself
NEGLIGIBLE, MOST_NODES = 1e-15, 100_000
NODES, DEGREE, BELOW, ABOVE = (
    200,
    7,
    18.0,
    4.5,
)  # of integrals over e: N F from e^{-18} to e^{4.5}, where no level is left out
HIGHEST = -0.05  # log F, where the edge has ended
MOST_LOG_COUNT = 34.0  # log N above which N is a Poisson process of levels, to double precision
LARGEST_LOG = 700.0
NEAR = 1e-3  # in log theta: the line need not go through the saddle point, only near it


@formula(
    source="Poisson process of density e^{E/t_c}; Derrida's random energy model",
    regime="log N -> infinity",
    quantity=r"P(E_{(k + 1)} - E_{(k)} > \operatorname{gap})",
)
def gap_survival(k: sp.Symbol, gap: sp.Symbol, t_c: sp.Symbol) -> sp.Expr:
    """Probability that the (k+1)-th lowest level lies more than `gap` above the k-th."""
    return sp.exp(-k * gap / t_c)


@formula(
    source="Beta(1 - m, m), the law of a picked weight, over w",
    regime="m = t/t_c < 1, w >= 1/2, log N -> infinity",
    quantity=r"P(\max_\mu w_\mu > w)",
)
def largest_weight_survival(w: sp.Symbol, m: sp.Symbol) -> sp.Expr:
    """Probability that the largest of Poisson-Dirichlet weights exceeds w."""
    return sp.sin(sp.pi * m) / (sp.pi * m) * ((1 - w) / w) ** m


class Tail:
    """The distribution function F of one energy near its lower edge, as seen from x.

    Arguments:
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        x: location, (d,), in units of the data.

    Raises:
        ValueError: where `x` is not finite or of another dimension.
    """

    def __init__(self, law: EnergyLaw | np.ndarray, x: np.ndarray) -> None:
        self.law = as_law(law)
        self.x = as_points(arguments.finite("x", x, ndim=(1,)), self.law)

    def log_cdf(self, energy: np.ndarray) -> np.ndarray:
        """log F at energies of any shape, near each other: they share one saddle point."""
        theta = self._saddle(float(np.median(energy)))
        z, values = self._line(theta)
        total = np.real(np.exp(1j * np.multiply.outer(energy, np.imag(z))) @ values)
        if not (total > 0).all():
            raise NotComputable("energies must lie near each other, and below their mean, to share a saddle point")
        return np.log(total) + float(self.law.log_mgf(theta, self.x)) + theta * np.asarray(energy)

    def quantile(self, log_cdf: float) -> float:
        """The energy at which log F is `log_cdf` < 0."""

        def excess(log_theta: float) -> float:
            theta = float(np.exp(log_theta))
            exponent = float(self.law.log_mgf(theta, self.x)) + theta * self._energy(theta)
            return exponent - 0.5 * float(np.log(2 * np.pi * (1 + theta**2 * self._variance(theta)))) - log_cdf

        near = self._energy(float(np.exp(falling_root(excess, self._scale, xtol=NEAR))))
        width = 2 / self._saddle(near)
        return float(brentq(lambda e: float(self.log_cdf(np.array(e))) - log_cdf, near - width, near + width))

    @property
    def _scale(self) -> float:
        return -0.5 * float(np.log(self._variance(0.0)))

    def _variance(self, theta: float) -> float:
        return float(self.law.lam_derivative(theta, self.x, order=2))

    def _energy(self, theta: float) -> float:
        """The energy at which e^{K(z) + z e}/z has its saddle point at theta."""
        return 1 / theta - float(self.law.lam_derivative(theta, self.x))

    def _saddle(self, energy: float) -> float:
        def excess(log_theta: float) -> float:
            return self._energy(float(np.exp(log_theta))) - energy

        return float(np.exp(falling_root(excess, self._scale, xtol=NEAR)))

    def _line(self, theta: float) -> tuple[np.ndarray, np.ndarray]:
        """Nodes, and step/pi e^{K(z) - K(theta)}/z on as many of them as it takes to vanish."""
        step = min(theta / SHARE, 2 * np.pi / (PERIOD * np.sqrt(self._variance(theta))))
        count = 128
        while count <= MOST_NODES:
            z = theta + 1j * step * (np.arange(count) + 0.5)
            values = np.exp(self.law.log_mgf(z, self.x) - float(self.law.log_mgf(theta, self.x))) * step / (np.pi * z)
            if (np.abs(values[-4:]) * count < NEGLIGIBLE * np.abs(values[0])).all():
                return z, values
            count *= 2
        raise NotComputable("law must extend over more dimensions: the tail of its energies does not converge")


@numpy_inside
def order_probability(
    energy: np.ndarray | float, x: np.ndarray, law: EnergyLaw | np.ndarray, log_n: float, k: int = 1
) -> np.ndarray:
    """Exact law of the k-th lowest of N energies |x - y|^2/2: P(E_(k) <= e) = I_F(e)(k, N - k + 1).

    Arguments:
        energy: energies > 0, of any shape, in squared units of the data; near each other, and below their mean.
        x: location (d,), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N, larger than log k.
        k: rank of the lower energy, an integer >= 1.

    Returns:
        Probabilities, of the shape of `energy`.

    Raises:
        ValueError: where an argument is not finite or out of range, or N does not exceed k.
        NotComputable: where the tail of the energies does not converge in double precision.

    References:
        Order Statistics (H. A. David and H. N. Nagaraja, 2003).
    """
    size, k = _size(log_n, k)
    log_cdf = Tail(law, x).log_cdf(arguments.positive("energy", energy))
    if size > MOST_LOG_COUNT:
        return gammainc(k, np.exp(np.minimum(size + log_cdf, MOST_LOG_COUNT)))
    return betainc(k, np.exp(size) - k + 1, np.exp(log_cdf))


@numpy_inside
def gap_probability(
    gap: np.ndarray | float, x: np.ndarray, law: EnergyLaw | np.ndarray, log_n: float, k: int = 1
) -> np.ndarray:
    """Exact law of the k-th gap: P(E_(k+1) - E_(k) > g) = int k C(N, k) F^{k-1} (1 - F(e + g))^{N-k} dF(e).

    Arguments:
        gap: differences of energies >= 0, of any shape, in squared units of the data.
        x: location (d,), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N, larger than log k.
        k: rank of the lower energy, an integer >= 1.

    Returns:
        Probabilities, of the shape of `gap`.

    Raises:
        ValueError: where an argument is not finite or out of range, or N does not exceed k.
        NotComputable: where the tail of the energies does not converge in double precision.

    References:
        Order Statistics (H. A. David and H. N. Nagaraja, 2003).
    """
    size, k = _size(log_n, k)
    gaps, tail = arguments.finite("gap", gap), Tail(law, x)
    if (gaps < 0).any():
        raise ValueError(f"gap must be >= 0, got {gaps.min()}")
    e = np.linspace(tail.quantile(-size - BELOW), tail.quantile(min(ABOVE - size, HIGHEST)), NODES)
    log_cdf = tail.log_cdf(e)
    slope = make_interp_spline(e, log_cdf, k=DEGREE).derivative()(e)
    choices = np.log1p(-np.arange(k) * np.exp(-size)).sum() + k * size - gammaln(k)
    survival = [_log_empty(tail.log_cdf(e + g), size, k) for g in gaps.ravel()]
    integrand = slope * np.exp(choices + k * log_cdf + np.array(survival))
    return (integrand.sum(axis=1) * (e[1] - e[0])).reshape(gaps.shape)


def _log_empty(log_cdf: np.ndarray, log_n: float, k: int) -> np.ndarray:
    """log (1 - F)^(N - k)."""
    hazard = np.log(-np.log1p(-np.exp(np.minimum(log_cdf, HIGHEST))))
    return -np.exp(np.minimum(log_n + hazard, LARGEST_LOG)) * -np.expm1(np.log(k) - log_n)


def _size(log_n: float, k: int) -> tuple[float, int]:
    size, k = arguments.log_size(log_n), arguments.integer("k", k)
    if not size > np.log(k):
        raise ValueError(f"k must be below N = e^{size:.6g}, got {k}")
    return size, k
