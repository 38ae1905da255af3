"""What modes have learned, against 50 digits, and where rounding leaves none."""

import re

import mpmath
import numpy as np
import pytest

from simulate.learned.features_training import Cosines, FeatureFlow
from theory.checks import NotComputable
from theory.digits import has_digits
from theory.learned.features import flowed
from theory.learned.modes import learned
from theory.learned.tangent import TangentFlow

MODES = np.array([0.0, 1e-12, 1e-3, 1.0])


@pytest.mark.parametrize("tau", [0.0, 1e-9, 0.3, 1e5])
def test_what_a_mode_has_learned_has_all_digits(tau: float) -> None:
    with mpmath.workdps(50):
        exact = [float((1 - mpmath.exp(-2 * mpmath.mpf(u) * tau)) / mpmath.mpf(u)) for u in MODES[1:].tolist()]
    np.testing.assert_allclose(learned(MODES, tau), [2 * tau, *exact], rtol=1e-14)


def test_modes_that_are_known_have_an_end_and_others_have_not() -> None:
    np.testing.assert_allclose(learned(np.array([0.5, 2.0]), np.inf), [2.0, 0.5])
    for modes in (MODES, np.array([-1e-17, 1.0])):
        with pytest.raises(NotComputable, match="leave the model no digits at inf"):
            learned(modes, np.inf)


def test_the_last_time_that_is_named_is_the_last_that_is_answered() -> None:
    last = 1e-4 / (2 * 4 * np.finfo(float).eps)
    has_digits(MODES, 0.99 * last)
    with pytest.raises(NotComputable, match=re.escape(f"tau must be below {last:.3g}")):
        has_digits(MODES, 1.01 * last)


def test_features_and_tangents_whose_modes_are_rounding_are_refused() -> None:
    rng = np.random.default_rng(0)
    data, cosines = rng.standard_normal((3, 2)), Cosines.drawn(40, 2, 2.0, rng)
    u, v = cosines.moments(data, 1e-6)  # three points, 40 features, nearly no noise
    flow = FeatureFlow(cosines, data, data, 1e-6)
    tangents = np.repeat(rng.standard_normal((2, 3, 50)), 2, axis=0)  # each input twice
    for late in (lambda: flowed(u, v, 1e14), lambda: flow.coefficients(1e14), lambda: flow.test_loss(1e14)):
        with pytest.raises(NotComputable, match="leave the model no digits"):
            late()
    for later in ("displacement", "training_loss"):
        with pytest.raises(NotComputable, match="leave the model no digits"):
            getattr(TangentFlow(tangents, np.ones((4, 3))), later)(1e14)
    np.testing.assert_allclose(flowed(u, v, 10.0), flow.coefficients(10.0), atol=1e-10)
