"""Numbers that the report quotes, against values by hand."""

import numpy as np
import pytest
import xarray as xr

from simulate.estimate import Estimate
from simulate.observables.score import ScoreVariance
from simulate.samplers import Scores
from theory.case import grid, origin
from theory.laws.spectra import equal
from theory.limits import condensation_time
from verify.numbers import gap_of_the_law, r4_of_the_paper, rank_correlation, times_of_the_paper, variance_ratios


def test_the_paper_s_data_have_its_two_times() -> None:
    exact, of_paper = times_of_the_paper(1000)
    assert of_paper == pytest.approx(np.sqrt(30 * r4_of_the_paper() / (4 * np.log(1000))), rel=1e-9)
    assert (f"{exact:.2g}", f"{of_paper:.2g}") == ("0.011", "0.27")  # as README has them


def test_r4_of_the_paper_is_that_of_its_three_variances() -> None:
    assert r4_of_the_paper() == pytest.approx((2 + 5 * 0.3**4 + 23 * 0.01**4) / 30)


def test_the_gap_of_the_law_is_that_of_two_shares_of_noise() -> None:
    assert gap_of_the_law(0.5, 0.5, 2.0) == pytest.approx(0.5 - 0.2)


def test_a_correlation_of_ranks_asks_for_order_alone() -> None:
    correlation, p = rank_correlation(np.arange(5.0), np.exp(np.arange(5.0)))
    assert correlation == pytest.approx(1)
    assert p < 1e-3


def test_variances_are_told_over_the_paper_s_prediction() -> None:
    estimate = Estimate(
        cases=grid(equal(4), origin, times=(0.1, 0.2), n=30), observable=ScoreVariance(), sampler=Scores()
    )
    values = {"observed": [3.0, 4.0], "predicted": [2.0, 8.0], "lower": [1.0, 2.0], "upper": [5.0, 6.0]}
    at = {"t": ("point", [0.1, 0.2]), "variance": ("point", [1.0, 1.0])}
    found = xr.Dataset({name: ("point", row) for name, row in values.items()}, coords=at)
    ratios = variance_ratios([(estimate, found, found)])
    t_c = condensation_time(estimate.cases[0])
    assert ratios.observed.values.tolist() == [1.5, 0.5]
    assert ratios.ratio.values == pytest.approx(np.array([0.1, 0.2]) / t_c)
    assert ratios.width.values == pytest.approx(np.full(2, 1 / t_c))
