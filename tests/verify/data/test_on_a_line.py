"""Averages on a line held against those of contours."""

import numpy as np
import pytest

from theory.checks import NotComputable
from theory.exact import participation_ratio
from theory.laws import LowRankGaussian
from verify.data.fitted import FittedLaw
from verify.data.mixtures import Fit
from verify.data.on_a_line import participation_on_a_line
from verify.data.prediction import Seen


def mixture(weights: list[float], means: list[float], variances: list[float]) -> Fit:
    laws = [
        LowRankGaussian(np.array([mean]), np.zeros((0, 1)), np.zeros(0), variance)
        for mean, variance in zip(means, variances, strict=True)
    ]
    return Fit(np.array(weights), laws)


ONE = mixture([1.0], [0.2], [1.3])
TWO = mixture([0.7, 0.3], [0.0, 3.0], [1.0, 0.01])


@pytest.mark.parametrize("fit", [ONE, TWO], ids=["gaussian", "mixture"])
@pytest.mark.parametrize(("n", "t"), [(2, 0.1), (16, 0.02), (300, 5e-5), (300, 0.1), (5000, 1e-6)])
def test_averages_are_those_of_contours(fit: Fit, n: int, t: float) -> None:
    for x in (0.3, 2.9, -2.5):
        expected = participation_ratio(t, np.array([x]), FittedLaw(fit, 0, 0.0), np.log(n))
        assert participation_on_a_line(t, x, fit, n) == pytest.approx(expected, rel=1e-6)


def test_what_the_nodes_do_not_resolve_is_refused_and_left_to_contours() -> None:
    fit = mixture([0.7, 0.3], [0.0, 3.0], [1.0, 1e-6])
    with pytest.raises(NotComputable, match=r"E sum w is 1; at t = 1 it is off"):
        participation_on_a_line(1.0, 0.3, fit, 300)
    law = FittedLaw(fit, 0, 0.0)
    seen = Seen(law, held_out=None)  # pyright: ignore[reportArgumentType]
    assert seen.average(1.0, np.array([0.3]), 300) == participation_ratio(1.0, np.array([0.3]), law, np.log(300))
