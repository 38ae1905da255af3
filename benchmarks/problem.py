"""The data and queries that the engine is measured on: noised data points."""

import numpy as np
import torch

LENGTH = 10.0  # |y|, about
DIMENSION = 64
SIGMA = LENGTH / DIMENSION**0.5
LARGE, MIDDLE, SMALL = 100.0, 3.2, 0.1  # far above, about, and far below the condensation time of N = 400,000
DIAGRAM = (MIDDLE * 2.0 ** (np.arange(16, -16, -1) / 4)).tolist()


def problem(
    n: int, queries: int, t: float, d: int = DIMENSION, device: str = "cpu"
) -> tuple[torch.Tensor, torch.Tensor]:
    """Queries (Q, d), at the variance t from data points, and data (n, d), single precision.

    Arguments:
        n: the number N of points.
        queries: the number Q of places.
        t: noise variance > 0, in squared units of the data.
        d: dimension of the data.
        device: where torch computes: cpu or cuda.
    """
    generator = torch.Generator().manual_seed(n)
    y = LENGTH / d**0.5 * torch.randn(n, d, generator=generator)
    near = y[:queries]
    x = near + t**0.5 * torch.randn(near.shape, generator=generator)
    return x.to(device), y.to(device)
