"""Kernel models in closed form: Jacobians against differences, the two ends of training, averaged noise, refusals."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from theory.checks import NotComputable
from theory.learned.kernel_flow import KernelFlow, averaged, noised, normalized_jacobian
from theory.learned.kernels import KERNELS, Gaussian, Kernel, Laplace, Pairs

RNG = np.random.default_rng(0)
DATA = RNG.standard_normal((5, 3))
INPUTS, TARGETS = noised(DATA, 0.3, 4, RNG)
PLACES = RNG.standard_normal((2, 3))
LINE = np.array([[-1.0], [0.2], [1.1]])
GRID, STEP, NOISE = np.linspace(-2.2, 2.3, 31)[:, None], 0.15, 0.05


@pytest.mark.parametrize("name", KERNELS)
def test_jacobians_are_differences(name: str) -> None:
    model, step = KernelFlow(KERNELS[name], INPUTS, TARGETS).at(3.0), 1e-5
    sides = [(model.denoise(PLACES + step * axis) - model.denoise(PLACES - step * axis)) / 2 for axis in np.eye(3)]
    np.testing.assert_allclose(model.jacobian(PLACES), np.stack(sides, axis=-1) / step, atol=1e-8)
    np.testing.assert_allclose(normalized_jacobian(model, PLACES), np.eye(3) - model.jacobian(PLACES))


@pytest.mark.parametrize("name", KERNELS)
def test_the_flow_obeys_its_equation(name: str) -> None:
    kernel, weights = KERNELS[name], np.linspace(1, 2, len(INPUTS)) / np.linspace(1, 2, len(INPUTS)).sum()
    gram = kernel.value(Pairs(INPUTS, INPUTS))

    def down(_: float, values: np.ndarray) -> np.ndarray:
        return -2 * gram @ (weights * (values - TARGETS[:, 0]))

    end = solve_ivp(down, (0, 4.0), np.zeros(len(INPUTS)), method="LSODA", rtol=1e-10, atol=1e-12).y[:, -1]
    flow = KernelFlow(kernel, INPUTS, TARGETS, weights)
    np.testing.assert_allclose(flow.at(4.0).denoise(INPUTS)[:, 0], end, atol=1e-7)
    loss = weights @ ((flow.at(4.0).denoise(INPUTS) - TARGETS) ** 2).sum(axis=1)
    assert flow.training_loss(4.0) == pytest.approx(loss, rel=1e-9)


def test_before_training_all_is_zero_and_the_loss_falls() -> None:
    flow = KernelFlow(Gaussian(), INPUTS, TARGETS)
    np.testing.assert_array_equal(flow.at(0.0).denoise(PLACES), 0)
    losses = [flow.training_loss(tau) for tau in (0.0, 0.1, 1.0, 10.0)]
    assert losses[0] == pytest.approx((TARGETS**2).sum(axis=1).mean())
    assert (np.diff(losses) < 0).all()


@pytest.mark.parametrize("kernel", [Laplace(), Gaussian(0.15)])
def test_without_end_and_with_noise_averaged_a_universal_kernel_is_the_empirical_score(kernel: Kernel) -> None:
    targets, weights = averaged(LINE, NOISE, GRID, np.full(len(GRID), STEP))
    end = KernelFlow(kernel, GRID, targets, weights).at(np.inf)
    np.testing.assert_allclose(end.denoise(GRID), targets, atol=1e-8)


def test_between_the_nodes_it_comes_to_the_empirical_score_as_they_get_closer() -> None:
    places, errors = np.linspace(-1.5, 1.6, 40)[:, None], []
    truth, _ = averaged(LINE, NOISE, places, np.ones(40))
    for nodes in (20, 40, 80):
        grid = np.linspace(-2.2, 2.3, nodes)[:, None]
        targets, weights = averaged(LINE, NOISE, grid, np.ones(nodes))
        end = KernelFlow(Laplace(), grid, targets, weights).at(np.inf)
        errors.append(np.abs(end.denoise(places) - truth).max())
    assert errors[2] < errors[1] / 2 < errors[0] / 4


def test_posterior_means_flow_as_the_data_with_many_noises_do() -> None:
    rng, few = np.random.default_rng(1), GRID[::2]
    targets, weights = averaged(LINE, NOISE, few, np.full(len(few), 2 * STEP))
    by_mean = KernelFlow(Laplace(), GRID, *averaged(LINE, NOISE, GRID, np.full(len(GRID), STEP))).at(5.0)
    by_noise = KernelFlow(Laplace(), *noised(LINE, NOISE, 300, rng)).at(5.0)
    places = np.linspace(-1, 1, 9)[:, None]
    np.testing.assert_allclose(by_mean.denoise(places), by_noise.denoise(places), atol=0.05)
    assert targets.shape == few.shape
    assert weights.sum() == pytest.approx(1)


def test_what_has_no_digits_is_refused() -> None:
    twice = np.concatenate([INPUTS, INPUTS])
    with pytest.raises(NotComputable, match="no digits"):
        KernelFlow(Gaussian(), twice, np.concatenate([TARGETS, TARGETS])).at(np.inf)
    with pytest.raises(NotComputable, match="tau must be below"):  # 30 inputs, 20 monomials
        KernelFlow(KERNELS["cubic"], *noised(DATA, 0.3, 6, RNG)).training_loss(1e14)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="targets must be 20"):
        KernelFlow(Gaussian(), INPUTS, DATA)
    with pytest.raises(ValueError, match="weights must be 20 numbers that sum to 1"):
        KernelFlow(Gaussian(), INPUTS, TARGETS, np.ones(20))
    with pytest.raises(ValueError, match="tau must be >= 0"):
        KernelFlow(Gaussian(), INPUTS, TARGETS).at(-1.0)
    with pytest.raises(ValueError, match="x must have 3 coordinates"):
        KernelFlow(Gaussian(), INPUTS, TARGETS).at(1.0).denoise(np.ones((1, 2)))
    with pytest.raises(ValueError, match="t must be > 0"):
        noised(DATA, 0.0, 1, RNG)
