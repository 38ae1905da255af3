r"""What the experiments on trained networks share: architectures by name, a training, and what is asked of a score.

A network is asked the same questions as the exact score of its own data: how many directions of -t J it shows at x and
t (`simulate.dimension`), beside the effective number N~ = 1/sum w^2 of data points there. Networks are asked for their
average over steps, in single precision. On a CPU all this is done by one thread: products of this size lose more to a
second one, where other work shares the machine, than they gain. The standard deviation that preconditions a network is
one number of all points of its case, those held out among them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import xarray as xr

from simulate.dimension import EmpiricalScore, local_dimension
from simulate.engine.posterior import posterior
from simulate.networks import Network, Precondition, ResidualMLP, Transformer, UNet
from simulate.networks.network import Score, log_label
from simulate.networks.sampling import samples, schedule
from simulate.run.progress import track
from simulate.training import Settings, TrainingRun
from theory.checks import choice, integer

FLOW_STEPS = 24  # of the flow that generates samples

KINDS: dict[str, Callable[[tuple[int, ...], int], Network]] = {
    "mlp": lambda shape, width: ResidualMLP(int(np.prod(shape)), width, embedding=width, label=log_label),
    "unet": lambda shape, width: UNet(shape, width, embedding=4 * width),
    "transformer": lambda shape, width: Transformer(shape, width=width),
    "paper": lambda shape, width: ResidualMLP(int(np.prod(shape)), width),
}


@dataclass(frozen=True)
class Architecture:
    """A kind of network and the width of its layers; all but the paper's are preconditioned as in EDM.

    Raises ValueError for unknown kinds.

    Arguments:
        kind: one of KINDS: "paper", "mlp", ...
        width: of its layers.
    """

    kind: str
    width: int

    def __post_init__(self) -> None:
        choice("kind", self.kind, tuple(KINDS))
        integer("width", self.width)

    def builder(self, shape: tuple[int, ...], deviation: float) -> Callable[[], Network]:
        """Makes networks for points of `shape`, data of standard `deviation` per coordinate.

        Arguments:
            shape: of one point: (d,), or (height, width, channels).
            deviation: by which all but the paper's network are preconditioned, in units of the data.
        """

        def build() -> Network:
            core = KINDS[self.kind](shape, self.width)
            return core if self.kind == "paper" else Precondition(core, deviation)

        return build


def trained(
    build: Callable[[], Network],
    data: Sequence[np.ndarray],
    settings: Settings,
    rng: np.random.Generator,
    device: str = "cpu",
) -> TrainingRun:
    """One network for each of `data` (N, d), trained to the end, with seeds from `rng`.

    Arguments:
        build: makes an untrained network.
        data: the points of each network, (N, d).
        settings: steps, batch and noise of the training.
        rng: of the parameters, the order of the points, and the noise.
        device: "cpu" or "cuda".
    """
    run = begun(build, data, settings, rng, device)
    for _ in track(run, f"training {len(data)} networks", settings.steps):
        pass
    return run


def begun(
    build: Callable[[], Network],
    data: Sequence[np.ndarray],
    settings: Settings,
    rng: np.random.Generator,
    device: str = "cpu",
) -> TrainingRun:
    """One network for each data set, before the first step of its training, with seeds from `rng`.

    Arguments:
        build: makes an untrained network.
        data: the points of each network, (N, d).
        settings: steps, batch and noise of the training.
        rng: of the parameters, the order of the points, and the noise.
        device: "cpu" or "cuda".
    """
    return TrainingRun(build, data, settings, rng.integers(2**31, size=len(data)).tolist(), device)


def asked(
    score: Score,
    data: np.ndarray,
    held_out: np.ndarray,
    times: Sequence[float],
    queries: int,
    rng: np.random.Generator,
    device: str = "cpu",
) -> xr.Dataset:
    """Dimension of a `network`'s score and of the `empirical` one of its data (N, d), and `effective_number`.

    Along (seen, time, query): at the first of the data (repeated where there are fewer) and of those held out (n, d).

    Arguments:
        score: of rows (n, d) and a noise variance.
        data: the points that its network was trained on, (N, d).
        held_out: points that it was not trained on, (n, d).
        times: noise variances t.
        queries: how many points of either kind are asked about.
        rng: of the noise.
        device: "cpu" or "cuda", of the network.
    """
    like = torch.zeros(1, device=device)
    kinds = {"training": np.resize(data, (queries, data.shape[1])), "held-out": held_out[:queries]}
    tables = [
        xr.Dataset(
            {
                "network": dimensions(score, x, times, like),
                "empirical": dimensions(EmpiricalScore(data), x, times),
                "effective_number": effective_numbers(x, data, times, rng),
            }
        )
        for x in kinds.values()
    ]
    return xr.concat(tables, "seen").assign_coords(seen=list(kinds), t=("time", list(times)))


def generated(score: Score, noise: torch.Tensor, training: Settings) -> torch.Tensor:
    """Samples from standard normal noise (n, d), by the flow over the times of the training.

    Arguments:
        score: of torch rows (n, d) and a noise variance.
        noise: standard normal numbers, (n, d).
        training: from whose least to whose largest noise variance the flow runs.
    """
    return samples(score, noise, schedule(training.shortest, training.longest, FLOW_STEPS))


def dimensions(score: Any, x: np.ndarray, times: Sequence[float], like: torch.Tensor | None = None) -> xr.DataArray:
    """Median local dimension at points x (query, d) and each of `times`, (time, query).

    A torch score is asked with tensors of the kind and on the device of `like`.

    Arguments:
        score: of rows (n, d) and a noise variance.
        x: points, (query, d).
        times: noise variances t.
        like: a tensor of the kind that a torch score takes.
    """
    points = x if like is None else torch.as_tensor(x).to(like)
    found = [local_dimension(score, points, t).dimension.values for t in times]
    return xr.DataArray(np.stack(found), dims=("time", "query"))


def effective_numbers(
    x: np.ndarray, data: np.ndarray, times: Sequence[float], rng: np.random.Generator
) -> xr.DataArray:
    """N~ = 1/sum w^2 at one point x + sqrt(t) z for each x (query, d), where the score is asked too: (time, query).

    Arguments:
        x: points, (query, d).
        data: the data, (N, d).
        times: noise variances t.
        rng: of the noise z.
    """
    moved = [x + t**0.5 * rng.standard_normal(x.shape) for t in times]
    rows = [1 / np.asarray(posterior(points, data, t).participation) for points, t in zip(moved, times, strict=True)]
    return xr.DataArray(np.stack(rows), dims=("time", "query"))


def deviation(data: np.ndarray) -> float:
    """The standard deviation of data per coordinate, about the mean of each: the root of the mean variance.

    Arguments:
        data: points, (N, d).

    Returns:
        A number, in units of the data.
    """
    return float(np.sqrt(data.var(axis=0).mean()))
