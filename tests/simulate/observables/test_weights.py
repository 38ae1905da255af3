"""Observables of weights and of ordered energies: against data sets written out, and against each other."""

import numpy as np
import pytest
from scipy import stats

from simulate.estimate import Estimate
from simulate.observables import (
    EffectiveExponent,
    EnergyGap,
    InverseTime,
    LargestWeight,
    Logarithm,
    LowestEnergy,
    Observable,
    OwnParticipation,
    ParticipationRatio,
    PickedWeight,
    RelativeVariance,
    SquaredParticipation,
    UpTo,
    WeightMoments,
)
from simulate.samplers import DataSets, Energies, LowestEnergies, NearestOnSpheres, Picks, Sampler
from theory.case import Case, far, grid, held_out, origin, typical
from theory.checks import NotComputable
from theory.exact.order_statistics import gap_probability
from theory.laws.spectra import equal, halves, plane

CASE = Case(halves(4), held_out, log_n=2.4, t=0.1).enlarged(3)  # N = 1339
ISOTROPIC = Case(equal(20), origin, log_n=6.0, t=0.25)  # N = 403
FAR = Case(equal(12), far, log_n=float(np.log(121)), t=2.0)
RATE = 1e-5
BAND = stats.kstwo.isf(RATE, 2000)


def estimate(case: Case, observable: Observable, sampler: Sampler, replicas: int = 2000) -> Estimate:
    return Estimate(cases=(case,), observable=observable, sampler=sampler, replicas=replicas)


def weights(case: Case, replicas: int, seed: int) -> np.ndarray:
    data = np.random.default_rng(seed).standard_normal((replicas, case.n, case.d)) * np.sqrt(case.variances)
    exponents = -((data - case.x) ** 2).sum(axis=2) / (2 * case.t)
    unnormalized = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    return unnormalized / unnormalized.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def explicit() -> np.ndarray:
    return weights(CASE, 400, seed=5)


@pytest.fixture(scope="module")
def isotropic() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((1500, ISOTROPIC.n, ISOTROPIC.d))


@pytest.mark.parametrize(
    ("observable", "sampler", "of"),
    [
        (InverseTime(), LowestEnergies(), lambda ratio: (1 - ratio) / CASE.t),
        (InverseTime(), Energies(), lambda ratio: (1 - ratio) / CASE.t),
        (EffectiveExponent(), LowestEnergies(), lambda ratio: -np.log(ratio) / CASE.log_n),
        (ParticipationRatio(), Energies(), lambda ratio: ratio),
        (SquaredParticipation(), LowestEnergies(), lambda ratio: ratio**2),
    ],
)
def test_values_are_distributed_as_in_explicit_data(observable, sampler, of, explicit: np.ndarray) -> None:
    observed = estimate(CASE, observable, sampler).run(progress=False)
    assert stats.ks_2samp(observed["values"].values[0], of((explicit**2).sum(axis=1))).pvalue > RATE
    assert (observed.lowest <= observed["values"]).all()
    assert (observed["values"] <= observed.highest).all()


def test_participation_of_one_point_is_one_and_of_two_is_between() -> None:
    cases = grid(equal(3), origin, (0.5, 1e6), n=(1, 2))
    observed = Estimate(cases=cases, observable=ParticipationRatio(), replicas=20).run(progress=False)
    ratio = observed["values"].values.reshape(2, 2, 20)
    assert (ratio[0] == 1).all()
    assert ((ratio[1] >= 0.5) & (ratio[1] <= 1)).all()
    np.testing.assert_allclose(ratio[1, 1], 0.5, rtol=1e-9)  # at large t all points weigh the same
    assert dict(observed.sizes) == {"point": 4, "replica": 20}
    np.testing.assert_allclose(observed.t, [0.5, 1e6, 0.5, 1e6])
    np.testing.assert_allclose(observed.lowest, 1 / observed.n)


def test_participation_agrees_with_weights_written_out() -> None:
    for case in grid(halves(6), typical, (0.1, 1.0), n=50):
        experiment = estimate(case, ParticipationRatio(), DataSets(), replicas=3)
        observed = experiment.run(progress=False)["values"].values[0]
        rng = experiment.rng(experiment.points()[0])
        for seen in observed:
            data = rng.standard_normal((50, 6)) * np.sqrt(case.variances)
            energies = ((data - case.x) ** 2).sum(axis=1) / 2
            w = np.exp(-(energies - energies.min()) / case.t)
            assert seen == pytest.approx((w**2).sum() / w.sum() ** 2, rel=1e-8)


def test_moments_and_picked_weights_are_those_of_explicit_data(explicit: np.ndarray) -> None:
    moments = estimate(CASE, WeightMoments(), LowestEnergies()).run(progress=False)
    assert moments.k.values.tolist() == [2, 3, 4]
    for k in (2, 3, 4):
        seen = (explicit**k).sum(axis=1)
        error = np.hypot(float(moments.stderr[k - 2]), seen.std() / 20)
        assert abs(float(moments.observed[k - 2]) - seen.mean()) < 5 * error
    thresholds = tuple(np.arange(1, 20) / 20)
    picked = estimate(CASE, UpTo(PickedWeight(), thresholds, "weight"), Picks()).run(progress=False)
    # a picked weight exceeds c with the probability that those above c have together
    expected = [np.where(explicit <= c, explicit, 0).sum(axis=1).mean() for c in picked.weight.values]
    np.testing.assert_allclose(picked.observed, expected, atol=0.12)
    assert (np.diff(picked.observed) >= 0).all()


def test_a_data_point_adds_its_own_energy() -> None:
    case = CASE.at(0.2)
    observed = estimate(case, OwnParticipation(), LowestEnergies()).run(progress=False)
    data = np.random.default_rng(7).standard_normal((400, case.n, case.d)) * np.sqrt(case.variances)
    factors = np.exp(-((data - case.x) ** 2).sum(axis=2) / 0.4)
    seen = (1 + (factors**2).sum(axis=1)) / (1 + factors.sum(axis=1)) ** 2
    error = np.hypot(float(observed.stderr[0]), seen.std() / 20)
    assert abs(float(observed.observed[0]) - seen.mean()) < 5 * error


@pytest.mark.parametrize("place", [typical, np.linspace(0.2, 1.6, 8)], ids=["typical", "off the plane"])
def test_energies_drawn_by_chi_squares_are_those_of_data(place) -> None:
    case, rng = Case(plane(8), place, log_n=0.0, t=1.0), np.random.default_rng(6)
    data = rng.standard_normal((5000, case.d)) * np.sqrt(case.variances)
    (drawn,) = Energies().parts(case, 5000, rng)
    seen = ((data - case.x) ** 2).sum(axis=1) / 2
    assert stats.ks_2samp(drawn.energies[:, 0] + drawn.common, seen).pvalue > RATE


def test_too_few_energies_are_refused() -> None:
    with pytest.raises(NotComputable, match="count must be larger"):
        estimate(CASE.at(5.0), InverseTime(), LowestEnergies(count=3)).run(progress=False)


def test_lowest_energies_and_gaps_are_drawn_as_in_data() -> None:
    squares = float((FAR.x**2).sum())
    lowest = UpTo(LowestEnergy((1, 2)), (-34.0, -30.0), "energy")
    observed = estimate(FAR, lowest, Energies()).run(progress=False)
    below = stats.ncx2.cdf(2 * observed.energy.values + FAR.d + squares, FAR.d, squares)
    assert np.abs(observed.observed - stats.binom.sf(observed.k.values - 1, FAR.n, below)).max() < BAND
    small = FAR.at(1e-4)
    gaps = UpTo(EnergyGap((1, 2)), {small: ((0.8, 2.0), (0.4, 1.0))}, "gap")
    observed = estimate(small, gaps, LowestEnergies(count=3)).run(progress=False)
    np.testing.assert_allclose(observed.gap, [0.8, 2.0, 0.4, 1.0])
    expected = [
        1 - gap_probability(gap, FAR.x, FAR.law, FAR.log_n, k)
        for gap, k in zip(observed.gap.values, observed.k.values.tolist(), strict=True)
    ]
    assert np.abs(observed.observed - expected).max() < BAND


def test_the_largest_weight_of_data_written_out() -> None:
    observable = UpTo(LargestWeight(), (0.4, 0.7), "weight")
    seen = estimate(FAR, observable, LowestEnergies()).run(progress=False)
    written_out = weights(FAR, 2000, seed=4).max(axis=1)
    fractions = (written_out[:, None] <= seen.weight.values).mean(axis=0)
    assert np.abs(seen.observed.values - fractions).max() < 1.5 * BAND


def test_relative_variances_are_those_of_data_written_out(isotropic: np.ndarray) -> None:
    w = np.exp(-(isotropic**2).sum(axis=2) / (2 * ISOTROPIC.t))
    w /= w.sum(axis=1, keepdims=True)
    y = isotropic[:, :, 0]
    explicit = ((w * y**2).sum(axis=1) - (w * y).sum(axis=1) ** 2) / ISOTROPIC.t
    sampler = NearestOnSpheres(count=100)
    drawn = estimate(ISOTROPIC, Logarithm(RelativeVariance()), sampler, replicas=1500).run(progress=False)
    assert stats.ks_2samp(np.exp(drawn["values"].values[0]), explicit).pvalue > RATE
    law = estimate(ISOTROPIC, UpTo(RelativeVariance(), (0.1, 1.0), "x"), sampler, replicas=1500).run(progress=False)
    np.testing.assert_allclose(law.observed, [(explicit <= x).mean() for x in (0.1, 1.0)], atol=0.08)


def test_only_isotropic_data_seen_from_their_mean_lie_on_spheres() -> None:
    for case in (Case(halves(10), origin, 6.0, 0.25), Case(equal(10), typical, 6.0, 0.25)):
        with pytest.raises(NotComputable, match="law must have equal variances"):
            estimate(case, RelativeVariance(), NearestOnSpheres()).run(progress=False)


def test_thresholds_make_a_component_each() -> None:
    observable = UpTo(WeightMoments((2, 3)), (0.1, 0.9), "threshold")
    assert observable.labels(CASE) == {"k": [2, 2, 3, 3], "threshold": [0.1, 0.9, 0.1, 0.9]}
    observed = estimate(CASE, observable, LowestEnergies(), replicas=50).run(progress=False)
    assert set(np.unique(observed["values"])) <= {0.0, 1.0}
    assert observed.observed.values[0] <= observed.observed.values[1]
