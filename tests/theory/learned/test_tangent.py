"""The flow along a network's tangent: against its differential equation, its limits, and refusals."""

import numpy as np
import pytest
from scipy.linalg import expm

from theory.learned.tangent import TangentFlow

RNG = np.random.default_rng(5)
TANGENTS, RESIDUAL, SEEN = RNG.standard_normal((3, 2, 9)), RNG.standard_normal((3, 2)), RNG.standard_normal((4, 2, 9))
FLOW = TangentFlow(TANGENTS, RESIDUAL)


def test_it_solves_the_flow_of_the_parameters() -> None:
    rows = TANGENTS.reshape(6, 9)
    drift = np.zeros((10, 10))  # of (delta, 1)
    drift[:9, :9], drift[:9, 9] = -2 * rows.T @ rows / 3, 2 * rows.T @ RESIDUAL.ravel() / 3
    for tau in (0.1, 2.0):
        delta = expm(drift * tau)[:9, 9]
        assert FLOW.displacement(tau) == pytest.approx(delta, rel=1e-9)
        assert FLOW.moved(SEEN, tau) == pytest.approx(SEEN @ delta, rel=1e-9)
        left = RESIDUAL - TANGENTS @ delta
        assert FLOW.training_loss(tau) == pytest.approx((left**2).sum() / 3, rel=1e-9)


def test_it_starts_at_rest_and_ends_at_the_targets() -> None:
    assert (FLOW.moved(SEEN, 0.0) == 0).all()
    assert FLOW.training_loss(0.0) == pytest.approx((RESIDUAL**2).sum() / 3)
    assert FLOW.moved(TANGENTS, 1e6) == pytest.approx(RESIDUAL, rel=1e-6)
    assert (FLOW.modes >= 0).all()


def test_a_mode_at_rest_learns_nothing_that_outputs_show() -> None:
    flow = TangentFlow(np.zeros((2, 1, 3)), np.ones((2, 1)))
    assert (flow.moved(np.ones((1, 1, 3)), 10.0) == 0).all()
    assert flow.training_loss(10.0) == 1.0


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match=r"^residual must be \(3, 2\)"):
        TangentFlow(TANGENTS, RESIDUAL[:2])
    with pytest.raises(ValueError, match=r"^tangents must be by 9 parameters, got 8"):
        FLOW.moved(SEEN[..., :8], 1.0)
    with pytest.raises(ValueError, match=r"^tau must be >= 0"):
        FLOW.displacement(-1.0)
