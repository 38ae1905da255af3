"""Predictions of laws fitted on a line are averages over distances, and of contours where these are refused."""

import numpy as np
import pytest

from theory.exact import participation_ratio
from theory.laws import LowRankGaussian
from verify.data.fitted import FittedLaw
from verify.data.mixtures import Fit
from verify.data.prediction import Seen


@pytest.mark.parametrize(("narrow", "t"), [(0.01, 0.1), (1e-6, 1.0)], ids=["resolved", "refused"])
def test_averages_of_a_fitted_law_on_a_line_are_those_of_contours(narrow: float, t: float) -> None:
    laws = [
        LowRankGaussian(np.array([mean]), np.zeros((0, 1)), np.zeros(0), variance)
        for mean, variance in ((0.0, 1.0), (3.0, narrow))
    ]
    law = FittedLaw(Fit(np.array([0.7, 0.3]), laws), 0, 0.0)
    seen = Seen(law, held_out=None)  # pyright: ignore[reportArgumentType]
    for x in (np.array([0.3]), np.array([2.9])):
        assert seen.average(t, x, 300) == pytest.approx(participation_ratio(t, x, law, np.log(300)), rel=1e-6)
