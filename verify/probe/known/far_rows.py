"""A row far from all others, as a sentinel of missing values is, belongs to no data."""

import numpy as np

ALONE = 100.0  # times as far from the middle as any other: such a row is no point of the data


def refuse_far_row(data: np.ndarray, first: np.ndarray) -> None:
    """Raises ValueError for one row, with its copies, that lies far from all others.

    Arguments:
        data: (N, d), in units of the data.
        first: the row that each row is a copy of, (N,).
    """
    size = np.abs(data - np.median(data, axis=0)).max(axis=1)
    worst, typical = int(size.argmax()), float(np.median(size))
    others = np.delete(size, np.flatnonzero(first == first[worst]))
    if others.size > 2 and typical > 0 and size[worst] > ALONE * max(typical, others.max()):
        times = size[worst] / others.max()
        raise ValueError(
            f"data must hold no row far from all others, row {worst} is {times:.0f} times as far from the middle "
            "as the next: a sentinel of missing values? Leave it out"
        )
