"""One tilted energy: the mean of sum w^2 is that of data sets written out, at any tilt, and of exact averages."""

import numpy as np
import pytest

from simulate.estimate import Estimate
from simulate.observables.partition import MeanExponent
from simulate.samplers import DataSets
from simulate.samplers.rare import TiltedPoint, tilt
from theory.case import Case, held_out, typical
from theory.checks import NotComputable
from theory.exact.averages import log_participation_ratio
from theory.laws import Sphere
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import graded, halves
from theory.limits.condensation import condensation_time
from theory.limits.weights import dominant_lambda

LAW = LinearGaussian([1.0] * 12 + [0.5] * 8 + [0.0], mean=[0.3] * 12 + [0.0] * 8 + [0.1])


def mean_and_error(case: Case, replicas: int, count: int = 100) -> tuple[float, float]:
    """Mean of sum w^2 by one tilted energy, and its standard error."""
    drawn = next(TiltedPoint(count=count).parts(case, replicas, np.random.default_rng(1)))
    terms = np.exp(drawn.log_participation(case.t))
    return float(terms.mean()), float(terms.std() / np.sqrt(replicas))


def test_the_mean_is_that_of_data_sets_written_out() -> None:
    """A law with a mean, and a direction of no variance."""
    case = Case(LAW, np.full(21, 0.2), np.log(300), 1.0)
    direct = np.concatenate(
        [part.participation_ratio(case.t) for part in DataSets().parts(case, 4000, np.random.default_rng(0))]
    )
    mean, error = mean_and_error(case, 4000)
    assert mean == pytest.approx(direct.mean(), abs=5 * np.hypot(error, direct.std() / np.sqrt(4000)))
    assert error < direct.mean() / 20


@pytest.mark.parametrize("ratio", [1.2, 1.6])
def test_rare_data_sets_of_any_size_have_the_exact_average(ratio: float) -> None:
    case = Case(graded(20), held_out, 10.0, 1.0).enlarged(30)
    case = case.at(ratio * float(condensation_time(case)))
    estimate = Estimate(cases=(case,), observable=MeanExponent(), sampler=TiltedPoint(), replicas=2000)
    found = estimate.run(progress=False)
    exact = -float(log_participation_ratio(case)) / case.log_n
    assert float(found.observed[0]) == pytest.approx(exact, abs=5 * float(found.stderr[0]))
    assert float(found.stderr[0]) < 1e-3


@pytest.mark.parametrize("ratio", [1.3, 1.9, 2.5])
def test_the_tilt_is_that_of_the_energies_that_carry_the_mean(ratio: float) -> None:
    case = Case(halves(20), typical, 8.0, 1.0)
    case = case.at(ratio * float(condensation_time(case)))
    assert tilt(case) == pytest.approx(float(dominant_lambda(case.t, case.x, case.law, case.log_n)), rel=1e-9)


def test_what_cannot_be_tilted_is_refused() -> None:
    with pytest.raises(NotComputable, match=r"^t must be above the condensation time"):
        tilt(Case(halves(20), typical, 8.0, 0.1))
    sphere = Case(Sphere(3), np.zeros(Sphere(3).dimension), 4.0, 5.0)
    with pytest.raises(NotComputable, match=r"^law must be linear Gaussian"):
        next(TiltedPoint().parts(sphere, 5, np.random.default_rng(0)))
