"""Curves of the findings: measured and predicted at the same cases, kept, with medians that mean what they say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from simulate.estimate import Estimate
from simulate.observables import ParticipationRatio
from simulate.run.store import Store
from theory.case import grid, typical
from theory.exact.averages import participation_ratio
from theory.laws.spectra import halves
from verify import findings
from verify.claims.condensation.ratio import ALPHAS, RATIO
from verify.findings import RATIOS, Curves, at_ratios, ratio_line, time_over_exact, variance_line

SMALL = Curves(
    name="small",
    estimate=Estimate(cases=grid(halves(4), typical, (0.1, 1.0), n=10), observable=ParticipationRatio(), replicas=200),
    lines={"exact": participation_ratio, "ratio": time_over_exact},
)


def test_lines_and_measurements_stand_beside_each_other_and_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = SMALL.table(Store(tmp_path), seed=0)
    assert (abs(first.observed - first.exact) < 5 * first.stderr).all()
    assert (first.median_lower <= first["median"]).all()
    assert (first["median"] <= first.median_upper).all()
    assert "values" not in first
    monkeypatch.setattr(Curves, "_made", None)
    again = SMALL.table(Store(tmp_path), seed=0)
    assert again.equals(first)


def test_another_name_or_line_is_another_table(tmp_path: Path) -> None:
    SMALL.table(Store(tmp_path), seed=0)
    few = replace(SMALL, lines={"exact": participation_ratio}).table(Store(tmp_path), seed=0)
    assert "ratio" not in few


def test_intervals_of_medians_miss_as_rarely_as_they_say() -> None:
    values = np.random.default_rng(0).exponential(size=(2000, 101))
    found = findings._median(xr.DataArray(values, dims=("point", "replica")))
    missed = (found["median_lower"] > np.log(2)) | (found["median_upper"] < np.log(2))
    assert 0.01 < float(missed.mean()) < 0.07


@pytest.mark.parametrize("d", [20, 80])
def test_cases_lie_at_the_ratios_that_they_are_named_by(d: int) -> None:
    assert [time_over_exact(case) for case in at_ratios(d)] == pytest.approx(RATIOS)
    assert all(case.d == d for case in at_ratios(d))


def test_lines_of_the_ratio_run_through_the_predictions_of_its_claim() -> None:
    asked = RATIO.estimate
    assert isinstance(asked, Estimate)
    predicted = [RATIO.prediction(case) for case in asked.cases[: len(ALPHAS)]]
    assert ratio_line(0, np.array(ALPHAS)) == pytest.approx(predicted, rel=1e-3)


def test_the_variance_of_the_score_over_the_papers_is_that_of_the_two_posteriors() -> None:
    t, t_c, variances = 0.25, 1.0, np.array([0.01, 1.0, 10.0])
    at_t_c, at_t = (1 / (1 / variances + 1 / noise) for noise in (t_c, t))
    assert variance_line(t, variances) == pytest.approx(at_t_c / at_t)
