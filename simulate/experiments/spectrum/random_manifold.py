r"""The population's -t J on random linear manifolds, in high dimension.

Data are :math:`y = F D^{1/2} z/m^{1/2}` with F (d, m) standard normal and D the m positive variances of a case. The
covariance has the eigenvalues :math:`\gamma` of :math:`F D F^T/m`, and -t J those of :math:`t/(t + \gamma)`.

    mean               over all d directions
    final gap          between the directions out of the manifold and the thinnest one in it
    intermediate gap   between the latent directions of the two variances

A mean over the spectrum of a random matrix is off by a number over d, the edge of a spectrum by one over
:math:`d^{2/3}`: both are measured at two sizes, d and 4 d, and that term is eliminated; `rest` is what the next power
could have changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.run.experiment import Point
from simulate.run.over_cases import OverCases
from simulate.run.tables import rows, summary
from theory.case import Case
from theory.checks import choice

LARGER = 4  # the second size of a random manifold, in units of the first
POWERS = {"mean": (1.0, 2.0), "final gap": (2 / 3, 1.0), "intermediate gap": (2 / 3, 1.0)}  # of 1/d, the first two


@dataclass(frozen=True, kw_only=True)
class RandomSpectrum(OverCases):
    """Some of POWERS, extrapolated in d, with `replicas` random F at each of two sizes: a row for each quantity.

    N does not enter. Raises ValueError for other quantities.

    Arguments:
        cases: variances, of which some may be 0, and t; N does not enter.
        quantities: names of POWERS.
        replicas: the number of random matrices F at each of two sizes.
        seed: of the matrices, an integer >= 0.
    """

    quantities: tuple[str, ...] = ("mean",)
    replicas: int = 120

    def __post_init__(self) -> None:
        for quantity in self.quantities:
            choice("quantities", quantity, tuple(POWERS))

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        case = self.case_of(point)
        small, large = (list(self._values(case, factor, rng)) for factor in (1, LARGER))
        columns = zip(self.quantities, np.transpose(small), np.transpose(large), strict=True)
        table = xr.concat([extrapolated(*column) for column in columns], "component")
        return table.assign_coords(quantity=("component", list(self.quantities)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each case and quantity."""
        return rows(parts, "component")

    def _values(self, case: Case, factor: int, rng: np.random.Generator) -> Iterator[list[float]]:
        for _ in range(self.replicas):
            found = eigenvalues(case, factor, rng)
            yield [quantity_of(quantity, case, factor, found) for quantity in self.quantities]


def latent(case: Case) -> np.ndarray:
    """The positive variances D of a case.

    Arguments:
        case: variances, of which some may be 0.

    Returns:
        (m,), in squared units of the data.
    """
    return case.variances[case.variances > 0]


def eigenvalues(case: Case, factor: int, rng: np.random.Generator) -> np.ndarray:
    """The positive eigenvalues of a random covariance F D F^T/m, F standard normal.

    Arguments:
        case: d, and m positive variances D.
        factor: how many times as many dimensions of every kind are drawn.
        rng: of F.

    Returns:
        (factor m,), ascending, in squared units of the data.
    """
    repeated = np.repeat(latent(case), factor)
    f = rng.standard_normal((factor * case.d, repeated.size)) * np.sqrt(repeated / repeated.size)
    return np.linalg.eigvalsh(f.T @ f)


def quantity_of(quantity: str, case: Case, factor: int, found: np.ndarray) -> float:
    """A mean or a gap of the spectrum of -t J = t/(t + covariance).

    Arguments:
        quantity: a name of POWERS.
        case: t, d, and the variances.
        factor: how many times as many dimensions of every kind were drawn.
        found: the positive eigenvalues of the covariance, ascending.

    Returns:
        A number.
    """
    jacobian = case.t / (case.t + found)
    if quantity == "mean":
        return float(1 - (1 - jacobian).sum() / (factor * case.d))
    if quantity == "final gap":
        return float(1 - jacobian[0])
    lower = factor * int((latent(case) == latent(case).min()).sum())
    return float(jacobian[lower - 1] - jacobian[lower])


def extrapolated(quantity: str, small: np.ndarray, large: np.ndarray) -> xr.Dataset:
    """Values for d -> infinity, from those at d and at LARGER d: the leading power of 1/d is eliminated.

    Arguments:
        quantity: a name of POWERS.
        small: values at d, (replicas,).
        large: values at LARGER d, (replicas,).

    Returns:
        A Dataset of `values` (replica), their mean `observed`, its standard error, and `rest`, what the next power
            adds.
    """
    share, next_share = (1 / (LARGER**power - 1) for power in POWERS[quantity])
    values = (1 + share) * large - share * small
    rest = np.abs((share - next_share) * (large.mean() - small.mean()))
    return summary(values).assign(values=("replica", values), rest=rest)
