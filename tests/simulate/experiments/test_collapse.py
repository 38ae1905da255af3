"""Neighbouring works: log odds against weights written out, closeness against distances, the time between clusters."""

import numpy as np
import pytest

from simulate.estimate import Estimate
from simulate.observables.related import Closeness, LogOdds, SpeciationTime
from simulate.samplers import LowestEnergies
from theory.case import Case, noised, origin, typical
from theory.laws.clusters import covariance_variances, two_clusters
from theory.laws.spectra import equal, gaussian
from verify.claims.related import collapse as neighbours
from verify.claims.related import speciation

LAW = gaussian((1, 8), (0.5, 8))
CASE = Case(LAW, noised, np.log(2000), 0.5)
OWN = Case(LAW, typical, np.log(2000), 0.5)
LOWEST = LowestEnergies(count=200)


def test_log_odds_of_a_training_point_at_its_distance() -> None:
    (levels,) = LOWEST.parts(CASE, 4, np.random.default_rng(0))
    own = 16 * CASE.t / 2  # squared distance d t
    odds = LogOdds(1.0)(CASE, levels)
    np.testing.assert_allclose(16 * odds, -own / CASE.t - levels.log_partition(CASE.t), rtol=1e-12)
    (levels,) = LOWEST.parts(OWN, 4, np.random.default_rng(0))
    np.testing.assert_allclose(LogOdds(0.0)(OWN, levels), -levels.log_partition(CASE.t) / 16, rtol=1e-12)


def test_closeness_is_the_mean_squared_distance_of_the_weights() -> None:
    case = OWN.at(0.02)
    (levels,) = LOWEST.parts(case, 4, np.random.default_rng(1))
    mean = (levels.weights(case.t) * levels.energies).sum(axis=1)  # at this t the rest weighs nothing
    np.testing.assert_allclose(Closeness()(case, levels), 2 * mean / (16 * case.t), rtol=1e-5)


def test_clusters_part_where_their_curvature_vanishes() -> None:
    """Exactly at m^2 - s for two Gaussian clusters."""
    case = Case(two_clusters(20.0, 0.3, 3), origin, np.log(2000), 20.3)
    observed = Estimate(cases=(case,), observable=SpeciationTime(), replicas=40).run(progress=False)
    assert observed.observed.item() == pytest.approx(19.7, abs=5 * observed.stderr.item() + 0.05)
    assert speciation.largest(case) == pytest.approx(20.3)
    assert speciation.parting(case) == pytest.approx(19.7)
    assert speciation.claimed_parting(case) == pytest.approx(19.3)


def test_variances_of_clusters_are_those_of_their_data() -> None:
    law = two_clusters(4.0, 0.5, 3)
    data = law.sample(200_000, np.random.default_rng(2))
    np.testing.assert_allclose(covariance_variances(law), [4.5, 0.5, 0.5])
    np.testing.assert_allclose(data.var(axis=0), covariance_variances(law), rtol=0.02)
    np.testing.assert_array_equal(covariance_variances(LAW), LAW.variances)


@pytest.mark.parametrize(("square", "variance"), [(0.0, 1.0), (1.0, -1.0)])
def test_bad_clusters_are_refused(square: float, variance: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        two_clusters(square, variance, 3)


def test_the_three_times_are_in_order_where_they_are_looked_for() -> None:
    latest = {}
    for claim in neighbours.CLAIMS:
        assert isinstance(claim.estimate, Estimate)
        latest[claim.name] = max(case.t for case in claim.estimate.cases if case.variances.min() < 1)
    assert latest["onset-time"] > latest["collapse-time"] > latest["best-generalization"]


@pytest.mark.parametrize("square", [10.0, 100.0, 1000.0])
def test_the_claimed_time_of_speciation_is_off_by_a_vanishing_share(square: float) -> None:
    cases = [speciation._clusters(square, variance, 2) for variance in (0.05, 0.5, 1.0)]
    shares = [abs(speciation.claimed_parting(case) / speciation.parting(case) - 1) for case in cases]
    assert max(shares) < 1.2 / square
    assert shares[1] == pytest.approx(0, abs=1e-12)  # clusters of half the variance of the noise


def test_finite_size_part_vanishes_with_d() -> None:
    cases = [Case(equal(d), noised, 0.4 * d, 0.9) for d in (50, 800)]
    shifts = [abs(neighbours.odds_finite_size(case, LogOdds(1.0)).shift) for case in cases]
    assert shifts[1] < shifts[0] / 10
