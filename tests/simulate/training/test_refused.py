"""What cannot be trained is refused by its name: data, networks, settings, devices."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from simulate.networks import (
    Affine,
    ResidualMLP,
)
from simulate.training import Diverged, Settings, TrainingRun, given
from tests.simulate.training.test_training import SHORT, started


def test_divergence_is_an_error() -> None:
    with pytest.raises(Diverged, match="rate must be smaller than"):
        list(started(Settings(steps=200, batch=16, times=4, rate=1e30)))


def test_a_last_step_that_diverges_is_an_error() -> None:
    run = started(Settings(steps=1, batch=8, times=4, rate=1e38))
    with pytest.raises(Diverged, match="parameters are NaN or infinite at step 1"):
        list(run)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([], "one array for each of the 0 seeds"),
        ([np.zeros(3)], "arrays \\(N, d\\) with one d"),
        ([np.zeros((2, 3)), np.zeros((2, 4))], "arrays \\(N, d\\) with one d"),
        ([np.zeros((0, 3))], "arrays \\(N, d\\) with one d"),
        ([np.zeros((3, 0))], "arrays \\(N, d\\) with one d"),
        ([np.zeros((3, 6), complex)], "of numbers: an imaginary part would be lost"),
        ([np.full((2, 3), np.nan)], "finite"),
    ],
)
def test_bad_data(data: list[np.ndarray], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        TrainingRun(lambda: Affine(3), data, SHORT)


def test_networks_are_of_the_points_of_the_data() -> None:
    with pytest.raises(ValueError, match="build must make a network of points of d = 3 numbers"):
        TrainingRun(lambda: ResidualMLP(9), [np.zeros((2, 3))], SHORT)


class Broken(Affine):
    """Answers with one column, one row, or NaN."""

    def __init__(self, answer: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__(3)
        self.answer = answer

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return self.answer(super().forward(x, t))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda noise: noise[:, :1], r"it makes \(2, 1\) of \(2, 3\)"),
        (lambda noise: noise.mean(dim=0, keepdim=True), r"it makes \(1, 3\) of \(2, 3\)"),
        (lambda noise: noise * torch.nan, "it returns NaN or infinity before any step"),
    ],
)
def test_a_network_answers_each_point_with_a_finite_one(answer: Callable, says: str) -> None:
    with pytest.raises(ValueError, match=f"build must make a network of points of d = 3 numbers.*{says}"):
        TrainingRun(lambda: Broken(answer), [np.random.default_rng(0).standard_normal((4, 3))], SHORT)


@pytest.mark.parametrize(
    ("data", "copies", "says"),
    [
        (np.zeros((5, 2)), 1, r"data must be \(n, 6\) with n >= 1, got shape \(5, 2\)"),
        (np.zeros((0, 6)), 1, "data must be"),
        (np.full((5, 6), np.nan), 1, "data must be finite"),
        (np.zeros((5, 6)), 0, "copies must be an integer >= 1, got 0"),
    ],
)
def test_bad_validation(data: np.ndarray, copies: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        started().validation(data, copies)


def test_seeds_are_numbers_of_generators() -> None:
    with pytest.raises(ValueError, match="seeds must be an integer >= 0, got -1"):
        TrainingRun(lambda: Affine(3), [np.zeros((2, 3))], SHORT, seeds=[-1])


def test_a_device_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="device must be auto or one that torch finds here, got 'foo'"):
        TrainingRun(lambda: Affine(3), [np.zeros((2, 3))], SHORT, device="foo")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"steps": 0}, "steps"),
        ({"batch": 16, "times": 5}, "times must divide batch = 16, got 5"),
        ({"rate": 0.0}, "rate must be > 0"),
        ({"optimizer": "sgd"}, "optimizer must be one of radam, adamw"),
        ({"shortest": 3.0, "longest": 2.0}, "shortest must be a time"),
        ({"longest": np.inf}, "longest must be finite"),
        ({"decay": 1.0}, "decay must be in"),
    ],
)
def test_bad_settings(wrong: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Settings(**wrong)


@pytest.mark.parametrize(
    ("check", "wrong", "says"),
    [
        (given.checked_build, (None,), "build must be a function that makes a network, got NoneType"),
        (given.checked_settings, (None,), "settings must be simulate.training.Settings, got NoneType"),
        (given.checked_seeds, (None, None), r"data must be a list of arrays \(N, d\), got NoneType"),
        (given.checked_seeds, (3, [1]), "seeds must be a list of integers, got int"),
        (given.checked_seeds, ([2**53], [1]), r"seeds must be < 2\^53, got 9007199254740992"),
        (given.checked_data, (["a"], 1), r"data must be arrays \(N, d\) of numbers"),
    ],
)
def test_what_is_none_is_named(check: Callable, wrong: tuple, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(*wrong)
