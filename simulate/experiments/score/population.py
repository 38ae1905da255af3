r"""The empirical score and Jacobian over data sets of a linear manifold y = F z, z ~ N(0, I), that no axis is along.

F (d, m) is random, drawn once and the same in every run, with entries of variance 1/m. All entries of the matrix -t J
and all components of s are observed, at one held-out point, each averaged over data sets of N points.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.run.experiment import Experiment, Point
from simulate.run.tables import weights

ENTRIES = 2_000_000  # of one table of data
DRAWN = 1908  # seed of F and of x
SETTINGS = ("d", "m", "n", "t")


def factors(d: int, m: int) -> np.ndarray:
    """F (d, m)."""
    return np.random.default_rng([DRAWN, d, m]).standard_normal((d, m)) / np.sqrt(m)


def held_out(d: int, m: int) -> np.ndarray:
    """A point of the manifold, (d,), not in the data."""
    return factors(d, m) @ np.random.default_rng([DRAWN, d, m, 1]).standard_normal(m)


@dataclass(frozen=True, kw_only=True)
class OnManifold(Experiment):
    """At each of `cases` (d, m, N, t), over `replicas` data sets."""

    cases: tuple[tuple[int, int, int, float], ...] = ((4, 2, 300, 0.4), (4, 2, 300, 1.5), (3, 3, 300, 0.8))
    replicas: int = 8000

    def points(self) -> Sequence[Point]:
        return [Point(**dict(zip(SETTINGS, case, strict=True))) for case in self.cases]

    @abstractmethod
    def entries(self, offsets: np.ndarray, t: float) -> np.ndarray:
        """What is observed of data at `offsets` y - x (replicas, n, d), (replicas, ...)."""

    @abstractmethod
    def labels(self, d: int) -> dict[str, np.ndarray]:
        """The axes of each entry that is kept, by name."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        d, m, n, t = (int(point["d"]), int(point["m"]), int(point["n"]), float(point["t"]))
        labels, most = self.labels(d), max(1, ENTRIES // (n * d))
        sizes = [min(most, self.replicas - start) for start in range(0, self.replicas, most)]
        latent = (rng.standard_normal((size, n, m)) for size in sizes)
        all_entries = np.concatenate([self.entries(z @ factors(d, m).T - held_out(d, m), t) for z in latent])
        kept = all_entries[:, *labels.values()]
        columns = {
            "observed": kept.mean(axis=0),
            "stderr": kept.std(axis=0, ddof=1) / np.sqrt(self.replicas),
            "replicas": np.full(kept.shape[1], self.replicas),
        }
        coords = {name: ("point", axes) for name, axes in labels.items()}
        return xr.Dataset({name: ("point", column) for name, column in columns.items()}, coords)

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each entry; manifolds may differ in their number of entries."""
        rows = [
            part.assign_coords({name: ("point", [part[name].item()] * part.sizes["point"]) for name in SETTINGS})
            for part in parts
        ]
        return xr.concat(rows, "point", data_vars="all", join="exact", combine_attrs="drop_conflicts")


@dataclass(frozen=True, kw_only=True)
class ManifoldScore(OnManifold):
    """s_i."""

    def entries(self, offsets: np.ndarray, t: float) -> np.ndarray:
        return np.einsum("rn,rnd->rd", weights(offsets, t), offsets) / t

    def labels(self, d: int) -> dict[str, np.ndarray]:
        return {"i": np.arange(d)}


@dataclass(frozen=True, kw_only=True)
class ManifoldJacobian(OnManifold):
    """-t J_ij, i <= j."""

    def entries(self, offsets: np.ndarray, t: float) -> np.ndarray:
        w = weights(offsets, t)
        centred = offsets - np.einsum("rn,rnd->rd", w, offsets)[:, None]
        return np.eye(offsets.shape[2]) - np.einsum("rni,rnj->rij", w[:, :, None] * centred, centred, optimize=True) / t

    def labels(self, d: int) -> dict[str, np.ndarray]:
        i, j = np.triu_indices(d)
        return {"i": i, "j": j}
