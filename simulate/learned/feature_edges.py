r"""Where the bulks of the eigenvalues of random features end: the eigenvalues beside the gap, and the largest.

Features :math:`\sqrt2 \sin(w_j \cdot x)` of noised data :math:`x = \sqrt c\, y + \sqrt{1 - c}\, z`, c = 1/(1 + t), N
points y with m noises each, or with all noise averaged. The d largest eigenvalues of their second moments U (p, p) are
those of the law, the others those of single points.

Directions w are of length 1 and points y of length :math:`\sqrt d`, uniform on their spheres: the same limit as of
normal entries, without the blur of order :math:`d^{-1/2}` by lengths that vary.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.learned.features_training import Cosines
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries

ENDS = ("largest of the points", "least of the law", "largest of the law")


@dataclass(frozen=True, kw_only=True)
class FeatureEdges(Experiment):
    """Logs of the eigenvalues ENDS of random features; a row for each shape and end.

    Arguments:
        shapes: (N/d, p/d, m) of each point of the table, m `numpy.inf` for all noise averaged.
        t: the noise variance > 0, in units of the variance of the data.
        d: the dimension.
        replicas: the number of independent draws of data and features.
        seed: of all random numbers, an integer >= 0.
    """

    shapes: tuple[tuple[float, float, float], ...]
    t: float
    d: int = 48
    replicas: int = 100

    def points(self) -> Sequence[Point]:
        return [Point(points=n, width=p, noises=m, d=self.d, t=self.t) for n, p, m in self.shapes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        shape = float(point["points"]), float(point["width"]), float(point["noises"])
        values = np.log([ends(self.d, *shape, self.t, rng) for _ in range(self.replicas)]).T
        return summaries(values, "end").assign_coords(eigenvalue=("end", list(ENDS)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each shape and end."""
        return rows(parts, "end")


def ends(
    d: int, points: float, width: float, noises: float, t: float, rng: np.random.Generator
) -> tuple[float, float, float]:
    """The eigenvalues ENDS of the features of one draw.

    Arguments:
        d: the dimension.
        points: N/d.
        width: p/d.
        noises: m, `numpy.inf` for all noise averaged.
        t: the noise variance > 0.
        rng: draws directions, data and noise.

    Returns:
        Eigenvalues d + 1, d and 1 from above.
    """
    waves, data = (_on_sphere(round(count * d), d, rng) for count in (width, points))
    y = np.sqrt(d / (1 + t)) * data
    moments = _averaged(waves, y, t / (1 + t)) if noises == np.inf else _drawn(waves, y, t / (1 + t), int(noises), rng)
    values = np.linalg.eigvalsh(moments)
    return float(values[-d - 1]), float(values[-d]), float(values[-1])


def _averaged(waves: np.ndarray, data: np.ndarray, noise: float) -> np.ndarray:
    """U with all noise averaged: a sine is a cosine of another phase."""
    return Cosines(waves, np.full(len(waves), -np.pi / 2)).moments(data, noise)[0]


def _drawn(waves: np.ndarray, data: np.ndarray, noise: float, m: int, rng: np.random.Generator) -> np.ndarray:
    """U of m noises for each point."""
    clean = np.repeat(data, m, axis=0)
    features = np.sqrt(2) * np.sin((clean + np.sqrt(noise) * rng.standard_normal(clean.shape)) @ waves.T)
    return features.T @ features / len(features)


def _on_sphere(count: int, d: int, rng: np.random.Generator) -> np.ndarray:
    """Directions (count, d) of length 1."""
    found = rng.standard_normal((count, d))
    return found / np.linalg.norm(found, axis=1, keepdims=True)
