r"""The entropy of the levels that dominate at the inverse temperature lambda, and its one root.

    S(lambda) = log N + K(lambda) - lambda K'(lambda),      dS/dlambda = -lambda K'' < 0

The root is found on Chebyshev polynomials in log lambda, shared by the points: for linear data S is analytic there for
|Im log lambda| < pi, and all points cost one table of `entropy_loss`, one matrix product. Where their last coefficients
have not vanished (rare data far nearer to x than others make K singular close to the real axis), the root of each point
is searched between values of lambda at which S has both signs.
"""

from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev
from scipy.optimize import elementwise

from theory.checks import NotComputable
from theory.laws.law import EnergyLaw

OCTAVES = 2.0 ** np.arange(8)  # inverse temperatures of one search block
MARGIN = 0.7  # in log lambda, more than the error of linear interpolation between octaves
EQUAL_LEVELS = (
    "variances must give the energies a positive variance: at some x levels are equal, or too close for floats"
)
RESOLVED = 1e-12  # of the last coefficients of S, relative to the largest
FARTHEST = 2.0**500  # how far beyond its second-cumulant scale an inverse temperature is looked for


def entropy(lam: np.ndarray | float, x: np.ndarray, law: EnergyLaw, log_n: float) -> np.ndarray:
    """Log of the number of levels that dominate at temperature t = 1/lambda: S(lambda) = log N + K - lambda K'.

    Arguments:
        lam: inverse temperature 1/t > 0, of any shape that broadcasts.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`.
        log_n: log N >= 0.

    Returns:
        Nats, of the shape of `law.log_mgf(lam, x)`; negative below the condensation time.

    Raises:
        ValueError: as `EnergyLaw.log_mgf`.
    """
    return log_n + law.log_mgf(lam, x) - lam * law.lam_derivative(lam, x)


def entropy_roots(x: np.ndarray, law: EnergyLaw, log_n: float) -> np.ndarray:
    """The inverse temperatures at which S vanishes, of points that are solved together.

    Arguments:
        x: locations, (batch, d), in units of the data.
        law: an `EnergyLaw`.
        log_n: log N > 0.

    Returns:
        lambda_c of each, (batch,), in inverse squared units of the data.

    Raises:
        ValueError: for a location from which all levels are equal.
        NotComputable: where S does not vanish at a time that is a float.
    """
    coarse, bracket = _bracket(x, law, log_n)
    guess = _sign_change(coarse, bracket)
    low, high = guess.min() - MARGIN, guess.max() + MARGIN
    degree = 8 + int(36 / np.arcsinh(2 * np.pi / (high - low)))  # e^-36 at the edge of the strip of analyticity
    nodes = chebyshev.chebpts1(degree + 1)
    excess = law.entropy_loss(np.exp(low + (high - low) * (nodes + 1) / 2), x) - log_n
    series = excess @ _transform(degree)
    if np.abs(series[:, -2:]).max() > RESOLVED * np.abs(series).max():
        return np.exp(_searched(coarse[0], coarse[-1], x, law, log_n))
    root = _newton(series, _sign_change(nodes, excess))
    return np.exp(low + (high - low) * (root + 1) / 2)


def _searched(low: float, high: float, x: np.ndarray, law: EnergyLaw, log_n: float) -> np.ndarray:
    """log lambda where S changes sign, for each point alone, between two values that all points share."""

    def left(log_lam: np.ndarray, row: np.ndarray) -> np.ndarray:
        return entropy(np.exp(log_lam), x[row], law, log_n)

    return elementwise.find_root(left, (low, high), args=(np.arange(len(x)),)).x


def _bracket(x: np.ndarray, law: EnergyLaw, log_n: float) -> tuple[np.ndarray, np.ndarray]:
    """Values of log lambda, a factor 2 apart, with -S there: its sign changes once in every row."""
    variance = law.lam_derivative(0.0, x, order=2)
    if not (variance > 0).all():
        raise ValueError(EQUAL_LEVELS)
    guess = np.sqrt(2 * log_n / variance)
    lams = np.array([])
    excess = np.empty((len(x), 0))
    block = guess.min() / 2 * OCTAVES
    while not (len(lams) and (excess[:, -1] > 0).all()):
        if not block[-1] < guess.max() * FARTHEST:
            raise NotComputable(
                f"log_n must be small enough for the entropy to vanish at a positive time: log N = {log_n:g} exceeds "
                "what this law can lose (as for a data set of finitely many points), or t_c underflows"
            )
        lams, excess = np.append(lams, block), np.hstack([excess, law.entropy_loss(block, x) - log_n])
        block = block * 2 * OCTAVES[-1]
    return _down_to_negative(np.log(lams), excess, x, law, log_n)


def _down_to_negative(
    nodes: np.ndarray, excess: np.ndarray, x: np.ndarray, law: EnergyLaw, log_n: float
) -> tuple[np.ndarray, np.ndarray]:
    """Add nodes below until -S is negative at the lowest for every point (K'' may grow with lambda for some laws)."""
    while (excess[:, 0] > 0).any():
        lower = nodes[0] - np.log(4)
        if lower < np.log(np.finfo(float).tiny):
            raise NotComputable(
                "law must have K(0) = 0 and a finite K'(0): its entropy does not tend to log N at high t"
            )
        nodes = np.append(lower, nodes)
        excess = np.hstack([law.entropy_loss(np.exp([lower]), x) - log_n, excess])
    return nodes, excess


def _sign_change(nodes: np.ndarray, excess: np.ndarray) -> np.ndarray:
    """Linear interpolation of the one zero of each row of an increasing table; nodes are in increasing order."""
    right = np.clip((excess > 0).argmax(axis=1), 1, len(nodes) - 1)
    rows = np.arange(len(excess))
    below, above = excess[rows, right - 1], excess[rows, right]
    return nodes[right - 1] - below * (nodes[right] - nodes[right - 1]) / (above - below)


def _newton(coefficients: np.ndarray, root: np.ndarray) -> np.ndarray:
    series, slope = coefficients.T, chebyshev.chebder(coefficients.T)
    for _ in range(6):
        step = chebyshev.chebval(root, series, tensor=False) / chebyshev.chebval(root, slope, tensor=False)
        root = np.clip(root - step, -1, 1)
    return root


@lru_cache
def _transform(degree: int) -> np.ndarray:
    """Matrix from values at the Chebyshev points to coefficients (discrete orthogonality)."""
    polynomials = chebyshev.chebvander(chebyshev.chebpts1(degree + 1), degree)
    return polynomials * np.where(np.arange(degree + 1) == 0, 1, 2) / (degree + 1)
