"""Network-steps per second of training, many networks at once beside one at a time.

python -m benchmarks.training [--members 4 8] [--rounds 15] [--threads 1] [--device cuda]

The network and the batch are the paper's (30 dimensions, 128 points, RAdam). The plain loop is written as the paper's
published one is: a DataLoader, eager RAdam, an average over the state dict, one network. Rivals take turns, so that
what else runs on the machine slows all of them. Sharing a time among the points of a batch changes what is learnt in
a step, so the loss on held-out data after equal steps is measured beside the speed. The matrix products of a step and
nothing else are the floor: no arrangement of the rest can be faster.
"""

import copy
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.measure import Count, Counts, keep, race
from simulate.engine.precision import fast_products
from simulate.networks import ResidualMLP
from simulate.run.store import CannotWrite
from simulate.training import Settings, TrainingRun
from theory.laws.spectra import paper
from verify.door import door, refusing

D, N = 30, 1000
ENDLESS = 10**9  # steps
FAST = 1e-3  # learns in a thousandth of the paper's steps
PLAIN = "plain loop, one network"
SAME = "plain loop, with our library of products"
PRODUCTS = "matrix products alone"


def cloud(n: int, seed: int = 0) -> np.ndarray:
    """Data of the paper's spectrum.

    Arguments:
        n: the number N of points.
        seed: of all random numbers.
    """
    return paper(D).sample(n, np.random.default_rng(seed))


def plain_loop(data: np.ndarray, device: str = "cpu") -> Iterator[float]:
    """One network, step by step.

    Arguments:
        data: (N, d).
        device: where torch computes: cpu or cuda.
    """
    settings, network = Settings(), ResidualMLP(D).to(device)
    average, optimizer = copy.deepcopy(network), torch.optim.RAdam(network.parameters(), lr=settings.rate)
    rows = TensorDataset(torch.as_tensor(data, dtype=torch.float32))
    ratio = (settings.longest / settings.shortest) ** 0.5
    while True:
        for (y,) in DataLoader(rows, batch_size=settings.batch, shuffle=True, drop_last=True):
            y = y.to(device)
            std = settings.shortest**0.5 * ratio ** torch.rand(len(y), device=device)
            noise = torch.randn_like(y)
            loss = (network(y + std[:, None] * noise, std**2) - noise).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                for kept, value in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
                    kept.copy_(settings.decay * kept + (1 - settings.decay) * value)
            yield loss.item()


def together(members: int, times: int, steps: int = ENDLESS, rate: float = 1e-4, device: str = "cpu") -> TrainingRun:
    """The same network and batch, `members` of them in one run.

    Arguments:
        members: networks that are trained at once.
        times: noise variances that a batch has.
        steps: of training.
        rate: of training.
        device: where torch computes: cpu or cuda.
    """
    data = [cloud(N, seed) for seed in range(members)]
    return TrainingRun(lambda: ResidualMLP(D), data, Settings(steps=steps, times=times, rate=rate), device=device)


def products(members: int, times: int, device: str = "cpu") -> Iterator[None]:
    """The products of a step, forward and backward, with new results as autograd makes them.

    Arguments:
        members: networks that are trained at once.
        times: noise variances that a batch has.
        device: where torch computes: cpu or cuda.
    """
    batch, network = Settings().batch, ResidualMLP(D)
    first = {network.embed.layers[0], network.enter}  # nothing before them asks for a gradient
    factors = []
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Linear):
            rows = times if "embed" in name or "time" in name else batch
            shapes = ((rows, layer.in_features), (layer.in_features, layer.out_features), (rows, layer.out_features))
            factors.append((*(torch.randn(members, *shape, device=device) for shape in shapes), layer in first))
    while True:
        with fast_products():
            for x, weight, gradient, is_first in factors:
                torch.bmm(x, weight)
                torch.bmm(x.mT, gradient)
                if not is_first:
                    torch.bmm(gradient, weight.mT)
        yield


def speeds(members: tuple[int, ...], rounds: int, device: str) -> dict[str, dict[str, float]]:
    """Of each rival: network-steps per second, by its fastest round, and as a ratio to the plain loop (median).

    Arguments:
        members: numbers of networks that are trained at once.
        rounds: how often the rivals take turns.
        device: where torch computes: cpu or cuda.
    """
    count = 2 * max(members)  # network-steps in a round, of all rivals alike
    rivals: dict[str, Callable[[], object]] = {PLAIN: _turns(plain_loop(cloud(N), device), count)}
    loop = _turns(plain_loop(cloud(N), device), count)
    rivals[SAME] = lambda: _with_fast_products(loop)
    for times in (128, 16):
        for size in members:
            rivals[f"{size} at once, {times} times in a batch"] = _turns(
                iter(together(size, times, device=device)), count // size
            )
        most = max(members)
        rivals[f"{PRODUCTS}, {most} at once, {times} times"] = _turns(products(most, times, device), count // most)
    measured = race(rivals, PLAIN, rounds)
    return {
        name: {"network-steps per second": count / row["fastest"], "ratio": 1 / row["ratio"]}
        for name, row in measured.items()
    }


def losses(steps: int, members: int, device: str) -> dict[str, dict[str, float]]:
    """Held-out loss after `steps` at ten times the rate, mean over members and its standard error.

    Arguments:
        steps: of training.
        members: networks that are trained at once.
        device: where torch computes: cpu or cuda.
    """
    table, held_out = {}, cloud(2000, seed=10**6)
    for times in (128, 16):
        run = together(members, times, steps, FAST, device)
        _exhaust(iter(run))
        values = run.validation(held_out)
        table[f"{times} times in a batch"] = {
            "held-out loss": float(values.mean()),
            "stderr": float(values.std(ddof=1) / members**0.5),
        }
    return table


def _turns(steps: Iterator[object], count: int) -> Callable[[], None]:
    return lambda: _exhaust(islice(steps, count))


def _with_fast_products(call: Callable[[], None]) -> None:
    with fast_products():
        call()


def _exhaust(steps: Iterator[object]) -> None:
    for _ in steps:
        pass


@refusing(ValueError, CannotWrite)
def train(
    *,
    out: Path = Path("out/benchmarks/training.json"),
    threads: Count | None = None,
    members: Counts = (4, 8),
    rounds: Count = 15,
    steps: Count = 300,
    device: str = "cpu",
) -> int:
    """Measure, print, and write JSON.

    Arguments:
        out: a file for the tables, as JSON.
        threads: of torch (default: as many as there are).
        members: numbers of networks that are trained at once.
        rounds: how often the rivals take turns.
        steps: of the comparison of losses.
        device: cpu, or cuda for all rivals; there at once means in bfloat16.
    """
    torch.set_num_threads(threads or torch.get_num_threads())
    tables = {
        "speed": speeds(members, rounds, device),
        f"loss after {steps} steps": losses(steps, max(members), device),
    }
    for title, table in tables.items():
        print(title)
        for name, row in table.items():
            print(f"  {name:36s}", *(f"{key} {value:.4g}" for key, value in row.items()), sep="  ", flush=True)
    keep(out, tables)
    return 0


main = door("python -m benchmarks.training", train, __doc__)


if __name__ == "__main__":
    sys.exit(main())
