r"""Which of two times of a data set is the larger: speciation, onset, collapse, best generalization, each as measured.

    speciation    the largest t with a valley of log p_t in the middle of two clusters: <y_1^2>_w >= t at the origin
    onset         a data point weighs as much as all others together where it lies: <log odds> = 0 at x = y
    collapse      the same where it is seen from its noised copies:                  <log odds> = 0 at x = y + sqrt(t) z
    best          the empirical density explains held-out data best: <2 <E>_w> = d t over held-out points

The averages <.> are over the probes of the one data set (`simulate.samplers.Probed`). A time is a property of a data
set, and so is the order of two times. The t of the case, from which the times are looked for, is to be near the largest
variance of the data.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp

from simulate.observables.observable import UNIT, Labels, Single
from simulate.samplers import ProbedSet, Weighted
from theory.case import Case
from theory.checks import choice

REACH = 1e4  # of a time over the t of its case, and back
VALLEYS = np.geomspace(4, 1e-2, 200)  # times, in units of the t of the case, at which a valley is looked for


@dataclass(frozen=True)
class OrderOfTimes(Single):
    """1 where the first of two times is the larger, else 0: a component for each pair of names of times.

    Arguments:
        pairs: names of `TIMES`, two by two.

    Raises:
        ValueError: for other names.
    """

    limits = UNIT

    pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        for first, second in self.pairs:
            choice("first", first, tuple(TIMES))
            choice("second", second, tuple(TIMES))

    def __call__(self, case: Case, drawn: list[ProbedSet]) -> np.ndarray:
        return np.array([self._ordered(case, data) for data in drawn]).T

    def labels(self, case: Case) -> Labels:
        """The names of both times."""
        first, second = zip(*self.pairs, strict=True)
        return {"first": first, "second": second}

    def _ordered(self, case: Case, data: ProbedSet) -> list[float]:
        times = {name: TIMES[name](case, data) for name in dict.fromkeys(np.ravel(self.pairs).tolist())}
        return [float(times[first] > times[second]) for first, second in self.pairs]


def speciation(case: Case, seen: ProbedSet) -> float:
    """The time of speciation of a data set: the largest t at which log p_t has a valley in the middle of two clusters.

    Arguments:
        case: the data and their dimension d; its t is the unit in which times are looked for.
        seen: a data set with its probes.

    Returns:
        A noise variance; 0 where there is no valley at any time.
    """
    times = case.t * VALLEYS
    energies = (seen.data**2).sum(axis=1) / 2
    weights = Weighted(energies).weights(times[:, None])
    valley = weights @ seen.data[:, 0] ** 2 >= times
    return float(times[valley.argmax()]) if valley.any() else 0.0


def onset(case: Case, seen: ProbedSet) -> float:
    """The time of onset of a data set: the mean log odds of data points vanish, each at its own place.

    Arguments:
        case: the data and their dimension d; its t is the unit in which times are looked for.
        seen: a data set with its probes.

    Returns:
        A noise variance.
    """
    energies, _ = seen.of_others()
    return _zero(lambda t: -logsumexp(-energies / t, axis=1).mean(), case)


def collapse(case: Case, seen: ProbedSet) -> float:
    """The time of collapse of a data set: the mean log odds of data points vanish, each seen from its noised copy.

    Arguments:
        case: the data and their dimension d; its t is the unit in which times are looked for.
        seen: a data set with its probes.

    Returns:
        A noise variance.
    """
    energies, products = seen.of_others()
    return _zero(lambda t: -logsumexp(-energies / t - products / np.sqrt(t), axis=1).mean(), case)


def best(case: Case, seen: ProbedSet) -> float:
    """The time at which the empirical density of a data set explains held-out data best: log p_t is largest there.

    Arguments:
        case: the data and their dimension d; its t is the unit in which times are looked for.
        seen: a data set with its probes.

    Returns:
        A noise variance.
    """
    energies = seen.of_held_out()

    def excess(t: float) -> float:
        mean = (Weighted(energies).weights(t) * energies).sum(axis=1)
        return float(mean.mean() * 2 / (case.d * t) - 1)

    return _zero(excess, case)


TIMES: dict[str, Callable[[Case, ProbedSet], float]] = {
    "speciation": speciation,
    "onset": onset,
    "collapse": collapse,
    "best": best,
}


def _zero(excess: Callable[[float], float], case: Case) -> float:
    scale, reach = np.log(case.t), np.log(REACH)
    return float(np.exp(brentq(lambda log_t: excess(np.exp(log_t)), scale - reach, scale + reach)))
