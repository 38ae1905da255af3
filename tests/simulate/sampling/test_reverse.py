"""Reverse runs: the Gaussian law's variance within the stated error, clones of data points, order two, refusals."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from simulate.dimension.refusals import BadScore
from simulate.dimension.scores import EmpiricalScore, PopulationScore
from simulate.engine.posterior import posterior
from simulate.sampling import clones, collision_rate, nearest_two, sample
from theory.laws.spectra import gaussian, halves

RUNS, CLONES, D, LONGEST, SHORTEST = 4000, 1000, 4, 100.0, 1e-4
STATED = {"sde": {32: 0.037, 64: 0.011, 128: 0.003, 256: 0.0009}, "ode": {32: 0.021, 64: 0.013, 128: 0.011, 256: 0.010}}


def linear_end(method: str, steps: int) -> float:
    """Variance of the ends of runs of the score -x/(1 + t), whose every step is linear: an exact recursion."""
    power = 1.0 if method == "sde" else 0.5
    times = np.geomspace(LONGEST, SHORTEST, steps + 1)
    variance = times[0] ** (1 - 2 * power)
    for t, later in pairwise(times.tolist()):
        slope, next_slope, h = t**power / (1 + t), later**power / (1 + later), later**-power - t**-power
        kept = 1 + h * (slope + next_slope * (1 + h * slope)) / 2
        variance = kept**2 * variance + (h * (1 + h * next_slope / 2) ** 2 if method == "sde" else 0.0)
    return float(variance * times[-1] ** (2 * power) / (1 + times[-1]) ** 2)


@pytest.mark.parametrize("method", ["sde", "ode"])
@pytest.mark.parametrize("steps", [32, 64, 128, 256])
def test_the_stated_error_is_that_of_the_scheme(method: str, steps: int) -> None:
    assert 1 - linear_end(method, steps) == pytest.approx(STATED[method][steps], rel=0.05)


@pytest.mark.parametrize("method", ["sde", "ode"])
def test_samples_of_a_gaussian_law_have_the_variance_of_the_scheme(method: str) -> None:
    law, rng = gaussian((1.0, D)), np.random.default_rng(0)
    found = sample(PopulationScore(law), RUNS, D, rng, LONGEST, SHORTEST, method, steps=64).var()
    assert found == pytest.approx(linear_end(method, 64), abs=5 * np.sqrt(2 / (RUNS * D)))


@pytest.mark.parametrize("t", [0.2, 0.6])
def test_clones_of_the_empirical_score_are_data_points_drawn_by_their_weights(t: float) -> None:
    rng, law = np.random.default_rng(1), halves(6)
    data, x = law.sample(40, rng), law.sample(1, rng)[0]
    ends = clones(EmpiricalScore(data), x, t, CLONES, rng, t_min=1e-3, steps=32)
    index, distances = nearest_two(ends, data)
    assert distances[:, 0].max() < 1e-6
    weights = posterior(x, data, t).weights
    share = np.bincount(index, minlength=len(data)) / CLONES
    assert (np.abs(share - weights) < 5 * np.sqrt(weights / CLONES) + 2e-3).all()
    assert collision_rate(index) == pytest.approx((weights**2).sum(), abs=0.04)


def test_clones_of_a_law_are_draws_of_its_posterior() -> None:
    law, rng, t = halves(4), np.random.default_rng(2), 0.3
    x = np.array([0.5, -1.0, 0.2, 0.1])
    ends = clones(PopulationScore(law), x, t, RUNS, rng)
    shrunk = law.variances / (law.variances + t)
    np.testing.assert_allclose(ends.mean(axis=0), shrunk * x, atol=5 * np.sqrt(t / RUNS))
    np.testing.assert_allclose(ends.var(axis=0) / (t * shrunk), 1, atol=5 * np.sqrt(2 / RUNS))


def test_the_probability_flow_tells_nothing_of_the_weights() -> None:
    rng = np.random.default_rng(3)
    data = halves(6).sample(40, rng)
    ends = clones(EmpiricalScore(data), data[0] / 2, 0.5, 10, rng, method="ode", steps=32)
    assert np.ptp(ends, axis=0).max() == 0


def test_the_same_seed_gives_the_same_bits_and_another_does_not() -> None:
    score = PopulationScore(halves(4))
    first, again, other = (
        sample(score, 3, 4, np.random.default_rng(seed), LONGEST, SHORTEST, steps=8) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


def _run(**changed: object) -> Callable[[], np.ndarray]:
    settings = {"score": PopulationScore(halves(4)), "count": 2, "d": 4, "rng": np.random.default_rng(0)}
    return lambda: sample(**{**settings, "t_max": 1.0, "t_min": 0.1, "steps": 2, **changed})  # pyright: ignore


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"count": 0}, "count must be an integer >= 1"),
        ({"t_min": 2.0}, "t_min must be below t_max"),
        ({"t_min": 0.0}, "t_min must be > 0"),
        ({"method": "euler"}, "method must be one of sde, ode"),
        ({"steps": 0}, "steps must be an integer >= 1"),
    ],
)
def test_bad_arguments_are_named(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _run(**changed)()


def test_a_score_that_is_no_field_is_refused() -> None:
    with pytest.raises(BadScore, match="finite"):
        _run(score=lambda x, t: x * np.nan)()
    with pytest.raises(BadScore, match="shape"):
        _run(score=lambda x, t: x[:, :1])()
