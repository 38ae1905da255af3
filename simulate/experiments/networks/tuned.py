r"""Fine-tuning on points of a known law: the dimension of networks before and after, at a point they are tuned on.

Each of `replicas` networks is trained on `many` points of its own, and then, from there, on n others, of which one is
the x of the case. At x `dimension` is read off the network, and `control_dimension` off controls, along `trial`: an
untrained network, the affine optimum of what has last been seen, and a network that is trained, and tuned, on shuffled
labels of noise level (`simulate.training.Settings`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
import torch
import xarray as xr

from simulate.dimension import local_dimension
from simulate.experiments.networks.pairs import DIRECTIONS, SHORT, at_training_points, drawn
from simulate.experiments.networks.trained import Architecture, begun, deviation, trained
from simulate.networks import Affine, Network, as_score
from simulate.networks.network import Score
from simulate.observables.dimension import REPEATS
from simulate.run.experiment import Point
from simulate.run.over_cases import OverCases
from simulate.run.progress import track
from simulate.run.tables import flat
from simulate.training import Settings
from theory.case import Case

CONTROLS = ("untrained", "affine", "shuffled")
Moment = tuple[int, int, float]  # n, further steps, time
Kinds = tuple[Sequence[Network], ...]  # networks that are taught, and those of each control


@dataclass(frozen=True, kw_only=True)
class NetworksTuned(OverCases):
    """Readings `values` (point, replica) for each of `cases`, n of `sizes`, further steps 0 and `further`, and time.

    `control_values` (control, point, trial) are those of the controls, `variances` (point, direction) those of the law.
    Times are variances. A case says the law, x and the number `many` of points that networks are trained on at
    first; its t is not used.

    Arguments:
        cases: the law, x, which is one of the points of the further training, and the number of points of the first
            one.
        sizes: numbers n of points of the further training.
        further: number of its steps.
        times: noise variances t at which networks are asked, in squared units of the data.
        replicas: the number of networks.
        trials: the number of networks of each control.
        architecture: of the networks.
        training: steps, batch and noise of the first training.
        seed: of all random numbers, an integer >= 0.
    """

    cases: tuple[Case, ...] = at_training_points((DIRECTIONS,), (300,))
    sizes: tuple[int, ...] = (3, 300)
    further: int = 800
    times: tuple[float, ...] = (0.005, 0.03, 0.1)
    replicas: int = 40  # at 32 the interval of a median at a rate of 1e-9 ends at the one extreme reading
    trials: int = 3
    architecture: Architecture = field(default=Architecture("mlp", 48))
    training: Settings = field(default=SHORT)

    @property
    def moments(self) -> list[Moment]:
        """All that is asked of one network."""
        return list(product(self.sizes, (0, self.further), self.times))

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        case = self.case_of(point)
        readings = {}
        for n, stages in self._stages(case, rng):
            for (steps, kinds), t in product(stages.items(), self.times):
                readings[n, steps, t] = [_readings(case.at(t), networks, rng) for networks in kinds]
        values, *of_controls = zip(*(readings[moment] for moment in self.moments), strict=True)
        return xr.Dataset(
            {
                "values": (("moment", "replica"), list(values)),
                "control_values": (("control", "moment", "trial"), of_controls),
                "variances": ("direction", case.variances),
                "draws": self.replicas,
            },
            coords={"control": list(CONTROLS)},
        )

    def _stages(self, case: Case, rng: np.random.Generator) -> Iterator[tuple[int, dict[int, Kinds]]]:
        """For each second size the networks after so many further steps: taught, and the three controls."""
        first = drawn(replace(case, training=False), self.replicas, rng)
        few, blind = slice(self.trials), replace(self.training, shuffled=True)
        taught, blindly = self._trained(first, self.training, rng), self._trained(first[few], blind, rng)
        untrained = _networks(begun(self._builder(first), list(first[few]), self.training, rng), self.trials)
        for n in self.sizes:
            second = drawn(replace(case, log_n=np.log(n)), self.replicas, rng)
            tuned = self._tuned(taught, second, self.training, rng)
            tuned_blindly = self._tuned(blindly, second[few], blind, rng)
            yield (
                n,
                {
                    0: (taught, untrained, _affine(first[few]), blindly),
                    self.further: (tuned, untrained, _affine(second[few]), tuned_blindly),
                },
            )

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        names = zip(("n", "steps", "t"), zip(*self.moments, strict=True), strict=True)
        labels = {name: ("moment", list(values)) for name, values in names}
        return flat(super().combine(parts).assign_coords(labels), "moment")

    def _builder(self, data: np.ndarray) -> Callable[[], Network]:
        return self.architecture.builder((data.shape[2],), deviation(data.reshape(-1, data.shape[2])))

    def _trained(self, data: np.ndarray, settings: Settings, rng: np.random.Generator) -> list[Network]:
        return _networks(trained(self._builder(data), list(data), settings, rng), len(data))

    def _tuned(
        self, taught: list[Network], data: np.ndarray, settings: Settings, rng: np.random.Generator
    ) -> list[Network]:
        """Networks that start as those, each on data of its own."""
        starts = iter(taught)
        run = begun(lambda: next(starts), list(data), replace(settings, steps=self.further), rng)
        for _ in track(run, "training further", self.further):
            pass
        return _networks(run, len(data))


def _networks(run: Any, count: int) -> list[Network]:
    return [run.network(i) for i in range(count)]


def _affine(data: np.ndarray) -> list[Affine]:
    """The optima of data (trial, N, d)."""
    return [Affine.optimum(torch.as_tensor(rows, dtype=torch.float32)) for rows in data]


def _readings(case: Case, networks: Sequence[Network], rng: np.random.Generator) -> list[float]:
    x = torch.tensor(case.x, dtype=torch.float32)
    scores: list[Score] = [as_score(network) for network in networks]
    return [float(local_dimension(score, x, case.t, repeats=REPEATS, rng=rng).dimension) for score in scores]
