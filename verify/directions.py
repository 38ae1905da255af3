r"""What theory says of the directions that a linear denoiser and the empirical score show: lines for the figure.

linear       E[-t J_ii] = kappa/(kappa + sigma_i^2), kappa(t, N) of `theory.learned.linear`
empirical    E[-t J_ii] at a typical noised training point, exact at finite N (`theory.exact`)
law          t/(t + sigma_i^2), infinitely many points
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr

from simulate.run.experiment import Experiment, Point
from simulate.run.key import PREDICTION
from simulate.run.tables import rows
from theory.case import Case, typical
from theory.exact import mean_jacobian
from theory.laws.linear import LinearGaussian
from theory.laws.subspaces import subspaces
from theory.learned import linear


def noised_training_point(law: LinearGaussian, n: int, t: float) -> Case:
    """A case seen from a noised training point: x = y + sqrt(t) z, y typical and z_i = +-1.

    Arguments:
        law: linear Gaussian data.
        n: number of points N.
        t: noise variance > 0, in squared units of the data.

    Returns:
        The case, with y as its training point.
    """
    y = typical(law, t)
    signs = np.where(np.arange(law.dimension) // 2 % 2, -1.0, 1.0)
    return Case(law, y + np.sqrt(t) * signs, np.log(n), t, training_point=y)


@dataclass(frozen=True, kw_only=True)
class DirectionLines(Experiment):
    """-t J of each theory along each subspace, at each N.

    Arguments:
        law: linear Gaussian data.
        sizes: numbers of points N.
        t: the noise variance, in squared units of the data.
        seed: of no effect: nothing here is random.
    """

    law: LinearGaussian
    sizes: tuple[int, ...]
    t: float
    made_by: ClassVar[tuple[str, ...]] = PREDICTION

    def points(self) -> Sequence[Point]:
        return [Point(n=n) for n in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        """The lines `linear`, `empirical` and `law` along `subspace`, with the `variance` of each, at one N.

        Arguments:
            point: the number of points `n`.
            rng: not used.
        """
        n, v = int(point["n"]), self.law.variances
        memory = -self.t * np.diagonal(mean_jacobian(noised_training_point(self.law, n, self.t)))
        of_each = {"linear": linear.mean_jacobian(self.t, v, n), "empirical": memory, "law": self.t / (self.t + v)}
        along = {name: [line[part].mean() for part in subspaces(self.law)] for name, line in of_each.items()}
        variances = [v[part[0]] for part in subspaces(self.law)]
        lines = {name: ("subspace", values) for name, values in along.items()}
        return xr.Dataset(lines, coords={"variance": ("subspace", variances)})

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return rows(parts, "subspace")
