r"""Architectures and capacities side by side: what they show of the dimension, and whether they memorize.

Each network is trained on n images, for several n. Beside the dimension it shows at training and at held-out images,
that of the exact score, and N~: its loss on the images it saw and on those held out, at the same noise, and samples.
The standard deviation that preconditions it is that of all images.

    distance     from a sample to its nearest training image, relative to that of the held-out images (1: no closer)
    memorized    fraction of samples whose nearest training image is less than 1/3 as far as the second nearest

The same fraction of the held-out images says what real images do. N~ is a property of the data, the same for all
architectures: what it says of them can only be common to all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import xarray as xr

from simulate.engine.copies import COPIED, nearest
from simulate.experiments.networks.trained import Architecture, asked, deviation, generated, trained
from simulate.images import Images, digits, distinct
from simulate.networks import as_score
from simulate.networks.network import Score
from simulate.run.experiment import Experiment, Point
from simulate.training import Settings


@dataclass(frozen=True, kw_only=True, eq=False)
class Architectures(Experiment):
    """Networks of several architectures on the first n of a set of images: dimension, loss, samples that are copies.

    Raises ValueError where there are fewer images than the largest size and those held out, fewer held out than
    queries, or a size below 2.

    Arguments:
        images: the images, in any order.
        architectures: kinds and widths of the networks.
        sizes: numbers n >= 2 of images that a network is trained on.
        times: noise variances t at which networks are asked, in squared units of the pixels.
        queries: number of training and of held-out images at which they are asked.
        held_out: number of images that no network sees.
        generated: number of samples of each network.
        training: steps, batch and noise of the training.
        device: "cpu" or "cuda", where training is in bfloat16.
        seed: of all random numbers, an integer >= 0.
    """

    images: Images = field(default_factory=digits, repr=False)
    architectures: tuple[Architecture, ...] = tuple(
        Architecture(kind, width)
        for kind, widths in {"mlp": (64, 128, 256), "unet": (16, 32, 64), "transformer": (32, 64, 128)}.items()
        for width in widths
    )
    sizes: tuple[int, ...] = (16, 64, 256, 1024)
    times: tuple[float, ...] = (0.003, 0.01, 0.03, 0.1)
    queries: int = 16
    held_out: int = 256
    generated: int = 256
    training: Settings = field(default=Settings(steps=100_000, longest=10.0**2, rate=1e-3))
    device: str = "cpu"  # on CUDA training is in bfloat16

    def __post_init__(self) -> None:
        if min(self.sizes) < 2:
            raise ValueError(f"sizes must be >= 2, for a second nearest image, got {self.sizes}")
        if max(self.sizes) + self.held_out > len(self.images):
            raise ValueError(f"sizes must leave {self.held_out} of {len(self.images)} images out, got {self.sizes}")
        if self.held_out < self.queries:
            raise ValueError(f"held_out must be at least {self.queries}, the number of queries, got {self.held_out}")

    def points(self) -> Sequence[Point]:
        return [Point(kind=each.kind, width=each.width) for each in self.architectures]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        rows = self.images.data[self.order].astype(np.float64)
        data, held_out = [rows[:n] for n in self.sizes], rows[-self.held_out :]
        architecture = Architecture(str(point["kind"]), int(point["width"]))
        run = trained(architecture.builder(self.images.shape, deviation(rows)), data, self.training, rng, self.device)
        table = xr.concat(
            [self._asked(as_score(run.network(i)), seen, held_out, rng) for i, seen in enumerate(data)], "size"
        )
        same_number = np.stack([np.resize(seen, held_out.shape) for seen in data])
        return table.assign(
            train_loss=("size", run.validation(same_number)),
            held_out_loss=("size", run.validation(held_out)),
            parameters=sum(value.numel() for value in run.network(0).parameters()),
        ).assign_coords(size=list(self.sizes))

    @property
    def order(self) -> np.ndarray:
        """A random order of the images, the same for all architectures."""
        return np.random.default_rng(self.seed).permutation(len(self.images))

    def _asked(self, score: Score, data: np.ndarray, held_out: np.ndarray, rng: np.random.Generator) -> xr.Dataset:
        table = asked(score, data, held_out, self.times, self.queries, rng, self.device)
        noise = torch.as_tensor(rng.standard_normal((self.generated, data.shape[1])), dtype=torch.float32)
        made = generated(score, noise.to(self.device), self.training).cpu().numpy()
        (made, _), (real, _) = (nearest(points, data[distinct(data)]) for points in (made, held_out))
        return table.assign(
            distance=float(np.median(made[:, 0]) / np.median(real[:, 0])),
            memorized=float((made[:, 0] < COPIED * made[:, 1]).mean()),
            memorized_held_out=float((real[:, 0] < COPIED * real[:, 1]).mean()),
        )


def quick(seed: int = 0) -> Architectures:
    """Three architectures of two capacities on the digits, in minutes on 2 cores.

    Arguments:
        seed: of all random numbers, an integer >= 0.

    Returns:
        The experiment.
    """
    widths = {"mlp": (64, 256), "unet": (4, 16), "transformer": (8, 32)}
    return Architectures(
        seed=seed,
        architectures=tuple(Architecture(kind, width) for kind, each in widths.items() for width in each),
        sizes=(4, 64, 1024),
        times=(0.01,),
        queries=3,
        held_out=128,
        generated=64,
        training=Settings(steps=200, batch=32, times=16, rate=4e-3, longest=10.0**2),
    )
