r"""The loss of one linear layer in training time: unresolved first, and then near that of the law.

Trained by plain descent on N points with all noise of one variance t averaged, from the weight 0, a layer D = W x has
along an eigenvector of the covariance of its data, of variance s, the loss

.. math:: R = \frac{(1 - W)^2 s + t W^2}{t s/(t + s)}

in units of the best linear denoiser's: 1 + s/t where D stays at the mean, 1 at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from simulate.learned.linear import covariance, descended
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, without_step
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import halves


@dataclass(frozen=True, kw_only=True)
class LinearCourse(Experiment):
    """R of one linear layer along the eigenvectors of its data's covariance, at training times of plain descent.

    Descent at a rate differs from its flow by a term linear in the rate, which two rates eliminate: observed is twice
    what half the rate gives less what the rate gives, and `stderr` is their largest difference. A row for each
    training time and eigenvector, of the variance `eigenvalue`.

    Arguments:
        taus: training times.
        law: Gaussian data.
        n: the number of points.
        t: the noise variance, in squared units of the data.
        rate: learning rate.
        seed: of the data, an integer >= 0.
    """

    taus: tuple[float, ...] = (0.05, 0.5, 5.0)
    law: LinearGaussian = field(default_factory=lambda: halves(4))
    n: int = 12
    t: float = 0.1
    rate: float = 2e-3

    def points(self) -> Sequence[Point]:
        return [Point(tau=tau, n=self.n, d=self.law.dimension, t=self.t) for tau in self.taus]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = self.law.sample(self.n, rng)
        coarse, fine = (self._shares(data, float(point["tau"]), k) for k in (1, 2))
        return xr.Dataset(
            {
                **without_step(coarse, fine, "axis"),
                "eigenvalue": ("axis", np.linalg.eigvalsh(covariance(data))),
            },
            coords={"rank": ("axis", np.arange(self.law.dimension))},
        )

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each training time and eigenvector."""
        return rows(parts, "axis")

    def _shares(self, data: np.ndarray, tau: float, k: int) -> np.ndarray:
        """R (d,) after descent at 1/k of the rate, all noise averaged."""
        weights = descended(data, self.t, self.rate / k, round(k * tau / self.rate)).weights
        variances, axes = np.linalg.eigh(covariance(data))
        along = axes.T @ weights @ axes
        losses = ((np.eye(len(along)) - along) ** 2) @ variances + self.t * (along**2).sum(axis=1)
        return losses * (self.t + variances) / (self.t * variances)
