r"""Energies of the data seen from held-out points: two matrices serve every noise and every part of the data.

A held-out point y with the noise z of variance t, seen from x_t = y + t^{1/2} z, has the energies

    |x_t - y_mu|^2/2 = a_mu + t^{1/2} b_mu + (what is the same for all mu),
    a_mu = |y_mu - c|^2/2 - (y - c).(y_mu - c),      b_mu = -z.(y_mu - c)

about the mean c of the data. What is the same for all mu leaves the weights as they are, and is left out: the rounding
is that of |y_mu - c|^2, also where y lies far out. A point of the data may stand for one held out where it does not see
itself: its own energy is infinite.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from theory.checks import NotComputable
from verify.data.held_out import HeldOut

BLOCK = 1024  # rows of the data that are centred at a time
DIGITS = 1e-6  # of an energy over t, which rounding may take

Rows = slice | np.ndarray
ALL = slice(None)


@dataclass(frozen=True, eq=False)
class Energies:
    """Energies of data seen from held-out points, at every noise.

    Arguments:
        still: a_mu, (n, N), in squared units of the data.
        moving: b_mu, (n, N), in units of the data.
        rounding: of the energies, in squared units of the data.
    """

    still: np.ndarray
    moving: np.ndarray
    rounding: float

    @classmethod
    def of(cls, held_out: HeldOut, data: np.ndarray, among: int = 0) -> "Energies":
        """The energies of data (N, d) seen from held-out points (n, d).

        Arguments:
            held_out: held-out points with their noise.
            data: the data, (N, d).
            among: how many of the points, the last ones, are the first of the data: none of these sees itself.
        """
        centre = data.mean(axis=0, dtype=float)
        points, squares = held_out.points - centre, np.empty(len(data))
        still, moving = (np.empty((len(held_out), len(data))) for _ in range(2))
        for rows, part in _blocks(data, centre):
            squares[rows] = (part**2).sum(axis=1) / 2
            still[:, rows] = squares[rows] - points @ part.T
            moving[:, rows] = -held_out.noise @ part.T
        itself = np.arange(among)
        still[len(held_out) - among + itself, itself] = np.inf
        return cls(still, moving, float(np.finfo(float).eps * np.median(squares)))

    def some(self, count: int) -> "Energies":
        """Seen from the first few of the held-out points."""
        return Energies(self.still[:count], self.moving[:count], self.rounding)

    def weights(self, t: float, rows: Rows = ALL) -> np.ndarray:
        """Weights of some of the data, which add up to 1, at the noise variance t: (n, rows).

        Raises NotComputable where the energies have no digits left at t.

        Arguments:
            t: the noise variance.
            rows: which of the data, a slice or indices.
        """
        if self.rounding > DIGITS * t:
            raise NotComputable(
                f"t must be at least {self.rounding / DIGITS:.2g} for energies to have digits, got {t:.2g}"
            )
        logs = -(self.still[:, rows] + np.sqrt(t) * self.moving[:, rows]) / t
        return softmax(logs, axis=1)

    def participation(self, t: float, rows: Rows = ALL) -> np.ndarray:
        """sum w^2 over some of the data at the noise variance t, (n,).

        Arguments:
            t: the noise variance.
            rows: which of the data, a slice or indices.
        """
        return (self.weights(t, rows) ** 2).sum(axis=1)


def _blocks(data: np.ndarray, centre: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    for start in range(0, len(data), BLOCK):
        rows = slice(start, start + BLOCK)
        yield rows, data[rows] - centre
