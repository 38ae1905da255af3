r"""The mean of e^{lambda x.y} over unit-norm Gaussian data y, as sums over the nodes of one integral (see `unit_norm`):

    M(lambda) = 1 + int_0^inf P(sigma) (beta/2) I_1(beta) dsigma/sigma,     P = prod_j (1 + v_j/sigma)^{-1/2}
    beta = lambda q,     q(sigma)^2 = sum_i x_i^2 v_i/(v_i + sigma),        q(0) = R

Near 0, by the trapezoidal rule in log sigma, with a step that resolves the peak and the waves e^{i Im(lambda) q}.
These grow in number as |lambda|. So far from 0 the Bessel function is split in two, I_1(beta) = [K_1(-beta) +
K_1(beta)]/(pi i), and each path is turned to where its wave falls as sigma grows: for lambda in the first quadrant,
sigma = |sigma| e^{-i arg lambda} for the first and |sigma| e^{i pi/2} for the second. By Cauchy's theorem the paths
need not come back: what lies beyond their ends, and there cancels the 1, is no larger than the waves at the ends.
Paths end where the waves are lowest and |beta| >= `LARGE`, so that these are short asymptotic series in 1/beta, and
some 30 to 80 nodes serve any lambda, and 250 to 470 in two dimensions. Both ways agree where both work
(tests/theory/laws/test_unit_norm.py).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ive

from theory.checks import NotComputable

DEPTH = 45.0  # the integrand is followed until it has fallen by e^{-45}
GAUSSIAN_STEP = 0.7  # in units of the least width of a peak: e^{-2 pi^2 / 0.49} = e^{-40}
STRIP_STEP = 0.4  # e^{-2 pi a / 0.4} = e^{-40} for a strip of width a = 2.5
FLAT = 0.5  # more than |dq/dlog sigma|/R in a strip of width 1.5
FAR_STEP = 0.2  # e^{-pi^2 / 0.2} = e^{-49}, of which e^6 is lost where the path is 0.2 off the best direction
LARGE = 100.0  # least |beta| on a path
TERMS = 12  # of its asymptotic series: 12!/200^12 = e^{-43}
FALL = 37.0  # the waves have fallen by e^{-37} where the paths end
MOST_NODES = 1e6  # of the straight line
SECTOR = 0.2  # of arg lambda that shares paths; and so does a factor 2 of |lambda|


@dataclass(frozen=True)
class Mean:
    """M = E e^{lambda x.y} with what its derivatives need, at inverse temperatures (...) and nodes (s,).

    Arguments:
        scaled: M e^{-shift}, (...).
        log_mean: log M, (...).
        root: q(sigma) at the nodes, (..., s).
        even: weighted I_0(beta), (..., s).
        odd: weighted I_1(beta)/beta, (..., s).
        share: v_i/(v_i + sigma), (s, d).
    """

    scaled: np.ndarray
    log_mean: np.ndarray
    root: np.ndarray
    even: np.ndarray
    odd: np.ndarray
    share: np.ndarray


def near(lam: np.ndarray, x: np.ndarray, v: np.ndarray) -> Mean:
    """M = E e^{lambda x.y} of unit-norm Gaussian data, by the trapezoidal rule in log sigma.

    The number of nodes grows with Im(lambda) |x|.

    Arguments:
        lam: real or complex inverse temperatures, (...).
        x: locations, (d,) or (..., d).
        v: variances >= 0 of the Gaussian data, (d,).

    Returns:
        M and its parts at every `lam`.

    Raises:
        NotComputable: where lam |x| is so large that its Bessel function is no float.
    """
    reach = float(np.max(np.abs(lam), initial=0.0) * _length(x, v))
    turns = float(np.max(np.abs(np.imag(lam)), initial=0.0) * _length(x, v))
    s, log_weight = _line(v[v > 0], reach, turns)
    share, root = _along(s, x, v)
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


def far(lam: np.ndarray, x: np.ndarray, v: np.ndarray) -> Mean | None:
    """M = E e^{lambda x.y} of unit-norm Gaussian data far from 0, on turned paths: some 30 to 80 nodes for any lambda.

    Arguments:
        lam: complex inverse temperatures of one sector and octave of the first quadrant, (n,).
        x: location, (d,).
        v: variances >= 0 of the Gaussian data, (d,).

    Returns:
        M and its parts at every `lam`; None where `lam` is not far enough from 0.
    """
    paths = [_Path(lam, x, v, -float(np.angle(lam).mean()), 1)]
    if 2 * np.real(lam).min() * _length(x, v) < DEPTH:
        paths.append(_Path(lam, x, v, np.pi / 2, -1))
    summit = np.max([path.height.max(axis=1) for path in paths], axis=0)
    if any((path.height[:, -1] > summit - FALL).any() for path in paths):
        return None
    waves = [path.wave(lam, path.height > summit[:, None] - DEPTH) for path in paths]
    top = np.max([wave.top for wave in waves], axis=0)
    even, odd = (np.concatenate([w.scaled(part, top) for w in waves], axis=1) for part in ("even", "odd"))
    root, share = (np.concatenate([getattr(w, part) for w in waves]) for part in ("root", "share"))
    scaled = ((lam[:, None] * root) ** 2 * odd).sum(-1) / 2
    return Mean(scaled, top + lam * _length(x, v) + np.log(scaled), root, even, odd, share)


def groups(lam: np.ndarray, x: np.ndarray, v: np.ndarray) -> list[tuple[np.ndarray, bool]]:
    """Rows of inverse temperatures that share the nodes of one integral.

    Arguments:
        lam: real or complex inverse temperatures, (n,).
        x: location, (d,).
        v: variances >= 0 of the Gaussian data, (d,).

    Returns:
        Indices of rows, and whether these may lie far from 0.
    """
    size = np.abs(lam) * _length(x, v)
    is_far = size > 1.5 * LARGE
    octave = np.floor(np.log2(np.where(is_far, size, 1.0)))
    sector = np.floor(np.arctan2(np.abs(np.imag(lam)), np.abs(np.real(lam))) / SECTOR)
    key = np.where(is_far, 1 + octave * np.ceil(np.pi / SECTOR) + sector, 0)
    return [(np.flatnonzero(key == k), bool(k)) for k in np.unique(key)]


@dataclass(frozen=True)
class _Wave:
    """At the nodes of a path: q (s,), v_i/(v_i + sigma) (s, d), and the wave's I_0 and I_1/beta (n, s) by e^{top}."""

    root: np.ndarray
    share: np.ndarray
    top: np.ndarray
    even: np.ndarray
    odd: np.ndarray

    def scaled(self, part: str, top: np.ndarray) -> np.ndarray:
        return getattr(self, part) * np.exp(self.top - top)[:, None]


class _Path:
    """The path of the wave e^{sign beta}, turned by `turn`, to where it is lowest; `height` (4, s) is log |integrand|.

    Heights are less Re(lam) R, for lams that bound the given ones in modulus and argument.
    """

    def __init__(self, lam: np.ndarray, x: np.ndarray, v: np.ndarray, turn: float, sign: int) -> None:
        self.sign, self.length = sign, _length(x, v)
        bounds = lam[[f(g(lam)) for g in (np.abs, np.angle) for f in (np.argmin, np.argmax)]]
        positive, least = v[v > 0], float(np.abs(lam).min())
        step = min(FAR_STEP, GAUSSIAN_STEP / np.sqrt(positive.size / 2))
        low = np.log(positive.min()) - 2 * DEPTH - np.log1p(2 * least * self.length)
        high = np.log(x**2 @ v) + 2 * np.log(least / LARGE)  # there q^2 = x^2.v/sigma
        s = np.arange(low, high, step) + 1j * turn
        self.share, self.root = _along(s, x, v)
        self.log_weight = np.log(step) + _log_prior(positive, s)
        height = np.real(self._exponent(bounds, slice(None)))
        self.height = height[:, : _last_valley(height.max(axis=0)) + 1]

    def _exponent(self, lam: np.ndarray, chosen: np.ndarray | slice) -> np.ndarray:
        rise = self.sign * self.root[chosen] - self.length
        return np.multiply.outer(lam, rise) + self.log_weight[chosen]

    def wave(self, lam: np.ndarray, high: np.ndarray) -> _Wave:
        """Its values where it is `high` (4, s) for any of the bounding lams."""
        chosen = np.flatnonzero(high.any(axis=0))
        exponent, root = self._exponent(lam, chosen), self.root[chosen]
        top = np.real(exponent).max(axis=1, initial=-np.inf)
        beta = np.multiply.outer(lam, root)
        wave = np.exp(exponent - top[:, None]) / np.sqrt(2 * np.pi * beta)
        turned = 1 if self.sign > 0 else -1j  # sqrt(-beta) against sqrt(beta)
        even, odd = (self._series(lam, root, nu) * wave for nu in (0, 1))
        return _Wave(root, self.share[chosen], top, even * np.conj(turned), odd * turned / beta)

    def _series(self, lam: np.ndarray, root: np.ndarray, nu: int) -> np.ndarray:
        """sum_k a_k (-sign/beta)^k as one matrix product, for beta = lam q."""
        k = np.arange(TERMS)
        return (-self.sign / lam)[:, None] ** k @ (_coefficients(nu)[:, None] * root ** -k[:, None])


def _last_valley(height: np.ndarray) -> int:
    """The lowest node of the last descent: the best place to end a path."""
    falls = np.flatnonzero(np.diff(height) < 0)
    return int(falls[-1]) + 1 if falls.size else len(height) - 1


@lru_cache
def _coefficients(nu: int) -> np.ndarray:
    """a_k of K_nu(u) = (pi/2u)^{1/2} e^{-u} sum_k a_k/u^k."""
    k = np.arange(1, TERMS)
    return np.append(1.0, np.cumprod((4 * nu**2 - (2 * k - 1) ** 2) / (8 * k)))


def _length(x: np.ndarray, v: np.ndarray) -> float:
    """R = q(0), the largest of a batch."""
    return float(np.sqrt(np.max(x**2 @ (v > 0), initial=0.0)))


def _line(v: np.ndarray, reach: float, turns: float) -> tuple[np.ndarray, np.ndarray]:
    """log sigma and log of the weights, for |lambda| R <= reach, |Im lambda| R <= turns: all that is not negligible."""
    step = min(STRIP_STEP, GAUSSIAN_STEP / np.sqrt(v.size / 8 + reach / 4), 2 * np.pi / (DEPTH / 3 + FLAT * turns))
    low = np.log(v.min()) - 2 * DEPTH - np.log1p(reach)
    high = np.log(v.max()) + DEPTH + 2 * np.log1p(reach)
    coarse = np.linspace(low, high, 400)
    inside = coarse[_log_prior(v, coarse) + reach > -DEPTH]
    start = inside[0] - (coarse[1] - coarse[0])
    if (high - start) / step > MOST_NODES:
        raise NotComputable(f"lam must be smaller in modulus: |lam x| = {reach:.3g} needs too many nodes")
    s = np.arange(start, high, step)
    return s, _log_prior(v, s) + np.log(step)


def _along(s: np.ndarray, x: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """v_i/(v_i + sigma), (s, d), and q, (..., s), at log sigma = s."""
    share = v / (v + np.exp(s)[:, None])
    return share, np.sqrt(x**2 @ share.T)


def _log_prior(v: np.ndarray, s: np.ndarray) -> np.ndarray:
    return -np.log1p(v * np.exp(-s)[:, None]).sum(-1) / 2
