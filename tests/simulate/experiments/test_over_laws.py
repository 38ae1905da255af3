"""The mean over laws: data sets of every law go into each replica, and predictions see the cases of a group."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.experiments.over_laws import OverLaws
from simulate.observables.condensation import EnergyVariance
from theory.case import Case, origin
from theory.laws.spectra import gaussian

CASES = tuple(Case(gaussian((variance, 2)), origin, np.log(2), 1.0) for variance in (1.0, 3.0))
SEEN = OverLaws(groups=(CASES, CASES[:1]), names=("two", "one"), observable=EnergyVariance(), replicas=40_000)


def test_the_mean_over_laws_is_that_of_their_exact_values() -> None:
    """Var |y|^2/2 = sum sigma^4/2: 1 and 9."""
    found = SEEN.run(progress=False)
    np.testing.assert_array_less(np.abs(found.observed - [5.0, 1.0]), 5 * found.stderr)
    np.testing.assert_allclose(SEEN.predictions(lambda cases: len(cases), found), [2, 1])
    assert list(found.law.values) == ["2 x two", "1 x one"]


def test_the_error_is_that_of_data_sets_alone() -> None:
    runs = [
        replace(SEEN, groups=(CASES,), names=("two",), replicas=400, seed=seed).run(progress=False)
        for seed in range(60)
    ]
    means, errors = ([float(run[name].item()) for run in runs] for name in ("observed", "stderr"))
    assert np.std(means, ddof=1) == pytest.approx(np.mean(errors), rel=0.35)
