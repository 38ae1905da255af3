"""A flow-matching transformer of diffusers (that of SD3) trained on few digits, for the probe (docs/probe.md).

.venv/bin/pip install -c constraints.txt -e ".[diffusion]"
.venv/bin/python examples/diffusers_flow.py 100 3000        100 digits, 3000 steps; writes model, data, held-out data
.venv/bin/losing-dimensions probe --model examples/diffusers_flow.py:score \\
    --data build/flow/train.npy --held-out build/flow/held_out.npy
.venv/bin/python examples/diffusers_flow.py --samples 200    how many samples of its own scheduler are copies

On images y in [-1, 1] it is given u = (1 - sigma) y + sigma z and told 1000 sigma and a text; it predicts the velocity
z - y, with sigma the logistic function of a normal number, as SD3 was trained. The text is one embedding of zeros: what
is probed is the model under one condition, and guidance is off.
"""

import argparse
import io
from functools import cache
from pathlib import Path

import numpy as np
import torch

from simulate.adapters import Adapted, Layout, from_diffusers
from simulate.images import digits
from simulate.run.store import write_atomic
from simulate.sampling import nearest_ratio

try:
    from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel
except ImportError as error:
    raise SystemExit(
        'diffusers must be installed: .venv/bin/pip install -c constraints.txt -e ".[diffusion]"'
    ) from error

FOLDER = Path("build/flow")
LAYOUT = Layout((8, 8))
WIDTH = 32  # of the embedding of a text
MOST = len(digits()) - 2  # two are held out
BATCH, RATE, STEPS = 64, 1e-3, 50


class OneText(torch.nn.Module):
    """A transformer of SD3 under one text: velocity(u, 1000 sigma) of images u (batch, 1, 8, 8)."""

    def __init__(self, transformer: SD3Transformer2DModel) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, u: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        """The velocity, of the shape of u.

        Arguments:
            u: noised images, (batch, 1, 8, 8).
            time: 1000 sigma, (batch,).
        """
        words, pooled = u.new_zeros(len(u), 1, WIDTH), u.new_zeros(len(u), WIDTH)
        return self.transformer(u, encoder_hidden_states=words, pooled_projections=pooled, timestep=time).sample


def transformer() -> SD3Transformer2DModel:
    """Three blocks of two heads on patches of 2 x 2 pixels."""
    return SD3Transformer2DModel(
        sample_size=8,
        patch_size=2,
        in_channels=1,
        out_channels=1,
        num_layers=3,
        attention_head_dim=WIDTH,
        num_attention_heads=2,
        joint_attention_dim=WIDTH,
        caption_projection_dim=2 * WIDTH,
        pooled_projection_dim=WIDTH,
        pos_embed_max_size=8,
    )


def train(count: int, steps: int, seed: int = 0, folder: Path = FOLDER) -> None:
    """Flow matching with AdamW; writes the model, its scheduler, train.npy and held_out.npy.

    Arguments:
        count: the number of digits.
        steps: of training.
        seed: of all random numbers.
        folder: where all is written.
    """
    torch.manual_seed(seed)
    rows = digits().data[np.random.default_rng(seed).permutation(len(digits()))]
    model, scheduler = OneText(transformer()), FlowMatchEulerDiscreteScheduler()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
    images = LAYOUT.given(torch.as_tensor(rows[:count], dtype=torch.float32))
    for step in range(steps):
        loss = _loss(model, images[torch.randint(count, (BATCH,))])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 200 == 0:
            print(f"step {step}: loss {loss.item():.3f}", flush=True)
    model.transformer.save_pretrained(folder)
    scheduler.save_pretrained(folder)
    for name, part in {"train": rows[:count], "held_out": rows[count:]}.items():
        content = io.BytesIO()
        np.save(content, part)
        write_atomic(folder / f"{name}.npy", content.getvalue())


def _loss(model: OneText, y: torch.Tensor) -> torch.Tensor:
    sigma, z = torch.sigmoid(torch.randn(len(y))), torch.randn_like(y)
    at = sigma[:, None, None, None]
    return (model((1 - at) * y + at * z, 1000 * sigma) - (z - y)).square().mean()


@torch.no_grad()
def own_samples(count: int, seed: int = 0, folder: Path = FOLDER) -> np.ndarray:
    """Samples (count, 64) in [0, 1], drawn by the scheduler of the model as its pipeline does.

    Arguments:
        count: how many.
        seed: of all random numbers.
        folder: of the model.
    """
    model, scheduler = loaded(folder)
    scheduler.set_timesteps(STEPS)
    u = torch.randn(count, 1, 8, 8, generator=torch.Generator().manual_seed(seed))
    for time in scheduler.timesteps:
        u = scheduler.step(model(u, time.expand(count)), time, u).prev_sample
    return (LAYOUT.rows(u) / 2 + 0.5).double().numpy()


def loaded(folder: Path = FOLDER) -> tuple[OneText, FlowMatchEulerDiscreteScheduler]:
    """The model, in evaluation mode, and its scheduler."""
    model = OneText(SD3Transformer2DModel.from_pretrained(folder)).eval()
    return model, FlowMatchEulerDiscreteScheduler.from_pretrained(folder)


@cache
def _adapted() -> Adapted:
    return from_diffusers(*loaded(), LAYOUT)


class _Score:
    """Loaded when first asked for."""

    def __getattr__(self, name: str) -> object:
        return getattr(_adapted(), name)

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        return _adapted()(x, t)


score = _Score()


def main(given: list[str] | None = None) -> None:
    """Train, or count copies."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=100, help=f"digits to train on, 2 to {MOST}")
    parser.add_argument("steps", type=int, nargs="?", default=3000, help="steps of training, at least 1")
    parser.add_argument("--samples", type=int, help="draw so many from the model that is there, and count copies")
    options = parser.parse_args(given)
    if not 2 <= options.count <= MOST or options.steps < 1 or (options.samples or 1) < 1:
        parser.error(f"count must be 2 to {MOST}, steps and samples at least 1")
    if options.samples is None:
        train(options.count, options.steps)
        return
    near = nearest_ratio(own_samples(options.samples), np.load(FOLDER / "train.npy")) < 1 / 3
    print(f"{int(near.sum())} of {options.samples} samples lie three times nearer to one image than to any other")


if __name__ == "__main__":
    main()
