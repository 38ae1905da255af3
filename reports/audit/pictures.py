"""Points of data as pictures: the first of them, copies beside what they are copies of, and principal directions.

A point of an image set is drawn as the image; any other as a curve of its coordinates. Three channels and more are
drawn in colour, red, green and blue of the first three; fewer in grey.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from PIL import Image

from reports.figures.plot import COLOURS, WIDTH, Plot, canvas, svg
from simulate.images import Images
from verify.data.audit import Audit

LEAST, MOST = 64, 96  # pixels of a side, as drawn
COLUMNS = 6
LABEL = 0.27  # inches
CURVE = 0.6  # height of a curve over its width
LETTERS = 14  # of a label
PAIRS = 6  # of copies, that are drawn


@dataclass(frozen=True)
class Tile:
    """One point of the data as it is drawn, and the few words above it.

    Arguments:
        values: numbers from 0 to 1, (d,).
        label: the words.
    """

    values: np.ndarray
    label: str


def first_picture(found: Audit, images: Images) -> Plot:
    """The first points of the data, drawn as they were read.

    Arguments:
        found: what was found in the data.
        images: the data.

    Returns:
        One picture in one row.
    """
    drawn = [Tile(_unit(found, images.data[row]), _label(images, row)) for row in range(min(COLUMNS, len(images)))]
    return tiles(drawn, images.shape, f"The first {len(drawn)} points, drawn as they were read.")


def copies_picture(found: Audit, images: Images) -> Plot:
    """Pairs of points that are copies, the earlier row of the data first.

    Arguments:
        found: what was found in the data.
        images: the data.

    Returns:
        At most PAIRS pairs in one picture.
    """
    known = found.contents
    pairs = [*known.near[:PAIRS], *known.exact[:PAIRS]][:PAIRS]
    shown = [row for copy, earlier in pairs for row in (earlier, copy)]
    drawn = [Tile(_unit(found, images.data[row]), _label(images, row)) for row in shown]
    named = ", ".join(f"row {copy} of row {earlier}" for copy, earlier in pairs)
    return tiles(drawn, images.shape, f"Points that are copies of earlier ones, each beside that one: {named}.")


def directions_picture(found: Audit, images: Images) -> Plot:
    """The first and the last principal axis of each group, in columns, in the order in which the groups are lost.

    Arguments:
        found: what was found in the data.
        images: the data, which have the shape that axes are drawn in.

    Returns:
        One picture.
    """
    first = [_axis(found, group.axes[0]) for group in found.lost]
    last = [_axis(found, group.axes[-1]) if group.axes.size > 1 else None for group in found.lost]
    said = ", ".join(str(group.axes[0] + 1) for group in found.lost)
    alt = f"Principal axes as pictures, first and last of each group, grey where an axis is zero; first axes: {said}."
    return tiles([*first, *last], images.shape, alt, columns=len(found.lost))


def _label(images: Images, row: int) -> str:
    """The row, or the end of the name of its file, in signs that every font has."""
    name = images.names[row] if images.names else f"row {row}"
    return name[-LETTERS:].encode("ascii", "replace").decode()


def _axis(found: Audit, axis: int) -> Tile:
    return Tile(_signed(found.space.axes[axis]), f"axis {axis + 1}")


def tiles(drawn: Sequence[Tile | None], shape: tuple[int, ...], alt: str, columns: int = COLUMNS) -> Plot:
    """Points in rows, each drawn as a picture; a place without a point stays empty.

    Arguments:
        drawn: the points, row after row.
        shape: of one picture: (d,) for a curve, (height, width), or (height, width, channels).
        alt: the text that stands for the picture.
        columns: number of points in a row.

    Returns:
        The picture.
    """
    rows, across = -(-len(drawn) // columns), max(columns, COLUMNS - 1)
    tall = CURVE if len(shape) == 1 else min(shape[0] / shape[1], 2.0)
    with canvas(height=rows * (WIDTH / across * tall + LABEL), panels=(rows, columns)) as (figure, axes):
        panels = np.atleast_1d(np.asarray(axes)).ravel()
        for panel in panels:
            panel.set_axis_off()
        for panel, tile in zip(panels, drawn, strict=False):
            if tile:
                _draw(panel, tile.values.reshape(shape))
                panel.set_title(tile.label, fontsize=8, fontweight="normal", loc="center", pad=2, parse_math=False)
        return Plot(svg(figure), alt)


def _draw(panel: Axes, values: np.ndarray) -> None:
    if values.ndim == 1:
        panel.plot(values, color=COLOURS[0], linewidth=0.8, marker="" if values.size > 1 else "o")
        panel.set_ylim(-0.05, 1.05)
    else:
        panel.imshow(_sized(np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)), interpolation="none")


def _unit(found: Audit, point: np.ndarray) -> np.ndarray:
    """Coordinates from 0 to 1 within the range of the data."""
    low, high = found.contents.lowest, found.contents.highest
    return (point - low) / (high - low)


def _signed(axis: np.ndarray) -> np.ndarray:
    """A unit vector with 1/2 for zero, its largest entry at 0 or 1."""
    return 0.5 + axis / np.abs(axis).max() / 2


def _sized(pixels: np.ndarray) -> np.ndarray:
    """Bytes in three colours with sides that print shows: small pictures in larger squares, large ones made smaller."""
    channels = pixels.reshape(*pixels.shape[:2], -1)
    channels = channels[..., :3] if channels.shape[-1] >= 3 else channels[..., :1]
    coloured = np.ascontiguousarray(np.broadcast_to(channels, (*pixels.shape[:2], 3)))
    side = max(pixels.shape[:2])
    if side > MOST:
        size = [max(1, round(length * MOST / side)) for length in pixels.shape[1::-1]]
        return np.asarray(Image.fromarray(coloured).resize((size[0], size[1]), Image.Resampling.BOX))
    return coloured.repeat(-(-LEAST // side), axis=0).repeat(-(-LEAST // side), axis=1)
