r"""What all networks share: the protocol, the embedding of the time, and the preconditioning of EDM (arXiv:2206.00364).

Points x (batch, d) come with times t (k,), k a divisor of the batch: the first for the first batch/k points, the next
for the next. All that a network makes of the time alone is then made k times and not batch times, which in a small
network is most of the work: one time (k = 1) when a score is evaluated, a few in a batch of the training.

Seen through the skip connection of EDM a network F has inputs and targets of unit variance at every t: with data of
variance s^2 per coordinate,

    noise = sqrt(t) x/(t + s^2) - s/sqrt(t + s^2) F(x/sqrt(t + s^2), t)

so F = 0 is the score of isotropic Gaussian data, and the network learns only what is not Gaussian. A network of the
variance-preserving process sees x/sqrt(1 + t): the same points on its own scale (`theory.process`).
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable

import torch
from torch import nn

from theory.checks import positive

Score = Callable[[torch.Tensor, float], torch.Tensor]


class Network(nn.Module, ABC):
    """A noise estimate, the shape of x (batch, d), for variances t (k,), each that of batch/k consecutive points."""

    @abstractmethod
    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """The noise z that the network sees in points x = y + sqrt(t) z.

        Arguments:
            x: points, (batch, d), in units of the data.
            t: variances > 0, (k,), for batch/k successive points each.

        Returns:
            (batch, d).
        """


class Precondition(Network):
    """EDM's preconditioning around a network (arXiv:2206.00364).

    Arguments:
        core: the network.
        standard_deviation: of the data, > 0, one number for all coordinates.

    Raises:
        ValueError: where `standard_deviation` is not > 0.
    """

    def __init__(self, core: Network, standard_deviation: float) -> None:
        super().__init__()
        self.core = core
        self.standard_deviation = float(positive("standard_deviation", standard_deviation))

    def extra_repr(self) -> str:
        return f"standard_deviation={self.standard_deviation!r}"

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        std = for_points(t.sqrt()[:, None], x)
        norm = (std**2 + self.standard_deviation**2).sqrt()
        return std * x / norm**2 - self.standard_deviation / norm * self.core(x / norm, t)


class VariancePreserving(Network):
    """A network that sees the points of the variance-preserving process, e^{-tau} x with tau = log(1 + t)/2.

    Arguments:
        core: the network.
    """

    def __init__(self, core: Network) -> None:
        super().__init__()
        self.core = core

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return self.core(x / for_points((1 + t).sqrt()[:, None], x), t)


class TimeEmbedding(nn.Module):
    """Sines and cosines of a label (k,) at frequencies from 1 to 1/10000, then two layers.

    It ends with the SiLU that every block would else begin with, and make again.

    Arguments:
        width: twice the number of frequencies.
        out: width of the layers.
    """

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.frequencies = width // 2
        first, second = nn.Linear(2 * self.frequencies, out), nn.Linear(out, out)
        self.layers = nn.Sequential(first, nn.SiLU(), second, nn.SiLU())

    def forward(self, label: torch.Tensor) -> torch.Tensor:
        steps = torch.arange(self.frequencies, device=label.device, dtype=label.dtype)
        angles = label[:, None] * torch.exp(-math.log(10_000) * steps / max(1, self.frequencies - 1))
        return self.layers(torch.cat([angles.sin(), angles.cos()], dim=1))


def for_points(of_times: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Rows that belong to times, as rows that belong to points.

    Arguments:
        of_times: (k, c).
        x: points, (batch, ...), batch/k successive ones of each time.

    Returns:
        (batch, c).
    """
    share = len(x) // len(of_times)
    return of_times[:, None].expand(-1, share, -1).reshape(len(x), -1)


def log_label(t: torch.Tensor) -> torch.Tensor:
    """A label for the embedding that resolves times over many decades: 100 log t."""
    return 100 * t.log()


def as_score(network: nn.Module) -> Score:
    """score(x (batch, d), t) = -noise/sqrt(t), t one variance > 0; in evaluation mode, differentiable in x.

    Raises ValueError for t <= 0.
    """
    network.eval()

    def score(x: torch.Tensor, t: float) -> torch.Tensor:
        variance = float(positive("t", t))
        kind = next(network.parameters()).dtype
        times = torch.full((1,), variance, dtype=kind, device=x.device)
        return (-network(x.to(kind), times) / math.sqrt(variance)).to(x.dtype)

    return score
