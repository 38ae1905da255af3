"""A folder of pictures, its subfolders included, in the order of their paths: one picture, one point.

Pictures are turned upright as their EXIF tag says. Grey stays grey, every other kind of colour becomes RGB, and
transparency is dropped. All must have one size after preparation: nothing is cropped or padded unasked.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from simulate.images.pixels import Preparation, intensities, size_of, unreadable

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"})
AS_STORED = ("L", "F", "I", "I;16", "I;16B")  # modes of one channel
BROKEN = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)


def pictures(folder: Path) -> list[Path]:
    """Paths of the pictures, sorted. Raises UnreadableData where there is none."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not paths:
        raise unreadable(folder, "the folder holds no picture", f"put {', '.join(sorted(SUFFIXES))} files there")
    return paths


def prepared(named: Iterable[tuple[object, np.ndarray]], preparation: Preparation) -> Iterator[np.ndarray]:
    """Each of the pictures (name, intensities), prepared; UnreadableData for mixed sizes."""
    first = None
    for name, picture in named:
        image = preparation(picture, name)
        first = first or (name, size_of(picture.shape), image.shape)
        if image.shape != first[2]:
            found = f"it is {size_of(picture.shape)} where {first[0]} is {first[1]}"
            raise unreadable(name, found, "make all alike with crop and size, or with grey")
        yield image


def read_picture(path: Path) -> np.ndarray:
    """Intensities of one picture as stored. Raises UnreadableData."""
    try:
        with Image.open(path) as opened:
            opened.verify()  # checksums, which reading the pixels passes over; the file must be opened again after it
        with Image.open(path) as opened:
            stored = stored_numbers(opened)
    except BROKEN as error:
        raise unreadable(path, "the picture is damaged, truncated or too large", "replace or remove it") from error
    return intensities(stored, path)


def stored_numbers(picture: Image.Image) -> np.ndarray:
    """The numbers of a picture, upright: (height, width), or (height, width, 3) of those in colour."""
    upright = ImageOps.exif_transpose(picture)
    return np.asarray(upright if upright.mode in AS_STORED else upright.convert(_plain_mode(upright)))


def _plain_mode(picture: Image.Image) -> str:
    return "L" if picture.mode in ("1", "LA") else "RGB"
