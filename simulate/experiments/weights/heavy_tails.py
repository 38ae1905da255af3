r"""What differs from data set to data set below t_c, however large N: sum w^2, and one entry of the Jacobian.

    SquaredRatio    (sum w^2)^2
    Contrast        log of 1 + t J_ii = Var_w(y_i)/t for one direction i of isotropic data seen from their mean
    ContrastLaw     the fractions of the data sets in which 1 + t J_ii is at most so many thresholds

Isotropic points of energy E seen from their mean lie anywhere on a sphere of radius (2 E)^{1/2}, so that one of their d
coordinates is (2 E)^{1/2} z/(z^2 + chi^2)^{1/2}, z normal and chi^2 of d - 1 degrees of freedom. The levels that are
not drawn enter at their mean, with the coordinates of the last one that is.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.setting import Vast
from simulate.experiments.weights.lowest import LowestLevels
from simulate.levels.lowest import Levels
from simulate.run.experiment import Point
from simulate.run.tables import fractions, rows, sample


@dataclass(frozen=True, kw_only=True)
class SquaredRatio(LowestLevels):
    """(sum w^2)^2, in [0, 1]."""

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        return sample(levels.participation_ratio(float(point["t"])) ** 2)


@dataclass(frozen=True, kw_only=True)
class Contrast(LowestLevels):
    """log(1 + t J_ii) at each of `cases`, which must be isotropic data seen from their mean (ValueError)."""

    replicas: int = 12_000
    count: int = 25

    def __post_init__(self) -> None:
        if any((vast.spectrum, vast.query) != ("equal", "origin") for vast, _ in self.cases):
            raise ValueError("cases must have equal variances and x at the origin: points are drawn on spheres")

    def contrasts(self, levels: Levels, point: Point, rng: np.random.Generator) -> np.ndarray:
        """1 + t J_ii, (replicas,)."""
        t, d = float(point["t"]), Vast.of(point).d
        normal = rng.standard_normal(levels.energies.shape)
        square = 2 * levels.energies / (normal**2 + rng.chisquare(d - 1, levels.energies.shape))  # radius^2 / norm^2
        weights = levels.weights(t)
        own, rest = np.sqrt(square) * normal, np.exp(levels.log_rest(t) - levels.log_partition(t))
        mean = (weights * own).sum(axis=1)
        spread = (weights * (own - mean[:, None]) ** 2).sum(axis=1)
        return (spread + rest * (2 * levels.energies[:, -1] / d + mean**2)) / t

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        logs = np.log(self.contrasts(levels, point, rng))
        return sample(logs, lowest=-np.inf, highest=np.inf)


@dataclass(frozen=True, kw_only=True)
class ContrastLaw(Contrast):
    """Fractions of the data sets with 1 + t J_ii up to each of `thresholds`."""

    thresholds: tuple[float, ...] = (0.001, 0.01, 0.03)

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        return fractions(self.contrasts(levels, point, rng), np.array(self.thresholds), "contrast")

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return rows(parts, "threshold")
