"""A set of images as N points of R^d, from a path, an array, or scikit-learn's 8 x 8 digits.

Two equal images are one point counted twice: around it the empirical score condenses at any N, which looks like
memorization and is none. `duplicates` finds them; nothing is removed unasked.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

from simulate.images.arrays import READABLE, batches, read_array, read_batches
from simulate.images.folder import pictures, prepared, read_picture
from simulate.images.items import CHANNELS, numbers_of, picture_of
from simulate.images.pixels import UNCHANGED, Preparation, intensities, size_of, unreadable
from simulate.run.progress import track
from theory.checks import integer

DOUBLE_BYTES = 2**30  # above this a set is kept in single precision


@dataclass(frozen=True, eq=False)
class Images:
    """N images as points of R^d.

    Arguments:
        data: (N, d), pixels as a rule in [0, 1].
        shape: of one image, with the product d: (height, width), (height, width, channels), or (d,) for want of more.
        source: where they come from, for readers.
        left_out: how many files of a folder are no pictures of an offered format.
        names: of the pictures of a folder, by their places in it; none of other sources.
    """

    data: np.ndarray
    shape: tuple[int, ...]
    source: str
    left_out: int = 0
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.data)

    @property
    def description(self) -> str:
        """One sentence: source, number, size, how many are exact copies of an earlier one, and what was left out."""
        copies = len(duplicates(self.data))
        said = f"{self.source}: {len(self)} images of {size_of(self.shape)}, {copies or 'no'} exact copies among them"
        return said + (f"; {self.left_out} other files of the folder were not read." if self.left_out else ".")


def load_images(
    path: Path | str,
    array: str | None = None,
    limit: int | None = None,
    crop: int | None = None,
    size: int | None = None,
    grey: bool = False,
) -> Images:
    """Images from a file or folder, as points of R^d; in single precision above 1 GiB, else in double.

    Arguments:
        path: a .npy, .npz, IDX (plain or .gz) or CIFAR-10 batch file, a folder of batches, or one of pictures.
        array: the name of one array of a .npz.
        limit: how many of the first images are kept; all where None.
        crop: side of a centre crop, in pixels, before all else.
        size: side that images are made smaller to, in pixels, after all else.
        grey: whether colours become grey.

    Returns:
        The images, data (N, d).

    Raises:
        UnreadableData: in one sentence, with a remedy.
    """
    path, preparation = _named(path), Preparation(crop, size, grey)
    _refuse_no_file(path)
    if not path.is_dir():
        return as_images(read_array(path, array), path.name, limit, preparation)
    if batches(path):
        return as_images(read_batches(path), path.name, limit, preparation)
    paths, others = pictures(path)
    paths = paths[: _limited(limit, len(paths), path)]
    named = ((picture, read_picture(picture)) for picture in track(paths, f"reading {path.name}"))
    names = tuple(str(picture.relative_to(path)) for picture in paths)
    return replace(_stacked(prepared(named, preparation), len(paths), path.name), left_out=others, names=names)


def as_images(array: Any, source: str, limit: int | None = None, preparation: Preparation = UNCHANGED) -> Images:
    """Images from an array, as points of R^d.

    Arguments:
        array: (N, d), (N, height, width), or with channels last or first.
        source: where they come from, for readers and errors.
        limit: how many of the first images are kept; all where None.
        preparation: what is done to each.

    Returns:
        The images, data (N, d).

    Raises:
        UnreadableData: in one sentence, with a remedy.
    """
    array = _numbers(array, source)
    if array.ndim not in (2, 3, 4) or array.size == 0:
        found = f"its array has shape {array.shape}"
        raise unreadable(source, found, "give (N, d), (N, height, width) or (N, height, width, channels), N and d >= 1")
    stored = _channels_last(array[: _limited(limit, len(array), source)])
    _refuse_beyond_memory(stored.size, source)
    images = intensities(stored, source, _precision(stored.size))
    _refuse_not_finite(images, source)
    if preparation.changes_nothing:
        return Images(images.reshape(len(images), -1), images.shape[1:], source)
    return _stacked((preparation(image, source) for image in images), len(images), source)


def from_dataset(
    dataset: Any,
    source: str,
    column: str | None = None,
    limit: int | None = None,
    preparation: Preparation = UNCHANGED,
) -> Images:
    """Images from a data set of torch or of Hugging Face (`simulate.images.items`), as points of R^d.

    Arguments:
        dataset: with a length, whose `dataset[i]` is a picture, a tuple that begins with one, or a dict.
        source: where they come from, for readers and errors.
        column: the name of the picture in a dict.
        limit: how many of the first images are kept; all where None.
        preparation: what is done to each.

    Returns:
        The images, data (N, d).

    Raises:
        UnreadableData: in one sentence, with a remedy.
    """
    if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
        kind = type(dataset).__name__
        raise unreadable(source, f"a {kind} has no length, or no items by number", "give the data set, no stream of it")
    count = _limited(limit, len(dataset), source)
    if count == 0:
        raise unreadable(source, "it is empty", "give at least one picture")
    numbered = track(range(count), f"reading {source}")
    named = ((f"item {i} of {source}", picture_of(dataset[i], f"item {i} of {source}", column)) for i in numbered)
    return _stacked(prepared(named, preparation), count, source)


def _numbers(array: Any, source: str) -> np.ndarray:
    """An array of numbers as NumPy has it. Raises UnreadableData for ragged lists and masked entries."""
    try:
        numbers = numbers_of(array)
    except (TypeError, ValueError) as error:
        raise unreadable(
            source, "its rows are not of one length, or no numbers", "give one array of numbers"
        ) from error
    if np.ma.is_masked(numbers) or np.ma.is_masked(array):
        raise unreadable(source, "some of its entries are masked", "leave those rows out or fill them")
    return numbers


def digits() -> Images:
    """The 1797 handwritten digits of scikit-learn, 8 x 8 pixels with intensities k/16."""
    return Images(np.asarray(load_digits(return_X_y=True)[0]) / 16, (8, 8), "scikit-learn digits")


def duplicates(data: np.ndarray) -> np.ndarray:
    """Rows of `data` (N, d) that equal an earlier row: pairs (row, first row equal to it), shape (count, 2)."""
    first: dict[bytes, int] = {}
    pairs = [(row, first.setdefault(_digest(values), row)) for row, values in enumerate(_rows(data))]
    return np.array([pair for pair in pairs if pair[0] != pair[1]], dtype=int).reshape(-1, 2)


def _rows(data: Any) -> np.ndarray:
    try:
        rows = np.asarray(data)
    except (ValueError, TypeError) as error:
        raise ValueError("data must be an array of real numbers (N, d)") from error
    if rows.ndim != 2 or rows.dtype.kind not in "biuf":
        raise ValueError(f"data must be real numbers (N, d), got shape {rows.shape} of {rows.dtype}")
    return rows


def originals(data: np.ndarray) -> np.ndarray:
    """For each row of `data` (N, d) the first row that equals it, (N,): itself, unless it is a copy."""
    first, copies = np.arange(len(_rows(data))), duplicates(data)
    first[copies[:, 0]] = copies[:, 1]
    return first


def distinct(data: np.ndarray) -> np.ndarray:
    """Rows of `data` (N, d) that equal no earlier row, (n,)."""
    return np.unique(originals(data))


def _refuse_no_file(path: Path) -> None:
    """Raises UnreadableData for what is neither a file nor a folder, as a pipe, which would never end."""
    try:
        there, plain = path.exists(), path.is_dir() or path.is_file()
    except OSError as error:  # of a name that is too long
        raise unreadable(str(path)[:80], error.strerror or "it cannot be looked at", READABLE) from error
    if not there:
        raise unreadable(path, "there is no such file or folder", READABLE)
    if not plain:
        raise unreadable(path, "it is a pipe or a device", READABLE)


def _named(path: Any) -> Path:
    try:
        return Path(path)
    except TypeError as error:
        raise ValueError(f"path must name a file or folder, got {type(path).__name__}") from error


def _limited(limit: int | None, available: int, source: object) -> int:
    if limit is None:
        return available
    if integer("limit", limit) > available:
        raise ValueError(f"limit must be at most {available}, the number of images in {source}, got {limit}")
    return limit


def _channels_last(array: np.ndarray) -> np.ndarray:
    first = array.ndim == 4 and array.shape[1] in CHANNELS and array.shape[-1] not in CHANNELS
    return np.moveaxis(array, 1, -1) if first else array


def _refuse_beyond_memory(numbers: int, source: str) -> None:
    """Raises UnreadableData for more numbers than fit this machine's memory, as a file announces that holds none."""
    bytes_, memory = numbers * _precision(numbers)().itemsize, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if bytes_ > memory:
        found = f"its numbers take {bytes_ / 2**30:.0f} GiB, and there are {memory / 2**30:.0f} GiB of memory"
        raise unreadable(source, found, "take fewer of its images, with limit")


def _precision(count: int) -> type[np.floating]:
    return np.float64 if count * 8 <= DOUBLE_BYTES else np.float32


def _stacked(images: Iterable[np.ndarray], count: int, source: str) -> Images:
    """The images as rows of one array, filled one by one: no second copy of a large set is ever held."""
    rows, shape = np.empty((count, 0)), ()
    for row, image in enumerate(images):
        if row == 0:
            rows, shape = np.empty((count, image.size), _precision(count * image.size)), image.shape
        rows[row] = image.reshape(-1)
    _refuse_not_finite(rows, source)
    return Images(rows, shape, source)


def _refuse_not_finite(images: np.ndarray, source: object) -> None:
    """A NaN would make every distance NaN."""
    bad = ~np.isfinite(images.reshape(len(images), -1)).all(axis=1)
    if bad.any():
        found = f"row {bad.argmax()} (from 0) holds NaN or infinity, as do {bad.sum() - 1} others"
        raise unreadable(source, found, "remove those rows or fill them")


def _digest(values: np.ndarray) -> bytes:
    return hashlib.blake2b((values + 0.0).tobytes(), digest_size=16).digest()  # -0.0 + 0.0 is 0.0
