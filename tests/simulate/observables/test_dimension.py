"""Readings of the dimension of scores: FLIPD is an energy, bad words are refused, and rounding is no dimension."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulate.dimension import EmpiricalScore, PopulationScore, local_dimension
from simulate.dimension.samplers import EmpiricalScores, PopulationScores, Scored
from simulate.engine.posterior import posterior
from simulate.estimate import Estimate
from simulate.observables import UpTo, dimension
from simulate.observables.dimension import LocalDimension, SingleReading, reading
from theory.case import Case, typical
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import gaussian

CASE = Case(gaussian((1, 2), (0.3, 2), (0, 3)), typical, np.log(40), 0.2, training=True)


def scored(case: Case, seed: int) -> Scored:
    return next(EmpiricalScores().parts(case, 1, np.random.default_rng(seed)))


def at_point(law: LinearGaussian, n: int, t: float) -> Case:
    return Case(law, typical, np.log(n), t, training=True)


def test_data_sets_hold_the_training_point() -> None:
    found = scored(CASE, 0).score
    assert isinstance(found, EmpiricalScore)
    assert found.data.shape == (40, 7)
    np.testing.assert_array_equal(found.data[0], CASE.x)


def test_flipd_is_twice_the_mean_energy_over_t() -> None:
    found = scored(CASE, 0)
    assert isinstance(found.score, EmpiricalScore)
    data = found.score.data
    weights = posterior(CASE.x, data, CASE.t).weights
    expected = weights @ ((data - CASE.x) ** 2).sum(axis=1) / CASE.t
    assert reading(CASE, found, "flipd") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("method", ["flipd", "lhsd", "participation"])
def test_a_reading_is_that_of_local_dimension(method: str) -> None:
    found = scored(CASE, 2)
    expected = local_dimension(found.score, CASE.x, CASE.t, method).dimension.item()
    assert reading(CASE, found, method) == pytest.approx(expected, rel=1e-12)
    assert LocalDimension((method,))(CASE, found).item() == round(expected, 9)


def test_readings_of_the_law_are_measured_at_its_own_score() -> None:
    case, methods = Case(gaussian((1, 1), (0.2, 2), (0, 3)), typical, 0.0, 0.3), ("flipd", "lhsd", "participation")
    estimate = Estimate(cases=(case,), observable=SingleReading(methods), sampler=PopulationScores(), replicas=2)
    observed = estimate.run(progress=False)
    law = LinearGaussian([1.0, 0.2, 0.2, 0, 0, 0])
    x = np.sqrt(law.variances) * [1, -1, 1, -1, 1, -1]
    for i, method in enumerate(methods):
        expected = local_dimension(PopulationScore(law), x, 0.3, method).dimension
        assert observed.observed[i] == pytest.approx(float(expected), rel=1e-12)
    assert list(observed.method.values) == list(methods)


def test_means_are_those_of_the_readings() -> None:
    case = at_point(gaussian((1, 2), (0, 1)), 5, 0.3)
    estimate = Estimate(cases=(case,), observable=SingleReading(("flipd",)), sampler=EmpiricalScores(), replicas=50)
    (point,), rng = estimate.points(), np.random.default_rng(4)
    values = []
    for _ in range(50):
        data = case.law.sample(5, rng)
        data[0] = case.x
        values.append(reading(case, Scored(EmpiricalScore(data), rng), "flipd"))
    observed = estimate.measure(point, np.random.default_rng(4))
    assert observed.observed == pytest.approx(np.mean(values))
    assert observed.stderr == pytest.approx(np.std(values, ddof=1) / np.sqrt(50))


def test_shares_rise_to_one_and_are_labelled() -> None:
    shares = UpTo(SingleReading(("gap",)), (1, 2, 3), "most")
    case = at_point(gaussian((1, 2), (0, 3)), 3, 1e-4)
    estimate = Estimate(cases=(case,), observable=shares, sampler=EmpiricalScores(), replicas=40)
    observed = estimate.run(progress=False)
    assert list(observed.most.values) == [1, 2, 3]
    assert (np.diff(observed.observed) >= 0).all()
    assert (observed.observed <= 1).all()
    assert (observed.replicas == 40).all()


def test_two_far_points_are_two_points() -> None:
    case = at_point(gaussian((1, 3), (0, 1)), 2, 1e-4)
    observable = LocalDimension(("test", "flipd"))
    estimate = Estimate(cases=(case,), observable=observable, sampler=EmpiricalScores(), replicas=32)
    observed = estimate.run(progress=False)
    assert list(observed.method.values) == ["test", "flipd"]
    assert observed["values"].shape == (2, 32)
    assert (observed["values"] == 0).all()  # rounding is not read as dimension


def test_many_points_show_the_dimension_of_the_law() -> None:
    case = at_point(gaussian((1, 2), (0, 4)), 2000, 0.3)
    estimate = Estimate(cases=(case,), observable=LocalDimension(), sampler=EmpiricalScores(), replicas=32)
    assert estimate.run(progress=False)["values"].median() == 2


def test_unknown_estimators_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^methods must be one of"):
        LocalDimension(methods=("guess",))


def test_a_method_that_noises_x_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^methods must be one of gap, curvature, flipd"):
        SingleReading(methods=("test",))


def test_rounding_is_not_read_as_dimension(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([1e-12, -1e-12, 2.5])
    monkeypatch.setattr(dimension, "local_dimension", lambda *_, **__: SimpleNamespace(dimension=next(found)))
    case = CASE
    drawn = Scored(PopulationScore(case.law), np.random.default_rng(0))
    read = LocalDimension(methods=("test", "flipd", "gap"))(case, drawn)
    np.testing.assert_array_equal(read[:, 0], [0, 0, 2.5])
