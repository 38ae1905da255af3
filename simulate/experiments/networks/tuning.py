r"""Pretrained on many images, trained on with few: how the dimension falls with the steps, and with how few they are.

A network is trained on `many` images. Copies of it are trained further, each on the first n of other images, for n in
`sizes`, with an average over steps that starts anew. After each of `steps` further steps: the dimension at the images
of the further training (repeated where there are fewer) and at held-out ones, and the held-out loss. Step 0 is the
pretrained network. The standard deviation that preconditions it is that of all images.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace

import numpy as np
import torch
import xarray as xr

from simulate.experiments.networks.trained import Architecture, begun, deviation, dimensions, trained
from simulate.images import Images, digits
from simulate.networks import as_score
from simulate.run.experiment import Experiment, Point
from simulate.run.progress import track
from simulate.training import Settings, TrainingRun


@dataclass(frozen=True, kw_only=True, eq=False)
class FineTuning(Experiment):
    """Networks that were pretrained on many images and are trained on few: dimension and held-out loss, step by step.

    Raises ValueError where the images are too few for all of this.

    Arguments:
        images: the images, in any order.
        many: number of images of the pretraining.
        sizes: numbers n of images of the further training.
        steps: ascending numbers of its steps at which the network is asked.
        times: noise variances t at which networks are asked, in squared units of the pixels.
        replicas: the number of sets of images for each size.
        queries: number of training and of held-out images at which networks are asked.
        held_out: number of images that no network sees.
        architecture: of the networks.
        training: steps, batch and noise of the pretraining.
        device: "cpu" or "cuda", where training is in bfloat16.
        seed: of all random numbers, an integer >= 0.
    """

    images: Images = field(default_factory=digits, repr=False)
    many: int = 1000
    sizes: tuple[int, ...] = (4, 16, 64, 256)
    steps: tuple[int, ...] = (100, 300, 1000, 3000, 10_000, 30_000)
    times: tuple[float, ...] = (0.003, 0.01, 0.03)
    replicas: int = 2
    queries: int = 16
    held_out: int = 128
    architecture: Architecture = field(default=Architecture("unet", 32))
    training: Settings = field(default=Settings(steps=100_000, rate=1e-3, longest=10.0**2))
    device: str = "cpu"  # on CUDA training is in bfloat16

    def __post_init__(self) -> None:
        least = self.many + self.held_out + self.replicas * max(self.sizes)
        if len(self.images) < least:
            raise ValueError(f"images must be at least {least} for {self.many} and all sizes, got {len(self.images)}")

    def points(self) -> Sequence[Point]:
        return [Point(source=self.images.source, many=self.many)]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        rows = self.images.data[rng.permutation(len(self.images))].astype(np.float64)
        many, held_out, others = np.split(rows, [self.many, self.many + self.held_out])
        build = self.architecture.builder(self.images.shape, deviation(rows))
        taught = trained(build, [many], self.training, rng, self.device).network(0)
        parts = [others[replica * n : (replica + 1) * n] for n in self.sizes for replica in range(self.replicas)]
        further = replace(self.training, steps=max(self.steps))
        run = begun(lambda: deepcopy(taught), parts, further, rng, self.device)
        tables = [self._asked(run, parts, held_out)]
        for step, _ in track(run, "training further", further.steps):
            if step in self.steps:
                tables.append(self._asked(run, parts, held_out))
        table = xr.concat(tables, "step").assign_coords(step=[0, *self.steps])
        members = {
            "size": np.repeat(self.sizes, self.replicas),
            "replica": np.tile(range(self.replicas), len(self.sizes)),
        }
        labels = {name: ("member", values) for name, values in members.items()}
        return table.assign_coords(labels).set_index(member=list(labels)).unstack("member")

    def _asked(self, run: TrainingRun, parts: list[np.ndarray], held_out: np.ndarray) -> xr.Dataset:
        like = torch.zeros(1, device=self.device)
        rows = []
        for index, part in enumerate(parts):
            score = as_score(run.network(index))
            asked = (np.resize(part, (self.queries, part.shape[1])), held_out[: self.queries])
            rows.append(xr.concat([dimensions(score, x, self.times, like) for x in asked], "seen"))
        table = xr.Dataset(
            {"network": xr.concat(rows, "member"), "held_out_loss": ("member", run.validation(held_out))}
        )
        return table.assign_coords(seen=["training", "held-out"], t=("time", list(self.times)))


def quick(seed: int = 0) -> FineTuning:
    """A perceptron of the digits that is trained further, in minutes on 2 cores.

    Arguments:
        seed: of all random numbers, an integer >= 0.

    Returns:
        The experiment.
    """
    return FineTuning(
        seed=seed,
        sizes=(2, 8, 32, 128),
        steps=(30, 100, 300, 1000),
        times=(0.01,),
        queries=4,
        architecture=Architecture("mlp", 96),
        training=Settings(steps=1200, batch=64, rate=2e-3, longest=10.0**2),
    )
