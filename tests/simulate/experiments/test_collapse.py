"""Neighbouring works: log odds against weights written out, closeness against distances, the time between clusters."""

import numpy as np
import pytest

from simulate.experiments.related.collapse import Closeness, Clusters, LogOdds, SpeciationTime
from simulate.experiments.transition.scaling import Deep
from verify.claims.related import collapse as neighbours

CASE = Deep("gaussian 1*8 0.5*8", "noised", float(np.log(2000)), 0.5)


def test_log_odds_of_a_point_planted_at_its_distance() -> None:
    levels = CASE.levels(200, 4, np.random.default_rng(0))
    own = 16 * CASE.t / 2  # squared distance d t
    odds = LogOdds(cases=(CASE,)).values(CASE, levels)
    np.testing.assert_allclose(16 * odds, -own / CASE.t - levels.log_partition(CASE.t), rtol=1e-12)
    at_home = Deep(CASE.law, "typical", CASE.log_n, CASE.t)
    levels = at_home.levels(200, 4, np.random.default_rng(0))
    np.testing.assert_allclose(LogOdds().values(at_home, levels), -levels.log_partition(CASE.t) / 16, rtol=1e-12)


def test_closeness_is_the_mean_squared_distance_of_the_weights() -> None:
    case = Deep(CASE.law, "typical", CASE.log_n, 0.02)
    levels = case.levels(200, 4, np.random.default_rng(1))
    mean = (levels.weights(case.t) * levels.energies).sum(axis=1)  # at this t the rest weighs nothing
    np.testing.assert_allclose(Closeness().values(case, levels), 2 * mean / (16 * case.t), rtol=1e-5)


def test_clusters_part_where_their_curvature_vanishes() -> None:
    """Exactly at m^2 - s for two Gaussian clusters."""
    observed = SpeciationTime(cases=(Clusters(20.0, 0.3, 3, 2000),), replicas=40).run(progress=False)
    assert observed.observed.item() == pytest.approx(19.7, abs=5 * observed.stderr.item() + 0.05)
    assert observed.largest.item() == pytest.approx(20.3)


def test_the_three_times_are_in_order_where_they_are_looked_for() -> None:
    odds = {claim.name: claim.estimate.points() for claim in neighbours.CLAIMS[:3]}
    latest = {
        name: max(float(point["t"]) for point in points if "0.09" in str(point["law"])) for name, points in odds.items()
    }
    assert latest["onset-time"] > latest["collapse-time"] > latest["best-generalization"]


def test_finite_size_part_vanishes_with_d() -> None:
    near, far = (
        LogOdds(cases=(Deep(f"gaussian 1*{d}", "noised", 0.4 * d, 0.9),), replicas=2, count=50).run(progress=False)
        for d in (50, 800)
    )
    shifts = [abs(neighbours.odds_finite_size(observed).shift[0]) for observed in (near, far)]
    assert shifts[1] < shifts[0] / 10
