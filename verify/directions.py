r"""What theory says of the directions that a linear denoiser and the empirical score show: lines for the figure.

linear       E[-t J_ii] = kappa/(kappa + sigma_i^2), kappa(t, N) of `theory.learned.linear`
empirical    E[-t J_ii] at noised training points, exact at finite N for each (`theory.exact`)
law          t/(t + sigma_i^2), infinitely many points

The average over noised training points is that over PLACES of them, which fill their law evenly (Sobol' points).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr
from scipy.stats import qmc

from simulate.run.experiment import Experiment, Point
from simulate.run.key import PREDICTION
from simulate.run.tables import rows
from theory.case import Case
from theory.exact import mean_jacobian
from theory.laws.linear import LinearGaussian
from theory.laws.subspaces import subspaces
from theory.learned import linear

PLACES = 64  # noised training points, a power of 2


def noised_training_points(law: LinearGaussian, n: int, t: float, rng: np.random.Generator) -> list[Case]:
    """Cases seen from noised training points x = y + sqrt(t) z, y drawn from the law and z normal.

    Arguments:
        law: linear Gaussian data.
        n: number of points N.
        t: noise variance > 0, in squared units of the data.
        rng: scrambles the points.

    Returns:
        PLACES cases, each with its y as its training point.
    """
    normal = qmc.MultivariateNormalQMC(np.zeros(2 * law.dimension), rng=rng).random(PLACES)
    points, noise = np.split(normal, 2, axis=1)
    own = law.mean + np.sqrt(law.variances) * points
    seen = own + np.sqrt(t) * noise
    return [Case(law, x, np.log(n), t, training_point=y) for x, y in zip(seen, own, strict=True)]


@dataclass(frozen=True, kw_only=True)
class DirectionLines(Experiment):
    """-t J of each theory along each subspace, at each N.

    Arguments:
        law: linear Gaussian data.
        sizes: numbers of points N.
        t: the noise variance, in squared units of the data.
        seed: of the places, an integer >= 0.
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
            rng: of the places.
        """
        n, v = int(point["n"]), self.law.variances
        cases = noised_training_points(self.law, n, self.t, rng)
        memory = -self.t * np.mean([np.diagonal(mean_jacobian(case)) for case in cases], axis=0)
        of_each = {"linear": linear.mean_jacobian(self.t, v, n), "empirical": memory, "law": self.t / (self.t + v)}
        along = {name: [line[part].mean() for part in subspaces(self.law)] for name, line in of_each.items()}
        variances = [v[part[0]] for part in subspaces(self.law)]
        lines = {name: ("subspace", values) for name, values in along.items()}
        return xr.Dataset(lines, coords={"variance": ("subspace", variances)})

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return rows(parts, "subspace")
