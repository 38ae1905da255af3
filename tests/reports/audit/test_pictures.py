"""Points as pictures, whatever their shape, and the words of the short report."""

import numpy as np
import pytest

from reports.audit.pictures import LEAST, MOST, Tile, _sized, tiles
from reports.audit.words import about, between, shown


@pytest.mark.parametrize("shape", [(5,), (8, 8), (8, 8, 1), (8, 8, 2), (4, 9, 3), (8, 8, 4), (150, 100, 3)])
def test_a_point_of_any_shape_is_drawn(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).uniform(-0.1, 1.1, size=int(np.prod(shape)))
    plot = tiles([Tile(values, "5 $ of $x_"), None], shape, "a text", columns=2)
    assert plot.svg.count("<image") == (0 if len(shape) == 1 else 1)
    assert plot.alt == "a text"
    assert plot.svg == tiles([Tile(values, "5 $ of $x_"), None], shape, "a text", columns=2).svg


def test_small_pictures_grow_by_whole_pixels_and_large_ones_shrink() -> None:
    small = np.arange(12, dtype=np.uint8).reshape(3, 4)
    grown = _sized(small)
    assert grown.shape[1] >= LEAST
    np.testing.assert_array_equal(grown[:: LEAST // 4, :: LEAST // 4, 0], small)
    assert _sized(np.zeros((3 * MOST, MOST, 3), np.uint8)).shape == (MOST, MOST // 3, 3)
    latent = np.stack([small, small + 1, small + 2, small + 3], axis=-1)
    np.testing.assert_array_equal(_sized(latent)[0, 0], [0, 1, 2])


@pytest.mark.parametrize(("n", "said"), [(1234.0, "1 200"), (96.4, "96"), (np.inf, "more than 65 000 times yours")])
def test_numbers_of_points(n: float, said: str) -> None:
    assert about(n) == said
    assert between(50.0, n) == ("at least 50" if np.isinf(n) else f"50 to {said}")
    assert between(np.inf, np.inf) == ""


def test_signs_that_no_page_shows_are_replaced() -> None:
    assert shown("a\x00$b$\n") == "a\N{REPLACEMENT CHARACTER}\\$b\\$\N{REPLACEMENT CHARACTER}"
