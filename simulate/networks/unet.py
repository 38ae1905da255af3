r"""A compact U-Net for images (after arXiv:2006.11239): residual convolutions at halved resolutions, joined by skips.

At each resolution one residual block (GroupNorm, SiLU, 3 x 3 convolution, twice, the time added between) on the way
down and one on the way up, which sees the features of the way down beside its own; channels double as the resolution
halves. Sides that cannot be halved are padded by one on the way down and cut on the way up.
"""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn

from simulate.networks.network import Network, TimeEmbedding, for_points, log_label

GROUPS = 4


class UNet(Network):
    """A compact U-Net for images (after arXiv:2006.11239): residual convolutions at halved resolutions, with skips.

    Arguments:
        shape: (height, width) or (height, width, channels).
        width: channels at full resolution, a multiple of GROUPS.
        levels: how often the resolution is halved.
        embedding: width of the time embedding.

    Raises:
        ValueError: for a shape of no image, and another width.
    """

    def __init__(self, shape: tuple[int, ...], width: int = 32, levels: int = 2, embedding: int = 128) -> None:
        super().__init__()
        if len(shape) not in (2, 3):
            raise ValueError(f"shape must be (height, width) or (height, width, channels), got {shape}")
        if width % GROUPS:
            raise ValueError(f"width must be a multiple of {GROUPS}, got {width}")
        self.shape = (*shape, 1)[:3]
        sizes = [width * 2**level for level in range(levels + 1)]
        self.embed = TimeEmbedding(embedding, embedding)
        self.enter = nn.Conv2d(self.shape[2], width, 3, padding=1)
        pairs = list(pairwise(sizes))
        self.down = nn.ModuleList(ConvolutionBlock(a, b, embedding) for a, b in pairs)
        self.up = nn.ModuleList(ConvolutionBlock(b + a, a, embedding) for a, b in reversed(pairs))
        self.leave = nn.Sequential(
            nn.GroupNorm(GROUPS, width), nn.SiLU(), nn.Conv2d(width, self.shape[2], 3, padding=1)
        )

    def extra_repr(self) -> str:
        return f"shape={self.shape}"

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        time = self.embed(log_label(t))
        hidden = self.enter(x.view(-1, *self.shape).movedim(-1, 1))
        skips = []
        for block in self.down:
            skips.append(hidden)
            hidden = block(F.avg_pool2d(hidden, 2, ceil_mode=True), time)
        for block in self.up:
            skip = skips.pop()
            larger = hidden.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
            hidden = block(torch.cat([larger[:, :, : skip.shape[2], : skip.shape[3]], skip], dim=1), time)
        return self.leave(hidden).movedim(1, -1).reshape(x.shape)


class ConvolutionBlock(nn.Module):
    """A block of convolutions: skip(h) + second(first(h) + time).

    Arguments:
        channels: of what goes in.
        out: channels of what comes out.
        embedding: width of the time embedding.
    """

    def __init__(self, channels: int, out: int, embedding: int) -> None:
        super().__init__()
        self.first, self.second = convolution(channels, out), convolution(out, out)
        self.time = nn.Linear(embedding, out)
        self.skip = nn.Conv2d(channels, out, 1)

    def forward(self, hidden: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        """The features behind the block.

        Arguments:
            hidden: features, (batch, channels, height, width).
            time: embedding of the times, (k, embedding).

        Returns:
            (batch, out, height, width).
        """
        shift = for_points(self.time(time), hidden)[:, :, None, None]
        return self.skip(hidden) + self.second(self.first(hidden) + shift)


def convolution(channels: int, out: int) -> nn.Sequential:
    """GroupNorm, SiLU, 3 x 3 convolution.

    Arguments:
        channels: of what goes in.
        out: channels of what comes out.

    Returns:
        A module.
    """
    return nn.Sequential(nn.GroupNorm(GROUPS, channels), nn.SiLU(), nn.Conv2d(channels, out, 3, padding=1))
