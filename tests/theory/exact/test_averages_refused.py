"""Where an average has no digits left, or an argument none: the error names it."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.theory.exact.test_averages import VARIANCES, X
from theory.checks import NotComputable
from theory.exact.averages import entropy, log_partition, mean_energy, participation_ratio
from theory.exact.score import mean_jacobian, mean_score, score_variance
from theory.laws import LinearGaussian
from theory.limits.condensation import condensation_time


def test_too_small_for_a_float_is_said() -> None:
    variances, log_n = np.ones(10_000), 5000.0
    t = 3 * condensation_time(np.zeros(10_000), variances, 0.5)
    with pytest.raises(NotComputable, match="use log_participation_ratio"):
        participation_ratio(t, np.zeros(10_000), variances, log_n)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"t": 0.0}, "t must be > 0"),
        ({"t": np.nan}, "t must be finite"),
        ({"x": X[:5]}, "x must have 6 coordinates"),
        ({"law": -VARIANCES}, "law must be >= 0"),
        ({"log_n": -1.0}, "log_n must be >= 0"),
        ({"training_point": X[:5]}, "training_point must have 6 coordinates"),
        ({"order": 1}, "order must be an integer >= 2"),
    ],
)
def test_bad_arguments_are_named(change: dict, message: str) -> None:
    arguments = {"t": 0.1, "x": X, "law": VARIANCES, "log_n": 3.0} | change
    with pytest.raises(ValueError, match=message):
        participation_ratio(**arguments)


def test_a_variance_below_rounding_is_refused() -> None:
    variances, x = np.array([1.0, 0.3, 0.01, 0.0, 2.0]), np.array([0.3, -0.2, 0.1, 0.05, 1.0])
    law, lam = LinearGaussian(variances), 1 / 0.4
    leading = np.exp(law.log_mgf(2 * lam, x) - 2 * law.log_mgf(lam, x) - 60) * lam**2  # many levels: saddle at 2 lambda
    shift = law.gradient(2 * lam, x) / (2 * lam) - law.gradient(lam, x) / lam
    variance = (law.curvature(2 * lam, x) + 2 * lam) / (2 * lam) ** 2
    np.testing.assert_allclose(
        score_variance(0.4, x, variances, 60.0)[:3], (leading * (variance + shift**2))[:3], rtol=0.02
    )
    for training_point in (None, x + 3):
        with pytest.raises(NotComputable, match="below rounding"):
            score_variance(0.4, x, variances, 80.0, training_point)


@pytest.mark.parametrize(
    "call", [participation_ratio, log_partition, mean_energy, entropy, mean_score, score_variance, mean_jacobian]
)
@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"t": 1e300}, "t must be within a factor"),
        ({"t": 1e-300}, "t must be within a factor"),
        ({"log_n": 1e300}, "log_n must be at most"),
        ({"law": np.zeros(3)}, "positive variance"),
    ],
)
def test_what_cannot_be_averaged_is_named(call: Callable[..., np.ndarray], change: dict, word: str) -> None:
    given = {"t": 0.3, "x": np.ones(3), "law": np.array([1.0, 0.3, 0.1]), "log_n": 5.0} | change
    with pytest.raises(ValueError, match=word):
        call(**given)
    assert call(**{**given, "t": np.array([]), "log_n": 5.0, "law": np.ones(3)}).size == 0


def test_far_below_t_c_with_an_edge_the_limit_is_named() -> None:
    t_c = float(condensation_time(np.zeros(2), np.ones(2), np.log(100) / 2))
    with pytest.raises(NotComputable, match="as t -> 0 the nearest point carries all the weight"):
        participation_ratio(1e-4 * t_c, np.zeros(2), np.ones(2), np.log(100))
