"""A diffusers UNet trained on few digits, for the probe (docs/probe.md).

.venv/bin/pip install -c constraints.txt -e ".[diffusion]"
.venv/bin/python examples/diffusers_unet.py 100 3000        100 digits, 3000 steps; writes model, data, held-out data
.venv/bin/python -m verify.probe --model examples/diffusers_unet.py:score \\
    --data build/unet/train.npy --held-out build/unet/held_out.npy
"""

import argparse
import io
from functools import cache
from pathlib import Path

import numpy as np
import torch

from simulate.adapters import Layout, StepModel, from_diffusers
from simulate.images import digits
from simulate.run.store import write_atomic

try:
    from diffusers import DDPMScheduler, UNet2DModel
except ImportError as error:
    raise SystemExit(
        'diffusers must be installed: .venv/bin/pip install -c constraints.txt -e ".[diffusion]"'
    ) from error

FOLDER = Path("build/unet")
MOST = len(digits()) - 1  # one is held out


def train(count: int, steps: int, seed: int = 0) -> None:
    """Epsilon prediction as in DDPM, AdamW, batches of 64.

    Arguments:
        count: the number of digits.
        steps: of training.
        seed: of all random numbers.
    """
    torch.manual_seed(seed)
    order = np.random.default_rng(seed).permutation(len(digits()))
    rows = digits().data[order]
    layout, scheduler = Layout((8, 8)), DDPMScheduler()
    unet = UNet2DModel(
        sample_size=8,
        in_channels=1,
        out_channels=1,
        layers_per_block=1,
        block_out_channels=(32, 64),
        norm_num_groups=8,
        down_block_types=("DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D"),
    )
    optimizer = torch.optim.AdamW(unet.parameters(), lr=1e-3)
    images = layout.given(torch.as_tensor(rows[:count], dtype=torch.float32))
    for step in range(steps):
        clean = images[torch.randint(count, (64,))]
        noise, times = torch.randn_like(clean), torch.randint(1000, (64,))
        predicted = unet(scheduler.add_noise(clean, noise, times), times).sample
        loss = (predicted - noise).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 200 == 0:
            print(f"step {step}: loss {loss.item():.3f}", flush=True)
    unet.save_pretrained(FOLDER)
    scheduler.save_pretrained(FOLDER)
    for name, part in {"train": rows[:count], "held_out": rows[count:]}.items():
        content = io.BytesIO()
        np.save(content, part)
        write_atomic(FOLDER / f"{name}.npy", content.getvalue())


@cache
def _loaded() -> StepModel:
    unet = UNet2DModel.from_pretrained(FOLDER)
    return from_diffusers(unet, DDPMScheduler.from_pretrained(FOLDER), Layout((8, 8)))


class _Score:
    """Loaded when first asked for."""

    def __getattr__(self, name: str) -> object:
        return getattr(_loaded(), name)

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        return _loaded()(x, t)


score = _Score()


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, help=f"digits to train on, 1 to {MOST}")
    parser.add_argument("steps", type=int, help="steps of training, at least 1")
    options = parser.parse_args(given)
    if not 1 <= options.count <= MOST or options.steps < 1:
        parser.error(f"count must be 1 to {MOST} and steps at least 1, got {options.count} and {options.steps}")
    train(options.count, options.steps)


if __name__ == "__main__":
    main()
