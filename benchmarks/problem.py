"""The data and queries that the engine is measured on: noised data points."""

import numpy as np
import torch

SIGMA = 1.25  # of each of 64 coordinates: |y| is about 10
DIMENSION = 64
LARGE, MIDDLE, SMALL = 100.0, 3.2, 0.1  # far above, about, and far below the condensation time of N = 400,000
DIAGRAM = (MIDDLE * 2.0 ** (np.arange(16, -16, -1) / 4)).tolist()


def problem(n: int, queries: int, t: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Queries (Q, 64), at the variance t from data points, and data (n, 64), single precision."""
    generator = torch.Generator().manual_seed(n)
    y = SIGMA * torch.randn(n, DIMENSION, generator=generator)
    return y[:queries] + t**0.5 * torch.randn(queries, DIMENSION, generator=generator), y
