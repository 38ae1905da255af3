r"""Fine-tuning on points of a known law: the dimension of networks before and after, at a point they are tuned on.

Each of `replicas` networks is trained on `many` points of its own, and then, from there, on n others, of which one is
the x of the view. At x `dimension` is read off the network, and `control_dimension` off the affine optimum of what it
has last seen, along `trial`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
import torch
import xarray as xr

from simulate.dimension import local_dimension
from simulate.experiments.dimension import REPEATS
from simulate.experiments.experiment import Experiment, Point
from simulate.experiments.networks import Architecture, begun, spread, trained
from simulate.experiments.networks_pairs import SHORT
from simulate.experiments.participation import one_thread
from simulate.experiments.setting import flat
from simulate.experiments.view import View
from simulate.networks import Affine, Network, as_score
from simulate.networks.network import Score
from simulate.progress import track
from simulate.training import Settings

Moment = tuple[int, int, float]  # n, further steps, time


@dataclass(frozen=True, kw_only=True)
class NetworksTuned(Experiment):
    """Readings `values` (point, replica) for each of `laws`, n of `sizes`, further steps 0 and `further`, and time.

    `control_values` (point, trial) are those of the affine control. Times are variances.
    """

    laws: tuple[str, ...] = ("gaussian 1*3 0*5",)
    many: int = 300
    sizes: tuple[int, ...] = (3, 300)
    further: int = 800
    times: tuple[float, ...] = (0.005, 0.03, 0.1)
    replicas: int = 32
    trials: int = 3
    architecture: Architecture = field(default=Architecture("mlp", 48))
    training: Settings = field(default=SHORT)

    def points(self) -> Sequence[Point]:
        return [Point(law=law, query="training", many=self.many) for law in self.laws]

    @property
    def moments(self) -> list[Moment]:
        """All that is asked of one network."""
        return list(product(self.sizes, (0, self.further), self.times))

    @one_thread()
    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        views = [View(str(point["law"]), "training", n, self.times[0]) for n in self.sizes]
        first = replace(views[0], query="typical", n=self.many).draw(self.replicas, rng)
        others = [view.draw(self.replicas, rng) for view in views]
        taught = self._trained(first, rng)
        readings = {}
        for view, second in zip(views, others, strict=True):
            tuned = self._tuned(taught, second, rng)
            for steps, networks, seen in ((0, taught, first), (self.further, tuned, second)):
                for t in self.times:
                    at = replace(view, t=t)
                    controls = [
                        Affine.optimum(torch.as_tensor(rows, dtype=torch.float32)) for rows in seen[: self.trials]
                    ]
                    readings[view.n, steps, t] = [_readings(at, each, rng) for each in (networks, controls)]
        values, of_controls = zip(*(readings[moment] for moment in self.moments), strict=True)
        return xr.Dataset(
            {
                "values": (("moment", "replica"), list(values)),
                "control_values": (("moment", "trial"), list(of_controls)),
            }
        )

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        names = zip(("n", "steps", "t"), zip(*self.moments, strict=True), strict=True)
        labels = {name: ("moment", list(values)) for name, values in names}
        return flat(super().combine(parts).assign_coords(labels), "moment")

    def _trained(self, data: np.ndarray, rng: np.random.Generator) -> list[Network]:
        build = self.architecture.builder((data.shape[2],), spread(data.reshape(-1, data.shape[2])))
        run = trained(build, list(data), self.training, rng)
        return [run.network(i) for i in range(len(data))]

    def _tuned(self, taught: list[Network], data: np.ndarray, rng: np.random.Generator) -> list[Network]:
        """Networks that start as those, each on data of its own."""
        starts = iter(taught)
        run = begun(lambda: next(starts), list(data), replace(self.training, steps=self.further), rng)
        for _ in track(run, "training further", self.further):
            pass
        return [run.network(i) for i in range(len(data))]


def _readings(view: View, networks: Sequence[Network], rng: np.random.Generator) -> list[float]:
    x = torch.as_tensor(view.x, dtype=torch.float32)
    scores: list[Score] = [as_score(network) for network in networks]
    return [float(local_dimension(score, x, view.t, repeats=REPEATS, rng=rng).dimension) for score in scores]
