"""The transition over laws and sizes: its limit form derived and reached, experiments as their words say."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from scipy import stats

from simulate.estimate import Estimate
from simulate.levels.lowest import Levels
from simulate.observables import Observable
from simulate.observables.partition import DropAcross, HalfTime, ScaledRatio, WeightEntropy, ends_around
from simulate.samplers import LowestEnergies
from theory.case import Case, origin, typical
from theory.exact.averages import participation_ratio
from theory.laws import REM
from theory.laws.spectra import equal, halves
from theory.limits.condensation import condensation_time
from theory.limits.scaling import collapsed, crossover
from theory.limits.transition import critical_form, critical_sharpness, half_time
from verify.claims.transition.glass import LAWS, drop, from_first, scaled

CASE = Case(halves(20), typical, 8.0, 0.2).enlarged(2)


def observed(case: Case, observable: Observable, replicas: int, count: int = 100) -> tuple[xr.Dataset, Levels]:
    """The table of an estimate of one case, and the energies that it is of."""
    sampler = LowestEnergies(count=count)
    estimate = Estimate(cases=(case,), observable=observable, sampler=sampler, replicas=replicas)
    (levels,) = sampler.parts(case, replicas, estimate.rng(estimate.points()[0]))
    return estimate.run(progress=False), levels


def test_the_form_is_that_of_the_crossover_at_large_log_n() -> None:
    log_n, x, law = 1e6, np.zeros(1), REM(1, 1e6)
    for a in (-2.0, 0.0, 1.5):
        kappa = float(critical_sharpness(x, law, log_n))
        near = np.sqrt(log_n) * float(crossover((1 + a / np.sqrt(log_n)) / np.sqrt(2), x, law, log_n))
        assert critical_form.numeric(a, kappa) == pytest.approx(near, rel=2e-2)


def test_the_form_far_below_and_far_above() -> None:
    a = sp.Symbol("a", positive=True)
    assert sp.limit(critical_form(-a, 1) / a, a, sp.oo) == 1  # (log N)^{1/2} (1 - t/t_c)
    assert critical_form.numeric(3.0, 0.8) == pytest.approx(stats.norm.pdf(2.4) / (0.8 * stats.norm.cdf(2.4)))


def test_kappa_of_gaussian_levels_is_the_root_of_two() -> None:
    assert critical_sharpness(np.zeros(3), REM(3), 7.0) == pytest.approx(np.sqrt(2), rel=1e-10)


def test_exact_averages_near_the_form_as_log_n_grows() -> None:
    off = [
        float(collapsed(1.0, case.x, case.law, case.log_n))
        - critical_form.numeric(1.0, critical_sharpness(case.x, case.law, case.log_n))
        for case in (Case(equal(d), origin, d, 1.0) for d in (80, 320))
    ]
    assert 0 < off[1] < 0.6 * off[0]  # (log N)^{-1/2}: half for four times log N


def test_the_half_time_is_where_half_is_left() -> None:
    t = half_time(CASE.x, CASE.law, CASE.log_n)
    assert participation_ratio(CASE.at(t)) == pytest.approx(0.5, abs=1e-5)
    with pytest.raises(ValueError, match="log_n must be > log 2"):
        half_time(CASE.x, CASE.law, 0.5)


def test_the_half_time_of_hardly_more_than_two_points_is_found_far_above_t_c() -> None:
    case = Case(equal(2), origin, np.log(2.001), 1.0)
    t = half_time(case.x, case.law, case.log_n)
    assert t > 10 * condensation_time(case)
    assert participation_ratio(case.at(t)) == pytest.approx(0.5, abs=1e-6)


def test_observables_say_what_their_energies_say() -> None:
    seen, levels = observed(CASE, ScaledRatio(), 300)
    np.testing.assert_allclose(seen["values"][0], 4 * levels.participation_ratio(0.2))  # log N = 16
    seen, levels = observed(CASE, DropAcross(), 300)
    early, late = (levels.participation_ratio(t) for t in ends_around(CASE))
    assert seen.observed.item() == pytest.approx(np.log(early.mean() / late.mean()))
    parts = [np.log(early[part].mean() / late[part].mean()) for part in (slice(None, 150), slice(150, None))]
    assert abs(parts[0] - parts[1]) < 5 * 2 * seen.stderr.item()


def test_entropy_is_that_of_the_weights() -> None:
    seen, levels = observed(CASE.at(0.1), WeightEntropy(), 50, count=400)
    weights = levels.weights(0.1)
    written_out = -np.sum(weights * np.log(weights), axis=1).mean()
    assert seen.observed.item() == pytest.approx(written_out, abs=2e-3)


def test_half_times_of_the_same_energies() -> None:
    case = Case(halves(20), typical, np.log(400), 0.3)
    seen, levels = observed(case, HalfTime(), 1000, count=50)
    assert levels.participation_ratio(seen.observed.item()).mean() == pytest.approx(0.5, abs=1e-5)
    error = seen.observed.item() - half_time(case.x, case.law, case.log_n)
    assert abs(error) < 5 * seen.stderr.item() < 0.1


def test_the_error_of_a_half_time_is_its_standard_deviation_over_data_sets() -> None:
    case = Case(halves(20), typical, np.log(400), 0.3)
    (drawn,) = LowestEnergies(count=50).parts(case, 6000, np.random.default_rng(0))
    values = np.array([HalfTime()(case, replace(drawn, energies=part)) for part in np.split(drawn.energies, 30)])
    stderrs = values.std(axis=1, ddof=1) / np.sqrt(200)
    assert values.mean(axis=1).std(ddof=1) == pytest.approx(stderrs.mean(), rel=0.5)


def test_the_half_time_is_found_from_both_sides() -> None:
    (levels,) = LowestEnergies().parts(CASE, 50, np.random.default_rng(0))
    low, high = (HalfTime()(CASE.at(t), levels).mean() for t in (0.001, 10.0))
    assert low == pytest.approx(high, rel=1e-5)


def test_scaled_times_and_powers_of_the_width() -> None:
    law = LAWS[2]
    assert scaled(law.at(condensation_time(law) * (1 - 1 / np.sqrt(law.log_n)))) == -1.0
    unit = Case(halves(20), typical, 8.0, 0.2)
    series = tuple(unit.enlarged(copies) for copies in (2, 8))
    wide, narrow = ([from_first(drop, power, series)(case) for case in series] for power in (-0.5, 0.5))
    assert narrow[1] / narrow[0] == pytest.approx(2)  # log N four times as large
    assert wide[1] / wide[0] == pytest.approx(0.5)
