"""Wide perceptrons: they start at 0, descend as by hand, have the kernel of their limit, and keep the seed's bits."""

import numpy as np
import pytest
import torch

from simulate.experiments.learned.wide import WideLimit
from simulate.learned.wide import descended, outputs, started
from theory.learned.kernels import KERNELS, Pairs

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((3, 2)), RNG.standard_normal((3, 2))


def test_networks_start_at_nothing_and_descend_to_their_targets() -> None:
    start = started(2, 30, 2, 4, np.random.default_rng(1))
    assert [tuple(layer.shape) for layer in start] == [(4, 2, 30, 2), (4, 2, 30, 30), (4, 2, 2, 30)]
    assert outputs(start, torch.as_tensor(X)).abs().max() == 0
    end = outputs(descended(start, X, Y, 0.05, 2000), torch.as_tensor(X)).numpy()
    np.testing.assert_allclose(end, np.broadcast_to(Y, end.shape), atol=0.02)


@pytest.mark.parametrize(
    ("depth", "width", "networks", "slack"), [(1, 10, 20_000, 0.001), (3, 150, 60, 0.02)], ids=["one", "three"]
)
def test_the_first_step_is_one_along_the_kernel_of_infinite_width(
    depth: int, width: int, networks: int, slack: float
) -> None:
    """f after one small step is 2 rate k(x, X) Y/n: of one hidden layer k is its limit on average at any width."""
    rate, kernel = 1e-4, f"tangent, {'one hidden layer' if depth == 1 else 'three hidden layers'}"
    end = descended(started(2, width, depth, networks, np.random.default_rng(2)), X, Y, rate, 1)
    step = outputs(end, torch.as_tensor(X)).numpy() / rate
    limit = 2 * KERNELS[kernel].value(Pairs(X, X)) @ Y / len(X)
    error = step.std(axis=0) / np.sqrt(len(step))
    assert (abs(step.mean(axis=0) - limit) < 4 * error + slack * abs(limit).max()).all()


def test_wider_networks_vary_less_and_the_seed_keeps_its_bits() -> None:
    limit = WideLimit(taus=(0.3,), width=16, replicas=60)
    table = limit.run(progress=False)
    narrow, wide = table.narrow.values.std(), table.wide.values.std()
    assert wide == pytest.approx(narrow / np.sqrt(2), rel=0.35)
    assert table["values"].values == pytest.approx(2 * table.wide.values - table.narrow.values)
    assert (table["values"] == limit.run(progress=False)["values"]).all()


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"^width must be"):
        started(2, 0, 1, 1, RNG)
    with pytest.raises(ValueError, match=r"^rate must be > 0"):
        descended(started(2, 3, 1, 1, RNG), X, Y, 0.0, 1)
