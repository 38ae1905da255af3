r"""Exact averages over data sets at finite N and d.

N independent levels of one law; x is fixed, the data set is random. Writing 1/Z^k as an integral over s and averaging
the independent levels one by one, with phi(s) = E exp(-s e^{-lambda E}) = 1 - omega and s = e^{lambda e},

    E sum w^k           = N / Gamma(k) int psi_k(e) phi^{N-1} lambda de
    E log Z             = -gamma_E - lambda int e N psi_1(e) phi^{N-1} lambda de
    E sum w E           = N int psi_1(e)[E] phi^{N-1} lambda de = -d/dlambda E log Z
    E[-sum w log w]     = E log Z + lambda E sum w E

for any N, 1 or e^5000: no Monte Carlo and no asymptotics. (The second line: phi^N is the probability that -log Z plus a
Gumbel variable exceeds lambda e.) Averages over one level come from `theory.exact.contour`, integrals over e from
`theory.exact.quadrature`. A training point y_1, of energy E_1, multiplies every integrand by exp(-u_1), u_1 = e^{lambda
(e - E_1)}, and adds its own weight, u_1 in place of N psi_1. [E] is -K'(z), the mean energy of levels reweighted by
e^{-z E}. The score: `theory.exact.score`.

Arguments of all functions: `t` > 0, a variance, one number or an array of any shape; `x` (d,) or (batch, d); `law`, an
energy law or variances (d,) of centred Gaussian data; `log_n` = log N >= 0; `training_point`, a data point (d,) that
every data set contains besides N - 1 random ones. A `Case` stands for these five. Results have the axes
(batch, *shape of t, ...). Relative errors are about 1e-13 (1e-12 at log N = 5000, 1e-10 far below t_c);
`NotComputable` where double precision cannot give the answer.

References:
    Random-energy model: an exactly solvable model of disordered systems (B. Derrida, 1981), for log Z and the levels.
"""

import numpy as np

from theory.case import takes_case
from theory.checks import NotComputable, integer, log_size, numpy_inside
from theory.exact.evaluation import LAW, Point, at_all, integral
from theory.exact.quadrature import Levels, Panels

SMALLEST_LOG = -708.0  # below it a float is 0, or no longer accurate
BOUND_TOLERANCE = 1e-9  # by which a moment may leave its bounds by rounding


@takes_case
@numpy_inside
def participation_ratio(
    t: np.ndarray | float,
    x: np.ndarray,
    law: LAW,
    log_n: float,
    training_point: Point = None,
    order: int = 2,
) -> np.ndarray:
    r"""Mean participation ratio, or a higher moment of the weights: E sum_\mu w_\mu^k = N/Gamma(k) int psi_k phi^{N-1}.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data; or a `Case` for all five arguments.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0, of all points with the training point.
        training_point: a data point (d,) of every data set, besides N - 1 random ones.
        order: an integer k >= 2.

    Returns:
        (batch, *shape of t), in [N^{1 - k}, 1].

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where the answer is too small for a float, or double precision does not suffice.
    """
    logs = log_participation_ratio(t, x, law, log_n, training_point, order)
    if np.min(logs, initial=0.0) < SMALLEST_LOG:
        raise NotComputable(
            f"log_n must be small enough for the answer to be a float, and it is e^{np.min(logs):.1f}: "
            "use log_participation_ratio"
        )
    return np.exp(logs)


@takes_case
@numpy_inside
def log_participation_ratio(
    t: np.ndarray | float,
    x: np.ndarray,
    law: LAW,
    log_n: float,
    training_point: Point = None,
    order: int = 2,
) -> np.ndarray:
    r"""Logarithm of `participation_ratio`, also where the moment itself is too small for a float.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data; or a `Case` for all five arguments.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0, of all points with the training point.
        training_point: a data point (d,) of every data set, besides N - 1 random ones.
        order: an integer k >= 2.

    Returns:
        (batch, *shape of t), in [(1 - k) log N, 0].

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where double precision does not suffice.
    """
    order = integer("order", order, least=2)

    def average(panels: Panels, lam: float) -> float:
        moment = panels.levels(lam, (1, order)).log_moment(order)
        bounded = float(np.clip(moment, (1 - order) * panels.ensemble.log_n, 0.0))
        if abs(moment - bounded) > BOUND_TOLERANCE:
            raise NotComputable(
                f"t must be a time at which the moment is within its bounds; it is not at t = {1 / lam:g}"
            )
        return bounded

    return at_all(average, t, x, law, log_n, training_point)


@takes_case
@numpy_inside
def log_partition(
    t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, training_point: Point = None
) -> np.ndarray:
    r"""Mean log partition function: E log sum_\mu exp(-E_\mu/t), of E_\mu = |x - y_\mu|^2/2.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data; or a `Case` for all five arguments.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0, of all points with the training point.
        training_point: a data point (d,) of every data set, besides N - 1 random ones.

    Returns:
        (batch, *shape of t), dimensionless.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where double precision does not suffice.
    """

    def average(panels: Panels, lam: float) -> float:
        levels = panels.levels(lam, (1,))
        centre = _middle(levels)
        return _log_partition(levels, centre) - lam * centre

    return at_all(average, t, x, law, log_n, training_point)


@takes_case
@numpy_inside
def mean_energy(
    t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, training_point: Point = None
) -> np.ndarray:
    r"""Mean energy under the weights: E sum_\mu w_\mu E_\mu = -d/dlambda E log Z, lambda = 1/t.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data; or a `Case` for all five arguments.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0, of all points with the training point.
        training_point: a data point (d,) of every data set, besides N - 1 random ones.

    Returns:
        (batch, *shape of t), in squared units of the data.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where double precision does not suffice.
    """

    def average(panels: Panels, lam: float) -> float:
        levels = panels.levels(lam, (1,))
        centre = _warm_middle(panels, levels)
        return centre + _mean_energy(panels, levels, centre)

    return at_all(average, t, x, law, log_n, training_point)


@takes_case
@numpy_inside
def entropy(t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, training_point: Point = None) -> np.ndarray:
    r"""Mean entropy of the weights: E[-sum_\mu w_\mu log w_\mu] = E log Z + (1/t) E sum_\mu w_\mu E_\mu.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data; or a `Case` for all five arguments.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0, of all points with the training point.
        training_point: a data point (d,) of every data set, besides N - 1 random ones.

    Returns:
        (batch, *shape of t), in nats, in [0, log N].

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where double precision does not suffice.
    """

    def average(panels: Panels, lam: float) -> float:
        levels = panels.levels(lam, (1,))
        centre = _warm_middle(panels, levels)
        value = _log_partition(levels, centre) + lam * _mean_energy(panels, levels, centre)
        bounded = float(np.clip(value, 0.0, log_size(log_n)))
        if abs(value - bounded) > BOUND_TOLERANCE * (1 + lam * panels.energy_deviation):
            raise NotComputable(
                f"t must be a time at which the entropy is within its bounds; it is not at t = {1 / lam:g}"
            )
        return bounded

    return at_all(average, t, x, law, log_n, training_point)


def _middle(levels: Levels) -> float:
    """The energy at which the levels carry most weight."""
    return float(levels.e[np.argmax(levels.log_terms[:, 0])])


def _warm_middle(panels: Panels, levels: Levels) -> float:
    """An energy near E sum w E: that of the reweighted law above t_c, and that which carries most weight below."""
    return max(_middle(levels), -float(panels.ensemble.law.lam_derivative(levels.lam, panels.ensemble.x)))


def _log_partition(levels: Levels, centre: float) -> float:
    """E log sum exp(-lambda (E - centre))."""
    mass = np.exp(levels.log_terms[:, 0]) * levels.lam * levels.weight
    return -np.euler_gamma - levels.lam * float((levels.e - centre) @ mass)


def _mean_energy(panels: Panels, levels: Levels, centre: float) -> float:
    """E sum w (E - centre)."""

    def energy(z: np.ndarray) -> np.ndarray:
        return -panels.ensemble.law.lam_derivative(z, panels.ensemble.x) - centre

    mean = float(integral(panels, levels.e, levels.log_single(1), levels.lam, 1, energy))
    if panels.ensemble.training_point is not None:
        mean += (panels.ensemble.training_energy - centre) * float(np.exp(levels.log_training_weight(1)).sum())
    return mean
