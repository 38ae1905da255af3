"""Energies and freezing times: against data sets written out, and at the cost of one block in every dimension."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

from simulate.estimate import Estimate
from simulate.observables import InverseTime
from simulate.observables.condensation import (
    EnergyVariance,
    FreezingRatio,
    OwnTime,
    PerIntrinsic,
    PreservingRatio,
    SquaredGaussianTime,
    gaussian_time,
    own_time,
)
from simulate.observables.spectrum import Stretch
from simulate.samplers import DataSets, Energies, FirstPoints, LowestEnergies, Points, Sampler
from theory.case import Case, far, held_out, origin
from theory.checks import NotComputable
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import equal, graded, halves, plane

CASE = Case(plane(4), held_out, 0.72, 0.15).enlarged(10)  # N = 1339, 20 of 40 directions
RATE = 1e-5


def estimate(observable: Any, sampler: Sampler, *cases: Case, replicas: int) -> Any:
    chosen = Estimate(cases=cases, observable=observable, sampler=sampler, replicas=replicas)
    return chosen.run(progress=False)


def explicit(case: Case, replicas: int) -> np.ndarray:
    """Energies of data sets, (replicas, n)."""
    rng = np.random.default_rng(11)
    data = rng.standard_normal((replicas, case.n, case.d)) * np.sqrt(case.variances)
    return ((data - case.x) ** 2).sum(axis=2) / 2


def test_a_folded_case_gives_the_energies_that_all_directions_give() -> None:
    (folded,), (whole,) = (LowestEnergies().parts(case, 300, np.random.default_rng(5)) for case in (CASE.folded, CASE))
    np.testing.assert_allclose(InverseTime()(CASE, folded), InverseTime()(CASE, whole), rtol=1e-8)


def test_the_ratio_is_that_of_explicit_data_in_units_of_their_standard_deviation() -> None:
    observed = estimate(PerIntrinsic(FreezingRatio()), LowestEnergies(), CASE.folded, replicas=1000)
    energies = explicit(CASE, 150)
    factors = np.exp(-(energies - energies.min(axis=1, keepdims=True)) / CASE.t)
    seen = 1 - (factors**2).sum(axis=1) / factors.sum(axis=1) ** 2
    unit = energies.std() / np.sqrt(2 * CASE.log_n)
    assert unit == pytest.approx(gaussian_time(CASE), rel=0.01)
    assert stats.ks_2samp(observed["values"].values[0] * CASE.t / gaussian_time(CASE), seen).pvalue > RATE
    assert (observed["values"] <= observed.highest).all()
    assert observed.alpha.item() == pytest.approx(0.36)  # of 20 directions, not of 40


def test_the_own_weight_of_explicit_data_is_one_half_at_the_time_that_is_found() -> None:
    observed = estimate(OwnTime(), Energies(), CASE, replicas=400)
    energies = explicit(CASE, 100)
    times = own_time(energies)
    by_bisection = [brentq(lambda t, e=e: np.exp(-e / t).sum() - 1, 1e-3, 1e3) for e in energies[:3]]
    np.testing.assert_allclose(times[:3], by_bisection, rtol=1e-9)
    assert stats.ks_2samp(observed["values"].values[0] * gaussian_time(CASE), times).pvalue > RATE


def test_too_few_energies_are_refused() -> None:
    with pytest.raises(NotComputable, match="count must be larger"):
        estimate(InverseTime(), LowestEnergies(count=3), CASE.at(1.0).folded, replicas=20)


def test_energy_variance_is_unbiased_and_independent_of_nothing_but_its_seed() -> None:
    cases = tuple(Case(equal(8), at, np.log(2), 1.0) for at in (origin, far))
    observed, again = (
        estimate(EnergyVariance(), FirstPoints(), *order, replicas=50_000) for order in (cases, cases[::-1])
    )
    np.testing.assert_array_equal(observed.observed.values, again.observed.values[::-1])
    expected = np.array([8 / 2, 8 / 2 + 8 * 9])  # sum sigma^4 / 2 + sum x^2 sigma^2, done by hand
    assert (np.abs(observed.observed - expected) < 5 * observed.stderr).all()


def test_the_time_is_where_the_entropy_of_gaussian_energies_vanishes() -> None:
    case = Case(graded(4), far, np.log(50), 1.0)
    (pairs,) = FirstPoints().parts(case, 1000, np.random.default_rng(1))
    variance, square = EnergyVariance()(case, pairs).mean(), SquaredGaussianTime()(case, pairs).mean()
    assert np.log(50) - variance / (2 * square) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="log_n must be > 0"):
        SquaredGaussianTime()(replace(case, log_n=0.0), pairs)


def test_the_first_points_of_two_are_all() -> None:
    case = Case(graded(3), far, np.log(2), 1.0)
    few, all_of_them = (
        next(sampler.parts(case, 5, np.random.default_rng(2))).offsets for sampler in (FirstPoints(), DataSets())
    )
    np.testing.assert_array_equal(few, all_of_them)
    with pytest.raises(NotComputable, match="training point"):
        next(FirstPoints().parts(replace(case, training=True), 5, np.random.default_rng(2)))


def test_weights_on_the_clock_are_those_of_explicit_data() -> None:
    tau, data_law = 0.06, halves(4)
    case = Case(data_law, held_out, 2.4, 1.0).enlarged(3)
    shrunk = Case(LinearGaussian(np.exp(-2 * tau) * case.variances), np.exp(-tau) * case.x, 7.2, 1 - np.exp(-2 * tau))
    observed = estimate(PreservingRatio(), LowestEnergies(), shrunk, replicas=1000)
    energies = np.exp(-2 * tau) * explicit(case, 150) / shrunk.t
    factors = np.exp(-(energies - energies.min(axis=1, keepdims=True)))
    seen = 1 - (factors**2).sum(axis=1) / factors.sum(axis=1) ** 2
    error = np.hypot(float(observed.stderr[0]), seen.std() / np.sqrt(150))
    assert abs(float(observed.observed[0]) - seen.mean()) < 5 * error
    assert observed.tau.item() == tau


def test_the_stretch_of_a_single_point_is_one() -> None:
    """s = (y - x)/t: t |s(x + sqrt(t) e) - s(x)|^2 = 1."""
    case = Case(graded(3), far, 0.0, 0.2)
    offsets = np.random.default_rng(0).standard_normal((7, 1, 3))
    np.testing.assert_allclose(Stretch()(case, Points(offsets)), 1)
    assert list(Stretch().labels(case)["subspace"]) == [0, 1, 2]
