r"""The empirical score and its Jacobian: exact averages over data sets at finite N and d.

With :math:`g = y - x - c`, c the mean of sum w (y - x) so that nothing cancels, and phi and psi_k as they are in
`theory.exact.averages`,

    E sum w g(y)        = N int psi_1(e)[g] phi^{N-1} lambda de
    E (sum w g(y))^2    = N int psi_2(e)[g^2] phi^{N-1} lambda de + N (N-1) int (psi_1(e)[g])^2 phi^{N-2} lambda de
    E Cov_w(y)          = N (N-1) int ( psi_1(e) psi_1(e)[g g^T] - psi_1(e)[g] psi_1(e)[g]^T ) phi^{N-2} lambda de

(The last: a covariance is half the mean square of differences, over pairs.) A training point of energy E_1 multiplies
every integrand by exp(-u_1), u_1 = e^{lambda (e - E_1)}, and adds its own weight, u_1 in place of N psi_1.
"""

import numpy as np

from theory.case import takes_case
from theory.checks import NotComputable, finite, log_size, numpy_inside, positive
from theory.exact.evaluation import LAW, ROWS, Point, at_all, integral
from theory.exact.quadrature import Levels, Panels
from theory.laws.coerce import as_law

MEAN_ROUNDING = 1e-15  # of a mean, relative to the standard deviation of one point, for each unit of 50 + log N
HOTTEST = 1e-12  # standard deviation of the energies over t, for a variance


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

    return at_all(average, t, x, law, log_n, training_point)


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
        (batch, *shape of t, d), in inverse squared units of the data. Far above the standard deviation of the energies
        the relative error is 1e-16 of t over it.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where the variance is below rounding, or double precision does not suffice.
    """

    def average(panels: Panels, lam: float) -> np.ndarray:
        if panels.ensemble.log_others == -np.inf:
            return np.zeros(panels.ensemble.x.size)  # the training point is alone, and the same in every data set
        if lam * panels.energy_deviation < HOTTEST:
            raise NotComputable(
                f"t must be at most the standard deviation of energies over {HOTTEST:g}, got {1 / lam:g}"
            )
        levels = panels.levels(lam, (1, 2))
        centre = _mean_offset(panels, levels)
        others = _mean_at(panels, levels, centre)
        single = integral(panels, levels.e, levels.log_single(2), lam, 2, lambda z: _square(panels, z, centre))
        total = single + np.exp(levels.log_pairs() + 2 * levels.log_psi[:, 0]) @ others**2
        if panels.ensemble.training_point is not None:
            own = panels.ensemble.training_point - panels.ensemble.x - centre
            total = total + own**2 * np.exp(levels.log_training_weight(2)).sum()
            total = total + 2 * own * (np.exp(_log_own_pairs(levels) + levels.log_psi[:, 0]) @ others)
        return lam**2 * _above_rounding(total, centre, panels, lam)

    return at_all(average, t, x, law, log_n, training_point)


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

    return at_all(average, t, x, law, log_n, training_point)


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


def _above_rounding(total: np.ndarray, centre: np.ndarray, panels: Panels, lam: float) -> np.ndarray:
    """The variance of the mean of y, where it is more than what the rounding of its mean would make by itself."""
    law, x = panels.ensemble.law, panels.ensemble.x
    warm = max(lam, 1 / panels.energy_deviation)  # below, points vary as at 0
    variance = np.abs(law.curvature(warm, x) + warm) / warm**2
    noise = MEAN_ROUNDING * (50 + panels.ensemble.log_n)
    if total.max() < noise**2 * (centre**2 + variance).max():
        raise NotComputable(
            f"log_n must be smaller, or t: at t = {1 / lam:g} the variance of the score is below rounding"
        )
    return total


def _mean_offset(panels: Panels, levels: Levels) -> np.ndarray:
    """E sum w (y - x), (d,)."""
    mean = integral(panels, levels.e, levels.log_single(1), levels.lam, 1, lambda z: _offset(panels, z))
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
    law, x, rows = panels.ensemble.law, panels.ensemble.x, max(1, ROWS // len(centre))
    total = np.zeros((len(centre), len(centre)))
    for z, weight in panels.contour.measure(levels.e, log_weight, levels.lam, 1):
        total = total + law.weighted_hessian(weight / z**2, z, x) + np.real(np.sum(weight / z)) * np.eye(len(centre))
        for i in range(0, len(z), rows):
            offset = _offset(panels, z[i : i + rows]) - centre
            total = total + _real_product(offset.T * weight[i : i + rows], offset)
    return total


def _real_product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The real part of a matrix product: two real products in place of four."""
    return np.real(a) @ np.real(b) - np.imag(a) @ np.imag(b)


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
