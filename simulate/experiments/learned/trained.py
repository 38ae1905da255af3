r"""Kernel models trained by plain gradient descent, beside the noised data that they are trained on.

Descent at a learning rate differs from gradient flow by a term linear in that rate, which two rates eliminate: observed
is twice what half the rate gives less what the rate gives, and `stderr` is their largest difference. Each row carries
the inputs, targets, the location x and a unit direction u, so that whoever predicts can start from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.learned.kernels import KernelModel, descended
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, without_step
from theory.laws.spectra import halves

QUANTITIES = ("u D", "u dD/dx u")


@dataclass(frozen=True, kw_only=True)
class Descent(Experiment):
    """u D and u (dD/dx) u at a held-out x, of models trained for `taus` on n points of d directions, m noises each.

    Arguments:
        kernels: names of `simulate.learned.kernels.KERNELS`.
        taus: training times tau of gradient flow.
        d: the dimension, even: variances 1 in half of the directions and 0.09 in the others.
        n: number of points.
        m: number of noises of each point.
        t: the noise variance, in squared units of the data.
        rate: learning rate of the descent.
        seed: of all random numbers, an integer >= 0.
    """

    kernels: tuple[str, ...]
    taus: tuple[float, ...] = (1.0, 30.0)
    d: int = 4
    n: int = 5
    m: int = 5
    t: float = 0.3
    rate: float = 0.01

    def points(self) -> Sequence[Point]:
        return [Point(kernel=kernel, tau=tau, d=self.d, n=self.n) for kernel in self.kernels for tau in self.taus]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        law, kernel = halves(self.d), str(point["kernel"])
        targets = np.repeat(law.sample(self.n, rng), self.m, axis=0)
        inputs = targets + np.sqrt(self.t) * rng.standard_normal(targets.shape)
        x, u = law.sample(1, rng)[0], rng.standard_normal(self.d)
        u /= np.linalg.norm(u)
        coarse, fine = (
            _seen(descended(kernel, inputs, targets, self.rate / k, round(k * float(point["tau"]) / self.rate)), x, u)
            for k in (1, 2)
        )
        beside = {"inputs": inputs, "targets": targets, "location": x, "u": u}
        return xr.Dataset(
            {
                **without_step(coarse, fine, "component"),
                **{name: (_axes(name), np.stack([value] * 2)) for name, value in beside.items()},
            },
            coords={"of": ("component", list(QUANTITIES))},
        )

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each kernel, training time and quantity."""
        return rows(parts, "component")


def _seen(model: KernelModel, x: np.ndarray, u: np.ndarray) -> np.ndarray:
    return np.array([u @ model.denoise(x[None])[0], u @ model.jacobian(x[None])[0] @ u])


def _axes(name: str) -> tuple[str, ...]:
    return ("component", "axis") if name in ("location", "u") else ("component", "index", "axis")
