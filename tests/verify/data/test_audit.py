"""What an audit counts, and predictions held against what is measured."""

from collections.abc import Iterator

import numpy as np
import pytest

from verify.data import prediction
from verify.data.contents import contents
from verify.data.judged import judged


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    """Averages at fewer held-out points than a user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prediction, "EXACT", 4)
        yield


def points(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, 5)) * [1, 0.7, 0.4, 0.2, 0.1]


def test_copies_are_listed_with_what_they_are_copies_of_and_left_out() -> None:
    data = points(300)
    data[10:13] = data[20:23] + 1e-7
    data[40] = data[5]
    known = contents(data)
    assert known.exact.tolist() == [[40, 5]]
    assert known.near.tolist() == [[20, 10], [21, 11], [22, 12]]
    assert (known.exact_copies, known.near_copies, len(known.rows)) == (1, 3, 296)
    assert not {20, 21, 22, 40} & set(known.rows)
    assert known.dimension.lower < 5 < known.dimension.upper * 1.3


def test_predictions_are_held_against_what_is_measured() -> None:
    (row,) = judged(points(3000, seed=2), 600, (2500,), seed=1)
    assert row["fit"] < 600 < row["n"]
    assert row["lower"] < row["measured"] < row["upper"]
    with pytest.raises(ValueError, match=r"^points must be at most 2700"):
        judged(points(3000), 600, (2800,))
