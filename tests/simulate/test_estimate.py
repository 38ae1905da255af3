"""Estimates: rows of cases and components, random numbers and keys of each case, predictions by case."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulate.estimate import Estimate, summarized
from simulate.observables import EnergyGap, NormalizedJacobian, ParticipationRatio
from simulate.observables.observable import PerSubspace, Single
from simulate.observables.partition import HalfTime
from simulate.run.key import ROOT
from simulate.run.store import Store
from simulate.samplers import Batches
from theory.case import Case, grid, origin, typical
from theory.checks import NotComputable
from theory.laws.spectra import gaussian, halves
from verify.claim import Claim, judge
from verify.judge.checks import BadClaim

CASES = grid(halves(4), (origin, typical), (0.1, 0.5), n=20)
RATIO = Estimate(cases=CASES, observable=ParticipationRatio(), replicas=6)


def test_each_case_has_a_row_for_each_component() -> None:
    law = gaussian((1, 2), (0.5, 1), (0.1, 2))
    cases = (*grid(law, origin, (0.1,), n=20), *grid(halves(4), typical, (0.2,), n=20))
    observed = Estimate(cases=cases, observable=NormalizedJacobian(), replicas=5).run(progress=False)
    assert observed.subspace.values.tolist() == [0, 1, 2, 0, 1]
    assert observed.t.values.tolist() == [0.1] * 3 + [0.2] * 2
    assert observed["values"].shape == (5, 5)
    np.testing.assert_allclose(observed["values"].mean("replica"), observed.observed)


def test_random_numbers_are_those_of_the_case_alone() -> None:
    alone = replace(RATIO, cases=CASES[2:3]).run(progress=False)
    among = RATIO.run(progress=False).isel(point=[2])
    np.testing.assert_array_equal(alone["values"], among["values"])
    renamed = replace(RATIO, cases=(Case(halves(4), CASES[2].x, np.log(20), 0.1, label="elsewhere"),))
    np.testing.assert_array_equal(renamed.run(progress=False)["values"], among["values"])
    assert (replace(RATIO, seed=1).run(progress=False)["values"] != RATIO.run(progress=False)["values"]).any()
    with pytest.raises(ValueError, match=r"^seed must be an integer >= 0"):
        replace(RATIO, seed=-1).run(progress=False)


def test_more_cases_compute_nothing_again(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    few = replace(RATIO, cases=CASES[:2]).run(store, progress=False)
    asked: list[object] = []
    measure = Estimate.measure
    monkeypatch.setattr(Estimate, "measure", lambda self, point, rng: asked.append(point) or measure(self, point, rng))
    more = RATIO.run(store, progress=False)
    assert len(asked) == 2
    np.testing.assert_array_equal(more["values"][:2], few["values"])
    assert few.attrs["experiment"] == more.attrs["experiment"]
    assert "ParticipationRatio" in more.attrs["experiment"]


@pytest.mark.parametrize("change", [{"replicas": 7}, {"seed": 1}, {"observable": NormalizedJacobian()}])
def test_what_is_asked_is_in_the_key(change: dict[str, object]) -> None:
    assert not set(RATIO.keys().values()) & set(replace(RATIO, **change).keys().values())


@pytest.mark.parametrize(
    ("prediction", "sentence"),
    [
        (lambda case: np.ones(3), r"must predict a number for each of 1 components, got shape \(3,\)"),
        (lambda case: 1j, "must predict real numbers, got complex128"),
        (lambda case: "half", "must predict real numbers"),
        (lambda case: np.nan, "must predict finite numbers"),
    ],
)
def test_predictions_that_are_none_are_refused(prediction, sentence: str) -> None:
    texts = dict.fromkeys(("statement", "source", "regime", "interpretation"), "a sentence")
    controls = {"none": lambda case: 0.0, "all": lambda case: 1.0}
    claim = Claim(
        name="mine", **texts, estimate=RATIO, prediction=prediction, controls=controls, statistic="bounded",
        equivalence_margin=0.1,
    )  # fmt: skip
    with pytest.raises(BadClaim, match=f"^mine {sentence}"):
        judge(claim, RATIO.run(progress=False))


def test_cases_that_are_or_look_alike_are_refused() -> None:
    same = Case(halves(4), origin, np.log(20), 0.1, label="another name")  # it would have the same random numbers
    with pytest.raises(ValueError, match=r"^cases must be at least one and all different"):
        replace(RATIO, cases=(*CASES, same)).run(progress=False)
    alike = Case(halves(4), np.ones(4), np.log(20), 0.1, label="origin")
    with pytest.raises(ValueError, match=r"^cases must have different labels"):
        replace(RATIO, cases=(*CASES, alike)).run(progress=False)


@pytest.mark.parametrize("replicas", [1, 0])
def test_too_few_replicas_are_refused(replicas: int) -> None:
    with pytest.raises(ValueError, match=r"^replicas must be an integer >= 2"):
        replace(RATIO, replicas=replicas).run(progress=False)


def test_a_value_for_each_replica_is_asked_for() -> None:
    with pytest.raises(ValueError, match="observable must give 5 values, one for each replica, got 35"):
        replace(RATIO, sampler=Batches(size=7), replicas=5).run(progress=False)


def test_a_component_for_each_label_is_asked_for() -> None:
    @dataclass(frozen=True)
    class Unsplit(PerSubspace):
        def __call__(self, case: Case, drawn: Any) -> np.ndarray:
            return drawn.weights(case.t).max(axis=-1)

    with pytest.raises(ValueError, match="observable must give 2 components, as many as its labels, got 1"):
        replace(RATIO, cases=CASES[:1], observable=Unsplit(), replicas=5).run(progress=False)


def test_an_observable_that_needs_what_the_sampler_does_not_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="sampler must draw what EnergyGap needs, energies, got Points without it"):
        replace(RATIO, cases=CASES[:1], observable=EnergyGap()).run(progress=False)


def test_an_attribute_that_something_else_lacks_is_an_error_of_its_own() -> None:
    @dataclass(frozen=True)
    class Wrong(Single):
        def __call__(self, case: Case, drawn: Any) -> np.ndarray:
            return case.nothing  # pyright: ignore[reportAttributeAccessIssue]

    with pytest.raises(AttributeError, match="nothing"):
        replace(RATIO, cases=CASES[:1], observable=Wrong()).run(progress=False)


def test_what_needs_all_data_sets_at_once_is_not_given_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulate.samplers.drawn.ENTRIES", 100)
    with pytest.raises(NotComputable, match="sampler must draw all data sets at once for HalfTime"):
        replace(RATIO, observable=HalfTime()).run(progress=False)


def test_changed_code_of_a_users_estimate_is_another_key(tmp_path: Path) -> None:
    def keys() -> str:
        code = (
            "from own import Own; from tests.simulate.test_estimate import RATIO; "
            "print(sorted(Own(cases=RATIO.cases, observable=RATIO.observable).keys().values()))"
        )
        paths = os.pathsep.join([str(tmp_path), str(ROOT)])
        environment = os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        ).stdout

    own = "from simulate.estimate import Estimate\nclass Own(Estimate):\n    {} = 1\n"
    (tmp_path / "own.py").write_text(own.format("a"))
    before = keys()
    (tmp_path / "own.py").write_text(own.format("b"))
    assert keys() != before


def test_the_standard_error_is_how_far_means_of_other_data_scatter() -> None:
    """Of 400 tables of 50 normal values of standard deviation 2, each the value of an observable of one component."""
    case = Case(halves(2), origin, 1.0, 1.0)
    values = 2 * np.random.default_rng(3).standard_normal((400, 50))
    tables = [summarized(ParticipationRatio(), case, row[None]) for row in values]
    means, errors = (np.array([table[name].item() for table in tables]) for name in ("observed", "stderr"))
    assert errors.mean() == pytest.approx(2 / np.sqrt(50), rel=0.02)
    assert means.std() == pytest.approx(errors.mean(), rel=0.15)
    assert {table.draws.item() for table in tables} == {50}


@dataclass(frozen=True)
class OfAll(Single):
    """One number for all replicas: not what an observable gives."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return drawn.weights(case.t).max()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "the class": ({"observable": ParticipationRatio}, "observable must be an instance .*, got ParticipationRatio"),
    "a sampler's class": ({"sampler": Batches}, "sampler must be an object with parts"),
    "one number for all": ({"observable": OfAll()}, r"observable must give values \(replicas,\) or .*, got shape \(\)"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_observable_or_sampler_is_refused_by_name(name: str) -> None:
    fields, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        replace(RATIO, **fields).run(progress=False)
