"""Averages over data sets at every location and time, from checked arguments, and integrals over one energy."""

from collections.abc import Callable

import numpy as np

from theory.checks import NotComputable, finite, log_size, positive
from theory.exact.quadrature import Ensemble, Panels
from theory.laws.coerce import as_law, as_points
from theory.laws.law import EnergyLaw

LARGEST_LOG = 1e6  # of N
FARTHEST = 1e100  # factor between t and the standard deviation of the energies
ROWS = 4_000_000  # entries of one table of Hessians
LAW = np.ndarray | EnergyLaw
Point = np.ndarray | None


def at_all(
    average: Callable[[Panels, float], np.ndarray | float],
    t: np.ndarray | float,
    x: np.ndarray,
    law: LAW,
    log_n: float,
    training_point: Point,
) -> np.ndarray:
    """An average over data sets at every location and time, from checked arguments.

    Arguments:
        average: of the panels of one location and an inverse temperature 1/t.
        t: noise variance > 0, of any shape, in squared units of the data.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0.
        training_point: a data point (d,) of every data set, or None.

    Returns:
        (batch, *shape of t, *shape of an average).

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where log N is too large.
    """
    times, law, size = positive("t", t), as_law(law), log_size(log_n)
    if size > LARGEST_LOG:
        raise NotComputable(f"log_n must be at most {LARGEST_LOG:g} for an exact average, got {size:g}")
    x = as_points(x, law)
    own = None if training_point is None else finite("training_point", training_point, ndim=(1,))
    if own is not None and own.size != law.dimension:
        raise ValueError(f"training_point must have {law.dimension} coordinates, got {own.size}")
    ensembles = [Panels(Ensemble(law, row, size, own)) for row in np.atleast_2d(x)]
    for panels in ensembles:
        far = np.abs(np.log(times) - np.log(panels.energy_deviation)) > np.log(FARTHEST)
        if far.any():
            raise NotComputable(
                f"t must be within a factor {FARTHEST:g} of the standard deviation {panels.energy_deviation:g} "
                f"of the energies, got {times[far].flat[0]:g}"
            )
    values = np.array([[average(panels, 1 / time) for time in times.ravel()] for panels in ensembles])
    return values.reshape((*x.shape[:-1], *times.shape, *values.shape[2:]))[()]


def integral(
    panels: Panels,
    e: np.ndarray,
    log_weight: np.ndarray,
    lam: float,
    order: int,
    insertion: Callable[[np.ndarray], np.ndarray],
    rows: int = ROWS,
) -> np.ndarray:
    """Sum over energies e of exp(log_weight) psi_k(e)[g], for an insertion g.

    Arguments:
        panels: of one location.
        e: energies, (n,).
        log_weight: logs of weights, (n,).
        lam: inverse temperature 1/t > 0.
        order: k >= 1.
        insertion: g of points z (m,) of the plane of K, (m, *shape).
        rows: points z at a time, a bound on memory.

    Returns:
        Of the shape of g.
    """
    total = np.zeros(())
    for z, weight in panels.contour.measure(e, log_weight, lam, order):
        for i in range(0, len(z), rows):
            total = total + np.real(np.tensordot(weight[i : i + rows], insertion(z[i : i + rows]), axes=1))
    return total
