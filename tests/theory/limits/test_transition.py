"""The transition over laws and sizes: its limit form derived and reached, experiments as their words say."""

import numpy as np
import pytest
import sympy as sp
from scipy import stats

from simulate.experiments.setting import Vast
from simulate.experiments.transition.glass import Collapsed, Drop, Entropy, Growing, HalfTime, drawn, ends
from theory.exact.averages import participation_ratio
from theory.laws import REM
from theory.limits.scaling import collapsed, crossover
from theory.limits.transition import critical_form, critical_sharpness, half_time
from verify.claims.transition.glass import LAWS, scaled, time, width_power

CASE, T = Vast("halves", "typical", 20, 2, 0.4), 0.2


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
    vasts = [Vast("equal", "origin", 20, copies, 1.0) for copies in (4, 16)]
    off = [
        float(collapsed(1.0, v.x, v.variances, v.log_n))
        - critical_form.numeric(1.0, critical_sharpness(v.x, v.variances, v.log_n))
        for v in vasts
    ]
    assert 0 < off[1] < 0.6 * off[0]  # (log N)^{-1/2}: half for four times log N


def test_the_half_time_is_where_half_is_left() -> None:
    t = half_time(CASE.x, CASE.variances, CASE.log_n)
    assert participation_ratio(t, CASE.x, CASE.variances, CASE.log_n) == pytest.approx(0.5, abs=1e-5)
    with pytest.raises(ValueError, match="log_n must be > log 2"):
        half_time(CASE.x, CASE.variances, 0.5)


def test_experiments_say_what_their_levels_say() -> None:
    settings = {"replicas": 300, "count": 100}
    one = Collapsed(cases=((CASE, T),), **settings)
    levels = drawn(CASE, 100, 300, one.rng(one.points()[0]))
    ratios = levels.participation_ratio(T)
    np.testing.assert_allclose(one.run(progress=False)["values"][0], 4 * ratios)  # log N = 16
    two = Drop(cases=((CASE, T),), **settings)
    levels, seen = drawn(CASE, 100, 300, two.rng(two.points()[0])), two.run(progress=False)
    early, late = (levels.participation_ratio(t) for t in ends(CASE, T))
    assert seen.observed.item() == pytest.approx(np.log(early.mean() / late.mean()))
    halves = [np.log(early[part].mean() / late[part].mean()) for part in (slice(None, 150), slice(150, None))]
    assert abs(halves[0] - halves[1]) < 5 * 2 * seen.stderr.item()


def test_entropy_is_that_of_the_weights() -> None:
    case = Entropy(cases=((CASE, 0.1),), replicas=50, count=400)
    weights = drawn(CASE, 400, 50, case.rng(case.points()[0])).weights(0.1)
    written_out = -np.sum(weights * np.log(weights), axis=1).mean()
    assert case.run(progress=False).observed.item() == pytest.approx(written_out, abs=2e-3)


def test_half_times_of_the_same_levels() -> None:
    observed = HalfTime(cases=(Growing("d^2", 20),), replicas=1000).run(progress=False)
    vast = Growing.of({"growth": "d^2", "d": 20}).vast
    assert vast.log_n == pytest.approx(np.log(400))
    error = observed.observed.item() - half_time(vast.x, vast.variances, vast.log_n)
    assert abs(error) < 5 * observed.stderr.item() < 0.1


def test_scaled_times_and_powers_of_the_width() -> None:
    law = LAWS[2]
    assert scaled(law, time(law) * (1 - 1 / np.sqrt(law.log_n))) == -1.0
    cases = tuple((Vast("halves", "typical", 20, copies, 0.4), T) for copies in (2, 8))
    observed = Drop(cases=cases, replicas=5).run(progress=False)
    wide, narrow = width_power(0.0)(observed), width_power(-1.0)(observed)
    assert narrow[1] / narrow[0] == pytest.approx(2)  # log N four times as large
    assert wide[1] / wide[0] == pytest.approx(0.5)
