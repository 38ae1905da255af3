r"""Random features at finite width and with finitely many noises: losses of the learned score, by random matrices.

N isotropic points in d dimensions are noised m times each, :math:`x = e^{-u} y + \sqrt{\Delta} z` with
:math:`e^{-2u} = c = 1/(1 + t)` and :math:`\Delta = 1 - c`. The noise z is fitted by
:math:`B\, \sigma(W x/\sqrt d)`, W (p, d) of standard normal entries, with a ridge:

.. math::

    L = \frac{1}{N m d} \sum |z - B \sigma|^2 + \frac{\lambda}{d} |B|^2

For :math:`d \to \infty` at fixed :math:`\psi_n = N/d`, :math:`\psi_p = p/d` and m, losses follow from the two roots q
and r of `first_equivalent` and `second_equivalent` at :math:`z = -\lambda`, :math:`\zeta = 0`. Of the activation three
numbers count: :math:`\mu_1 = \mathbb{E}\, g \sigma(g)`, :math:`\mu_*^2 = \mathbb{E} \sigma^2 - \mu_1^2`, and the
correlation of the rest between two noises of one point, `overlap`. With

.. math::

    T_1 = \mathrm{tr}\, V (U - z - \zeta W W^T/d)^{-1} V^T/d

for the moments U of features and V of features and noise, :math:`1 - T_1` is the least penalised loss, the loss
without its penalty is :math:`1 - T_1 - \lambda\, \partial_z T_1`, and the test loss is
:math:`1 - 2 \mu_1 \sqrt{\Delta}\, T_2 + \mu_1^2\, \partial_\zeta T_1 + \mu_*^2\, \partial_z T_1`.

References: R. Urfin and others, Double descent and malign overfitting in diffusion models, arXiv:2609.26392, where
:math:`1 - T_1` is printed as training loss; T. Bonnaire, R. Urfin, G. Biroli and M. Mezard, Why diffusion models don't
memorize, 2025, arXiv:2505.17638 (m infinite).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy as sp
from sympy import Symbol

from theory import checks as arguments
from theory.checks import NotComputable
from theory.formula import formula

DESCENT = "Urfin et al. 2026, Double descent and malign overfitting in diffusion models"
LIMIT = "isotropic data, d -> infinity at fixed N/d, p/d and m"
NODES = 200  # of the quadrature over normal variables
RUNGS = 40  # ridges between one that is easily solved and the one asked for
STEPS = 100  # of Newton's method on each
LEAST_RIDGE = 1e-20  # below it the peak of the test loss loses its digits
CONVERGED, RESIDUE = 1e-11, 1e-8  # of the logarithms of q and r, and of the equations in units of their largest term
Activation = Callable[[np.ndarray], np.ndarray]
Numeric = Callable[..., np.ndarray]
Number = float | np.ndarray  # real or complex


def _denominators(
    q: Symbol,
    r: Symbol,
    psi_n: Symbol,
    psi_p: Symbol,
    m: Symbol,
    mu_1: Symbol,
    rest: Symbol,
    overlap: Symbol,
    c: Symbol,
) -> tuple[sp.Expr, sp.Expr]:
    """L1 and L2: of the mean over the noises of a point, and of what differs between them."""
    ratio = psi_p / (psi_n * m)
    mean = 1 + ratio * (mu_1**2 * r * (c * m + 1 - c) + rest * q * (1 + (m - 1) * overlap))
    return mean, 1 + ratio * (mu_1**2 * r * (1 - c) + rest * q * (1 - overlap))


def _shared(correlation: Symbol, m: Symbol, mean: sp.Expr, other: sp.Expr) -> sp.Expr:
    """What the m noises of a point share, and what they do not, over their denominators, per noise."""
    return ((1 + (m - 1) * correlation) / mean + (m - 1) * (1 - correlation) / other) / m


@formula(source=DESCENT, regime=LIMIT)
def first_equivalent(
    q: Symbol,
    r: Symbol,
    z: Symbol,
    zeta: Symbol,
    psi_n: Symbol,
    psi_p: Symbol,
    m: Symbol,
    mu_1: Symbol,
    rest: Symbol,
    overlap: Symbol,
    c: Symbol,
) -> sp.Expr:
    """First equation of q and r, which vanishes; rest is mu_*^2 and c is 1/(1 + t)."""
    signal = mu_1**2 * psi_p * _shared(c, m, *_denominators(q, r, psi_n, psi_p, m, mu_1, rest, overlap, c))
    return 1 / r + psi_p * zeta - 1 / q - signal


@formula(source=DESCENT, regime=LIMIT)
def second_equivalent(
    q: Symbol,
    r: Symbol,
    z: Symbol,
    zeta: Symbol,
    psi_n: Symbol,
    psi_p: Symbol,
    m: Symbol,
    mu_1: Symbol,
    rest: Symbol,
    overlap: Symbol,
    c: Symbol,
) -> sp.Expr:
    """Second equation of q and r, which vanishes; z is minus the ridge, rest is mu_*^2 and c is 1/(1 + t)."""
    noise = rest * psi_p * _shared(overlap, m, *_denominators(q, r, psi_n, psi_p, m, mu_1, rest, overlap, c))
    return z * psi_p - (1 - psi_p) / q + r / q**2 - noise


@formula(source=DESCENT, regime=LIMIT)
def fitted_overlap(
    q: Symbol,
    r: Symbol,
    psi_n: Symbol,
    psi_p: Symbol,
    m: Symbol,
    mu_1: Symbol,
    rest: Symbol,
    overlap: Symbol,
    c: Symbol,
) -> sp.Expr:
    """T1 of fitted noise with the noise of the training points: one minus the least penalised loss."""
    mean, other = _denominators(q, r, psi_n, psi_p, m, mu_1, rest, overlap, c)
    total = 1 / mean + (m - 1) / other
    return 1 - total / m + mu_1**2 * psi_p * (1 - c) * r * total**2 / m**2


@formula(source=DESCENT, regime=LIMIT)
def signal_overlap(
    q: Symbol,
    r: Symbol,
    psi_n: Symbol,
    psi_p: Symbol,
    m: Symbol,
    mu_1: Symbol,
    rest: Symbol,
    overlap: Symbol,
    c: Symbol,
) -> sp.Expr:
    """T2 of fitted noise with the noise of held-out points."""
    mean, other = _denominators(q, r, psi_n, psi_p, m, mu_1, rest, overlap, c)
    return psi_p * mu_1 * sp.sqrt(1 - c) * r * (1 / mean + (m - 1) / other) / m


@dataclass(frozen=True)
class Losses:
    """Mean squared errors of the fitted noise per dimension: 1 is that of no fit.

    Arguments:
        test: on held-out points.
        training: on the training points, without the penalty.
        penalised: on the training points, with it; printed as training loss in the reference.
    """

    test: float
    training: float
    penalised: float


def losses(
    t: float, points: float, width: float, noises: float, ridge: float, activation: Activation = np.tanh
) -> Losses:
    """Losses of ridge regression of the noise on random features, in the limit of many dimensions.

    Arguments:
        t: the noise variance > 0, in units of the variance of the isotropic data.
        points: N/d > 0.
        width: p/d > 0.
        noises: the number m >= 1 of noises for each point; it need not be a whole one.
        ridge: lambda > 0.
        activation: an odd function of arrays, as tanh.

    Returns:
        The test loss, the training loss and the least penalised loss; the latter two to 1e-15.

    Raises:
        ValueError: that names the argument and its bound.
        NotComputable: where the equations are not solved to eight digits, and for ridges too small for any.

    Source: Urfin et al. 2026, with the training loss as derived at the head of this module.
    """
    z, constants = -_above("ridge", ridge, 0.0), constants_of(t, points, width, noises, activation)
    equations = Equations.at(constants)
    return _losses(*roots(z, equations), z, equations)


def constants_of(
    t: float, points: float, width: float, noises: float, activation: Activation = np.tanh
) -> tuple[float, ...]:
    """The numbers on which the two equations of q and r rest.

    Arguments:
        t: the noise variance > 0, in units of the variance of the isotropic data.
        points: N/d > 0.
        width: p/d > 0.
        noises: the number m >= 1 of noises for each point; it need not be a whole one.
        activation: an odd function of arrays, as tanh.

    Returns:
        psi_n, psi_p, m, mu_1, mu_*^2, overlap and c = 1/(1 + t).

    Raises:
        ValueError: that names the argument and its bound.
    """
    shape, count = (_above("points", points, 0.0), _above("width", width, 0.0)), arguments.scalar("noises", noises)
    if count < 1:
        raise ValueError(f"noises must be >= 1, got {count:g}")
    c = 1 / (1 + _above("t", t, 0.0))
    return (*shape, count, *moments(activation, c), c)


def moments(activation: Activation, c: float) -> tuple[float, float, float]:
    """Three numbers of an activation sigma that count: mu_1 = E g sigma(g), mu_*^2 = E sigma^2 - mu_1^2, and `overlap`.

    Arguments:
        activation: sigma, of arrays, entry by entry.
        c: 1/(1 + t), the correlation of two noises of one point.

    Returns:
        mu_1, mu_*^2, and the correlation of the rest of sigma between two noises of one point.
    """
    g, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    mu = float(weights @ (g * activation(g)))
    rest = float(weights @ activation(g) ** 2) - mu**2
    shared = activation(np.sqrt(c) * g[:, None] + np.sqrt(1 - c) * g) @ weights - mu * np.sqrt(c) * g
    return mu, rest, float(weights @ shared**2) / rest


def _above(name: str, value: float, least: float) -> float:
    number = arguments.scalar(name, value)
    if number <= least:
        raise ValueError(f"{name} must be > {least:g}, got {number:g}")
    return number


@dataclass(frozen=True)
class Equations:
    """The two equations of q and r at given constants, with their derivatives, as functions of numbers.

    Arguments:
        constants: psi_n, psi_p, m, mu_1, mu_*^2, overlap, c.
        values: numeric twins of the two equations.
        slopes: numeric twins of their derivatives, by the symbol's name.
    """

    constants: tuple[float, ...]
    values: tuple[Numeric, ...]
    slopes: dict[str, tuple[Numeric, ...]]

    @classmethod
    def at(cls, constants: tuple[float, ...]) -> "Equations":
        """The equations in force."""
        parts = (first_equivalent, second_equivalent)
        slopes = {name: tuple(part.derivative(name).numeric for part in parts) for name in ("q", "r", "z", "zeta")}
        return cls(constants, tuple(part.numeric for part in parts), slopes)

    def value(self, q: Number, r: Number, z: Number) -> np.ndarray:
        """Both equations of q and r, which vanish at the solution.

        Arguments:
            q: the first unknown.
            r: the second unknown.
            z: minus the ridge.

        Returns:
            (2,).
        """
        return np.array([part(q, r, z, 0.0, *self.constants) for part in self.values])

    def slope(self, q: Number, r: Number, z: Number, *names: str) -> np.ndarray:
        """Derivatives of both equations of q and r.

        Arguments:
            q: the first unknown.
            r: the second unknown.
            z: minus the ridge.
            *names: the symbols in which they are taken.

        Returns:
            (2, names).
        """
        return np.array([[part(q, r, z, 0.0, *self.constants) for part in self.slopes[name]] for name in names]).T


def roots(z: float, equations: Equations) -> tuple[float, float]:
    """q and r on the negative axis, followed down from a ridge so large that features hardly matter.

    Arguments:
        z: minus the ridge, < 0.
        equations: the two equations.

    Returns:
        q and r.

    Raises:
        NotComputable: where the equations are not solved to eight digits, and for ridges too small for any.
    """
    psi_n, psi_p, m, mu, rest, *_ = equations.constants
    total = mu**2 + rest
    if -z < LEAST_RIDGE * total:
        raise NotComputable(f"ridge must be at least {LEAST_RIDGE:g} of the mean square of a feature, got {-z:g}")
    largest = max(-z, 100 * total * (1 + psi_p / (psi_n * m)) * (1 + psi_p))
    logs = np.full(2, -np.log(total + largest))
    for ridge in np.geomspace(largest, -z, RUNGS):
        logs = _newton(logs, -ridge, equations)
    return float(np.exp(logs[0])), float(np.exp(logs[1]))


def _newton(logs: np.ndarray, z: float, equations: Equations) -> np.ndarray:
    """log q and log r at z, from a guess."""
    for _ in range(STEPS):
        q, r = np.exp(logs)
        step = _solved(equations.slope(q, r, z, "q", "r") * [q, r], -equations.value(q, r, z))
        logs = logs + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < CONVERGED:
            break
    q, r = np.exp(logs)
    scale = 1 / r + 1 / q + abs(z) * equations.constants[1]
    if not np.abs(equations.value(q, r, z)).max() < RESIDUE * scale:
        raise NotComputable(f"ridge must be larger for q and r to be found, got {-z:g}")
    return logs


def _solved(slopes: np.ndarray, values: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.solve(slopes, values)
    except np.linalg.LinAlgError as error:
        remedy = "be nearer to 1 for the equations of q and r to be told apart"
        raise NotComputable(f"points, width and noises must {remedy}") from error


def _losses(q: float, r: float, z: float, equations: Equations) -> Losses:
    """Losses at the roots; q and r move with z and zeta as the equations say."""
    constants = equations.constants
    gradient = np.array([fitted_overlap.derivative(name).numeric(q, r, *constants) for name in "qr"])
    moved = _solved(equations.slope(q, r, z, "q", "r"), -equations.slope(q, r, z, "z", "zeta"))
    in_z, in_zeta = gradient @ moved
    mu, rest, c = constants[3], constants[4], constants[6]
    fitted = float(fitted_overlap.numeric(q, r, *constants))
    signal = float(signal_overlap.numeric(q, r, *constants))
    test = 1 - 2 * mu * np.sqrt(1 - c) * signal + mu**2 * in_zeta + rest * in_z
    return Losses(float(test), max(float(1 - fitted + z * in_z), 0.0), 1 - fitted)
