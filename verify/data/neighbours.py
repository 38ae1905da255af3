r"""How steeply the distances of neighbours fall with the number of points: of the data, and of the law fitted to them.

Among N points of a density that is even over the neighbourhood of y, N r^m is what a ball of radius r holds, and the
squared distances of y to its k-th neighbours grow as (Levina and Bickel 2005)

    E log r_k^2 - E log r_1^2 = (2/m) (1 + 1/2 + ... + 1/(k - 1)),

so that they, and t_half with them once noise tells no more, fall as N^{-2/m}. A mixture fitted to N points is smooth
where it has few of them: its own points have the larger m. The difference of the slopes,

    D = 2/m(data) - 2/m(law),       both at the same N,

is how much faster than the law says t_half of the data may fall with log N beyond N. At the noise t_half it is seldom
all of it: the noise hides the least of the scales that neighbours see.

References:
    Maximum likelihood estimation of intrinsic dimension (E. Levina, P. J. Bickel, 2005).
"""

from dataclasses import dataclass

import numpy as np

from simulate.engine.copies import nearest
from theory.laws.law import EnergyLaw

RANK = 4  # k
MOST = 2000  # points among which neighbours are looked for
DRAWS = 8  # of points of the law, at most
LOOKED_AT = 256  # points of which they are looked at
GROWTH = float((1 / np.arange(1, RANK)).sum())
TINY = np.finfo(float).tiny


@dataclass(frozen=True)
class Slope:
    """2/m, by which log squared distances of neighbours fall with log N, or a difference of two of them.

    Arguments:
        value: dimensionless.
        stderr: its standard error, over points.
    """

    value: float
    stderr: float

    def __sub__(self, other: "Slope") -> "Slope":
        """The difference of independent slopes."""
        return Slope(self.value - other.value, float(np.hypot(self.stderr, other.stderr)))


def slope(points: np.ndarray) -> Slope:
    """2/m of points (n, d), n > 4, none of which is a copy: from the four nearest neighbours of some of them.

    Arguments:
        points: in any units, (n, d).
    """
    distances = nearest(points[:LOOKED_AT], points, 1 + RANK)[0]  # each is the nearest to itself
    logs = 2 * np.log(np.maximum(distances[:, [1, RANK]], TINY))
    grown = (logs[:, 1] - logs[:, 0]) / GROWTH
    return Slope(float(grown.mean()), float(grown.std(ddof=1) / np.sqrt(grown.size)))


def steeper(data: np.ndarray, law: EnergyLaw, rng: np.random.Generator) -> Slope:
    """D: by how much distances of neighbours in the data fall faster with log N than those in a law.

    Arguments:
        data: in random order, no copies among them, (N, d).
        law: fitted to them.
        rng: of as many points of the law, several times where that is few.
    """
    some = data[:MOST]
    drawn = [slope(law.sample(len(some), rng)) for _ in range(min(DRAWS, MOST // len(some)))]
    values, errors = np.array([[each.value, each.stderr] for each in drawn]).T
    return slope(some) - Slope(float(values.mean()), float(np.linalg.norm(errors) / len(drawn)))
