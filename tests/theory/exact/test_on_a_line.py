"""Averages on a line held against those of contours."""

import numpy as np
import pytest

from theory.checks import NotComputable
from theory.exact import participation_ratio
from theory.exact.on_a_line import participation_on_a_line
from theory.laws import LinearGaussian, Mixture

Parts = tuple[list[float], list[float], list[float]]  # weights, means, variances
ONE: Parts = ([1.0], [0.2], [1.3])
TWO: Parts = ([0.7, 0.3], [0.0, 3.0], [1.0, 0.01])


def on_a_line(t: float, x: float, parts: Parts, n: int) -> float:
    """The average by distances."""
    return participation_on_a_line(t, x, *(np.array(part) for part in parts), np.log(n))


@pytest.mark.parametrize("parts", [ONE, TWO], ids=["gaussian", "mixture"])
@pytest.mark.parametrize(("n", "t"), [(2, 0.1), (16, 0.02), (300, 5e-5), (300, 0.1), (5000, 1e-6)])
def test_averages_are_those_of_contours(parts: Parts, n: int, t: float) -> None:
    weights, means, variances = parts
    law = Mixture(weights, [LinearGaussian([v], mean=[m]) for m, v in zip(means, variances, strict=True)])
    for x in (0.3, 2.9, -2.5):
        expected = participation_ratio(t, np.array([x]), law, np.log(n))
        assert on_a_line(t, x, parts, n) == pytest.approx(expected, rel=1e-6)


def test_what_the_nodes_do_not_resolve_is_refused() -> None:
    with pytest.raises(NotComputable, match=r"E sum w is 1; at t = 1 it is off"):
        on_a_line(1.0, 0.3, ([0.7, 0.3], [0.0, 3.0], [1.0, 1e-6]), 300)
