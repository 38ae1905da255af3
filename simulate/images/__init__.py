"""Real images in: any file of images as points y of R^d, one row per image, with what is known of where they come from.

Pixels become numbers in [0, 1]: unsigned integers are divided by the largest of their type, floating-point numbers are
taken as they are. Rows list a pixel's channels first, then its row, then the next row; d = height x width x channels.
"""

from simulate.images.collection import (
    Images,
    as_images,
    digits,
    distinct,
    duplicates,
    from_dataset,
    load_images,
    originals,
)
from simulate.images.pixels import UnreadableData

__all__ = [
    "Images",
    "UnreadableData",
    "as_images",
    "digits",
    "distinct",
    "duplicates",
    "from_dataset",
    "load_images",
    "originals",
]
