r"""Pairs of networks on disjoint data: dimension, agreement and generalization, beside exact scores and controls.

In each of `replicas` pairs a first network sees N points, of which one is the x of the case, and a second one N others;
a_i are their scores, e_i the exact scores of their data, s that of the law, all as estimates of the noise z. At each
of `times`, with y held out and y' among the first network's data,

    dimension    readings of `local_dimension` at x, of the first network
    difference   sum |a_1 - a_2|^2 / sum |e_1 - e_2|^2 at y + sqrt(t) z
    departure    sum |a_1 - e_1|^2 / sum |s - e_1|^2 at y' + sqrt(t) z
    gap          (L(a_1) - L'(a_1)) / (L(e_1) - L'(e_1)), L = mean |a(y + sqrt(t) z) - z|^2 and L' the same at y'
    share        mean of sum w^2 = 1/N~ at y' + sqrt(t) z, of the exact score

The difference is 0 for one function, 1 for two that have memorized. The departure from the exact score, near the data,
is 0 for a network that has memorized them and 1 for the score of the law. The gap is what a network loses from its data
to held-out points, in units of what the exact score loses: 0 for one that generalizes, 1 for one that memorizes. The
same is asked of controls, along `trial`: an untrained network, the affine optimum of the data, and a network trained on
shuffled labels of noise level (`simulate.training.Settings`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
import torch
import xarray as xr

from simulate.dimension import EmpiricalScore, PopulationScore, local_dimension
from simulate.engine.posterior import posterior
from simulate.experiments.networks.trained import Architecture, begun, deviation, trained
from simulate.networks import Affine, Network, as_score
from simulate.networks.network import Score
from simulate.observables.dimension import REPEATS
from simulate.run.experiment import Experiment, Point
from simulate.run.over_cases import OverCases
from simulate.run.store import Store
from simulate.run.tables import flat
from simulate.samplers import DataSets
from simulate.training import Settings
from theory.case import Case, typical
from theory.laws.law import EnergyLaw
from theory.laws.spectra import gaussian

ASKED = 64  # held-out points, and as many of the data, of one pair at one time
SHORT = Settings(steps=500, batch=64, rate=8e-3, shortest=0.03**2, longest=5.0**2)
QUANTITIES = ("dimension", "difference", "departure", "gap")
DIRECTIONS = gaussian((1.0, 3), (0.0, 5))
Pair = tuple[Score, Score]


def at_training_points(laws: tuple[EnergyLaw, ...], sizes: tuple[int, ...], t: float = 0.1) -> tuple[Case, ...]:
    """Cases of N points of a law, seen from its typical point, which is one of the N.

    Arguments:
        laws: the laws, which have a typical point.
        sizes: numbers of points N.
        t: the noise variance, in squared units of the data.

    Returns:
        A case for each law and size, sizes varying fastest.
    """
    return tuple(Case(law, typical, np.log(n), t, training=True) for law in laws for n in sizes)


def drawn(case: Case, replicas: int, rng: np.random.Generator) -> np.ndarray:
    """Independent data sets of a case, as points.

    Arguments:
        case: the law, N, and the training point if there is one.
        replicas: the number of data sets.
        rng: of the points.

    Returns:
        (replicas, n, d), in units of the data.
    """
    return np.concatenate([points.offsets for points in DataSets().parts(case, replicas, rng)]) + case.x


@dataclass(frozen=True, kw_only=True)
class NetworkPairs(OverCases):
    """QUANTITIES and `share` (point, replica), those of the controls as control_dimension .. (control, point, trial).

    Every replica is trained on a draw of its own of both data sets, so there are as many `draws`.
    One row for each of `cases`, whose x is a training point, and of `times`, which are variances; `variances` (point,
    direction) are those of the law. The t of a case is not used.

    Arguments:
        cases: the cases, seen from a training point.
        times: noise variances t at which networks are asked, in squared units of the data.
        replicas: the number of pairs of networks.
        trials: the number of networks of each control.
        architecture: of the networks.
        training: steps, batch and noise of their training.
        seed: of all random numbers, an integer >= 0.
    """

    cases: tuple[Case, ...] = at_training_points((DIRECTIONS,), (3, 300))
    times: tuple[float, ...] = (0.005, 0.03, 0.1, 0.3, 1.0)
    replicas: int = 32
    trials: int = 5
    architecture: Architecture = field(default=Architecture("mlp", 48))
    training: Settings = field(default=SHORT)

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        case = self.case_of(point)
        first, second = drawn(case, self.replicas, rng), drawn(replace(case, training=False), self.replicas, rng)
        build = self.architecture.builder((first.shape[2],), deviation(first.reshape(-1, first.shape[2])))
        run = trained(build, [*first, *second], self.training, rng)
        data = list(zip(first, second, strict=True))
        few = [*first[: self.trials], *second[: self.trials]]
        blind = trained(build, few, replace(self.training, shuffled=True), rng)
        controls = {
            "untrained": _pairs(begun(build, few, self.training, rng).network, self.trials),
            "affine": [(_affine(one), _affine(other)) for one, other in data[: self.trials]],
            "shuffled": _pairs(blind.network, self.trials),
        }
        of_controls = [
            xr.concat([_asked(case, self.times, *both, rng) for both in zip(pairs, data, strict=False)], "trial")
            for pairs in controls.values()
        ]
        told = [
            _asked(case, self.times, *both, rng) for both in zip(_pairs(run.network, self.replicas), data, strict=True)
        ]
        named = xr.concat(of_controls, "control").drop_vars("share").assign_coords(control=list(controls))
        controls_too = xr.concat(told, "replica").merge(named.rename({name: f"control_{name}" for name in QUANTITIES}))
        return controls_too.assign(variances=("direction", case.variances), draws=self.replicas)

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return flat(super().combine(parts).assign_coords(t=("time", list(self.times))))


@dataclass(frozen=True, kw_only=True)
class OfPairs(Experiment):
    """QUANTITIES as `values` (point, replica), and `control` (point, control, trial), at `rows` (quantity, N, t).

    Several claims read one experiment: with a store it is made once. Raises ValueError for a row that is not in it.

    Arguments:
        rows: what is read: a name of QUANTITIES, N, and t.
        pairs: the experiment that is read.
        seed: of all random numbers of that experiment, an integer >= 0.
    """

    rows: tuple[tuple[str, int, float], ...]
    pairs: NetworkPairs = field(default=NetworkPairs())

    def __post_init__(self) -> None:
        known = set(product(QUANTITIES, (case.n for case in self.pairs.cases), self.pairs.times))
        if missing := [row for row in self.rows if row not in known]:
            raise ValueError(f"rows must be (one of {', '.join(QUANTITIES)}, N, t) of pairs, got {missing[0]}")

    def points(self) -> Sequence[Point]:
        return self.pairs.points()

    def measured(self) -> NetworkPairs:
        return replace(self.pairs, seed=self.seed)

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        return self.measured().measure(point, rng)

    def run(self, store: Store | None = None, progress: bool = True) -> xr.Dataset:
        table = self.measured().run(store, progress)
        quantities = dict.fromkeys(quantity for quantity, _, _ in self.rows)
        return xr.concat([self._of(quantity, table) for quantity in quantities], "point")

    def _of(self, quantity: str, table: xr.Dataset) -> xr.Dataset:
        wanted = [(quantity, n, t) in self.rows for n, t in zip(table.n.values, table.t.values, strict=True)]
        told = table.isel(point=np.flatnonzero(wanted)).assign_coords(quantity=("point", [quantity] * sum(wanted)))
        return told.assign(values=told[quantity], control_values=told[f"control_{quantity}"])


def _pairs(network: Callable[[int], Network], count: int) -> list[Pair]:
    """Each of the first `count` networks of a training with its partner among as many others."""
    return [(as_score(network(i)), as_score(network(count + i))) for i in range(count)]


def _affine(data: np.ndarray) -> Score:
    return as_score(Affine.optimum(torch.as_tensor(data)))


def _asked(
    case: Case, times: Sequence[float], pair: Pair, data: tuple[np.ndarray, np.ndarray], rng: np.random.Generator
) -> xr.Dataset:
    """QUANTITIES and share of one pair along time."""
    rows = [_asked_at(case.at(t), pair, data, rng) for t in times]
    return xr.Dataset({name: ("time", [row[name] for row in rows]) for name in rows[0]})


def _asked_at(
    case: Case, pair: Pair, data: tuple[np.ndarray, np.ndarray], rng: np.random.Generator
) -> dict[str, float]:
    std, noise = case.t**0.5, rng.standard_normal((ASKED, case.d))
    held_out = case.law.sample(ASKED, rng) + std * noise
    seen = rng.choice(data[0], ASKED) + std * noise
    exact, law = [EmpiricalScore(rows) for rows in data], PopulationScore(case.law)
    x = torch.tensor(case.x, dtype=torch.float32)
    one, other, of_one, of_other = (_noise(score, held_out, case.t) for score in (*pair, *exact))
    one_seen, exact_seen, law_seen = (_noise(score, seen, case.t) for score in (pair[0], exact[0], law))
    return {
        "dimension": float(local_dimension(pair[0], x, case.t, repeats=REPEATS, rng=rng).dimension),
        "difference": float(((one - other) ** 2).sum() / ((of_one - of_other) ** 2).sum()),
        "departure": float(((one_seen - exact_seen) ** 2).sum() / ((law_seen - exact_seen) ** 2).sum()),
        "gap": _gap(one_seen, one, noise) / _gap(exact_seen, of_one, noise),
        "share": float(np.mean(posterior(seen, data[0], case.t).participation)),
    }


def _noise(score: Score, points: np.ndarray, t: float) -> np.ndarray:
    """The estimate of the noise at points (n, d)."""
    with torch.no_grad():
        return -(t**0.5) * np.asarray(score(torch.as_tensor(points), t))


def _gap(seen: np.ndarray, held_out: np.ndarray, noise: np.ndarray) -> float:
    return float(((held_out - noise) ** 2).mean() - ((seen - noise) ** 2).mean())
