"""The glass of energies: entropy as it is defined, two sizes of one law, corrections that know no limit."""

from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp

from simulate.estimate import Estimate
from simulate.observables.partition import SizeExponent, WeightEntropy
from simulate.samplers import LowestEnergies, TwoSizes
from theory.case import Case
from theory.formula import FORMULAS, replaced
from verify.claim import Correction
from verify.claims.transition.scaling import RATIO, T_C, critical_exponent, halves, sparse_finite_size
from verify.mutation.mutants import forgetful

CASE = halves(50, 20.0, (0.5 * T_C,))[0]


def test_halves_have_as_many_directions_of_both_variances_at_the_log_n_asked_for() -> None:
    np.testing.assert_array_equal(np.unique(CASE.variances, return_counts=True), [[0.3**2, 1], [25, 25]])
    np.testing.assert_allclose(CASE.x**2, CASE.variances)
    assert (CASE.d, CASE.log_n) == (50, 20.0)


def test_entropy_is_that_of_the_weights() -> None:
    (levels,) = LowestEnergies(count=2000).parts(CASE, 5, np.random.default_rng(0))
    weights = levels.weights(CASE.t)
    written_out = -np.sum(weights * np.log(weights), axis=1)
    np.testing.assert_allclose(WeightEntropy()(CASE, levels), written_out, atol=1e-3)


def test_two_sizes_are_of_one_law_and_alpha() -> None:
    ((small, large),) = TwoSizes(of=LowestEnergies(count=20), copies=4).parts(CASE, 3, np.random.default_rng(0))
    assert (small.log_n, large.log_n) == (20.0, 80.0)
    np.testing.assert_array_equal(large.x, np.tile(small.x, 4))
    assert small.energies.shape == large.energies.shape == (3, 20)


def test_an_exponent_of_nothing_but_condensed_levels_is_zero() -> None:
    """Far below t_c the participation ratio is near 1 at both sizes."""
    sampler = TwoSizes(of=LowestEnergies(count=200), copies=RATIO)
    deep = halves(50, 20.0, (0.01 * T_C,))
    observed = Estimate(cases=deep, observable=SizeExponent(RATIO), sampler=sampler, replicas=300).run(progress=False)
    assert abs(observed.observed.item()) < 0.01


def test_an_exponent_is_that_of_the_means_at_the_two_sizes() -> None:
    sampler = TwoSizes(of=LowestEnergies(count=100), copies=4)
    (drawn,) = sampler.parts(CASE, 300, np.random.default_rng(1))
    means, errors = zip(
        *((p.mean(), p.std() / p.mean()) for p in (part.participation_ratio(CASE.t) for part in drawn)), strict=True
    )
    values = SizeExponent(4)(CASE, drawn)
    assert values.mean() == pytest.approx(np.log(means[1] / means[0]) / np.log(4))
    assert values.std() == pytest.approx(np.hypot(*errors) / np.log(4), rel=0.2)  # two independent sizes


@pytest.mark.parametrize("correct", [critical_exponent, sparse_finite_size])
def test_corrections_rest_on_exact_averages_alone(correct: Callable[[Case], Correction]) -> None:
    before = correct(CASE)
    formula = FORMULAS["condensed_participation"]
    with replaced(formula.name, sp.Pow(formula.written, 2)), forgetful():
        np.testing.assert_allclose(correct(CASE).shift, before.shift, rtol=1e-9)
