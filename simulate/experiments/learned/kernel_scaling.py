r"""How the times of a kernel model grow with N where N is far above d: at fixed d, and with d as N ~ d^2.

Data, inputs, flow and events are those of `simulate.experiments.learned.kernels`; each exponent is a slope between two
shapes (d, N), against log N.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.learned.kernels import EVENTS, curves, event_times
from simulate.learned.peak import peak
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries

GRID = np.geomspace(0.3, 1e5, 60)  # training times between which events are interpolated
LEVELS = (np.arange(24) + 0.5) / 24  # quantiles that stand for a spectrum
PATHS = {"N at fixed d": ((30, 112), (30, 450)), "N = d^2/8": ((30, 112), (60, 450))}


@dataclass(frozen=True, kw_only=True)
class KernelScaling(Experiment):
    """Exponents a of tau ~ N^a of EVENTS between two shapes (d, N): a row for each path and event.

    `spectra` (replica, shape, level) has the quantiles LEVELS of the eigenvalues of each data set's covariance.

    Arguments:
        kernel: a name of `simulate.learned.kernels.KERNELS`.
        paths: of PATHS.
        events: of EVENTS.
        m: number of noises of each point.
        t: the noise variance, in units of the variance of the isotropic data.
        replicas: the number of independent pairs of data sets.
        seed: of all random numbers, an integer >= 0.
    """

    kernel: str
    paths: tuple[str, ...]
    events: tuple[str, ...] = EVENTS
    m: int = 2
    t: float = 0.1
    replicas: int = 40

    def points(self) -> Sequence[Point]:
        return [Point(path=path, kernel=self.kernel, m=self.m, t=self.t) for path in self.paths]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        shapes = PATHS[str(point["path"])]
        found = [[self._shape(d, n, rng) for d, n in shapes] for _ in range(self.replicas)]
        times = np.array([[[seen[event] for event in self.events] for seen, _ in pair] for pair in found])
        slopes = slopes_of(times, shapes).T
        spectra = np.array([[spectrum for _, spectrum in pair] for pair in found])
        repeated = np.broadcast_to(spectra, (len(slopes), *spectra.shape))
        table = summaries(slopes, "event").assign(spectra=(("event", "replica", "shape", "level"), repeated))
        return table.assign_coords(happens=("event", list(self.events)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each path and event."""
        return rows(parts, "event")

    def _shape(self, d: int, n: int, rng: np.random.Generator) -> tuple[dict[str, float], np.ndarray]:
        """Logs of the times of EVENTS by name, and the data's spectrum, of one data set."""
        found = curves(self.kernel, d, n, self.m, self.t, GRID, rng)
        return log_times(found.risk), np.quantile(np.linalg.eigvalsh(found.moments[:, 1:]), LEVELS)


def log_times(risk: np.ndarray) -> dict[str, float]:
    """Logs of the training times of EVENTS by name.

    Arguments:
        risk: at the times GRID; it falls and rises again.

    Returns:
        The time of the least risk by a parabola, the others where the risk crosses a level.
    """
    learned, _, forgotten = event_times(risk, GRID)
    return dict(zip(EVENTS, (learned, peak(np.log(GRID), -risk), forgotten), strict=True))


def slopes_of(log_times: np.ndarray, shapes: Sequence[tuple[int, int]]) -> np.ndarray:
    """Slopes in log N of log times between two shapes (d, N).

    Arguments:
        log_times: (replicas, 2, events).
        shapes: the two shapes.

    Returns:
        (replicas, events).
    """
    (_, few), (_, many) = shapes
    return (log_times[:, 1] - log_times[:, 0]) / np.log(many / few)
