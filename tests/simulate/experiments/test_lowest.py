"""Experiments on the lowest levels: against data sets written out, and against each other."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from simulate.experiments.setting import Vast
from simulate.experiments.weights.lowest import (
    AllLevels,
    AtDataPoint,
    AverageRatio,
    InverseTime,
    LowestLevels,
    PickedWeight,
    TypicalNumber,
    WeightMoments,
    energies,
)
from theory.checks import NotComputable

CASE, T = Vast("halves", "held-out", 4, 3, 0.6), 0.1  # N = 1339
ENERGIES = Vast("plane", "typical", 4, 2, 0.3)
RATE = 1e-5


def weights(rng: np.random.Generator, replicas: int) -> np.ndarray:
    data = rng.standard_normal((replicas, CASE.whole, CASE.d)) * np.sqrt(CASE.variances)
    exponents = -((data - CASE.x) ** 2).sum(axis=2) / (2 * T)
    unnormalized = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    return unnormalized / unnormalized.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def explicit() -> np.ndarray:
    return weights(np.random.default_rng(5), 400)


@pytest.mark.parametrize("labels", [{}, {"t": 3.0}])
def test_a_vast_setting_is_rebuilt_from_its_labels(labels: dict[str, float]) -> None:
    assert Vast.of({**CASE.point, **labels}) == CASE
    assert CASE.variances.shape == CASE.x.shape == (CASE.d,) == (12,)
    assert CASE.log_n == pytest.approx(7.2)


@pytest.mark.parametrize(("copies", "alpha"), [(0, 0.1), (2, 0.0)])
def test_bad_vast_settings_are_refused(copies: int, alpha: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        Vast("equal", "origin", 3, copies, alpha)


@pytest.mark.parametrize(
    ("kind", "of"),
    [
        (InverseTime, lambda w: (1 - (w**2).sum(axis=1)) / T),
        (AllLevels, lambda w: (1 - (w**2).sum(axis=1)) / T),
        (TypicalNumber, lambda w: -np.log((w**2).sum(axis=1)) / CASE.log_n),
    ],
)
def test_values_are_distributed_as_in_explicit_data(
    kind: type[LowestLevels], of: Callable[[np.ndarray], np.ndarray], explicit: np.ndarray
) -> None:
    observed = kind(cases=((CASE, T),), replicas=2000).run(progress=False)
    assert stats.ks_2samp(observed["values"].values[0], of(explicit)).pvalue > RATE
    assert (observed.lowest <= observed["values"]).all()
    assert (observed["values"] <= observed.highest).all()


def test_the_ratio_with_every_level_is_that_of_explicit_data(explicit: np.ndarray) -> None:
    observed = AverageRatio(cases=((CASE, T),), replicas=4000).run(progress=False)
    assert stats.ks_2samp(observed["values"].values[0], (explicit**2).sum(axis=1)).pvalue > RATE
    assert observed.lowest.item() == pytest.approx(1 / CASE.whole)
    assert (observed.lowest <= observed["values"]).all()


def test_moments_and_picked_weights_are_those_of_explicit_data(explicit: np.ndarray) -> None:
    moments = WeightMoments(cases=((CASE, T),), replicas=2000).run(progress=False)
    for k in (2, 3, 4):
        seen = (explicit**k).sum(axis=1)
        error = np.hypot(float(moments.stderr[k - 2]), seen.std() / 20)
        assert abs(float(moments.observed[k - 2]) - seen.mean()) < 5 * error
    picked = PickedWeight(cases=((CASE, T),), replicas=2000).run(progress=False)
    # a picked weight exceeds c with the probability that those above c have together
    expected = [np.where(explicit <= c, explicit, 0).sum(axis=1).mean() for c in picked.weight.values]
    np.testing.assert_allclose(picked.observed, expected, atol=0.12)
    assert (np.diff(picked.observed) >= 0).all()


def test_a_data_point_adds_its_own_level() -> None:
    observed = AtDataPoint(cases=((CASE, 0.2),), replicas=2000).run(progress=False)
    rng = np.random.default_rng(7)
    data = rng.standard_normal((400, CASE.whole, CASE.d)) * np.sqrt(CASE.variances)
    factors = np.exp(-((data - CASE.x) ** 2).sum(axis=2) / 0.4)
    seen = (1 + (factors**2).sum(axis=1)) / (1 + factors.sum(axis=1)) ** 2
    error = np.hypot(float(observed.stderr[0]), seen.std() / 20)
    assert abs(float(observed.observed[0]) - seen.mean()) < 5 * error


def test_levels_drawn_by_chi_squares_are_those_of_data() -> None:
    rng = np.random.default_rng(6)
    data = rng.standard_normal((5000, ENERGIES.d)) * np.sqrt(ENERGIES.variances)
    seen = ((data - ENERGIES.x) ** 2).sum(axis=1) / 2 - ENERGIES.variances.sum() / 2
    assert stats.ks_2samp(energies(ENERGIES, (5000,), rng), seen).pvalue > RATE


def test_too_few_levels_are_refused() -> None:
    with pytest.raises(NotComputable, match="count must be larger"):
        InverseTime(cases=((CASE, 5.0),), count=3).run(progress=False)
