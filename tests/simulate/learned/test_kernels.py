"""Kernel models: kernels against the closed forms of theory, descent against the flow and the solved end, refusals."""

import numpy as np
import pytest
import torch

from simulate.learned.kernels import KERNELS, Followed, descended, solved
from theory.checks import NotComputable
from theory.learned.kernel_flow import KernelFlow
from theory.learned.kernels import KERNELS as CLOSED
from theory.learned.kernels import Pairs

RNG = np.random.default_rng(0)
INPUTS, TARGETS, PLACES = RNG.standard_normal((8, 3)), RNG.standard_normal((8, 3)), RNG.standard_normal((2, 3))


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_are_those_of_theory(name: str) -> None:
    found = KERNELS[name](torch.as_tensor(INPUTS), torch.as_tensor(PLACES)).numpy()
    np.testing.assert_allclose(found, CLOSED[name].value(Pairs(INPUTS, PLACES)), rtol=1e-9)


@pytest.mark.parametrize("name", KERNELS)
def test_descent_comes_to_the_closed_form_as_its_rate_falls(name: str) -> None:
    closed = KernelFlow(CLOSED[name], INPUTS, TARGETS).at(4.0).denoise(PLACES)
    errors = [
        np.abs(descended(name, INPUTS, TARGETS, rate, round(4 / rate)).denoise(PLACES) - closed).max()
        for rate in (0.1, 0.05)
    ]
    assert errors[1] == pytest.approx(errors[0] / 2, rel=0.2)
    assert errors[1] < 0.05


def test_the_flow_ends_where_the_model_is_solved() -> None:
    end = Followed("Laplace", INPUTS, TARGETS).at(PLACES, np.array([1e9]))[0]
    np.testing.assert_allclose(end, solved("Laplace", INPUTS, TARGETS).denoise(PLACES), rtol=1e-6)
    np.testing.assert_allclose(solved("Laplace", INPUTS, TARGETS).denoise(INPUTS), TARGETS, atol=1e-6)


@pytest.mark.parametrize("name", KERNELS)
def test_jacobians_are_differences(name: str) -> None:
    model, step = descended(name, INPUTS, TARGETS, 0.05, 40), 1e-5
    sides = [(model.denoise(PLACES + step * axis) - model.denoise(PLACES - step * axis)) / 2 for axis in np.eye(3)]
    np.testing.assert_allclose(model.jacobian(PLACES), np.stack(sides, axis=-1) / step, atol=1e-7)


def test_weights_are_those_of_the_loss() -> None:
    weights = np.linspace(1, 3, 8) / np.linspace(1, 3, 8).sum()
    closed = KernelFlow(CLOSED["Gaussian"], INPUTS, TARGETS, weights).at(2.0).denoise(PLACES)
    found = descended("Gaussian", INPUTS, TARGETS, 0.002, 1000, weights).denoise(PLACES)
    np.testing.assert_allclose(found, closed, atol=0.01)


def test_a_flow_whose_modes_are_rounding_is_refused_where_that_shows() -> None:
    twice, again = np.concatenate([INPUTS, INPUTS]), np.concatenate([TARGETS, TARGETS])
    flow, once = Followed("Gaussian", twice, again), Followed("Gaussian", INPUTS, TARGETS)
    early = np.array([0.1, 1.0, 1e3])
    np.testing.assert_allclose(flow.at(PLACES, early), once.at(PLACES, early), rtol=1e-9)  # the same loss
    with pytest.raises(NotComputable, match="leave the model no digits at 1e"):
        flow.at(PLACES, np.array([1.0, 1e13]))


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="rate must be between 0 and"):
        descended("Gaussian", INPUTS, TARGETS, 100.0, 1)
    with pytest.raises(ValueError, match="kernel must be one of"):
        solved("cosine", INPUTS, TARGETS)
    with pytest.raises(ValueError, match="positive kernel matrix"):
        solved("cubic", np.repeat(INPUTS, 2, axis=0), np.repeat(TARGETS, 2, axis=0))
