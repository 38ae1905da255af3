"""Score networks that others trained on galaxies (PyPI galaxygrad), for the probe, without their training data.

.venv/bin/pip install --no-deps galaxygrad==0.2.1        its weights alone are read, with NumPy; its code needs JAX
.venv/bin/losing-dimensions probe --model examples/galaxies.py:score --shape 32 32

An MLP-mixer on patches of 4 x 4 pixels of log(1 + flux)/0.1, told b/10 as a second channel. It gives the score of the
variance-preserving process u = e^{-b/2} y + sqrt(1 - e^{-b}) z, so that t = e^b - 1 (`simulate.adapters.decaying`).
"""

import math
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from simulate.adapters import Adapted, Layout, decaying, from_score

PATCH, LONGEST = 4, 10.0
EARLIEST = 0.01  # b
SHAPE = (32, 32)


def arrays(name: str) -> list[torch.Tensor]:
    """The weights of one of the networks, in the order in which they are stored. Raises SystemExit without them."""
    spec = find_spec("galaxygrad")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("galaxygrad must be installed: .venv/bin/pip install --no-deps galaxygrad==0.2.1")
    found = []
    with (Path(spec.submodule_search_locations[0]) / f"eqx_{name}.eqx").open("rb") as file:
        while file.peek(1):
            found.append(torch.as_tensor(np.load(file, allow_pickle=False)))
    return found


class Mixer:
    """The network from its arrays: a convolution to patches, blocks of two perceptrons, a norm, and the way back."""

    def __init__(self, weights: list[torch.Tensor]) -> None:
        self.enter, self.leave, self.norm = weights[:2], weights[2:4], weights[-3:-1]
        inside = weights[4:-3]
        self.blocks = [inside[i : i + 12] for i in range(0, len(inside), 12)]

    def __call__(self, u: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        told = (b / LONGEST)[:, None, None, None].expand(-1, 1, *u.shape[2:])
        h = F.conv2d(torch.cat([u, told], 1), self.enter[0].to(u), self.enter[1].to(u).flatten(), PATCH)
        sides, h = h.shape[2:], h.flatten(2)
        for block in self.blocks:
            w = [part.to(u) for part in block]
            h = h + perceptron(F.layer_norm(h, h.shape[1:], w[8], w[9]), w[:4])
            g = h.transpose(1, 2)
            h = (g + perceptron(F.layer_norm(g, g.shape[1:], w[10], w[11]), w[4:8])).transpose(1, 2)
        h = F.layer_norm(h, h.shape[1:], self.norm[0].to(u), self.norm[1].to(u)).unflatten(2, sides)
        kernel = self.leave[0].to(u).flip(-1, -2).transpose(0, 1)  # stored (out, in), for a correlation
        return F.conv_transpose2d(h, kernel, self.leave[1].to(u).flatten(), PATCH)


def perceptron(h: torch.Tensor, w: list[torch.Tensor]) -> torch.Tensor:
    """One hidden layer, along the last axis.

    Arguments:
        h: what goes in, (..., width).
        w: weights and biases of both layers.
    """
    return F.linear(F.linear(h, w[0], w[1]).relu(), w[2], w[3])


def score_of(name: str, shape: tuple[int, int]) -> Adapted:
    """The score of one of the networks, of rows of `shape`.

    Arguments:
        name: of the network.
        shape: height and width, in pixels.
    """
    stds = math.sqrt(math.expm1(EARLIEST)), math.sqrt(math.expm1(LONGEST))
    return from_score(Mixer(arrays(name)), decaying(stds=stds), Layout(shape, 1.0, 0.0))


@cache
def _loaded() -> Adapted:
    return score_of("hsc_ScoreNet32", SHAPE)


class _Score:
    """Loaded when first asked for."""

    def __getattr__(self, name: str) -> object:
        return getattr(_loaded(), name)

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        return _loaded()(x, t)


score = _Score()
