r"""A small diffusion transformer (arXiv:2212.09748): patches of an image as tokens, the time in the norms.

A block is attention and a perceptron, each behind a LayerNorm whose scale and shift come from the time, and each scaled
by a gate from the time. Gates start at 0: the network starts as the identity of its tokens.
"""

import torch
from torch import nn

from simulate.networks.network import Network, TimeEmbedding, for_points, log_label


class Transformer(Network):
    """A small diffusion transformer for images (arXiv:2212.09748): patches as tokens, the time in the norms.

    Arguments:
        shape: (height, width) or (height, width, channels).
        patch: side of a patch, in pixels, which divides both sides.
        width: of the tokens.
        blocks: number of blocks.
        heads: number of attention heads, which divides the width.

    Raises:
        ValueError: where `patch` or `heads` does not divide.
    """

    def __init__(
        self, shape: tuple[int, ...], patch: int = 2, width: int = 64, blocks: int = 3, heads: int = 4
    ) -> None:
        super().__init__()
        if len(shape) not in (2, 3) or shape[0] % patch or shape[1] % patch:
            raise ValueError(f"patch must divide both sides of an image, got {patch} for shape {shape}")
        if width % heads:
            raise ValueError(f"heads must divide width, got {heads} for {width}")
        self.shape, self.patch = (*shape, 1)[:3], patch
        self.rows, self.columns = shape[0] // patch, shape[1] // patch
        size = patch**2 * self.shape[2]
        self.embed = TimeEmbedding(width, width)
        self.enter = nn.Linear(size, width)
        self.place = nn.Parameter(0.02 * torch.randn(self.rows * self.columns, width))
        self.blocks = nn.ModuleList(TransformerBlock(width, heads) for _ in range(blocks))
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, size))

    def extra_repr(self) -> str:
        return f"shape={self.shape}, patch={self.patch}"

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        time, hidden = self.embed(log_label(t)), self.enter(self._patches(x)) + self.place
        for block in self.blocks:
            hidden = block(hidden, time)
        return self._image(self.leave(hidden))

    def _patches(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, tokens, patch * patch * channels)."""
        parts = x.view(-1, self.rows, self.patch, self.columns, self.patch, self.shape[2])
        return parts.transpose(2, 3).reshape(len(x), self.rows * self.columns, -1)

    def _image(self, tokens: torch.Tensor) -> torch.Tensor:
        parts = tokens.view(-1, self.rows, self.columns, self.patch, self.patch, self.shape[2])
        return parts.transpose(2, 3).reshape(len(tokens), -1)


class TransformerBlock(nn.Module):
    """Attention and perceptron, both gated by the time.

    Arguments:
        width: of the tokens.
        heads: number of attention heads.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList(nn.LayerNorm(width, elementwise_affine=False) for _ in range(2))
        self.mix, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.layers = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.time = nn.Linear(width, 6 * width)
        nn.init.zeros_(self.time.weight)
        nn.init.zeros_(self.time.bias)

    def extra_repr(self) -> str:
        return f"heads={self.heads}"

    def forward(self, hidden: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        """The tokens behind the block.

        Arguments:
            hidden: tokens, (batch, tokens, width).
            time: embedding of the times, (k, width).

        Returns:
            (batch, tokens, width).
        """
        scales, shifts, gates = for_points(self.time(time), hidden).view(len(hidden), 3, 2, 1, -1).unbind(1)
        for i, branch in enumerate((self._attention, self.layers)):
            inside = self.norms[i](hidden) * (1 + scales[:, i]) + shifts[:, i]
            hidden = hidden + gates[:, i] * branch(inside)
        return hidden

    def _attention(self, hidden: torch.Tensor) -> torch.Tensor:
        batch, tokens, width = hidden.shape
        parts = self.mix(hidden).view(batch, tokens, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        weights = torch.softmax(query @ key.mT / (width // self.heads) ** 0.5, dim=-1)
        return self.out((weights @ value).transpose(1, 2).reshape(batch, tokens, width))
