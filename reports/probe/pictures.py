"""Rows of data as pictures inside a page: PNG in the address itself, one pixel a pixel."""

import base64
import html
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

LIKE_PIXELS = 0.05  # by which values may lie beyond [0, 1] and still be pixels


@dataclass(frozen=True)
class Pictures:
    """How rows of numbers are drawn.

    Arguments:
        shape: (height, width), or (height, width, channels); channels other than 1 and 3 are averaged.
        low, high: the numbers that are black and white.
    """

    shape: tuple[int, ...]
    low: float = 0.0
    high: float = 1.0

    @classmethod
    def like(cls, shape: tuple[int, ...], rows: np.ndarray) -> "Pictures | None":
        """How the rows of a data set are drawn.

        Arguments:
            shape: of one point: (d,), (height, width), or (height, width, channels).
            rows: data, (n, d).

        Returns:
            Pictures from black at 0 to white at 1, or over the range of the data; None where points are no images.
        """
        if len(shape) < 2:
            return None
        ends = float(rows.min()), float(rows.max())
        pixels = ends[0] >= -LIKE_PIXELS and ends[1] <= 1 + LIKE_PIXELS
        return cls(shape) if pixels else cls(shape, *ends)

    def drawn(self, row: np.ndarray, alt: str) -> str:
        """One point as an element of a page.

        Arguments:
            row: the point, (d,).
            alt: the text that stands for the picture.

        Returns:
            HTML.
        """
        scaled = (row - self.low) / (self.high - self.low or 1.0)
        return _element(scaled, self.shape, alt)

    def direction(self, axis: np.ndarray, alt: str) -> str:
        """A direction as an element of a page: grey is none, white up, black down.

        Arguments:
            axis: the direction, (d,), not zero.
            alt: the text that stands for the picture.

        Returns:
            HTML.
        """
        return _element(0.5 + axis / (2 * np.abs(axis).max()), self.shape, alt)


def _element(values: np.ndarray, shape: tuple[int, ...], alt: str) -> str:
    numbers = np.rint(255 * np.clip(np.nan_to_num(values), 0, 1)).astype(np.uint8).reshape(shape)
    if numbers.ndim == 3 and numbers.shape[2] != 3:
        numbers = numbers.mean(axis=2).astype(np.uint8)
    content = io.BytesIO()
    Image.fromarray(numbers).save(content, "PNG")
    address = base64.b64encode(content.getvalue()).decode()
    return f'<img class="data" alt="{html.escape(alt)}" src="data:image/png;base64,{address}">'
