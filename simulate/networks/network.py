r"""What all networks share: the protocol, the embedding of the time, and the preconditioning of EDM (arXiv:2206.00364).

Seen through the skip connection of EDM a network F has inputs and targets of unit variance at every t: with data of
variance s^2 per coordinate,

    noise = sqrt(t) x/(t + s^2) - s/sqrt(t + s^2) F(x/sqrt(t + s^2), log t)

so F = 0 is the score of isotropic Gaussian data, and the network learns only what is not Gaussian.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable

import torch
from torch import nn

Score = Callable[[torch.Tensor, float], torch.Tensor]


class Network(nn.Module, ABC):
    """A noise estimate for points x (batch, d) and variances t (batch,); returns (batch, d)."""

    @abstractmethod
    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor: ...


class Precondition(Network):
    """EDM's preconditioning around `core`, for data of standard deviation `spread` per coordinate."""

    def __init__(self, core: Network, spread: float) -> None:
        super().__init__()
        if not spread > 0:
            raise ValueError(f"spread must be > 0, the standard deviation of the data, got {spread}")
        self.core, self.spread = core, spread

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        total = (t + self.spread**2)[:, None]
        inside = self.core(x / total.sqrt(), t)
        return t.sqrt()[:, None] * x / total - self.spread / total.sqrt() * inside


class TimeEmbedding(nn.Module):
    """Sines and cosines of a label (batch,) at `width`/2 frequencies from 1 to 1/10000, then two layers of `out`."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.half = width // 2
        self.layers = nn.Sequential(nn.Linear(2 * self.half, out), nn.SiLU(), nn.Linear(out, out))

    def forward(self, label: torch.Tensor) -> torch.Tensor:
        steps = torch.arange(self.half, device=label.device, dtype=label.dtype)
        angles = label[:, None] * torch.exp(-math.log(10_000) * steps / max(1, self.half - 1))
        return self.layers(torch.cat([angles.sin(), angles.cos()], dim=1))


def log_label(t: torch.Tensor) -> torch.Tensor:
    """A label for the embedding that resolves times over many decades: 100 log t."""
    return 100 * t.log()


def as_score(network: nn.Module) -> Score:
    """score(x (batch, d), t) = -noise/sqrt(t), t one variance > 0; in evaluation mode, differentiable in x."""
    network.eval()

    def score(x: torch.Tensor, t: float) -> torch.Tensor:
        kind = next(network.parameters()).dtype
        times = torch.full(x.shape[:1], float(t), dtype=kind, device=x.device)
        return (-network(x.to(kind), times) / float(t) ** 0.5).to(x.dtype)

    return score
