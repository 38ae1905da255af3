"""Checkpoints of one training, for the question when it began to memorize (docs/probe.md).

.venv/bin/python examples/checkpoints.py 50                 trains on 50 digits, and writes build/checkpoints/
.venv/bin/losing-dimensions probe --model examples/checkpoints.py:load --checkpoints build/checkpoints/steps \\
    --data build/checkpoints/train.npy --held-out build/checkpoints/held_out.npy --out answer

A perceptron learns by flow matching: on rows y of pixels in [-1, 1] it is given u = a y + (1 - a) z and gives y - z.
What is kept is the average of its weights with decay 0.99, after 125, 250, ... steps, each twice the one before.
"""

import argparse
import io
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from simulate.adapters import Adapted, Layout, from_velocity, straight
from simulate.images import digits
from simulate.networks import ResidualMLP
from simulate.networks.network import log_label
from simulate.run.store import write_atomic

FOLDER = Path("build/checkpoints")
FIRST, DOUBLINGS = 125, 6  # steps of training
BATCH, DECAY, RATE = 32, 0.99, 2e-3


class Velocity(torch.nn.Module):
    """The velocity y - z at u (batch, 64) and a (batch,), 1 at the data."""

    def __init__(self) -> None:
        super().__init__()
        self.network = ResidualMLP(64, 128, 2, 64, log_label)

    def forward(self, u: torch.Tensor, a: torch.Tensor) -> torch.Tensor:
        """Of the shape of u; the network is told the noise variance over the square of a.

        Arguments:
            u: noised data, (batch, pixels).
            a: the clock, (batch,), 1 at the data.
        """
        return self.network(u, ((1 - a) / a.clamp(min=1e-3)).clamp(min=1e-4) ** 2)


def load(path: Path) -> Adapted:
    """The score of a checkpoint, of rows of pixels in [0, 1]."""
    model = Velocity()
    model.load_state_dict(safetensors.torch.load_file(path))
    return from_velocity(model.eval(), straight(data_at=1), Layout((64,)))


def train(count: int, folder: Path = FOLDER, first: int = FIRST, doublings: int = DOUBLINGS, seed: int = 0) -> None:
    """Train on `count` digits; writes steps/step-N.safetensors, train.npy and held_out.npy into a folder.

    Arguments:
        count: the number of digits.
        folder: where all is written.
        first: steps to the first file.
        doublings: of that number of steps, each with a file.
        seed: of all random numbers.
    """
    torch.manual_seed(seed)
    rows = digits().data[np.random.default_rng(seed).permutation(len(digits()))]
    y, model = torch.as_tensor(2 * rows[:count] - 1, dtype=torch.float32), Velocity()
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(DECAY))
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, fused=True)
    kept = [first * 2**k for k in range(doublings + 1)]
    for step in range(1, kept[-1] + 1):
        optimizer.zero_grad()
        _loss(model, y[torch.randint(count, (BATCH,))]).backward()
        optimizer.step()
        average.update_parameters(model)
        if step in kept:
            weights = {name: value.clone() for name, value in average.module.state_dict().items()}
            write_atomic(folder / "steps" / f"step-{step}.safetensors", safetensors.torch.save(weights))
    for name, part in {"train": rows[:count], "held_out": rows[-500:]}.items():
        content = io.BytesIO()
        np.save(content, part)
        write_atomic(folder / f"{name}.npy", content.getvalue())


def _loss(model: Velocity, y: torch.Tensor) -> torch.Tensor:
    a, z = torch.rand(len(y)), torch.randn_like(y)
    return (model(a[:, None] * y + (1 - a[:, None]) * z, a) - (y - z)).square().mean()


def main(given: list[str] | None = None) -> None:
    """Train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, help="digits to train on, 3 to 1297")
    options = parser.parse_args(given)
    if not 3 <= options.count <= len(digits()) - 500:
        parser.error(f"count must be 3 to {len(digits()) - 500}, got {options.count}")
    train(options.count)


if __name__ == "__main__":
    main()
