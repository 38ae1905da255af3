r"""The paper's network: a residual perceptron (arXiv:2410.08727, published code).

Linear(d, 128), two residual blocks, LayerNorm, SiLU, Linear(128, d). A block is two halves (LayerNorm, SiLU, Linear)
with the time embedding (128 -> 512 -> 512 -> 128) added between them. The label of the time is std = sqrt(t) itself,
as in the paper, so that all times below std of about 0.01 look alike to it; `log_label` tells them apart.
"""

from collections.abc import Callable

import torch
from torch import nn

from simulate.networks.network import Network, TimeEmbedding, for_points


class ResidualMLP(Network):
    """The paper's network, a residual perceptron (arXiv:2410.08727); defaults are the paper's.

    Arguments:
        dimension: d.
        width: of the layers.
        blocks: number of residual blocks.
        embedding: width of the time embedding.
        label: what the network is told of t (k,), (k,): std = sqrt(t) in the paper.
    """

    def __init__(
        self,
        dimension: int,
        width: int = 128,
        blocks: int = 2,
        embedding: int = 512,
        label: Callable[[torch.Tensor], torch.Tensor] = torch.sqrt,
    ) -> None:
        super().__init__()
        self.embed, self.label = TimeEmbedding(128, embedding), label
        self.enter = nn.Linear(dimension, width)
        self.blocks = nn.ModuleList(ResidualBlock(width, embedding) for _ in range(blocks))
        self.leave = half(width, dimension)

    def extra_repr(self) -> str:
        return f"label={getattr(self.label, '__name__', type(self.label).__name__)}"

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        time, hidden = self.embed(self.label(t)), self.enter(x)
        for block in self.blocks:
            hidden = block(hidden, time)
        return self.leave(hidden)


class ResidualBlock(nn.Module):
    """A residual block: h + half(half(h) + time).

    Arguments:
        width: of its layers.
        embedding: width of the time embedding.
    """

    def __init__(self, width: int, embedding: int) -> None:
        super().__init__()
        self.first, self.second = half(width, width), half(width, width)
        self.time = nn.Linear(embedding, width)

    def forward(self, hidden: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        """The features behind the block.

        Arguments:
            hidden: features, (batch, width).
            time: embedding of the times, (k, embedding).

        Returns:
            (batch, width).
        """
        return hidden + self.second(self.first(hidden) + for_points(self.time(time), hidden))


def half(width: int, out: int) -> nn.Sequential:
    """Half of a residual block: LayerNorm, SiLU, Linear.

    Arguments:
        width: of what goes in.
        out: of what comes out.

    Returns:
        A module, (..., width) to (..., out).
    """
    return nn.Sequential(nn.LayerNorm(width), nn.SiLU(), nn.Linear(width, out))
