"""The top of a parabola is found wherever it lies between the places, and from the three places at an end."""

import numpy as np
import pytest

from simulate.learned.peak import peak

X = np.array([0.0, 1.0, 3.0, 4.0, 6.0])


@pytest.mark.parametrize("top", [1.2, 2.1, 3.4, 6.5])
def test_the_top_of_a_parabola_is_found_from_values_beside_it(top: float) -> None:
    assert peak(X, 2 - 0.3 * (X - top) ** 2) == pytest.approx(top, abs=1e-12)


def test_values_far_from_the_largest_do_not_count() -> None:
    y = 2 - 0.3 * (X - 3.2) ** 2
    assert peak(X, y - [5, 0, 0, 0, 7]) == pytest.approx(3.2, abs=1e-12)
