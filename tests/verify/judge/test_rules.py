"""A claim that breaks a rule is refused in one sentence, a user's own too, and not before."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import xarray as xr

from simulate.run.experiment import Point
from tests.verify.test_claim import Coin, claim
from verify.claim import Claim, Correction, judge
from verify.judge.checks import BadClaim
from verify.judge.rules import broken_by_numbers, names
from verify.ledger import CLAIMS


def found(of: Claim) -> xr.Dataset:
    return judge(of, of.estimate.run(progress=False))


def shifted(by: float) -> object:
    return lambda _: Correction(np.full(2, by), np.zeros(2))


def test_what_disagrees_has_an_author_or_is_a_reading_to_avoid() -> None:
    with pytest.raises(ValueError, match="stated_by of coin must name who states what disagrees"):
        claim(expected_verdict="disagrees")
    assert claim(expected_verdict="disagrees", stated_by="Cardano, 1564").expected_verdict == "disagrees"
    assert claim(expected_verdict="disagrees", reading_to_avoid=True).reading_to_avoid


def test_a_stated_tolerance_is_named_in_the_statement() -> None:
    with pytest.raises(ValueError, match=r"statement of coin must say within what it holds: stated_tolerance is 0\.05"):
        claim(stated_tolerance=0.05, statement="Heads come up half of the time.")
    for said in ("0.05", "5 %", r"$5\,\%$"):
        assert claim(stated_tolerance=0.05, statement=f"Half, within {said}.").stated_tolerance == 0.05


@pytest.mark.parametrize(
    ("statement", "tolerance", "named"),
    [
        ("5 % of it, within an error", 0.05, False),
        ("within 5 %", 0.05, True),
        ("within 15 %", 0.05, False),
        ("within 0.14", 0.14, True),
        ("within $10^{-9}$", 1e-9, True),
        ("within 10", 1e-9, False),
    ],
)
def test_a_tolerance_is_named_behind_within(statement: str, tolerance: float, named: bool) -> None:
    assert names(statement, tolerance) == named


def test_a_correction_larger_than_one_equivalence_margin_is_named() -> None:
    small = claim(prediction=lambda _: 0.6, correction=shifted(0.1))
    large = claim(
        prediction=lambda _: 0.7, controls={"no": lambda _: 0.5, "more": lambda _: 0.9}, correction=shifted(0.2)
    )
    assert found(small).attrs["verdict"] == "agrees"
    with pytest.raises(BadClaim, match=r"corrected_by of coin must say what shifts it by 1\.33 equivalence margins"):
        found(large)
    assert found(replace(large, corrected_by="the exact average")).attrs["verdict"] == "agrees"


@pytest.mark.parametrize("outside", [-0.1, 1.1])
def test_controls_lie_within_the_bounds_of_the_observable(outside: float) -> None:
    with pytest.raises(BadClaim, match=r"control far of coin must lie within \[0, 1\] at point 0"):
        found(claim(controls={"far": lambda _: outside, "more": lambda _: 0.8}))


def test_one_control_is_near() -> None:
    far = {"none": lambda _: 0.0, "all": lambda _: 1.0}
    with pytest.raises(BadClaim, match="controls of coin must have one that is nowhere farther than 10 equivalence"):
        found(claim(equivalence_margin=0.04, controls=far))
    assert found(claim(equivalence_margin=0.06, controls=far)).attrs["passed"] in (0, 1)
    half = {**far, "half": lambda _: 0.25}
    assert set(found(claim(equivalence_margin=0.02, controls=half)).control_verdict.values) == {"disagrees"}


def test_a_control_is_near_everywhere_or_not_at_all() -> None:
    def apart(observed: xr.Dataset) -> np.ndarray:
        return np.where(observed.toss == 1, 0.7, 0.0)

    with pytest.raises(BadClaim, match="must have one that is nowhere farther"):
        found(claim(equivalence_margin=0.04, controls={"apart": apart, "all": lambda _: 1.0}))


def test_the_equivalence_margin_is_at_most_half_of_the_range() -> None:
    assert found(claim(equivalence_margin=0.5)).attrs["verdict"] == "agrees"
    with pytest.raises(BadClaim, match="equivalence_margin of coin must be at most half of the range"):
        found(claim(equivalence_margin=0.51))


@pytest.mark.parametrize(("margin", "broken"), [(0.2, 0), (0.21, 1)])
def test_the_range_is_from_the_lowest_value_to_the_highest(margin: float, broken: int) -> None:
    one = np.array([0.8])
    bounds = (np.array([0.6]), np.array([1.0]))
    wrong = {"near": one - 0.1, "low": one - 0.2}
    said = list(
        broken_by_numbers(claim(), one, wrong, np.array([margin]), Correction(np.zeros(1), np.zeros(1)), bounds)
    )
    assert sum("half of the range" in sentence for sentence in said) == len(said) == broken


def test_a_mutant_of_the_theory_is_judged_and_not_refused() -> None:
    far = claim(equivalence_margin=0.02, controls={"none": lambda _: 0.0, "all": lambda _: 1.0})
    assert judge(far, far.estimate.run(progress=False), rules=False).attrs["verdict"] in ("agrees", "inconclusive")


@dataclass(frozen=True, kw_only=True)
class Beside(Coin):
    """A coin with a copy of what is judged, and a number that is none."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        table = super().measure(point, rng)
        return table.assign(copy=table["values"], mean=table.observed, weight=float(point["toss"]))


def test_predictions_read_what_the_claim_declares_and_nothing_else() -> None:
    def weighed(observed: xr.Dataset) -> np.ndarray:
        return 0.5 + 0 * observed.weight.values

    with pytest.raises(AttributeError, match="weight"):
        found(claim(estimate=Beside(), prediction=weighed))
    assert found(claim(estimate=Beside(), prediction=weighed, reads=("weight",))).attrs["verdict"] == "agrees"


@pytest.mark.parametrize("read", ["copy", "mean", "values", "observed", "stderr"])
def test_what_is_judged_cannot_be_declared_under_any_name(read: str) -> None:
    with pytest.raises(BadClaim, match=f"reads of coin must not hold what is judged, {read} does"):
        found(claim(estimate=Beside(), reads=(read,)))


def test_what_is_declared_must_be_there() -> None:
    with pytest.raises(BadClaim, match="reads of coin must be variables that its experiment observes, nothing is none"):
        found(claim(reads=("nothing",)))


@dataclass(frozen=True, kw_only=True)
class OneDataSet(Coin):
    """Four hundred places in one data set, counted as four hundred replicas."""

    draws: int | None = 1

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        table = super().measure(point, rng).drop_vars("draws")
        return table if self.draws is None else table.assign(draws=self.draws)


@pytest.mark.parametrize("statistic", ["bounded", "t", "median"])
def test_replicas_are_no_more_than_the_data_sets_that_were_drawn(statistic: str) -> None:
    with pytest.raises(BadClaim, match="replicas must be at most draws, the number of data sets that were drawn anew"):
        found(claim(statistic=statistic, estimate=OneDataSet(draws=399)))
    with pytest.raises(BadClaim, match="experiment of coin must observe draws"):
        found(claim(statistic=statistic, estimate=OneDataSet(draws=None)))
    assert found(claim(statistic=statistic, estimate=OneDataSet(draws=400))).attrs["verdict"] == "agrees"


def test_readings_to_avoid_are_stated_by_nobody() -> None:
    assert [one.name for one in CLAIMS if one.reading_to_avoid and one.stated_by] == []
