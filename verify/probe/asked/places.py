"""Where a score is looked at: the training points probed, the held-out points denoised, and the times."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.dimension import TimeOutOfRange
from simulate.dimension.field import STEP, shortest_step, time_range
from theory import checks as arguments
from verify.probe.known.training_set import TrainingSet

COUNT = 12  # times


@dataclass(frozen=True, eq=False)
class Places:
    """Points that a score is looked at.

    Arguments:
        known: the training set.
        chosen: rows of it that are probed, (probes,).
        held_out: other points (n, d) that are not in the data, or None.
        free: points that are denoised: some of the held-out ones, or draws of a Gaussian alike.
        in_data: how many of the points held out are in the data.
    """

    known: TrainingSet
    chosen: np.ndarray
    held_out: np.ndarray | None
    free: np.ndarray
    in_data: int

    @classmethod
    def of(cls, data: np.ndarray, held_out: Any, probes: int, rng: np.random.Generator) -> "Places":
        """Places drawn from data and from held-out points.

        Arguments:
            data: the training set, (N, d).
            held_out: (n, d), or None for draws from the Gaussian of the data.
            probes: how many of each, an integer >= 1.
            rng: draws them.

        Returns:
            The places.

        Raises:
            ValueError: for too few points or bad ones.
        """
        arguments.integer("probes", probes)
        if len(data) < max(probes, 3):
            raise ValueError(f"data must have at least {max(probes, 3)} points, got {len(data)}")
        known = TrainingSet.of(data)
        chosen = rng.choice(len(data), probes, replace=False)
        if held_out is None:
            return cls(known, chosen, None, known.alike(probes, rng), 0)
        others = _checked(held_out, data)
        shared = known.shared(others)
        return cls(known, chosen, others[~shared], _some(others[~shared], probes, rng), int(shared.sum()))

    @property
    def probed(self) -> np.ndarray:
        """The training points that are probed, (probes, d)."""
        return self.known.data[self.chosen]


def grid_of_times(given: Any, places: Places, score: Any) -> np.ndarray:
    """Times at which a score is looked at, in its range.

    Arguments:
        given: noise variances > 0; COUNT chosen from the data where None.
        places: points probed and held out.
        score: of the user, perhaps with a `time_range`.

    Returns:
        Noise variances, descending, (T,).

    Raises:
        ValueError: for bad times.
        TimeOutOfRange: where none is in the range of the score.
    """
    times = _default_times(places) if given is None else arguments.positive("times", given)
    least, largest = time_range(score)
    inside = np.unique(times[(times >= least) & (times <= largest)])[::-1]
    if not inside.size:
        ends = f"{float(times.min()):g} to {float(times.max()):g}"
        raise TimeOutOfRange(f"times must have some from {least:g} to {largest:g}, the range of the score, got {ends}")
    return inside


def _default_times(places: Places) -> np.ndarray:
    """From the largest variance to a hundredth of the squared distance of neighbours, or what floats resolve."""
    unit = float(np.finfo(np.float32).eps)
    resolved = shortest_step(unit, places.known.data) / unit**STEP  # the least std whose steps of differences are
    low = max(float(places.known.spacing(places.chosen).min()) ** 2 / 100, resolved**2)
    return np.geomspace(max(places.known.variances[0], low), low, COUNT)


def _checked(held_out: Any, data: np.ndarray) -> np.ndarray:
    """The points held out, (n, d)."""
    others = arguments.finite("held_out", held_out, ndim=(2,))
    if len(others) == 0 or others.shape[1] != data.shape[1]:
        raise ValueError(f"held_out must have rows, and {data.shape[1]} columns as data has, got {others.shape}")
    return others


def _some(others: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """At most `count` of the points that are held out and not in the data."""
    if len(others) == 0:
        raise ValueError("held_out must have points that are not in data, all of them are")
    return others[rng.choice(len(others), min(count, len(others)), replace=False)]
