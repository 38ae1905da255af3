"""A claim is judged by its prediction, its controls, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
import xarray as xr

from simulate.run.experiment import Experiment, Point
from verify.claim import MORE, Claim, Correction, judge


@dataclass(frozen=True, kw_only=True)
class Coin(Experiment):
    """Means of 400 uniform numbers."""

    def points(self) -> Sequence[Point]:
        return [Point(toss=1), Point(toss=2)]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        values = rng.random(400)
        stderr = values.std(ddof=1) / 20
        bounds = {"replicas": 400, "draws": 400, "lowest": 0.0, "highest": 1.0}
        return xr.Dataset({"values": ("replica", values), "observed": values.mean(), "stderr": stderr, **bounds})


@dataclass(frozen=True, kw_only=True)
class Coins(Coin):
    """As many of them as one says."""

    replicas: int = 400


def claim(**changes: object) -> Claim:
    texts = dict.fromkeys(("statement", "source", "regime", "interpretation"), "a sentence")
    settings = {
        "name": "coin",
        "estimate": Coin(),
        "prediction": lambda _: 0.5,
        "controls": {"more": lambda _: 0.8, "less": lambda _: 0.3},
        "statistic": "bounded",
        "equivalence_margin": 0.15,
    }
    return Claim(**{**texts, **settings, **changes})  # pyright: ignore[reportArgumentType]


def table(of: Claim) -> xr.Dataset:
    return judge(of, of.estimate.run(progress=False))


@pytest.mark.parametrize("statistic", ["bounded", "t"])
def test_a_true_claim_stands(statistic: str) -> None:
    result = table(claim(statistic=statistic))
    assert (result.attrs["verdict"], result.attrs["passed"]) == ("agrees", 1)
    assert set(result.control_verdict.values) == {"disagrees"}
    np.testing.assert_allclose(result.effect, result.observed - 0.5)
    assert ((result.lower < result.observed) & (result.observed < result.upper)).all()
    assert set(result.toss.values) == {1, 2}


def test_a_wrong_claim_falls_unless_it_is_recorded_so() -> None:
    wrong = claim(prediction=lambda _: 0.75)
    assert (table(wrong).attrs["verdict"], table(wrong).attrs["passed"]) == ("disagrees", 0)
    assert table(replace(wrong, expected_verdict="disagrees", stated_by="nobody")).attrs["passed"] == 1


def test_one_wrong_point_is_enough() -> None:
    found = table(claim(prediction=lambda observed: np.where(observed.toss == 2, 0.75, 0.5)))
    assert list(found.point_verdict.values) == ["agrees", "disagrees"]
    assert found.attrs["verdict"] == "disagrees"


def test_a_surviving_control_makes_the_claim_fall() -> None:
    found = table(claim(controls={"close": lambda _: 0.56, "far": lambda _: 0.9}))
    assert (found.attrs["verdict"], found.attrs["passed"]) == ("agrees", 0)


def test_too_small_an_error_is_inconclusive() -> None:
    assert table(claim(equivalence_margin=0.01)).attrs["verdict"] == "inconclusive"


def test_relative_errors_scale_with_the_prediction() -> None:
    assert table(claim(equivalence_margin=0.3, relative=True)).attrs["verdict"] == "agrees"
    assert table(claim(equivalence_margin=0.02, relative=True)).attrs["verdict"] == "inconclusive"


def test_a_correction_shifts_and_its_error_widens() -> None:
    plain = table(claim())
    shift = Correction(np.array([1.0, 1.0]), np.array([0.0, 0.01]))
    moved = table(claim(prediction=lambda _: 1.5, correction=lambda _: shift, corrected_by="a shift"))
    np.testing.assert_allclose(moved.observed, plain.observed + 1)
    np.testing.assert_allclose(moved.upper - moved.lower, plain.upper - plain.lower + [0, 0.02])
    assert moved.attrs["verdict"] == "agrees"


def test_a_median_is_shown_where_it_is_judged() -> None:
    found = table(claim(statistic="median"))
    values = claim().estimate.run(progress=False)["values"]
    np.testing.assert_allclose(found.observed, values.median("replica"))
    assert ((found.lower < found.observed) & (found.observed < found.upper)).all()
    assert ((found.stderr > 0.01) & (found.stderr < 0.05)).all()  # 1/(2 sqrt(400)) for uniform numbers


def test_a_stated_tolerance_is_part_of_the_statement() -> None:
    near = claim(prediction=lambda _: 0.65, equivalence_margin=0.25, statement="A half, within 0.25, or 0.1.")
    assert table(near).attrs["verdict"] == "disagrees"
    assert table(replace(near, stated_tolerance=0.25)).attrs["verdict"] == "agrees"
    assert (table(replace(near, stated_tolerance=0.25)).p > 1e-3).all()  # p and verdict never contradict
    assert table(replace(near, stated_tolerance=0.1, equivalence_margin=0.1)).attrs["verdict"] == "inconclusive"
    assert table(replace(near, stated_tolerance=0.1, prediction=lambda _: 0.9)).attrs["verdict"] == "disagrees"


def test_seed_gives_other_data() -> None:
    first, second = (claim().estimate_for("quick", seed).run(progress=False) for seed in (0, 1))
    assert (first.observed != second.observed).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stated_tolerance": 0.3}, "stated_tolerance"),
        ({"controls": {}}, "controls"),
        ({"statistic": "z"}, "statistic"),
        ({"expected_verdict": "true"}, "expected_verdict"),
        ({"statement": "It costs 5 $."}, r"^statement of .* must have its mathematics between two dollar signs"),
        ({"value_label": r"$\foo x$"}, r"^value_label of .* must be LaTeX mathematics.*\\foo is unknown"),
        ({"controls": {"$x": lambda _: 0.0, "y": lambda _: 1.0}}, r"^control \$x of coin must have its mathematics"),
    ],
)
def test_bad_claims_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        claim(**changes)


def test_bad_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="profile"):
        claim().estimate_for("slow", 0)


def test_the_full_profile_has_more_replicas_unless_the_claim_has_an_experiment_for_it() -> None:
    coins = claim(estimate=Coins())
    assert coins.estimate_for("quick", 7) == Coins(seed=7)
    assert coins.estimate_for("full", 7) == Coins(seed=7, replicas=MORE * 400)
    assert replace(coins, full=Coins(replicas=500)).estimate_for("full", 7) == Coins(seed=7, replicas=500)
    assert claim().estimate_for("full", 7) == Coin(seed=7)
