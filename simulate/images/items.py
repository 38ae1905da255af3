"""One picture of an item of a data set, as torch's and Hugging Face's hold them.

An item of torch's is a picture, or a tuple that begins with one; one of Hugging Face's is a dict, whose picture is in
the column "image", "img" or "pixel_values" unless another is named. A picture is Pillow's, a tensor or an array, with
channels last or first.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image

from simulate.images.folder import BROKEN, stored_numbers
from simulate.images.pixels import intensities, unreadable

COLUMNS = ("image", "img", "pixel_values")
CHANNELS = (1, 2, 3, 4)


def picture_of(item: Any, source: str, column: str | None = None) -> np.ndarray:
    """Intensities of the picture in an item of a data set.

    Arguments:
        item: a picture, a tuple that begins with one, or a dict.
        source: where it comes from, for errors.
        column: the name of the picture in a dict.

    Returns:
        (height, width) or (height, width, channels), in [0, 1] for integers.

    Raises:
        UnreadableData: in one sentence, with a remedy.
    """
    picture = _found(item, source, column)
    try:
        numbers = stored_numbers(picture) if isinstance(picture, Image.Image) else numbers_of(picture)
    except BROKEN as error:
        raise unreadable(source, f"its picture is damaged or truncated ({error})", "replace or remove it") from error
    if numbers.ndim not in (2, 3):
        remedy = "give pictures (height, width) or (height, width, channels), or name their column"
        raise unreadable(source, f"it holds an array of shape {numbers.shape}", remedy)
    if numbers.ndim == 3 and numbers.shape[0] in CHANNELS and numbers.shape[2] not in CHANNELS:
        numbers = np.moveaxis(numbers, 0, -1)
    return intensities(numbers, source)


def numbers_of(picture: Any) -> np.ndarray:
    """An array or tensor as it is, also one that asks for gradients or is of a kind that NumPy has not, as bfloat16."""
    if not isinstance(picture, torch.Tensor):
        return np.asarray(picture)
    if picture.is_meta:
        raise ValueError("array must be of real numbers, got a tensor without any (device meta)")
    known = picture.detach().cpu()
    try:
        return known.numpy()
    except TypeError:
        return known.float().numpy()


def _found(item: Any, source: str, column: str | None) -> Any:
    if not isinstance(item, Mapping):
        return item[0] if isinstance(item, tuple | list) and item else item
    name = column or next((each for each in COLUMNS if each in item), "")
    if name not in item:
        raise unreadable(source, f"its columns are {', '.join(item)}", "name that of the pictures with `column`")
    return item[name]
