r"""The two bulks of the eigenvalues of random features: where they end.

Observed are single eigenvalues at d = 48 (`simulate.learned.feature_edges`), of which the last of a bulk lies inside
its limit by a mean that the law of Tracy and Widom gives. Logarithms of extreme eigenvalues have light tails: Student's
t.

Seen beside the statements:

    learned-features-edges: the lower edge of the law's bulk comes to its limit last, since that bulk has d
        eigenvalues alone.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import xarray as xr

from simulate.learned.feature_edges import ENDS, FeatureEdges
from theory.learned.feature_spectrum import Edge, edges
from verify.claim import Claim
from verify.claims.learned.features import T
from verify.claims.learned.features_times import WINDOW

SHAPES = ((4.0, 12.0, float("inf")), (4.0, 12.0, 6.0))  # (N/d, p/d, m)
Row = xr.Dataset


def sine(g: np.ndarray) -> np.ndarray:
    """The activation, of mean square near 1."""
    return np.sqrt(2) * np.sin(g)


@cache
def last_three(t: float, points: float, width: float, noises: float) -> tuple[Edge, ...]:
    """The upper edge of the bulk of single points, and both edges of the law's."""
    return edges(t, points, width, noises, sine)[-3:]


def of_rows(value: Callable[[Edge, Row], float], points: float = 1.0, t: float = T) -> Callable[[Row], np.ndarray]:
    """A prediction of the log of a place for each row of a table.

    Arguments:
        value: from the edge of a row to the place.
        points: factor on the number of points, for a control.
        t: the noise variance.
    """

    def along(table: xr.Dataset) -> np.ndarray:
        rows = [table.isel(point=i) for i in range(table.sizes["point"])]
        return np.log([value(_edge(row, points, t), row) for row in rows])

    return along


def _edge(row: Row, points: float, t: float) -> Edge:
    shape = points * float(row.points), float(row.width), float(row.noises)
    return last_three(t, *shape)[ENDS.index(str(row.eigenvalue.item()))]


def last(edge: Edge, row: Row) -> float:
    """The mean of the last eigenvalue of a bulk.

    Arguments:
        edge: of the bulk.
        row: of the table: the width p/d and d.
    """
    return edge.last(round(float(row.width) * int(row.d)))


def outside(edge: Edge, row: Row) -> float:
    """A place as far beyond an edge as the last eigenvalue is inside, for a control.

    Arguments:
        edge: of the bulk.
        row: of the table.
    """
    return 2 * edge.position - last(edge, row)


CLAIMS = (
    Claim(
        name="learned-features-edges",
        title="Two bulks of the features' spectrum",
        statement=(
            r"The moments of random features of $N$ points have two bulks, of the law and of single points, that end, "
            r"within 5 %, where the two equations of $q$ and $r$ are singular."
        ),
        source="theory.learned.feature_spectrum, with the mean of the last eigenvalue by Tracy and Widom",
        stated_by=f"Bonnaire et al., {WINDOW}, theorems 3.1 and 3.2, for all noise averaged; at finite m derived here",
        regime=(
            "isotropic data, d -> infinity; here d = 48, N = 4 d, p = 12 d, t = 0.22, all noise averaged and m = 6, "
            "features the sine of directions of length 1, logarithms of single eigenvalues"
        ),
        interpretation=(
            "A gap parts what is learned of the law, d modes of order p/d, from what is learned of single points, "
            "of order p/N: in training time, 1/(2 u), a window between both."
        ),
        formulas=("first_equivalent", "second_equivalent"),
        estimate=FeatureEdges(shapes=SHAPES, t=T),
        prediction=of_rows(last),
        controls={
            "outside the edge in place of inside": of_rows(outside),
            "three quarters of the points": of_rows(last, 0.75),
            "half of the points": of_rows(last, 0.5),
            "twice the noise": of_rows(last, 1.0, 2 * T),
        },
        statistic="t",
        equivalence_margin=0.1,
        stated_tolerance=0.05,
        axis="noises",
        axis_label="noises m of each point",
        series="eigenvalue",
        value_label="log of an eigenvalue",
    ),
)
