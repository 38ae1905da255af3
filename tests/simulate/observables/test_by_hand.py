"""Each observable is its formula: of two small data sets, written out."""

import numpy as np
import pytest

from simulate.estimate import summarized
from simulate.levels.lowest import Levels
from simulate.observables.condensation import (
    EnergyVariance,
    FreezingRatio,
    OwnTime,
    PerIntrinsic,
    PreservingRatio,
    SquaredGaussianTime,
    gaussian_time,
)
from simulate.observables.energies import EnergyGap, LowestEnergy
from simulate.observables.order_of_times import TIMES, OrderOfTimes
from simulate.observables.partition import (
    DropAcross,
    HalfTime,
    LogPartition,
    MeanExponent,
    ScaledRatio,
    SizeExponent,
    WeightEntropy,
    ends_around,
)
from simulate.observables.related import Closeness, LogOdds, SpeciationTime
from simulate.observables.weights import (
    EffectiveExponent,
    InverseTime,
    LargestWeight,
    OwnParticipation,
    OwnWeight,
    ParticipationRatio,
    SquaredParticipation,
    WeightMoments,
)
from simulate.samplers import DataSets, Probed, Weighted
from simulate.samplers.rare import OneTilted
from theory.case import Case, origin
from theory.laws import LinearGaussian
from theory.laws.clusters import two_clusters

T, N = 0.6, 3
LAW = LinearGaussian([2.0, 0.5])
CASE = Case(LAW, np.array([0.3, -0.4]), np.log(N), T)
ENERGIES = np.array([[0.2, 1.5, 0.9], [1.1, 0.4, 0.5]])
DRAWN = Weighted(ENERGIES - 0.1, 0.1)
FACTORS = np.exp(-ENERGIES / T)
Z = FACTORS.sum(axis=1)
W = FACTORS / Z[:, None]
P = (W**2).sum(axis=1)
VARIANCE = (LAW.variances**2 / 2 + LAW.variances * CASE.x**2).sum()  # of one energy
T_G = np.sqrt(VARIANCE / (2 * np.log(N)))

VALUES = {
    "sum w^2": (ParticipationRatio(), P, (1 / N, 1)),
    "its square": (SquaredParticipation(), P**2, (0, 1)),
    "inverse time": (InverseTime(), (1 - P) / T, (0, (1 - 1 / N) / T)),
    "exponent": (EffectiveExponent(), -np.log(P) / np.log(N), (0, 1)),
    "own weight": (OwnWeight(), 1 / (1 + Z), (0, 1)),
    "own sum w^2": (OwnParticipation(), (1 + (FACTORS**2).sum(axis=1)) / (1 + Z) ** 2, (0, 1)),
    "moments": (WeightMoments((2, 3)), np.stack([P, (W**3).sum(axis=1)]), (0, 1)),
    "largest": (LargestWeight(), W.max(axis=1), (0, 1)),
    "log Z": (LogPartition(), np.log(Z), (-np.inf, np.inf)),
    "entropy": (WeightEntropy(), -(W * np.log(W)).sum(axis=1), (-np.inf, np.inf)),
    "scaled": (ScaledRatio(), np.sqrt(np.log(N)) * P, (0, np.sqrt(np.log(N)))),
    "log odds": (LogOdds(1.3), -(1.3 * 2 * T / 2 / T + np.log(Z)) / 2, (-np.inf, np.inf)),
    "closeness": (Closeness(), (W * ENERGIES).sum(axis=1) * 2 / (2 * T), (-np.inf, np.inf)),
    "freezing": (FreezingRatio(), T_G * (1 - P) / T, (0, T_G * (1 - 1 / N) / T)),
    "inverse freezing": (PerIntrinsic(InverseTime()), (1 - P) / T, (0, (1 - 1 / N) / T)),
    "preserving": (PreservingRatio(), 1 - P, (0, 1)),
}


@pytest.mark.parametrize("name", VALUES)
def test_values_and_bounds(name: str) -> None:
    observable, expected, bounds = VALUES[name]
    np.testing.assert_allclose(observable(CASE, DRAWN), expected, rtol=1e-7)
    np.testing.assert_allclose(observable.bounds(CASE), bounds, rtol=1e-12)


def test_the_variance_of_an_energy_and_the_time_of_gaussian_energies() -> None:
    (drawn,) = DataSets().parts(CASE, 4, np.random.default_rng(0))
    e = (drawn.offsets**2).sum(axis=-1) / 2
    np.testing.assert_allclose(EnergyVariance()(CASE, drawn), (e[:, 0] - e[:, 1]) ** 2 / 2, rtol=1e-12)
    squared = SquaredGaussianTime()(CASE, drawn)
    np.testing.assert_allclose(squared, (e[:, 0] - e[:, 1]) ** 2 / (4 * np.log(N)), rtol=1e-12)
    assert gaussian_time(CASE) == pytest.approx(T_G, rel=1e-12)


def test_an_own_time_is_where_the_others_weigh_as_much_as_one_at_x() -> None:
    times = OwnTime()(CASE, DRAWN) * T_G
    np.testing.assert_allclose(np.exp(-ENERGIES / times[:, None]).sum(axis=1), 1, rtol=1e-9)


def test_energies_in_order() -> None:
    mean = (LAW.variances.sum() + CASE.x @ CASE.x) / 2
    np.testing.assert_allclose(LowestEnergy((1, 2))(CASE, DRAWN), np.sort(ENERGIES)[:, :2].T - mean, rtol=1e-12)
    ordered = Weighted(np.sort(ENERGIES))
    np.testing.assert_allclose(EnergyGap((1, 2))(CASE, ordered), np.diff(np.sort(ENERGIES)).T, rtol=1e-12)
    many = np.random.default_rng(0).permuted(np.tile(np.arange(2000.0), (5, 1)), axis=1)
    np.testing.assert_allclose(LowestEnergy((1, 900))(CASE, Weighted(many, 0.0))[1] + mean, 899.0, rtol=1e-12)
    assert LowestEnergy((1, 2)).labels(CASE) == {"k": (1, 2)}


def many(case: Case, replicas: int) -> Weighted:
    return Weighted(np.random.default_rng(1).gamma(2.0, 1.0, (replicas, case.n)))


def of_means(function, drawn: Weighted) -> np.ndarray:
    """Pseudo-values by leaving one data set out: n f - (n - 1) f without it."""
    n, whole = len(drawn.energies), function(drawn)
    rest = [function(Weighted(np.delete(drawn.energies, i, axis=0))) for i in range(n)]
    return n * whole - (n - 1) * np.array(rest)


def test_functions_of_means_have_their_value_as_mean_and_their_error_as_standard_error() -> None:
    """Against the jackknife, which knows no derivative."""
    case, drawn = Case(LAW, CASE.x, np.log(20), 0.5), many(CASE.with_points(20 / 3), 300)
    h = 0.5 / np.sqrt(np.log(20))
    np.testing.assert_allclose(ends_around(case), (0.5 * (1 - h), 0.5 * (1 + h)), rtol=1e-12)

    def drop(some: Weighted) -> float:
        early, late = (some.participation_ratio(0.5 * (1 + sign * h)).mean() for sign in (-1, 1))
        return float(np.log(early / late))

    found, jackknife = DropAcross()(case, drawn), of_means(drop, drawn)
    assert found.mean() == pytest.approx(drop(drawn), rel=1e-10)
    assert found.std(ddof=1) == pytest.approx(jackknife.std(ddof=1), rel=0.02)
    half = HalfTime()(case, drawn)
    assert drawn.participation_ratio(float(half.mean())).mean() == pytest.approx(0.5, abs=1e-5)
    slope = np.diff([drawn.participation_ratio(float(half.mean()) * f).mean() for f in (0.99, 1.01)])[0] / 0.02
    deviation = drawn.participation_ratio(float(half.mean())).std(ddof=1) * half.mean() / abs(slope)
    assert half.std(ddof=1) == pytest.approx(deviation, rel=0.1)


def test_the_power_of_the_size_and_the_exponent_of_a_mean() -> None:
    small, large = many(CASE, 50), many(CASE, 50)
    ratio = large.participation_ratio(T).mean() / small.participation_ratio(T).mean()
    assert SizeExponent(4)(CASE, (small, large)).mean() == pytest.approx(np.log(ratio) / np.log(4), abs=1e-12)
    few, more = Weighted(ENERGIES), Weighted(ENERGIES / 2)
    values = SizeExponent(4)(CASE, (few, more)) * np.log(4)
    p, q = few.participation_ratio(T), more.participation_ratio(T)
    np.testing.assert_allclose(np.diff(values), np.diff(q / q.mean() - p / p.mean()), rtol=1e-10)

    class Rest(Levels):
        def log_partition(self, t: float) -> np.ndarray:
            return np.log(np.array([2.0, 3.0]))

    drawn = OneTilted(Rest(LAW, CASE.x, 1.0, ENERGIES), np.array([0.2, 0.4]), np.array([0.0, 0.3]))
    own = np.exp(-np.array([0.2, 0.4]) / T)
    terms = np.exp([0.0, 0.3]) * (own / (own + np.array([2, 3]))) ** 2
    np.testing.assert_allclose(np.exp(drawn.log_participation(T)), terms, rtol=1e-12)
    found = MeanExponent()(CASE, drawn)
    assert found.mean() == pytest.approx(-np.log(terms.mean()) / np.log(N), rel=1e-12)
    assert np.diff(found)[0] == pytest.approx(-np.diff(terms)[0] / terms.mean() / np.log(N), rel=1e-12)


def test_times_of_a_data_set_are_the_roots_that_they_are_said_to_be() -> None:
    case = Case(two_clusters(4.0, 0.3, 6), origin, np.log(200), 4.0)
    ((seen, *_),) = Probed(probes=20).parts(case, 2, np.random.default_rng(2))
    times = {name: time(case, seen) for name, time in TIMES.items()}
    points, others = seen.data[seen.chosen], [np.delete(seen.data, mu, axis=0) for mu in seen.chosen]

    def log_odds(noise: float, t: float) -> float:
        """Mean of log w_mu/(1 - w_mu) seen from y_mu + noise sqrt(t) z."""
        found = []
        for y, z, rest in zip(points, noise * np.sqrt(t) * seen.noise, others, strict=True):
            found.append(-(z @ z) / (2 * t) - np.log(np.exp(-((y + z - rest) ** 2).sum(axis=1) / (2 * t)).sum()))
        return float(np.mean(found))

    assert log_odds(0, times["onset"]) == pytest.approx(0, abs=1e-6)
    assert log_odds(1, times["collapse"]) == pytest.approx(0, abs=1e-6)
    e = np.array([((x - seen.data) ** 2).sum(axis=1) / 2 for x in seen.held_out])
    w = np.exp(-(e - e.min(axis=1, keepdims=True)) / times["best"])
    w /= w.sum(axis=1, keepdims=True)
    assert 2 * (w * e).sum(axis=1).mean() == pytest.approx(6 * times["best"], rel=1e-6)
    w = np.exp(-(seen.data**2).sum(axis=1) / 2 / times["speciation"])
    assert (w @ seen.data[:, 0] ** 2) / w.sum() == pytest.approx(times["speciation"], rel=0.05)
    ordered = OrderOfTimes((("speciation", "onset"), ("onset", "speciation"), ("collapse", "best")))
    expected = [times[a] > times[b] for a, b in ordered.pairs]
    np.testing.assert_array_equal(ordered(case, [seen, seen]), np.array([expected, expected]).T)
    assert ordered.labels(case)["second"] == ("onset", "speciation", "best")


def test_the_time_of_speciation_solves_its_equation() -> None:
    case = Case(two_clusters(4.0, 0.3, 6), origin, np.log(200), 4.0)
    (drawn,) = DataSets().parts(case, 3, np.random.default_rng(3))
    for points, t in zip(drawn.offsets, SpeciationTime()(case, drawn), strict=True):
        w = np.exp(-(points**2).sum(axis=1) / 2 / t)
        assert (w @ points[:, 0] ** 2) / w.sum() == pytest.approx(t, rel=1e-9)


def test_the_standard_error_of_a_mean_is_that_of_independent_values() -> None:
    """Of 1 and 3: variance 2 with n - 1, and (2/2)^(1/2); of -1, 0, 1, 4: variance 14/3, and (14/12)^(1/2)."""
    assert float(summarized(ParticipationRatio(), CASE, np.array([1.0, 3.0])).stderr[0]) == pytest.approx(1.0)
    found = summarized(ParticipationRatio(), CASE, np.array([[-1.0, 0.0, 1.0, 4.0]]))
    assert float(found.stderr[0]) == pytest.approx(np.sqrt(14 / 12))
    assert float(found.observed[0]) == 1.0
    assert (float(found.lowest), float(found.highest)) == pytest.approx((1 / 3, 1))
