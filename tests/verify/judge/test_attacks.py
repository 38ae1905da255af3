"""Claims that ought not to pass, as somebody who wants them to would write them: each is refused in one sentence."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from simulate.estimate import Estimate
from simulate.observables.condensation import EnergyVariance
from simulate.observables.observable import Single
from simulate.run.experiment import Point
from simulate.samplers import Energies, FirstPoints, Points
from tests.verify.test_claim import Coin
from theory.case import Case, grid, origin
from theory.laws.spectra import equal, graded
from verify.claim import Claim, Correction
from verify.judge.checks import BadClaim
from verify.run import run_claim

RNG = np.random.default_rng(5)
ENERGIES = Estimate(
    cases=grid((graded(10), equal(5)), origin, times=(1.0,), n=2),
    observable=EnergyVariance(),
    sampler=FirstPoints(),
    replicas=4000,
)


def variance(case: Case) -> float:
    """The variance of an energy."""
    return float((case.variances**2).sum() / 2)


def times(factor: float) -> Callable[[Case], float]:
    return lambda case: factor * variance(case)


def claim(**changes: Any) -> Claim:
    said = dict.fromkeys(("statement", "source", "regime", "interpretation"), "a sentence")
    controls = {"twice": times(2.0), "half": times(0.5)}
    judged = {"statistic": "t", "equivalence_margin": 0.3, "relative": True}
    settings = {"name": "mine", "estimate": ENERGIES, "prediction": variance, "controls": controls, **judged}
    return Claim(**{**said, **settings, **changes})


def refused(of: Claim, says: str) -> None:
    with pytest.raises(BadClaim, match=says):
        run_claim(of, "quick", 0, progress=False)


def test_what_is_honest_passes() -> None:
    assert run_claim(claim(), "quick", 0, progress=False).attrs["passed"] == 1


def test_a_margin_wider_than_what_is_predicted() -> None:
    wide = {"relative": False, "controls": {"far": lambda _: 9.0, "farther": lambda _: 12.0}}
    refused(
        claim(**wide, equivalence_margin=5.0),
        r"equivalence_margin of mine must be at most the largest prediction, 2\.5",
    )
    nothing = {"prediction": lambda _: 0.0, "expected_verdict": "disagrees", "stated_by": "nobody"}
    found = run_claim(claim(**wide, **nothing, equivalence_margin=5.0), "quick", 0, progress=False)
    assert found.attrs["verdict"] == "disagrees"  # 0 is no unit of a margin


def test_a_margin_that_holds_a_control() -> None:
    controls = {"near": times(1.3), "half": times(0.5)}
    many = claim(controls=controls, equivalence_margin=0.85, estimate=replace(ENERGIES, replicas=20_000))
    assert run_claim(many, "quick", 0, progress=False).attrs["passed"] == 1
    refused(
        replace(many, equivalence_margin=0.95), "control near of mine must lie a third of an equivalence margin off"
    )


@pytest.mark.parametrize("second", [0.5, 0.5 * (1 + 1e-7), 0.44])
def test_two_controls_that_are_one(second: float) -> None:
    refused(claim(controls={"half": times(0.5), "again": times(second)}), "controls of mine must be two that differ")


@pytest.mark.parametrize(
    ("shift", "error", "says"),
    [
        (0.2, 0.0, "must vanish: it must fall by a fifth at least with 16 times as many directions"),
        (0.0, 0.16, "must have an error of at most half an equivalence margin"),
        (0.0, -0.1, "must have an error >= 0, got -0.25"),
        (np.nan, 0.0, "must predict finite numbers, got nan"),
    ],
)
def test_a_correction_that_hides_an_error(shift: float, error: float, says: str) -> None:
    def added(case: Case) -> Correction:
        return Correction(np.asarray(shift * variance(case)), np.asarray(error * variance(case)))

    refused(claim(prediction=times(1 + np.nan_to_num(shift)), correction=added), f"correction of mine {says}")


@pytest.mark.parametrize(
    "vanishing", [lambda case: 0.1 / case.d, lambda case: 0.1 / case.n, lambda case: 0.1 * case.alpha]
)
def test_a_correction_that_vanishes_in_any_limit_is_let_pass(vanishing: Callable[[Case], float]) -> None:
    small = claim(correction=lambda case: Correction(np.asarray(vanishing(case)), np.asarray(0.0)))
    assert run_claim(small, "quick", 0, progress=False).attrs["verdict"] == "agrees"


@dataclass(frozen=True)
class Noise(Single):
    """What somebody wants to see, with noise of its own: of a seed, where there is one."""

    seed: int | None = None

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        rng = RNG if self.seed is None else np.random.default_rng(self.seed)
        return 3 * variance(case) + rng.standard_normal(len(drawn.offsets))


@dataclass(frozen=True, kw_only=True)
class Counting:
    """Data sets in ten parts, whose numbers are noted."""

    drawn: list[int] = field(default_factory=list)

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Any:
        for _ in range(10):
            self.drawn.append(replicas // 10)
            yield from FirstPoints().parts(case, replicas // 10, rng)


def test_the_rules_draw_one_part_six_times() -> None:
    counting = Counting()
    found = run_claim(claim(estimate=replace(ENERGIES, sampler=counting)), "quick", 0, progress=False)
    assert found.attrs["passed"] == 1
    assert sum(counting.drawn) == (2 + 6 / 10) * ENERGIES.replicas


def test_a_correction_is_asked_until_it_has_fallen() -> None:
    asked: list[int] = []

    def falling(case: Case) -> Correction:
        asked.append(case.n)
        return Correction(np.asarray(0.1 / case.d), np.asarray(0.0))

    run_claim(claim(correction=falling), "quick", 0, progress=False)
    assert max(asked) == 2


@dataclass(frozen=True, kw_only=True)
class Again:
    """Data sets of one seed, again and again, a little apart."""

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Any:
        for part in range(2):
            own = np.random.default_rng(1)
            yield Points(case.law.sample(replicas, own).reshape(replicas // 2, 2, -1) - case.x + 1e-9 * part)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Pairs of forty points that are drawn once, counted as data sets."""

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Any:
        points = case.law.sample(40, rng)
        yield Points(points[rng.integers(40, size=(replicas, 2))] - case.x)


def test_rows_of_one_data_set_that_pass_for_data_sets() -> None:
    refused(claim(estimate=replace(ENERGIES, sampler=Rows())), "sampler of mine must draw data sets anew, means of two")


def test_an_observable_that_is_no_function_of_the_data() -> None:
    wrong = {"prediction": times(3.0), "controls": {"twice": times(6.0), "half": times(1.5)}}
    noise, seeded = (replace(ENERGIES, observable=Noise(seed), replicas=400) for seed in (None, 7))
    refused(claim(**wrong, estimate=noise), "observable of mine must give the same numbers of the same data")
    refused(claim(**wrong, estimate=seeded), "observable of mine must give other numbers of other data, got the same")
    refused(
        claim(estimate=replace(ENERGIES, sampler=Again())), "observable of mine must give other numbers of other data"
    )


def test_an_observable_that_its_sampler_does_not_serve() -> None:
    with pytest.raises(ValueError, match="sampler must draw what Noise needs, offsets"):
        run_claim(claim(estimate=replace(ENERGIES, observable=Noise(), sampler=Energies())), "quick", 0, progress=False)


@dataclass(frozen=True)
class Leaking(EnergyVariance):
    """An observable that leaves its mean behind."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        values = super().__call__(case, drawn)
        LEFT[case.content] = float(np.mean(values))
        return values


LEFT: dict[str, float] = {}


@pytest.mark.parametrize("cases", [1, 2])
def test_what_an_observable_leaves_behind_comes_too_late(cases: int) -> None:
    LEFT.clear()
    estimate = replace(ENERGIES, cases=ENERGIES.cases[:cases], observable=Leaking())
    leaking = claim(estimate=estimate, prediction=lambda case: LEFT[case.content])
    with pytest.raises(KeyError):
        run_claim(leaking, "quick", 0, progress=False)


def test_a_prediction_that_measures_for_itself() -> None:
    def measured(case: Case) -> float:
        return replace(ENERGIES, cases=(case,)).run(progress=False).observed.item()

    refused(claim(prediction=measured), "mine must predict from other than what is judged, got the observed mean")


def test_a_prediction_that_says_another_thing_each_time() -> None:
    refused(
        claim(prediction=lambda case: variance(case) + 1e-6 * RNG.random()), "mine must predict the same of the same"
    )


@dataclass(frozen=True, kw_only=True)
class Beside(Coin):
    """A coin, and beside it what is hardly another thing."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        table = super().measure(point, rng)
        values = table["values"].values
        nearly = values + 1e-3 * rng.standard_normal(400)
        other = {
            "fell": values**3,
            "rose": -values,
            "nearly": nearly,
            "rolled": np.roll(values, 1),
            "apart": rng.random(400),
        }
        columns = {"columns": (("replica", "column"), np.stack([rng.random(400), values**2], axis=1))}
        beside = {name: ("replica", column) for name, column in other.items()}
        return table.assign(beside | columns | {"some": ("half", values[::2]), "mean": 2 * values.mean()})


def of_coin(read: str, prediction: Callable[[xr.Dataset], Any], **changes: Any) -> Claim:
    controls = {"more": lambda _: 0.8, "less": lambda _: 0.3}
    bounded = {"statistic": "bounded", "equivalence_margin": 0.15, "relative": False}
    own = {"estimate": Beside(), "controls": controls, "prediction": prediction, "reads": (read,), **bounded}
    return claim(**{**own, **changes})


@pytest.mark.parametrize("read", ["fell", "rose", "nearly", "rolled", "some", "columns"])
def test_reading_nearly_what_is_judged(read: str) -> None:
    refused(
        of_coin(read, lambda table: 0.5 + 0 * table[read].size), f"reads of mine must not hold nearly .*, {read} does"
    )


def test_controls_may_read_it_and_predictions_what_is_apart() -> None:
    beside = of_coin("fell", lambda _: 0.5, controls={"cube": lambda table: table.fell.mean(), "more": lambda _: 0.8})
    assert run_claim(beside, "quick", 0, progress=False).attrs["passed"] == 1
    apart = of_coin("apart", lambda table: table.apart.mean("replica").values)
    assert run_claim(apart, "quick", 0, progress=False).attrs["verdict"] == "agrees"


def test_the_observed_mean_by_another_name() -> None:
    refused(of_coin("mean", lambda table: table["mean"].values / 2), "mine must predict from other than what is judged")


@dataclass(frozen=True, kw_only=True)
class InAttributes(Coin):
    """A coin whose means are in the attributes of its table."""

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        table = super().combine(parts)
        return table.assign_attrs(secret=table.observed.values.tolist())


def test_attributes_are_not_read() -> None:
    secret = of_coin("values", lambda table: np.array(table.attrs["secret"]), reads=(), estimate=InAttributes())
    with pytest.raises(KeyError, match="secret"):
        run_claim(secret, "quick", 0, progress=False)
