r"""How rows of data become what a model takes: x' = scale x + shift, channels before rows, latents as they are."""

import math
from dataclasses import dataclass

import torch

from theory.checks import integer, positive, scalar


@dataclass(frozen=True)
class Layout:
    """How a flat row of `shape` (height, width) or (height, width, channels), or (d,), becomes the model's input.

    Arguments:
        shape: of one point; rows list the channels of a pixel first (`simulate.images`), models take them before rows.
        scale: > 0, of x' = scale x + shift; by default x' = 2 x - 1, for pixels in [0, 1] and a model on [-1, 1].
        shift: what is added, in units of the model's input.

    Raises:
        ValueError: for a shape of no image and a scale <= 0.
    """

    shape: tuple[int, ...]
    scale: float = 2.0
    shift: float = -1.0

    def __post_init__(self) -> None:
        if not isinstance(self.shape, tuple | list) or not 1 <= len(self.shape) <= 3:
            raise ValueError(f"shape must be (d,), (height, width) or (height, width, channels), got {self.shape}")
        for length in self.shape:
            integer("shape", length)
        positive("scale", scalar("scale", self.scale))
        scalar("shift", self.shift)

    def given(self, x: torch.Tensor) -> torch.Tensor:
        """Rows (batch, d) of data as the model takes them: (batch, channels, height, width), or flat."""
        if x.shape[1:] != (math.prod(self.shape),):
            raise ValueError(
                f"x must be rows of {math.prod(self.shape)} numbers, as {self.shape}, got {tuple(x.shape)}"
            )
        inside = self.scale * x + self.shift
        if len(self.shape) == 1:
            return inside
        return inside.view(len(x), *(*self.shape, 1)[:3]).movedim(-1, 1).contiguous()

    def rows(self, images: torch.Tensor) -> torch.Tensor:
        """The way back, without the scale."""
        return images.movedim(1, -1).reshape(len(images), -1) if len(self.shape) > 1 else images


def as_it_is(d: int) -> Layout:
    """The layout of a model that takes rows (batch, d) of the data as they are."""
    return Layout((d,), scale=1.0, shift=0.0)
