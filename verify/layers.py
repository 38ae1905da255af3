r"""The three layers side by side, and a Monte Carlo that knows none of them: python -m verify.layers

For ten cases: t_c(x) to second cumulant (layer 1, the paper) and exact for log N -> infinity (layer 2), and at one
time t, which is a variance, the mean participation ratio E sum w^2 as 1 - t/t_c with either (1/N above), exact at the
finite N and d (layer 3), and from random data sets, with its standard error. Layer 3 and the Monte Carlo must agree
within that error; layers 1 and 2 are limits and need not.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
import xarray as xr

from simulate.run.experiment import Experiment, Point
from simulate.run.key import VERDICT
from simulate.samplers import DataSets
from theory import checks as arguments
from theory.case import Case, Place, far, origin, typical
from theory.exact.averages import participation_ratio
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import equal, graded, halves, paper
from theory.limits.condensation import condensation_time
from theory.limits.weights import effective_number
from verify.door import door, refusing


@dataclass(frozen=True)
class Row:
    """One line of the table: two condensation times, and the participation ratio at one time four ways.

    Arguments:
        name: of the case.
        d: dimension.
        n: number of points N.
        t: noise variance, in squared units of the data.
        claimed_time: t_c to second cumulant.
        exact_time: t_c for log N -> infinity.
        claimed: 1 - t/t_c with the first.
        limit: 1 - t/t_c with the second.
        exact: E sum w^2 at this N and d.
        observed: the mean over random data sets.
        stderr: its standard error.
    """

    name: str
    d: int
    n: int
    t: float
    claimed_time: float
    exact_time: float
    claimed: float
    limit: float
    exact: float
    observed: float
    stderr: float


@cache
def cases() -> tuple[Case, ...]:
    """The ten cases, each at a multiple of its exact t_c(x); the label of x names the case."""
    halved, graded_law = halves(20), graded(50)
    return (
        at_fraction("paper, x = 0", paper(), origin, 1000),
        *(
            stepped(f"paper, x = sqrt(t) e_i, sigma_i = {sigma}", paper(), axis, 1000)
            for axis, sigma in ((0, 1), (2, 0.3), (29, 0.01))
        ),
        at_fraction("halves 1 and 0.3, typical x", halved, typical, 2980),
        at_fraction("halves, typical x, above t_c", halved, typical, 2980, ratio=1.5),
        at_fraction("halves, far x", halved, far, 2980),
        at_fraction("equal, few data", equal(5), typical, 10),
        at_fraction("equal, N = d", equal(400), typical, 400),
        at_fraction("sigma_i^2 = 1/i, typical x", graded_law, typical, 1000),
    )


def at_fraction(name: str, law: LinearGaussian, place: Place, n: int, ratio: float = 0.5) -> Case:
    """A case at a fraction of its exact condensation time.

    Arguments:
        name: the label of the case.
        law: linear Gaussian data.
        place: where x is.
        n: number of points N.
        ratio: t/t_c(x).

    Returns:
        The case.
    """
    base = Case(law, place, np.log(n), 1.0, label=name)
    return base.at(ratio * float(condensation_time(base.x, law, base.alpha)))


def stepped(name: str, law: LinearGaussian, axis: int, n: int) -> Case:
    """A case seen from x = sqrt(t) e_i, at half of the condensation time of the origin.

    Arguments:
        name: the label of the case.
        law: linear Gaussian data.
        axis: i.
        n: number of points N.

    Returns:
        The case.
    """
    base = at_fraction(name, law, origin, n)
    return Case(law, np.sqrt(base.t) * np.eye(law.dimension)[axis], np.log(n), base.t, label=name)


def row(case: Case, replicas: int, rng: np.random.Generator) -> Row:
    """All layers of one case, and the mean over random data sets with its standard error.

    Arguments:
        case: N, law, x and t.
        replicas: number of data sets, >= 2.
        rng: draws them.

    Returns:
        A line of the table.

    Raises:
        ValueError: where `replicas` is no integer >= 2.
    """
    claimed, limit = (condensation_time(case.x, case.law, case.alpha, o) for o in ("second-cumulant", "exact"))
    samples = monte_carlo(case, arguments.integer("replicas", replicas, least=2), rng)
    return Row(
        case.label,
        case.d,
        case.n,
        case.t,
        float(claimed),
        float(limit),
        float(1 / effective_number(case.t, claimed, case.n)),
        float(1 / effective_number(case.t, limit, case.n)),
        float(participation_ratio(case)),
        float(samples.mean()),
        float(samples.std(ddof=1) / np.sqrt(replicas)),
    )


def monte_carlo(case: Case, replicas: int, rng: np.random.Generator) -> np.ndarray:
    """sum w^2 of random data sets.

    Arguments:
        case: N, law, x and t.
        replicas: number of data sets.
        rng: draws them.

    Returns:
        (replicas,).
    """
    return np.concatenate([drawn.participation_ratio(case.t) for drawn in DataSets().parts(case, replicas, rng)])


@dataclass(frozen=True, kw_only=True)
class Layers(Experiment):
    """All layers of every case, with `replicas` random data sets.

    Arguments:
        seed: of all random numbers, an integer >= 0.
        replicas: random data sets for each case.
    """

    replicas: int = 1000
    made_by: ClassVar[tuple[str, ...]] = VERDICT

    def points(self) -> Sequence[Point]:
        """One for each case, by its name."""
        return [Point(case=case.label) for case in cases()]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        """The values of one row.

        Arguments:
            point: the name of a case.
            rng: of the data sets.
        """
        case = next(case for case in cases() if case.label == point["case"])
        values = asdict(row(case, self.replicas, rng))
        del values["name"]  # it is the point
        return xr.Dataset(values)


def rows(observed: xr.Dataset) -> list[Row]:
    """What `Layers` observes, as rows."""
    return [_row_of(observed.isel(point=i)) for i in range(observed.sizes["point"])]


def _row_of(part: xr.Dataset) -> Row:
    values: dict[str, Any] = {str(name): value.item() for name, value in part.data_vars.items() if value.ndim == 0}
    return Row(**values, name=str(part.case.item()))


def table(rows: list[Row]) -> str:
    """The rows as text."""
    head = f"{'case':40}{'d':>5}{'N':>6}{'t':>10}{'t_c(1)':>10}{'t_c(2)':>10}"
    head += f"{'layer 1':>9}{'layer 2':>9}{'layer 3':>9}{'Monte Carlo':>18}"
    lines = [
        f"{r.name:40}{r.d:5d}{r.n:6d}{r.t:10.4g}{r.claimed_time:10.4g}{r.exact_time:10.4g}"
        f"{r.claimed:9.4f}{r.limit:9.4f}{r.exact:9.4f}{r.observed:10.4f} +-{r.stderr:.4f}"
        for r in rows
    ]
    return "\n".join([head, *lines])


@refusing(ValueError)
def compare(*, replicas: int = 1000, seed: int = 0) -> int:
    """Print the table.

    Args:
        replicas: random data sets of each case.
        seed: an integer >= 0.
    """
    seed, replicas = arguments.integer("seed", seed, least=0), arguments.integer("replicas", replicas, least=2)
    print(table(rows(Layers(seed=seed, replicas=replicas).run(progress=False))))
    return 0


main = door("python -m verify.layers", compare, __doc__)


if __name__ == "__main__":
    sys.exit(main())
