"""What may be given as a score, and what is refused in one sentence."""

import functools
from collections.abc import Callable

import numpy as np
import pytest
import torch
import xarray as xr

from simulate.dimension import BadScore, EmpiricalScore
from simulate.engine.posterior import empirical_score
from tests.verify.probe.laws import LAW, TIMES, Circle, law_score
from verify.probe import cost, probe, report
from verify.probe.budget import OWN


def test_a_range_that_is_none_is_named(data: np.ndarray) -> None:
    score = EmpiricalScore(data)
    object.__setattr__(score, "time_range", None)
    with pytest.raises(BadScore, match=r"score\.time_range must be a pair"):
        probe(score, data)


class Model:
    """A score as a method, and one that a decorator gives its last argument."""

    def score(self, x: torch.Tensor, t: float) -> torch.Tensor:
        return law_score(x, t)

    @staticmethod
    def given(function: Callable) -> Callable:
        return functools.wraps(function)(lambda x, t: function(x, t, "label"))


def labelled(x: torch.Tensor, t: float, label: str) -> torch.Tensor:
    return law_score(x, t)


@pytest.mark.parametrize("score", [Model().score, Model.given(labelled)], ids=["method", "decorated"])
def test_a_score_may_be_a_method_or_decorated(
    score: Callable, data: np.ndarray, held_out: np.ndarray, knowing: xr.Dataset
) -> None:
    assert probe(score, data, held_out, TIMES).identical(knowing)


class Limited:
    """A score that takes few rows at once."""

    largest_batch = 5

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        assert len(x) <= Limited.largest_batch
        return law_score(x, t)


def test_a_score_may_take_few_rows_at_once(data: np.ndarray, held_out: np.ndarray, knowing: xr.Dataset) -> None:
    found = probe(Limited(), data, held_out, TIMES)
    assert found.attrs["verdict"] == knowing.attrs["verdict"] == "does not memorize"
    np.testing.assert_allclose(found.sampled, knowing.sampled, atol=1e-4)
    assert cost(Limited(), data).rows == cost(law_score, data).rows
    assert cost(law_score, data).seconds > 12 * OWN  # a score that takes no time does not make a probe that takes none
    none = Limited()
    none.largest_batch = 0
    with pytest.raises(ValueError, match=r"score\.largest_batch must be"):
        probe(none, data)


WRONG: dict[str, Callable] = {
    "noise": lambda score: lambda x, t: -(t**0.5) * score(x, t),
    "denoised": lambda score: lambda x, t: x + t * score(x, t),
    "minus": lambda score: lambda x, t: -score(x, t),
}


@pytest.mark.parametrize("memorizes", [True, False])
@pytest.mark.parametrize("form", WRONG)
def test_no_verdict_on_what_is_no_score(form: str, memorizes: bool, data: np.ndarray) -> None:
    score = EmpiricalScore(data) if memorizes else law_score
    assert "whether this model memorizes is not told: " in report(probe(WRONG[form](score), data))


@pytest.mark.parametrize("memorizes", [True, False])
def test_a_verdict_on_what_is_a_score(memorizes: bool, data: np.ndarray) -> None:
    score = EmpiricalScore(data) if memorizes else law_score
    assert "not told: " not in report(probe(score, data)).splitlines()[1]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"data": np.full((5, 6), np.nan)}, "data"),
        ({"data": np.ones((5, 6))}, "data must differ"),
        ({"data": np.full((9, 6), 0.1)}, "data must differ"),  # 0.1 nine times is not nine times 0.1
        ({"data": np.ones((2, 6))}, "data must have at least"),
        ({"held_out": np.ones((5, 3))}, "held_out"),
        ({"times": [-1.0]}, "times"),
        ({"device": "foo"}, "device must be auto or one that torch finds here, got 'foo'"),
        ({"held_out": np.ones((0, 6))}, "held_out must have rows"),
        ({"score": lambda x, t: x[:, :2]}, "score"),
        ({"score": lambda x, t: x @ x}, r"score must answer .* at t = 0\.1, it raises RuntimeError: mat1"),
        ({"score": lambda x, t: x * float("nan")}, "score"),
        ({"score": lambda x, t: x - x.mean(dim=0)}, "score must depend on each row alone"),
    ],
)
def test_bad_input_gets_one_sentence(change: dict, word: str, data: np.ndarray) -> None:
    given = {"score": law_score, "data": data, "times": [0.1]} | change
    with pytest.raises(ValueError, match=word):
        probe(**given)


def test_a_score_written_in_numpy_is_told_what_one_in_torch_is(
    data: np.ndarray, held_out: np.ndarray, knowing: xr.Dataset, memorizing: xr.Dataset
) -> None:
    def law(x, t):
        return -np.asarray(x) / (LAW.variances + t)

    def memory(x, t):
        return empirical_score(np.asarray(x, dtype=float), data, t)

    for score, told in ((law, knowing), (memory, memorizing)):
        found = probe(score, data, held_out, TIMES)
        assert (found.outcome.values == told.outcome.values).all()
        assert np.allclose(found.normalized_jacobian, told.normalized_jacobian, atol=0.02)
        assert np.allclose(found.landing_ratio, told.landing_ratio, rtol=1e-3, atol=1e-4)


def test_the_default_times_are_those_that_single_precision_resolves() -> None:
    points = Circle().sample(30, np.random.default_rng(0))
    near = np.concatenate([points, points + 1e-7])
    found = probe(lambda x, t: Circle()(torch.as_tensor(np.asarray(x)), t).numpy(), near)
    assert found.time.min() > 1e-9
