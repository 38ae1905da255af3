"""The glass of levels: entropy as it is defined, labels that say the law again, corrections that know no limit."""

from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp
import xarray as xr

from simulate.experiments.transition.scaling import (
    Deep,
    DeepParticipation,
    LocalExponent,
    WeightEntropy,
    enlarged,
    halves,
)
from theory.formula import FORMULAS, replaced
from theory.laws import LinearGaussian
from verify.claim import Correction
from verify.claims.transition.scaling import ALPHA, T_C, critical_exponent, sparse_finite_size
from verify.mutation.mutants import forgetful

CASE = halves(20.0, ALPHA, (0.5 * T_C,))[0]


def test_labels_say_the_case_again() -> None:
    assert Deep.of(CASE.point) == CASE
    assert CASE.point["d"] == 50
    assert isinstance(CASE.view.energy_law, LinearGaussian)
    np.testing.assert_array_equal(np.unique(CASE.view.energy_law.variances, return_counts=True), [[0.09, 1], [25, 25]])


def test_an_enlarged_law_has_more_of_every_direction() -> None:
    assert enlarged("gaussian 1*3 0.09", 4) == "gaussian 1*12 0.09*4"


def test_entropy_is_that_of_the_weights() -> None:
    levels = CASE.levels(2000, 5, np.random.default_rng(0))
    weights = levels.weights(CASE.t)
    written_out = -np.sum(weights * np.log(weights), axis=1)
    np.testing.assert_allclose(WeightEntropy(cases=(CASE,)).values(CASE, levels), written_out, atol=1e-3)


def test_an_exponent_of_nothing_but_condensed_levels_is_zero() -> None:
    """Far below t_c the participation ratio is near 1 at both sizes."""
    deep = halves(20.0, ALPHA, (0.01 * T_C,))
    observed = LocalExponent(cases=deep, replicas=300).run(progress=False)
    assert abs(observed.observed.item()) < 0.01


@pytest.mark.parametrize("correct", [critical_exponent, sparse_finite_size])
def test_corrections_rest_on_exact_averages_alone(correct: Callable[[xr.Dataset], Correction]) -> None:
    observed = DeepParticipation(cases=(CASE,), replicas=2).run(progress=False)
    before = correct(observed)
    formula = FORMULAS["condensed_participation"]
    with replaced(formula.name, sp.Pow(formula.written, 2)), forgetful():
        np.testing.assert_allclose(correct(observed).shift, before.shift, rtol=1e-9)
