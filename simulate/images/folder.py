"""A folder of pictures, its subfolders included, in the order of their paths: one picture, one point.

Pictures are turned upright as their EXIF tag says. Grey stays grey, every other kind of colour becomes RGB, and
transparency is dropped. All must have one size after preparation: nothing is cropped or padded unasked. A file is
opened as one of the offered formats, whatever its name, and its size is read before its pixels are.
"""

import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from simulate.images.pixels import Preparation, UnreadableData, intensities, size_of, unreadable

FORMATS = {  # of Pillow, which else opens what runs programs of its own, as EPS does
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "JPEG2000": (".jp2", ".j2k", ".jpx"),
    "PNG": (".png", ".apng"),
    "PPM": (".pgm", ".ppm", ".pnm", ".pbm"),
    "TGA": (".tga",),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
    "AVIF": (".avif",),
}
SUFFIXES = frozenset(suffix for suffixes in FORMATS.values() for suffix in suffixes)
AS_STORED = ("L", "F", "I", "I;16", "I;16B")  # modes of one channel
BROKEN = (Exception, Image.DecompressionBombError)  # whatever a reader raises on a damaged file
MOST_PIXELS = 2**25  # of one picture: a gigabyte of intensities in colour
ORIENTATION = 0x0112  # tag of EXIF
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def pictures(folder: Path) -> tuple[list[Path], int]:
    """Paths of the pictures, sorted, and how many other files there are. Raises UnreadableData where there is none."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    paths = sorted(path for path in files if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise unreadable(folder, "the folder holds no picture", f"put {', '.join(sorted(SUFFIXES))} files there")
    return paths, len(files) - len(paths)


def prepared(named: Iterable[tuple[object, np.ndarray]], preparation: Preparation) -> Iterator[np.ndarray]:
    """Each of some pictures, prepared.

    Arguments:
        named: pairs of a name and intensities (height, width) or (height, width, channels).
        preparation: what is done to each.

    Returns:
        Images of one shape, one by one.

    Raises:
        UnreadableData: for pictures of mixed sizes.
    """
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
        with _opened(path) as opened:
            _refuse_large(path, opened)
            opened.verify()  # checksums, which reading the pixels passes over; the file must be opened again after it
        with _opened(path) as opened:
            stored = stored_numbers(opened)
    except UnreadableData:
        raise
    except BROKEN as error:
        raise unreadable(path, "the picture is damaged, truncated or too large", "replace or remove it") from error
    return intensities(stored, path)


def stored_numbers(picture: Image.Image) -> np.ndarray:
    """The numbers of a picture, upright: (height, width), or (height, width, 3) of those in colour."""
    upright = _upright(picture)
    return np.asarray(upright if upright.mode in AS_STORED else upright.convert(_plain_mode(upright)))


def _opened(path: Path) -> Image.Image:
    """The header of a picture of one of the offered formats; TGA, which has no mark, for files of its name alone."""
    offered = [name for name in FORMATS if name != "TGA" or path.suffix.lower() in FORMATS["TGA"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # large pictures are refused in words
        return Image.open(path, formats=offered)


def _refuse_large(path: Path, picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        found = f"the picture is {picture.width} x {picture.height}, more than {MOST_PIXELS} pixels"
        raise unreadable(path, found, "shrink it first, or remove it")


def _upright(picture: Image.Image) -> Image.Image:
    """The picture as its EXIF tag turns it; as it is where the tag cannot be read."""
    try:
        turn = UPRIGHT.get(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # of EXIF that is damaged: the pixels are not
        return picture
    return picture if turn is None else picture.transpose(turn)


def _plain_mode(picture: Image.Image) -> str:
    return "L" if picture.mode in ("1", "LA") else "RGB"
