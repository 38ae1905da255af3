r"""The world that the paper describes, made true by construction: what its formulas say, measured where they must hold.

Assumed is, for the centred Gaussian law of variances v_i seen from x at a variance t below a condensation time t_c(x):

    energies |x - y|^2/2 that are Gaussian, so that the entropy log N - Var(E)/(2 t^2) vanishes at t_c
    weights w_k of the Poisson-Dirichlet law of parameter m = t/t_c: broken sticks, w_k = V_k prod_{l<k} (1 - V_l) with
        V_k ~ Beta(1 - m, k m)
    points y_k from the posterior at t, of mean x_i v_i/(t + v_i) and variance t v_i/(t + v_i), whatever their weights
    scores s_i = (sum_k w_k y_ki - x_i)/t, independent at any two x

    GaussianTime         (Var(E)/(2 log N))^{1/2}, with energies as data have them
    AssumedContraction   -t J_ii = 1 - Var_w(y_i)/t
    AssumedStretch       t |s(sqrt(t) e_i) - s(0)|^2

What is left of the stick after `count` pieces is taken for infinitely many points, which enter by their means: of
sum w^2 that leaves out less than 1/(1 + count m).
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.condensation.energies import EnergyVariance
from simulate.experiments.setting import Setting
from simulate.experiments.view import View
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import summary
from theory.checks import integer


@dataclass(frozen=True, kw_only=True)
class GaussianTime(EnergyVariance):
    """The time, a variance, at which the entropy of N Gaussian levels would vanish; N >= 2 is that of the setting."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        log_n = np.log(integer("n", Setting.of(point).n, least=2))
        energy = super().measure(point, rng)
        time = np.sqrt(energy.observed / (2 * log_n))
        return energy.assign(observed=time, stderr=energy.stderr / (4 * log_n * time))


@dataclass(frozen=True)
class World:
    """A Gaussian law, one of its axes i, a variance t, and t_c at the origin and, `t_c_moved`, at x = sqrt(t) e_i.

    ValueError unless t is below both.
    """

    law: str
    axis: int
    t: float
    t_c: float
    t_c_moved: float

    def __post_init__(self) -> None:
        integer("axis", self.axis, least=0)
        if self.axis >= self.variances.size:
            raise ValueError(f"axis must be < {self.variances.size} (d of {self.law}), got {self.axis}")
        lower = min(self.t_c, self.t_c_moved)
        if not self.t < lower:
            raise ValueError(f"t must be < {lower} (both condensation times), got {self.t}")

    @classmethod
    def of(cls, labels: Mapping[Any, Any]) -> "World":
        """The world with these labels, as a point or a row of a table has them."""
        times = (float(labels[name]) for name in ("t", "t_c", "t_c_moved"))
        return cls(str(labels["law"]), int(labels["axis"]), *times)

    @property
    def variances(self) -> np.ndarray:
        return View(self.law, "origin", 1, self.t).numbers

    @property
    def gain(self) -> np.ndarray:
        """Posterior mean over x, and posterior variance over t, in each direction."""
        return self.variances / (self.t + self.variances)


@dataclass(frozen=True, kw_only=True)
class Assumed(Experiment):
    """One number of each of `replicas` independent data sets, in each of `cases`."""

    cases: tuple[World, ...]
    replicas: int = 20_000
    count: int = 100
    chunk: int = 20_000

    def points(self) -> Sequence[Point]:
        return [Point(**asdict(case)) for case in self.cases]

    @abstractmethod
    def values(self, world: World, replicas: int, rng: np.random.Generator) -> np.ndarray:
        """(replicas,)."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        world = World.of(point)
        sizes = (min(self.chunk, self.replicas - start) for start in range(0, self.replicas, self.chunk))
        return summary(np.concatenate([self.values(world, size, rng) for size in sizes]))

    def deviations(
        self, world: World, t_c: float, replicas: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights (replicas, count), what is left of 1, and y - mean in units of sqrt(t), (replicas, count, d)."""
        m = world.t / t_c
        pieces = rng.beta(1 - m, m * np.arange(1, self.count + 1), (replicas, self.count))
        left = np.cumprod(1 - pieces, axis=1)
        weights = pieces * np.column_stack([np.ones(replicas), left[:, :-1]])
        noise = rng.standard_normal((*weights.shape, world.gain.size))
        return weights, left[:, -1], noise * np.sqrt(world.gain)


@dataclass(frozen=True, kw_only=True)
class AssumedContraction(Assumed):
    """-t J_ii at the origin."""

    def values(self, world: World, replicas: int, rng: np.random.Generator) -> np.ndarray:
        weights, left, deviations = self.deviations(world, world.t_c, replicas, rng)
        along, gain = deviations[..., world.axis], world.gain[world.axis]
        squares = (weights * along**2).sum(axis=1) + left * gain
        return 1 - squares + (weights * along).sum(axis=1) ** 2


@dataclass(frozen=True, kw_only=True)
class AssumedStretch(Assumed):
    """t |s(sqrt(t) e_i) - s(0)|^2."""

    def values(self, world: World, replicas: int, rng: np.random.Generator) -> np.ndarray:
        step = np.sqrt(world.t) * np.eye(world.gain.size)[world.axis]
        at_rest = self.scores(world, np.zeros_like(step), world.t_c, replicas, rng)
        moved = self.scores(world, step, world.t_c_moved, replicas, rng)
        return world.t * ((moved - at_rest) ** 2).sum(axis=1)

    def scores(self, world: World, x: np.ndarray, t_c: float, replicas: int, rng: np.random.Generator) -> np.ndarray:
        """s(x), (replicas, d), where the condensation time is t_c."""
        weights, _, deviations = self.deviations(world, t_c, replicas, rng)
        mean = np.einsum("rn,rnd->rd", weights, deviations) * np.sqrt(world.t)
        return (world.gain * x + mean - x) / world.t
