"""What is to be shown of a probe: samples beside the training images that they lie nearest to, and file names."""

from typing import Any

import numpy as np
import xarray as xr

from simulate.images import Images
from verify.probe.asked.membership import told

SHOWN = 12  # pairs of a sample and a training image


def with_images(found: xr.Dataset, images: Images, score: Any) -> xr.Dataset:
    """A probe with what its page shows.

    Arguments:
        found: what `verify.probe.probe` found.
        images: the training set.
        score: of the user; of rows that do not say their shape, the `layout.shape` of an adapter does.

    Returns:
        The Dataset with, for at most SHOWN samples that lie nearest to a training point for their distance to the
        next, each of another point, `shown_sample` (shown,), their numbers, and `shown_point` (shown, coordinate), the
        training points; and with `attrs["shape"]` and, of files, `attrs["shown_names"]` and `attrs["leaking_names"]`.
    """
    order = np.argsort(found.sample_ratio.values, kind="stable")
    _, first = np.unique(found.sample_row.values[order], return_index=True)
    chosen = order[np.sort(first)[:SHOWN]]
    nearest = found.sample_row.values[chosen]
    return found.assign(
        shown_sample=("shown", chosen), shown_point=(("shown", "coordinate"), images.data[nearest])
    ).assign_attrs(
        shape=list(_shape(images, score)),
        shown_names=_names(images, nearest),
        leaking_names=_names(images, np.atleast_1d(found.attrs["leaking_rows"])) if images.names else [],
    )


def with_members(found: xr.Dataset, members: xr.Dataset, asked: Images) -> xr.Dataset:
    """A probe with the images asked about, `asked_p` and `asked_member` (asked,), and the sentence on them.

    Arguments:
        found: what a probe observed.
        members: `p` and `member` of each image asked about.
        asked: these images.
    """
    names = _names(asked, np.arange(len(asked)))
    return found.assign(asked_p=members.p, asked_member=members.member).assign_attrs(
        asked_names=names, asked=told(members, names), asked_rate=members.attrs["rate"]
    )


def _shape(images: Images, score: Any) -> tuple[int, ...]:
    """Of one image, (height, width) or (height, width, channels), or (d,)."""
    sides = tuple(getattr(getattr(score, "layout", None), "shape", ()))
    flat = len(images.shape) == 1 and len(sides) > 1 and int(np.prod(sides)) == images.data.shape[1]
    return sides if flat else images.shape


def _names(images: Images, rows: np.ndarray) -> list[str]:
    return [images.names[row] if images.names else f"row {row}" for row in rows.tolist()]
