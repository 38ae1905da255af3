"""What a sampler draws answers as sums over points written out do; every data set is a draw of its own."""

import numpy as np
import pytest
from scipy.optimize import brentq

from simulate.samplers import (
    Batches,
    DataSets,
    Energies,
    FirstPoints,
    LowestEnergies,
    NearestOnSpheres,
    Picks,
    Sampler,
    Scores,
)
from simulate.samplers.composed import Probed, TwoSizes, mutual_energies
from simulate.samplers.drawn import Points, Weighted, chunks
from theory.case import Case, origin
from theory.checks import NotComputable
from theory.laws import LinearGaussian
from theory.laws.spectra import equal

OFFSETS = np.array([[[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], [[0.5, 0.5], [3.0, 0.0], [0.0, 1.0]]])
T = 0.7
LAW = LinearGaussian([2.0, 0.5, 0.0], mean=[1.0, -1.0, 3.0])
CASE = Case(LAW, np.array([0.5, 0.0, 1.0]), np.log(6), T)


def by_hand(offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of one data set (n, d): weights, mean and covariance."""
    factors = np.array([np.exp(-(y @ y) / (2 * T)) for y in offsets])
    w = factors / sum(factors)
    mean = sum(one * y for one, y in zip(w, offsets, strict=True))
    covariance = sum(one * np.outer(y - mean, y - mean) for one, y in zip(w, offsets, strict=True))
    return w, mean, covariance


def test_points_answer_as_sums_written_out() -> None:
    points = Points(OFFSETS)
    for row, offsets in enumerate(OFFSETS):
        w, mean, covariance = by_hand(offsets)
        np.testing.assert_allclose(points.weights(T)[row], w, rtol=1e-13)
        np.testing.assert_allclose(points.mean(T)[row], mean, rtol=1e-13)
        np.testing.assert_allclose(points.covariance(T)[row], covariance, atol=1e-14)
        np.testing.assert_allclose(points.variances(T)[row], np.diag(covariance), rtol=1e-13)
        assert points.participation_ratio(T)[row] == pytest.approx((w**2).sum(), rel=1e-13)
        total = sum(np.exp(-(y @ y) / (2 * T)) for y in offsets)
        assert points.log_partition(T)[row] == pytest.approx(np.log(total), rel=1e-13)
    np.testing.assert_allclose(points.seen_from(np.array([1.0, -1.0])).offsets, OFFSETS - [1.0, -1.0])


def test_what_energies_have_in_common_moves_log_z_alone() -> None:
    apart, common = Weighted(np.array([[0.3, 1.0, 2.0]])), Weighted(np.array([[0.3, 1.0, 2.0]]) - 0.8, 0.8)
    np.testing.assert_allclose(common.weights(T), apart.weights(T), rtol=1e-13)
    np.testing.assert_allclose(common.log_partition(T), apart.log_partition(T), rtol=1e-13)


@pytest.mark.parametrize(("replicas", "entries"), [(10, 1_000_000), (7, 500_000), (3, 10**9), (5, 1)])
def test_chunks_are_as_large_as_a_table_may_be(replicas: int, entries: int) -> None:
    sizes = list(chunks(replicas, entries))
    assert sum(sizes) == replicas
    assert all(size == 1 or size * entries <= 2_000_000 for size in sizes)
    assert len(sizes) <= max(1, -(-replicas // max(1, 2_000_000 // entries)))


def drawn_parts(sampler: Sampler, case: Case, replicas: int) -> list:
    return list(sampler.parts(case, replicas, np.random.default_rng(3)))


@pytest.fixture
def small_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part is one data set or a few: the next one must be another."""
    monkeypatch.setattr("simulate.samplers.drawn.ENTRIES", 40)


@pytest.mark.usefixtures("small_tables")
def test_points_of_all_parts_have_the_mean_and_variance_of_the_law() -> None:
    for sampler in (DataSets(), FirstPoints(count=6)):
        parts = drawn_parts(sampler, CASE, 2000)
        assert {part.offsets.shape for part in parts} == {(2, 6, 3)}  # 36 of the 40 entries that a table may have
        offsets = np.concatenate([part.offsets for part in parts])
        assert offsets.shape == (2000, 6, 3)
        points = offsets.reshape(-1, 3)
        error = np.sqrt(LAW.variances / len(points))
        assert (np.abs(points.mean(axis=0) - (LAW.mean - CASE.x)) <= 5 * error + 1e-12).all()
        np.testing.assert_allclose(points.var(axis=0), LAW.variances, rtol=5 * np.sqrt(2 / len(points)))
        assert len(np.unique(points[:, 0])) == len(points)


def test_a_training_point_is_one_of_every_data_set() -> None:
    own = np.array([9.0, 9.0, 9.0])
    (part,) = drawn_parts(DataSets(), Case(LAW, CASE.x, np.log(6), T, training_point=own), 5)
    at_own = np.isclose(part.offsets, own - CASE.x).all(axis=2)
    np.testing.assert_array_equal(at_own.sum(axis=1), 1)
    for sampler in (FirstPoints(), Energies()):
        with pytest.raises(NotComputable, match="no training point"):
            drawn_parts(sampler, Case(LAW, LAW.mean, np.log(6), T, training=True), 2)


@pytest.mark.usefixtures("small_tables")
def test_energies_have_the_mean_variance_and_skewness_of_those_of_points() -> None:
    """E = |x - y|^2/2 of a Gaussian: cumulants sum v/2 + a^2/2, sum v^2/2 + v a^2, sum v^3 + 3 v^2 a^2."""
    parts = drawn_parts(Energies(), CASE, 3000)
    assert {part.energies.shape for part in parts} == {(6, 6)}
    energies = np.concatenate([part.energies for part in parts]).ravel() + parts[0].common
    v, a2 = LAW.variances, (CASE.x - LAW.mean) ** 2
    mean, variance = (v + a2).sum() / 2, (v**2 / 2 + v * a2).sum()
    third = (v**3 + 3 * v**2 * a2).sum()
    assert energies.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / energies.size))
    assert energies.var() == pytest.approx(variance, rel=0.1)
    assert ((energies - mean) ** 3).mean() == pytest.approx(third, rel=0.35)
    assert energies.min() >= a2[2] / 2
    assert len(np.unique(energies)) == energies.size


def test_the_lowest_energies_are_as_many_as_asked_for_or_half_of_n() -> None:
    case = Case(equal(16), origin, np.log(1000), 0.05)
    assert next(LowestEnergies(count=20).parts(case, 3, np.random.default_rng(0))).energies.shape == (3, 20)
    for n in (60, 61):  # exp(log 60) is below 60
        few = Case(equal(16), origin, np.log(n), 1e-3)
        assert next(LowestEnergies(count=100).parts(few, 3, np.random.default_rng(0))).energies.shape == (3, 30)
    with pytest.raises(NotComputable, match="count must be larger"):
        next(LowestEnergies(count=3).parts(case.at(5.0), 3, np.random.default_rng(0)))


@pytest.mark.parametrize(("bound", "refused"), [(0.018, False), (0.022, True)])
def test_levels_that_are_not_drawn_may_move_z_by_two_per_cent(bound: float, refused: bool) -> None:
    """At the time at which the largest of `error` over the same data sets is `bound`."""
    case, sampler = Case(equal(16), origin, np.log(1000), 0.05), LowestEnergies(count=20)
    levels = next(sampler.parts(case, 3, np.random.default_rng(0)))
    t = brentq(lambda t: levels.error(t).max() - bound, 0.02, 1.0)
    again = sampler.parts(case.at(t), 3, np.random.default_rng(0))
    if refused:
        with pytest.raises(NotComputable, match=r"the other levels move Z by 0\.022 of it"):
            next(again)
    else:
        np.testing.assert_array_equal(next(again).energies, levels.energies)


def test_a_pick_is_a_point_with_the_probability_of_its_weight() -> None:
    """The mean of the picked weight is that of sum w^2, over the same data sets."""
    case = Case(equal(2), origin, np.log(4), 0.5)
    (picked,) = drawn_parts(Picks(of=DataSets()), case, 20_000)
    found, expected = picked.picked_weight(0.5), picked.drawn.participation_ratio(0.5)
    assert found.mean() == pytest.approx(expected.mean(), abs=5 * np.std(found - expected) / np.sqrt(20_000))
    weights = picked.drawn.weights(0.5)
    by_hand = [w[np.searchsorted(np.cumsum(w), u)] for w, u in zip(weights[:50], picked.uniform[:50], strict=True)]
    np.testing.assert_allclose(found[:50], by_hand, rtol=1e-13)


def test_a_coordinate_of_the_nearest_points_is_one_of_d_alike() -> None:
    """Its share of the square is Beta(1/2, (d - 1)/2): mean 1/d, variance 2(d - 1)/(d^2 (d + 2))."""
    case = Case(equal(12), origin, np.log(1000), 0.02)
    (found,) = drawn_parts(NearestOnSpheres(count=25), case, 1500)
    share = found.coordinate**2 / (2 * found.levels.energies)
    size = share.size
    assert share.mean() == pytest.approx(1 / 12, abs=5 * np.sqrt(22 / 2016 / size))
    assert share.var() == pytest.approx(22 / 2016, rel=0.1)
    assert np.sign(found.coordinate).mean() == pytest.approx(0, abs=5 / np.sqrt(size))
    for wrong in (Case(LAW, LAW.mean, np.log(100), T), Case(equal(5), np.ones(5), np.log(1000), T)):
        with pytest.raises(NotComputable, match="equal variances"):
            drawn_parts(NearestOnSpheres(), wrong, 2)


def test_the_variance_of_a_coordinate_is_that_of_points_drawn_and_of_the_rest() -> None:
    case = Case(equal(12), origin, np.log(1000), 0.3)
    (found,) = drawn_parts(NearestOnSpheres(count=25), case, 4)
    w, y = found.levels.weights(0.3), found.coordinate
    rest = 1 - w.sum(axis=1)
    assert (rest > 0.01).all()
    square = 2 * found.levels.energies[:, -1] / 12
    for row, variance in enumerate(found.coordinate_variance(0.3)):
        mean = w[row] @ y[row]
        of_rest = rest[row] * (square[row] + mean**2)
        assert variance == pytest.approx((w[row] * (y[row] - mean) ** 2).sum() + of_rest, rel=1e-6)


def test_a_replica_of_batches_is_a_batch_of_data_sets() -> None:
    parts = drawn_parts(Batches(size=4), CASE, 3)
    assert [part.offsets.shape for part in parts] == [(4, 6, 3)] * 3
    assert (parts[0].offsets[..., :2] != parts[1].offsets[..., :2]).all()


@pytest.mark.usefixtures("small_tables")
def test_scores_are_mean_offsets_over_t() -> None:
    (found,) = drawn_parts(Scores(), CASE, 9)
    expected = np.concatenate([part.mean(T) / T for part in drawn_parts(DataSets(), CASE, 9)])
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    assert len(np.unique(found[:, 0])) == 9


def test_energies_of_probes_are_those_written_out() -> None:
    (part,) = drawn_parts(Probed(probes=3), CASE, 4)
    assert len(part) == 4
    for one in part:
        energies, products = one.of_others()
        for row, (mu, z) in enumerate(zip(one.chosen, one.noise, strict=True)):
            difference = one.data - one.data[mu]
            expected = (difference**2).sum(axis=1) / 2
            expected[mu] = np.inf
            np.testing.assert_allclose(energies[row], expected, atol=1e-12)
            np.testing.assert_allclose(products[row], -difference @ z, atol=1e-12)
        held_out = [[((x - y) ** 2).sum() / 2 for y in one.data] for x in one.held_out]
        np.testing.assert_allclose(one.of_held_out(), held_out, atol=1e-12)
        assert len(set(one.chosen)) == 3
    noises = np.concatenate([one.noise.ravel() for one in part])
    assert len(np.unique(noises)) == noises.size
    assert len(np.unique(np.concatenate([one.held_out[:, 0] for one in part]))) == 12


def test_probes_have_unit_noise_and_the_law_of_the_data() -> None:
    (part,) = drawn_parts(Probed(probes=6), CASE, 2000)
    noise, held_out = (np.concatenate([getattr(one, name) for one in part]) for name in ("noise", "held_out"))
    assert noise.var() == pytest.approx(1, rel=5 * np.sqrt(2 / noise.size))
    assert noise.mean() == pytest.approx(0, abs=5 / np.sqrt(noise.size))
    np.testing.assert_allclose(held_out.mean(axis=0), LAW.mean - CASE.x, atol=5 * np.sqrt(2 / len(held_out)))
    np.testing.assert_allclose(held_out.var(axis=0), LAW.variances, rtol=0.07)
    points = np.random.default_rng(0).standard_normal((2, 4))
    np.testing.assert_allclose(mutual_energies(points, np.zeros((3, 4))), np.tile((points**2).sum(1) / 2, (3, 1)).T)


def test_two_sizes_are_a_case_and_its_copies() -> None:
    case = Case(equal(2), origin, np.log(3), T)
    ((small, large),) = drawn_parts(TwoSizes(of=DataSets(), copies=3), case, 5)
    assert small.offsets.shape == (5, 3, 2)
    assert large.offsets.shape == (5, 27, 6)
