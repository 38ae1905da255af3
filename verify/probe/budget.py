r"""What a probe costs, before it starts, and how many of its times there is time for.

The score is evaluated at rows: of samples and clones, twice at every step of their runs; and at each time, around each
training point that is probed, about 10 d where the whole Jacobian is asked for and 4000 where products with vectors are
(d > 1000), as counted for Gaussian scores of 64, 784 and 3072 dimensions to a factor of two. So

    seconds = rows * seconds of one row + OWN * times

with the seconds of one row from a batch of the score, and OWN those of what the suite itself computes at each time, the
empirical score and its spectrum above all: 0.2 with 100 points in R^8 and with 1000 in R^64. And where a budget is
given, times are looked at in the order first, last, middle, ..., until it is spent.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import torch

from simulate.dimension.field import largest_batch
from simulate.run.progress import track
from theory.checks import positive, scalar
from verify.probe.asked import gate
from verify.probe.asked.places import Places, grid_of_times
from verify.probe.asked.user_score import UserScore
from verify.probe.sampled import blends, collisions, samples

T = TypeVar("T")
FEWEST = 3  # times that are looked at, whatever the budget
BATCH, TRIES = 64, 4  # rows by which the score is timed, and how often
OWN = 0.2  # seconds of the suite's own work at each time
DENSE, MATRIX_FREE = 10, 4000  # rows around a point at one time: for each dimension, and at most


@dataclass(frozen=True)
class Budget:
    """Until when, on the clock of `time.monotonic`, further times are looked at."""

    until: float

    @classmethod
    def of(cls, minutes: Any) -> "Budget":
        """From now on; no end where None. Raises ValueError for minutes <= 0."""
        if minutes is None:
            return cls(np.inf)
        return cls(time.monotonic() + 60 * float(positive("minutes", scalar("minutes", minutes))))

    def as_many(self, items: list[T], description: str) -> Iterator[T]:
        """Items of a list, its ends first and then the middles of what lies between, while there is time.

        Arguments:
            items: in order.
            description: of the work, for the bar.

        Returns:
            Items, one by one.
        """
        for done, i in enumerate(track(_ends_first(len(items)), description)):
            if done >= FEWEST and time.monotonic() > self.until:
                return
            yield items[i]


@dataclass(frozen=True)
class Cost:
    """What a probe costs.

    Arguments:
        rows: at which a score is to be evaluated.
        seconds: that the probe will take.
        row: seconds of one row.
    """

    rows: int
    seconds: float
    row: float

    def __str__(self) -> str:
        long = f"{self.seconds / 60:.1f} min" if self.seconds > 90 else f"{self.seconds:.0f} s"
        return f"about {long}: the score at {self.rows:,} rows, {1e3 * self.row:.2g} ms each"


def cost(score: Any, data: np.ndarray, times: Any = None, probes: int = 4, device: str = "cpu") -> Cost:
    """What a probe of the score will cost, to a factor of two.

    Arguments:
        score: s(x, t), rows (batch, d) at a variance t.
        data: the training set, (N, d).
        times, probes, device: as `verify.probe.probe` is given them.

    Returns:
        Rows and seconds, from the time that one batch takes, for each row and in all.

    Raises:
        ValueError: for bad data, times and scores.
    """
    places = Places.of(data, None, probes, np.random.default_rng(0))
    grid = grid_of_times(times, places, score)
    rows = rows_of(data.shape[1], len(grid), probes)
    batch, middle, asked = min(BATCH, largest_batch(score)), float(grid[len(grid) // 2]), UserScore(score)
    x = torch.as_tensor(places.probed[np.arange(batch) % probes], dtype=torch.float32, device=device)
    row = min(_seconds(asked, x, middle) for _ in range(TRIES)) / batch
    return Cost(rows, rows * row + OWN * len(grid), row)


def _seconds(score: UserScore, x: torch.Tensor, t: float) -> float:
    begun = time.perf_counter()
    with torch.no_grad():
        score(x, t)
    return time.perf_counter() - begun


def rows_of(d: int, times: int, probes: int) -> int:
    """Rows at which a score is evaluated by a probe.

    Arguments:
        d: dimension.
        times: how many are looked at.
        probes: how many training points are.

    Returns:
        A number of rows.
    """
    drawn = len(samples.SAMPLERS) * samples.COUNT * (2 * samples.STEPS + 1)
    cloned = collisions.TIMES * 2 * collisions.STARTS * (2 * collisions.STEPS + 1)
    slopes = times * int(np.clip(gate.ENTRIES // d, gate.FEWEST, gate.MOST))
    around = times * probes * (DENSE * d if d <= 1000 else MATRIX_FREE)
    return drawn + cloned + slopes + around + blends.COUNT


def _ends_first(count: int) -> list[int]:
    """0, count - 1, and then the middles of the gaps, wide gaps first."""
    order = [0, count - 1][:count]
    while len(order) < count:
        marks = sorted(order)
        low, high = max(pairwise(marks), key=lambda gap: gap[1] - gap[0])
        order.append((low + high) // 2)
    return order
