"""What cannot be judged is refused in one sentence, and a prediction does not see what it is compared with."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from tests.verify.test_claim import Coin, claim
from verify.claim import judge
from verify.judge.checks import BadClaim, refuse_unjudgeable
from verify.judge.draws import differ, repeats


def observed() -> xr.Dataset:
    return Coin().run(progress=False)


@pytest.mark.parametrize(
    ("prediction", "says"),
    [
        (lambda _: np.zeros(3), r"coin must predict a number for each of 2 points, got shape \(3,\)"),
        (lambda _: np.zeros((1, 2)), r"coin must predict a number for each of 2 points, got shape \(1, 2\)"),
        (lambda _: 0.5j, "coin must predict real numbers, got complex128"),
        (lambda _: "half", "coin must predict real numbers, got <U4"),
        (lambda _: np.nan, "coin must predict finite numbers, got nan"),
        (lambda _: [0.5, np.inf], "coin must predict finite numbers, got inf"),
    ],
)
def test_a_prediction_is_one_finite_number_for_each_point(prediction: Callable, says: str) -> None:
    with pytest.raises(BadClaim, match=says):
        judge(claim(prediction=prediction), observed())
    with pytest.raises(BadClaim, match="control wrong of " + says):
        judge(claim(controls={"wrong": prediction, "less": lambda _: 0.2}), observed())


@pytest.mark.parametrize("name", ["observed", "values", "stderr"])
def test_a_prediction_does_not_see_what_it_is_compared_with(name: str) -> None:
    with pytest.raises(KeyError):
        judge(claim(prediction=lambda table: table[name].mean()), observed())


def test_a_correction_does_not_see_it_either() -> None:
    with pytest.raises(AttributeError):
        judge(claim(correction=lambda table: table.observed), observed())


@pytest.mark.parametrize(
    ("statistic", "change", "says"),
    [
        ("bounded", {"highest": 0.4}, "values must lie between lowest and highest"),
        ("bounded", {"highest": -1.0}, "lowest must be < highest"),
        ("bounded", {"observed": ("point", [0.5, 7.0])}, "observed must be the mean of values"),
        ("t", {"stderr": ("point", [0.1, -0.1])}, "stderr must be >= 0"),
        ("t", {"stderr": ("point", [0.1, 0.0])}, "replicas must be >= 2 and stderr > 0"),
        ("t", {"replicas": 1}, "replicas must be >= 2"),
        ("t", {"observed": ("point", [0.5, np.nan])}, "observed must be finite"),
        ("median", {"values": (("point", "replica"), [[0.5, np.nan]] * 2)}, "values must be finite"),
        ("exact", {"stderr": ("point", [0.1, -0.1])}, "stderr must be >= 0"),
        ("exact", {}, "values must be the same in all replicas for the statistic exact"),
        ("distribution", {"observed": ("point", [0.5, 7.0])}, "observed must be the mean of values"),
        ("distribution", {"replicas": 4_000_000, "draws": 4_000_000}, "replicas must be as many as values"),
    ],
)
def test_an_observation_that_cannot_be_judged_is_refused(statistic: str, change: dict, says: str) -> None:
    table = observed()
    for name in change:
        table = table.drop_vars(name)
    with pytest.raises(BadClaim, match=f"{says}.*: what the experiment of coin observed is not so"):
        judge(claim(statistic=statistic), table.assign(change))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"equivalence_margin": np.inf}, "equivalence_margin must be finite"),
        ({"equivalence_margin": -0.1}, "equivalence_margin must be >= 0"),
        ({"equivalence_margin": "small"}, "equivalence_margin must be an array of real numbers"),
        ({"equivalence_margin": 1.5, "relative": True}, "equivalence_margin must be from 0 to 1, the whole prediction"),
        ({"controls": [0.8, 0.2]}, "controls must be a dict"),
    ],
)
def test_a_claim_that_would_pass_anything_is_refused(change: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        claim(**change)


@pytest.mark.parametrize(("kept", "has"), [([], "nothing"), (["replicas"], "replicas")])
def test_what_an_experiment_lacks_is_said_beside_what_it_has(kept: list[str], has: str) -> None:
    with pytest.raises(BadClaim, match=f"must observe .* it has {has}$"):
        refuse_unjudgeable("coin", "t", observed()[kept])


@pytest.mark.parametrize(
    ("statistic", "needs"),
    [
        ("bounded", "values lowest highest observed stderr"),
        ("t", "values observed stderr replicas"),
        ("median", "values"),
        ("distribution", "observed stderr replicas"),
        ("exact", "observed stderr"),
    ],
)
def test_what_a_statistic_needs_is_asked_for(statistic: str, needs: str) -> None:
    for need in needs.split():
        with pytest.raises(BadClaim, match=f"must observe {need} for the statistic {statistic}"):
            refuse_unjudgeable("coin", statistic, observed().drop_vars(need))


@pytest.mark.parametrize("statistic", ["t", "bounded", "median"])
@pytest.mark.parametrize("size", [20, 150, 380])
def test_a_sampler_that_begins_again_with_its_seed_is_refused(statistic: str, size: int) -> None:
    values = np.resize(np.random.default_rng(0).random(size), 400)
    table = observed()
    table["values"] = ("point", "replica"), np.stack([table["values"][0], values])
    with pytest.raises(BadClaim, match="values must not come again in the same order"):
        judge(claim(statistic=statistic), table.assign(observed=table["values"].mean("replica")))


def test_values_that_come_again_by_chance_are_no_repetition() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.random(400)
    assert not repeats(np.stack([rng.integers(0, 19, 400).astype(float), drawn, np.r_[drawn[:381], drawn[:19]]]))
    assert not repeats(np.resize([0.0, 1.0], (3, 400)))  # a coin may fall on either side in turn
    assert repeats(np.r_[drawn[:380], drawn[:20]][None])


def test_what_is_exact_may_differ_by_rounding() -> None:
    assert not differ(np.array([[1e6, 1e6 * (1 + 1e-15)], [0.0, 0.0]]))
    assert differ(np.array([[1.0, 1.0], [1.0, 1.0 + 1e-8]]))
