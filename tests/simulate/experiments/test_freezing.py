"""Freezing times: against data sets written out, against the same levels in every dimension, and their predictions."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

from simulate.experiments.condensation.freezing import (
    FreezingRatio,
    FreezingTime,
    OwnTime,
    cases_of,
    gaussian_time,
    own_time,
)
from simulate.experiments.setting import Vast
from simulate.experiments.weights.lowest import InverseTime
from theory.checks import NotComputable
from verify.claims.condensation import clock, own_weight
from verify.claims.condensation import ratio as condensation_ratio
from verify.mutation.mutants import broken

CASE, T = Vast("plane", "held-out", 4, 10, 0.18), 0.15  # N = 1339, 20 of 40 directions
TRAINING = Vast("plane", "training", 4, 10, 0.18)
RATE = 1e-5


def explicit(vast: Vast, replicas: int) -> np.ndarray:
    """Energies of data sets, (replicas, n)."""
    rng = np.random.default_rng(11)
    data = rng.standard_normal((replicas, vast.whole, vast.d)) * np.sqrt(vast.variances)
    return ((data - vast.x) ** 2).sum(axis=2) / 2


def test_copies_give_the_levels_that_all_directions_give() -> None:
    together, one_by_one = (
        kind(cases=((CASE, T),), replicas=300).run(progress=False) for kind in (FreezingTime, InverseTime)
    )
    np.testing.assert_allclose(together["values"], one_by_one["values"], rtol=1e-8)


def test_the_ratio_is_that_of_explicit_data_in_units_of_their_spread() -> None:
    observed = FreezingRatio(cases=((CASE, T),), replicas=1000).run(progress=False)
    levels = explicit(CASE, 150)
    factors = np.exp(-(levels - levels.min(axis=1, keepdims=True)) / T)
    seen = 1 - (factors**2).sum(axis=1) / factors.sum(axis=1) ** 2
    unit = levels.std() / np.sqrt(2 * CASE.log_n)
    assert unit == pytest.approx(gaussian_time(CASE), rel=0.01)
    assert stats.ks_2samp(observed["values"].values[0] * T / gaussian_time(CASE), seen).pvalue > RATE
    assert (observed["values"] <= observed.highest).all()
    assert observed.alpha.item() == pytest.approx(0.36)  # of 20 directions, not of 40
    assert cases_of(observed) == [CASE]


def test_the_own_weight_of_explicit_data_is_one_half_at_the_time_that_is_found() -> None:
    observed = OwnTime(cases=(TRAINING,), replicas=400).run(progress=False)
    levels = explicit(TRAINING, 100)
    times = own_time(levels)
    by_bisection = [brentq(lambda t, e=e: np.exp(-e / t).sum() - 1, 1e-3, 1e3) for e in levels[:3]]
    np.testing.assert_allclose(times[:3], by_bisection, rtol=1e-9)
    assert stats.ks_2samp(observed["values"].values[0] * gaussian_time(TRAINING), times).pvalue > RATE


def test_too_few_levels_are_refused() -> None:
    with pytest.raises(NotComputable, match="count must be larger"):
        FreezingTime(cases=((CASE, 1.0),), count=3, replicas=20).run(progress=False)


def test_the_paper_becomes_right_with_alpha_and_is_nowhere_too_early() -> None:
    for spectrum, query in (("equal", "origin"), ("halves", "typical"), ("graded", "held-out"), ("plane", "far")):
        ratios = [condensation_ratio.factor(Vast(spectrum, query, 20, 1, alpha)) for alpha in (1e-6, 0.01, 1.0)]
        assert 1 < ratios[0] < 1.01 < ratios[1] < ratios[2]


def test_for_equal_variances_the_ratio_is_the_root_of_a_textbook_entropy() -> None:
    """alpha = (1/2)(log(1 + u) - u/(1 + u)) at the origin, and the paper's t_c is (4 alpha)^(-1/2)."""
    u = brentq(lambda u: np.log1p(u) - u / (1 + u) - 2.0, 1e-3, 1e3)
    assert condensation_ratio.factor(condensation_ratio.setting("equal", "origin", 20, 1.0)) == pytest.approx(u / 2)


def test_the_own_weight_is_lost_at_the_root_for_equal_variances() -> None:
    """At a data point with x_i^2 = 1: 2 alpha = log(1 + u) + u/(1 + u)."""
    vast = Vast("equal", "typical", 10, 90, 0.01)
    u = brentq(lambda u: np.log1p(u) + u / (1 + u) - 2 * np.log(vast.whole) / vast.d, 1e-4, 1e2)
    assert own_weight.lost(vast) * condensation_ratio.claimed(vast) == pytest.approx(1 / u)
    assert own_weight.lost(vast) == pytest.approx(own_weight.at_typical_point(vast))


def test_the_clock_of_condensation_is_the_time_by_other_numbers() -> None:
    vast = Vast("equal", "origin", 20, 200, 0.01)
    tau_c = brentq(lambda tau: clock.kept(vast, tau) - (1 - 1e-12), 0.1, 2.0)
    assert np.expm1(2 * tau_c) == pytest.approx(4.351, rel=1e-3)  # t_c, from the table of the paper's ratio: 5/1.149
    assert clock.kept(vast, tau_c / 2) < 1 / 2
    assert clock.kept(vast, 2 * tau_c) == 1


def test_a_wrong_formula_moves_every_prediction() -> None:
    vast = Vast("equal", "held-out", 20, 5, 0.1)
    before = condensation_ratio.factor(vast), own_weight.lost(vast), clock.kept(vast, 0.2)
    with broken("t_c"):
        after = condensation_ratio.factor(vast), own_weight.lost(vast), clock.kept(vast, 0.2)
    assert all(abs(new / old - 1) > 0.05 for new, old in zip(after, before, strict=True))
