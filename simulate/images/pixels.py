"""What a pixel is worth: from stored numbers to real ones, and from one image to a smaller or grey one.

An unsigned integer p of k bits is the intensity p/(2^k - 1) in [0, 1]. Grey is the luma of ITU-R 601, 0.299 R + 0.587 G
+ 0.114 B. An image is made smaller by a triangle filter as wide as the new pixel: each new pixel is a weighted mean of
old ones, so values stay in [0, 1] and fine structure is averaged, not sampled.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from theory.checks import integer

LUMA = np.array([0.299, 0.587, 0.114])


class UnreadableData(ValueError):
    """A file is no set of images; the sentence names it, what was found and the remedy."""


def unreadable(source: object, found: str, remedy: str) -> UnreadableData:
    """The error to raise for images that cannot be read, in one sentence.

    Arguments:
        source: where they come from.
        found: what is wrong with them.
        remedy: what to do.

    Returns:
        The error.
    """
    return UnreadableData(f"{source} cannot be read as images: {found}; {remedy}.")


def intensities(stored: np.ndarray, source: object, dtype: type = np.float64) -> np.ndarray:
    """Stored numbers as intensities: an unsigned integer p of k bits is p/(2^k - 1), booleans are 0 and 1.

    Arguments:
        stored: unsigned integers, booleans or floating-point numbers, of any shape.
        source: where they come from, for errors.
        dtype: type of the intensities.

    Returns:
        A new array, of the shape of `stored`.

    Raises:
        UnreadableData: for numbers whose range of intensities is not known.
    """
    if stored.dtype.kind == "u":
        return np.divide(stored, np.iinfo(stored.dtype).max, dtype=dtype)
    if stored.dtype.kind not in "fb":
        remedy = "save unsigned integers (0 is black, the largest is white) or floating-point numbers"
        raise unreadable(source, f"its numbers are {stored.dtype}, whose range of intensities is not known", remedy)
    return stored.astype(dtype)


@dataclass(frozen=True)
class Preparation:
    """What is done to each image: a centre crop, then grey, then a smaller size, each optional.

    Arguments:
        crop: side of the centre crop, in pixels.
        size: side of the result, in pixels, at most that of the image.
        grey: whether colours become grey.

    Raises:
        ValueError: where a side is no integer >= 1.
    """

    crop: int | None = None
    size: int | None = None
    grey: bool = False

    def __post_init__(self) -> None:
        for name in ("crop", "size"):
            if getattr(self, name) is not None:
                integer(name, getattr(self, name))

    @property
    def changes_nothing(self) -> bool:
        return self == UNCHANGED

    def __call__(self, image: np.ndarray, source: object) -> np.ndarray:
        """Intensities (height, width) or (height, width, channels) of one image, prepared. Raises UnreadableData."""
        if self.changes_nothing:
            return image
        if image.ndim == 1:
            found = f"a row of {image.size} numbers has no height and width for crop, size or grey"
            raise unreadable(source, found, "save an array of shape (N, height, width) or leave those options out")
        image = image if self.crop is None else _centre(image, self.crop, source)
        image = _grey(image) if self.grey else image
        return image if self.size is None else _resized(image, self.size)


UNCHANGED = Preparation()


def _centre(image: np.ndarray, crop: int, source: object) -> np.ndarray:
    height, width = image.shape[:2]
    if crop > min(height, width):
        raise unreadable(source, f"an image of {size_of(image.shape)} is too small for crop = {crop}", "crop less")
    top, left = (height - crop) // 2, (width - crop) // 2
    return image[top : top + crop, left : left + crop]


def _grey(image: np.ndarray) -> np.ndarray:
    if image.ndim == 2:
        return image
    return image[..., :3] @ LUMA.astype(image.dtype) if image.shape[-1] >= 3 else image[..., 0]


def _resized(image: np.ndarray, size: int) -> np.ndarray:
    planes = image[..., None] if image.ndim == 2 else image
    resized = [_resized_plane(planes[..., channel], size) for channel in range(planes.shape[-1])]
    return resized[0] if image.ndim == 2 else np.stack(resized, axis=-1)


def _resized_plane(plane: np.ndarray, size: int) -> np.ndarray:
    picture = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32))
    return np.asarray(picture.resize((size, size), Image.Resampling.BILINEAR), dtype=plane.dtype)


def size_of(shape: tuple[int, ...]) -> str:
    """Height, width and channels in words: "28 x 23" or "32 x 32 x 3"."""
    return " x ".join(str(length) for length in shape)
