r"""The empirical score of the variance-preserving process, in its own coordinates and on its own clock.

A data point y becomes x = e^{-tau} y + sqrt(1 - e^{-2 tau}) z, so data y_1 .. y_N have at clock tau the density of N
Gaussians of variance 1 - e^{-2 tau} at e^{-tau} y_mu. Its score is written out here from that definition alone.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.identities import OneDataSet


@dataclass(frozen=True, kw_only=True)
class PreservingScore(OneDataSet):
    """s_i(x, tau) of the preserving process, at clocks `times`."""

    times: tuple[float, ...] = (0.01, 0.1, 0.5, 2.0)

    def components(self, x: np.ndarray, data: np.ndarray, t: float) -> tuple[np.ndarray, float, dict[str, np.ndarray]]:
        variance = -np.expm1(-2 * t)
        offsets = np.exp(-t) * data - x
        exponents = -(offsets**2).sum(axis=1) / (2 * variance)
        weights = np.exp(exponents - exponents.max())
        observed = weights @ offsets / weights.sum() / variance
        return observed, float(np.abs(offsets).max()) / variance, {"i": np.arange(x.size)}

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """The clock of each row is `tau`: t is a variance everywhere in the suite."""
        return super().combine(parts).rename(t="tau")
