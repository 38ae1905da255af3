r"""Local dimension against the number of images, and whether two networks on disjoint images agree.

Images of a set are put in a random order. For each size n two networks are trained, one on the first n images and one
on the next n; those at the end are held out. The standard deviation that preconditions them is that of all images. At
training and at held-out images, noised to t: the local dimension of both networks and of the exact scores of their
data, and N~. At held-out images also how far the two differ,

    disagreement = sum |s_1 - s_2|^2 / sum (|e_1|^2 + |e_2|^2),    e = s - s_0,

with s_0 the score of the Gaussian that has the covariance of the held-out images: 0 for two networks that are one
function, about 1 for two that share no more than the Gaussian (arXiv:2310.02557 compares samples). From equal noise the
two generate samples; `alike` is the mean cosine between them, the mean image subtracted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import torch
import xarray as xr
from sklearn.datasets import load_sample_image

from simulate.experiments.networks.trained import Architecture, asked, deviation, generated, trained
from simulate.images import Images, digits
from simulate.networks import Affine, as_score
from simulate.networks.network import Score
from simulate.run.experiment import Experiment, Point
from simulate.training import Settings

PATCH = 8  # pixels
GENERATED = 64


@dataclass(frozen=True, kw_only=True, eq=False)
class DimensionOfImages(Experiment):
    """Networks of one architecture on a set of images; `queries` images of each kind are asked at `times`.

    Times are variances. Raises ValueError where there are fewer than twice the largest size and the held-out images, or
    fewer of these than queries.

    Arguments:
        images: the images, in any order.
        sizes: numbers n of images that each of two networks is trained on.
        times: noise variances t at which networks are asked, in squared units of the pixels.
        queries: number of training and of held-out images at which they are asked.
        held_out: number of images that no network sees.
        architecture: of the networks.
        training: steps, batch and noise of their training.
        device: "cpu" or "cuda", where training is in bfloat16.
        seed: of all random numbers, an integer >= 0.
    """

    images: Images = field(repr=False)
    sizes: tuple[int, ...] = (100, 300, 1000, 3000, 10_000, 30_000)
    times: tuple[float, ...] = (0.003, 0.01, 0.03, 0.1)
    queries: int = 32
    held_out: int = 500
    architecture: Architecture = field(default=Architecture("unet", 64))
    training: Settings = field(default=Settings(steps=200_000, longest=10.0**2, shortest=0.01**2))
    device: str = "cpu"  # on CUDA training is in bfloat16

    def __post_init__(self) -> None:
        least = 2 * max(self.sizes) + self.held_out
        if len(self.images) < least:
            raise ValueError(
                f"sizes must fit twice in {self.images.source}, with {self.held_out} held out: {least} images are "
                f"needed, got {len(self.images)}"
            )
        if self.held_out < self.queries:
            raise ValueError(f"held_out must be at least {self.queries}, the number of queries, got {self.held_out}")

    def points(self) -> Sequence[Point]:
        return [Point(source=self.images.source)]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        rows = self.images.data[rng.permutation(len(self.images))].astype(np.float64)
        halves = [rows[half * n : (half + 1) * n] for n in self.sizes for half in range(2)]
        build = self.architecture.builder(self.images.shape, deviation(rows))
        run = trained(build, halves, self.training, rng, self.device)
        scores = [as_score(run.network(i)) for i in range(len(halves))]
        held_out = rows[-self.held_out :]
        told = [
            asked(score, half, held_out, self.times, self.queries, rng, self.device)
            for score, half in zip(scores, halves, strict=True)
        ]
        pairs = zip(scores[::2], scores[1::2], strict=True)
        compared = [self._compared(first, second, held_out, rng) for first, second in pairs]
        by_half = xr.concat(told, "member").assign_coords(
            size=("member", np.repeat(self.sizes, 2)), half=("member", np.tile([0, 1], len(self.sizes)))
        )
        losses = {"held_out_loss": ("member", run.validation(held_out))}
        table = by_half.assign(losses).set_index(member=("size", "half")).unstack("member")
        pixels = {"d": rows.shape[1], "standard_deviation": deviation(rows)}
        return xr.merge([table, xr.concat(compared, "size").assign_coords(size=list(self.sizes))]).assign(pixels)

    def _compared(self, first: Score, second: Score, held_out: np.ndarray, rng: np.random.Generator) -> xr.Dataset:
        x = torch.as_tensor(held_out, dtype=torch.float32, device=self.device)
        gaussian, noise = as_score(Affine.optimum(x)), torch.as_tensor(rng.standard_normal(x.shape)).to(x)
        with torch.no_grad():
            apart = [_disagreement(first, second, gaussian, x + t**0.5 * noise, t) for t in self.times]
        start = torch.as_tensor(rng.standard_normal((GENERATED, x.shape[1]))).to(x)
        one, two = (generated(score, start, self.training) - x.mean(dim=0) for score in (first, second))
        alike = torch.cosine_similarity(one, two, dim=1).cpu().numpy()
        return xr.Dataset({"disagreement": ("time", apart), "alike": ("sample", alike)})


def _disagreement(first: Score, second: Score, gaussian: Score, x: torch.Tensor, t: float) -> float:
    one, two, common = (score(x, t) for score in (first, second, gaussian))
    return float((one - two).square().sum() / ((one - common).square().sum() + (two - common).square().sum()))


@cache
def photograph(name: str) -> Images:
    """Grey patches of a photograph that scikit-learn brings, PATCH pixels square.

    Arguments:
        name: "china" or "flower".

    Returns:
        The patches as images.
    """
    grey = load_sample_image(f"{name}.jpg").mean(axis=2) / 255
    rows, columns = (length // PATCH for length in grey.shape)
    cut = grey[: rows * PATCH, : columns * PATCH].reshape(rows, PATCH, columns, PATCH)
    return Images(cut.swapaxes(1, 2).reshape(rows * columns, -1), (PATCH, PATCH), f"patches of {name}.jpg")


def quick(seed: int = 0) -> tuple[DimensionOfImages, ...]:
    """Two networks for each size on three sets of images that need no download, in minutes on 2 cores.

    Arguments:
        seed: of all random numbers, an integer >= 0.

    Returns:
        An experiment for each set; of digits there are too few for three decades of n.
    """
    digital, china, flower = _brought()
    asked = DimensionOfImages(
        seed=seed,
        images=digital,
        sizes=(2, 10, 60, 300, 850),
        times=(0.003, 0.01, 0.03),
        queries=6,
        held_out=97,
        architecture=Architecture("mlp", 96),
        training=Settings(steps=600, batch=64, rate=2e-3, longest=10.0**2, shortest=0.01**2),
    )
    return (asked, *(replace(asked, images=images, sizes=(2, 20, 200, 2000)) for images in (china, flower)))


def full(seed: int = 0) -> tuple[DimensionOfImages, ...]:
    """Two convolutional networks for each size on three sets of images that need no download, for a GPU.

    Arguments:
        seed: of all random numbers, an integer >= 0.

    Returns:
        An experiment for each set.
    """
    digital, china, flower = _brought()
    asked = DimensionOfImages(
        seed=seed,
        images=digital,
        sizes=(2, 6, 20, 60, 200, 850),
        queries=16,
        held_out=97,
        architecture=Architecture("unet", 32),
        training=Settings(steps=100_000, rate=5e-4, longest=10.0**2),
    )
    return (asked, *(replace(asked, images=images, sizes=(2, 6, 20, 60, 200, 600, 2000)) for images in (china, flower)))


def _brought() -> tuple[Images, Images, Images]:
    """Sets that come with the packages."""
    return digits(), photograph("china"), photograph("flower")
