r"""Exact averages over data sets at finite N and d.

N independent levels of one law; x is fixed, the data set is random. Writing 1/Z^k as an integral over s and averaging
the independent levels one by one, with phi(s) = E exp(-s e^{-lambda E}) = 1 - omega and s = e^{lambda e},

    E sum w^k           = N / Gamma(k) int psi_k(e) phi^{N-1} lambda de
    E log Z             = -gamma_E - lambda int e N psi_1(e) phi^{N-1} lambda de
    E sum w E           = N int psi_1(e)[E] phi^{N-1} lambda de = -d/dlambda E log Z
    E[-sum w log w]     = E log Z + lambda E sum w E
    E sum w g(y)        = N int psi_1(e)[g] phi^{N-1} lambda de
    E (sum w g(y))^2    = N int psi_2(e)[g^2] phi^{N-1} lambda de + N (N-1) int (psi_1(e)[g])^2 phi^{N-2} lambda de
    E Cov_w(y)          = N (N-1) int ( psi_1(e) psi_1(e)[g g^T] - psi_1(e)[g] psi_1(e)[g]^T ) phi^{N-2} lambda de

for any N, 1 or e^5000: no Monte Carlo and no asymptotics. (The second line: phi^N is the probability that -log Z plus a
Gumbel variable exceeds lambda e. The last: a covariance is half the mean square of differences, over pairs.) Averages
over one level come from `theory.exact.contour`, integrals over e from `theory.exact.quadrature`. A training point y_1,
of energy E_1, multiplies every integrand by exp(-u_1), u_1 = e^{lambda (e - E_1)}, and adds its own weight, u_1 in
place of N psi_1. With g = y - x - c this gives the score, its variance and its Jacobian; c is the mean of sum w (y -
x), so that nothing cancels. [E] is -K'(z), the mean energy of levels reweighted by e^{-z E}.

Arguments of all functions: `t` > 0, a variance, one number or an array of any shape; `x` (d,) or (batch, d); `law`, an
energy law or variances (d,) of centred Gaussian data; `log_n` = log N >= 0; `training_point`, a data point (d,) that
every data set contains besides N - 1 random ones. A `Case` stands for these five. Results have the axes
(batch, *shape of t, ...). Relative errors are about 1e-13 (1e-12 at log N = 5000, 1e-10 far below t_c);
`NotComputable` where double precision cannot give the answer.

References:
    Random-energy model: an exactly solvable model of disordered systems (B. Derrida, 1981), for log Z and the levels.
"""

from collections.abc import Callable

import numpy as np

from theory.case import takes_case
from theory.checks import NotComputable, finite, integer, log_size, numpy_inside, positive
from theory.exact.quadrature import Ensemble, Levels, Panels
from theory.laws.coerce import as_law, as_points
from theory.laws.law import EnergyLaw

MEAN_ROUNDING = 1e-15  # of a mean, relative to the spread of one point, for each unit of 50 + log N
LARGEST_LOG = 1e6  # of N
HOTTEST = 1e-12  # spread of the energies over t, for a variance
FARTHEST = 1e100  # factor between t and the spread of the energies

LAW = np.ndarray | EnergyLaw
Point = np.ndarray | None
SMALLEST_LOG = -708.0  # below it a float is 0, or no longer accurate
BOUND_TOLERANCE = 1e-9  # by which a moment may leave its bounds by rounding
ROWS = 4_000_000  # entries of one table of Hessians


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

    return _at_all(average, t, x, law, log_n, training_point)


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

    return _at_all(average, t, x, law, log_n, training_point)


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

    return _at_all(average, t, x, law, log_n, training_point)


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
        if abs(value - bounded) > BOUND_TOLERANCE * (1 + lam * panels.energy_spread):
            raise NotComputable(
                f"t must be a time at which the entropy is within its bounds; it is not at t = {1 / lam:g}"
            )
        return bounded

    return _at_all(average, t, x, law, log_n, training_point)


@takes_case
@numpy_inside
def mean_score(
    t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, training_point: Point = None
) -> np.ndarray:
    r"""Mean empirical score: E s(x) = E sum_\mu w_\mu (y_\mu - x)/t.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data; or a `Case` for all five arguments.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0, of all points with the training point.
        training_point: a data point (d,) of every data set, besides N - 1 random ones.

    Returns:
        (batch, *shape of t, d), in inverse units of the data.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where double precision does not suffice.
    """

    def average(panels: Panels, lam: float) -> np.ndarray:
        return lam * _mean_offset(panels, panels.levels(lam, (1,)))

    return _at_all(average, t, x, law, log_n, training_point)


@takes_case
@numpy_inside
def score_variance(
    t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, training_point: Point = None
) -> np.ndarray:
    r"""Variance over data sets of each component of the empirical score: Var s_i(x).

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data; or a `Case` for all five arguments.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0, of all points with the training point.
        training_point: a data point (d,) of every data set, besides N - 1 random ones.

    Returns:
        (batch, *shape of t, d); far above the spread of the energies with a relative error of 1e-16 t/spread.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where the variance is below rounding, or double precision does not suffice.
    """

    def average(panels: Panels, lam: float) -> np.ndarray:
        if panels.ensemble.log_others == -np.inf:
            return np.zeros(panels.ensemble.x.size)  # the training point is alone, and the same in every data set
        if lam * panels.energy_spread < HOTTEST:
            raise NotComputable(f"t must be at most the spread of the energies over {HOTTEST:g}, got {1 / lam:g}")
        levels = panels.levels(lam, (1, 2))
        centre = _mean_offset(panels, levels)
        others = _mean_at(panels, levels, centre)
        single = _integral(panels, levels.e, levels.log_single(2), lam, 2, lambda z: _square(panels, z, centre))
        total = single + np.exp(levels.log_pairs() + 2 * levels.log_psi[:, 0]) @ others**2
        if panels.ensemble.training_point is not None:
            own = panels.ensemble.training_point - panels.ensemble.x - centre
            total = total + own**2 * np.exp(levels.log_training_weight(2)).sum()
            total = total + 2 * own * (np.exp(_log_own_pairs(levels) + levels.log_psi[:, 0]) @ others)
        return lam**2 * _above_rounding(total, centre, panels, lam)

    return _at_all(average, t, x, law, log_n, training_point)


@takes_case
@numpy_inside
def mean_jacobian(
    t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, training_point: Point = None
) -> np.ndarray:
    r"""Mean Jacobian of the empirical score: E J(x) = E Cov_w(y)/t^2 - 1/t.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data; or a `Case` for all five arguments.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0, of all points with the training point.
        training_point: a data point (d,) of every data set, besides N - 1 random ones.

    Returns:
        (batch, *shape of t, d, d).

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where double precision does not suffice.
    """

    def average(panels: Panels, lam: float) -> np.ndarray:
        levels = panels.levels(lam, (1, 2))
        centre, log_one = _mean_offset(panels, levels), levels.log_psi[:, 0]
        others = _mean_at(panels, levels, centre)
        pairs = np.exp(levels.log_pairs() + 2 * log_one)
        covariance = _second_moments(panels, levels, levels.log_pairs() + log_one, centre)
        covariance = covariance - (others.T * pairs) @ others
        if panels.ensemble.training_point is not None:
            own = panels.ensemble.training_point - panels.ensemble.x
            covariance = covariance + _second_moments(panels, levels, _log_own_pairs(levels), own)
        return lam**2 * covariance - lam * np.eye(len(centre))

    return _at_all(average, t, x, law, log_n, training_point)


@numpy_inside
def equal_weights_jacobian(
    t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, training_point: np.ndarray
) -> np.ndarray:
    """Mean Jacobian E J at one x from which all energies are equal, as of unit-norm data at the origin.

    All weights are 1/N: with A the law's mean of (y - x)(y - x)^T, Cov_w(y) is on average (1 - 1/N) times that of N - 1
    random points and the training point where the law's mean is x, which is not checked.

    Arguments:
        t: noise variance > 0, of any shape.
        x: location (d,).
        law: an `EnergyLaw`, or variances (d,).
        log_n: log N >= 0.
        training_point: a data point (d,) of every data set.

    Returns:
        (*shape of t, d, d).

    Raises:
        ValueError: where an argument is not finite or out of range.
    """
    times, law, least = positive("t", t)[..., None, None], as_law(law), np.exp(-log_size(log_n))
    unit, own = np.eye(law.dimension), finite("training_point", training_point, ndim=(1,)) - x
    random = law.hessian(1.0, x) + unit  # A, by any lambda
    return (1 - least) * ((1 - least) * random + least * np.outer(own, own)) / times**2 - unit / times


def _at_all(
    average: Callable[[Panels, float], np.ndarray | float],
    t: np.ndarray | float,
    x: np.ndarray,
    law: LAW,
    log_n: float,
    training_point: Point,
) -> np.ndarray:
    """`average` at every point and time, from checked arguments."""
    times, law, size = positive("t", t), as_law(law), log_size(log_n)
    if size > LARGEST_LOG:
        raise NotComputable(f"log_n must be at most {LARGEST_LOG:g} for an exact average, got {size:g}")
    x = as_points(x, law)
    own = None if training_point is None else finite("training_point", training_point, ndim=(1,))
    if own is not None and own.size != law.dimension:
        raise ValueError(f"training_point must have {law.dimension} coordinates, got {own.size}")
    ensembles = [Panels(Ensemble(law, row, size, own)) for row in np.atleast_2d(x)]
    for panels in ensembles:
        far = np.abs(np.log(times) - np.log(panels.energy_spread)) > np.log(FARTHEST)
        if far.any():
            raise NotComputable(
                f"t must be within a factor {FARTHEST:g} of the spread {panels.energy_spread:g} of the energies, "
                f"got {times[far].flat[0]:g}"
            )
    values = np.array([[average(panels, 1 / time) for time in times.ravel()] for panels in ensembles])
    return values.reshape((*x.shape[:-1], *times.shape, *values.shape[2:]))[()]


def _above_rounding(total: np.ndarray, centre: np.ndarray, panels: Panels, lam: float) -> np.ndarray:
    """The variance of the mean of y, where it is more than what the rounding of its mean would make by itself."""
    law, x = panels.ensemble.law, panels.ensemble.x
    warm = max(lam, 1 / panels.energy_spread)  # below, points are spread as at 0
    spread = np.abs(law.curvature(warm, x) + warm) / warm**2
    noise = MEAN_ROUNDING * (50 + panels.ensemble.log_n)
    if total.max() < noise**2 * (centre**2 + spread).max():
        raise NotComputable(
            f"log_n must be smaller, or t: at t = {1 / lam:g} the variance of the score is below rounding"
        )
    return total


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

    mean = float(_integral(panels, levels.e, levels.log_single(1), levels.lam, 1, energy))
    if panels.ensemble.training_point is not None:
        mean += (panels.ensemble.training_energy - centre) * float(np.exp(levels.log_training_weight(1)).sum())
    return mean


def _mean_offset(panels: Panels, levels: Levels) -> np.ndarray:
    """E sum w (y - x), (d,)."""
    mean = _integral(panels, levels.e, levels.log_single(1), levels.lam, 1, lambda z: _offset(panels, z))
    if panels.ensemble.training_point is not None:
        own = panels.ensemble.training_point - panels.ensemble.x
        mean = mean + own * np.exp(levels.log_training_weight(1)).sum()
    return mean


def _mean_at(panels: Panels, levels: Levels, centre: np.ndarray) -> np.ndarray:
    """psi_1(e)[y - x - centre] / psi_1(e), (n, d): where the levels near e lie."""
    _, values = panels.contour.average(levels.e, levels.lam, (1,), lambda z: _ones_and(_offset(panels, z) - centre))
    one = values[:, 0, :1]
    return np.divide(values[:, 0, 1:], one, out=np.zeros_like(values[:, 0, 1:]), where=one > 0)


def _second_moments(panels: Panels, levels: Levels, log_weight: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Integral of psi_1(e)[(y - x - centre)(y - x - centre)^T], (d, d)."""

    def matrix(z: np.ndarray) -> np.ndarray:
        offset = _offset(panels, z) - centre
        own = panels.ensemble.law.hessian(z, panels.ensemble.x) + z[:, None, None] * np.eye(len(centre))
        return own / z[:, None, None] ** 2 + offset[:, :, None] * offset[:, None, :]

    return _integral(panels, levels.e, log_weight, levels.lam, 1, matrix, rows=max(1, ROWS // len(centre) ** 2))


def _integral(
    panels: Panels,
    e: np.ndarray,
    log_weight: np.ndarray,
    lam: float,
    order: int,
    insertion: Callable[[np.ndarray], np.ndarray],
    rows: int = ROWS,
) -> np.ndarray:
    """Sum over e of exp(log_weight) psi_order(e)[g] for an insertion g."""
    total = np.zeros(())
    for z, weight in panels.contour.measure(e, log_weight, lam, order):
        for i in range(0, len(z), rows):
            total = total + np.real(np.tensordot(weight[i : i + rows], insertion(z[i : i + rows]), axes=1))
    return total


def _log_own_pairs(levels: Levels) -> np.ndarray:
    """Log weights of psi_1 in integrals over the training point and one other."""
    own = levels.log_training + np.log(levels.lam * levels.weight)
    return levels.ensemble.log_others + levels.log_survival(1) + own


def _offset(panels: Panels, z: np.ndarray) -> np.ndarray:
    """Mean of y - x in levels reweighted by e^{-z E}, (n, d)."""
    return panels.ensemble.law.gradient(z, panels.ensemble.x) / z[:, None]


def _square(panels: Panels, z: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Mean of (y_i - x_i - centre_i)^2 in levels reweighted by e^{-z E}, (n, d)."""
    curvature = panels.ensemble.law.curvature(z, panels.ensemble.x)
    return (curvature + z[:, None]) / z[:, None] ** 2 + (_offset(panels, z) - centre) ** 2


def _ones_and(columns: np.ndarray) -> np.ndarray:
    return np.concatenate([np.ones((len(columns), 1)), columns], axis=1)
