"""Training of linear denoisers: exact data, ends at the best weights, times where weights are what they are said."""

import numpy as np
import pytest

from simulate.learned.linear import covariance, solved
from simulate.learned.linear_training import EmergenceTimes, LinearTraining, of_variances

VARIANCES = (1.0, 0.3)


def test_data_of_given_variances_have_them_along_their_axes() -> None:
    variances = np.array([2.0, 0.5, 0.1])
    data, axes = of_variances(variances, 9, np.random.default_rng(0))
    assert covariance(data) == pytest.approx(axes.T @ np.diag(variances) @ axes, abs=1e-14)
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-14)
    assert data.mean(axis=0) == pytest.approx(0, abs=1e-14)


def test_training_starts_where_it_is_told_and_ends_at_the_solved_denoiser() -> None:
    table = LinearTraining(variances=VARIANCES, t=0.2, start=0.05, taus=(0.0, 100.0)).run(progress=False)
    assert dict(table.sizes) == {"point": 8}
    first, last = table.observed[table.tau == 0.0], table.observed[table.tau == 100.0]
    assert first.values == pytest.approx(0.05, abs=1e-9)
    data, axes = of_variances(np.array(VARIANCES), 20, np.random.default_rng(3))
    best = np.diag(axes @ solved(data, 0.2).weights @ axes.T)
    assert last.values == pytest.approx(np.tile(best, 2), abs=1e-9)


def test_small_steps_of_gradient_descent_follow_the_flow() -> None:
    """P <- P - rate (G + G^T) P with G the gradient in W, written by hand."""
    data, axes = of_variances(np.array(VARIANCES), 20, np.random.default_rng(3))
    second_moment, p, rate = covariance(data), np.sqrt(0.05) * np.eye(2), 1e-4
    for _ in range(10_000):
        w = p @ p.T
        slope = 2 * ((w - np.eye(2)) @ second_moment + 0.2 * w)
        p = p - rate * (slope + slope.T) @ p
    table = LinearTraining(variances=VARIANCES, t=0.2, start=0.05, taus=(1.0,)).run(progress=False)
    along = np.diag(axes @ p @ p.T @ axes.T)
    assert table.observed[table.layers == 2].values == pytest.approx(along, abs=2e-3)


def test_times_are_those_at_which_the_weight_is_at_the_mean() -> None:
    experiment = EmergenceTimes(variances=VARIANCES, t=0.2, starts=(0.05,), mean="half")
    times = experiment.run(progress=False).observed.values / VARIANCES
    for k, tau in enumerate(times):
        table = LinearTraining(variances=VARIANCES, t=0.2, start=0.05, taus=(float(tau),)).run(progress=False)
        end = VARIANCES[k] / (VARIANCES[k] + 0.2)
        assert table.observed[table.layers == 2].values[k] == pytest.approx(end / 2, abs=1e-7)


def test_an_unknown_mean_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^mean must be one of arithmetic, harmonic, half"):
        EmergenceTimes(variances=VARIANCES, t=0.2, starts=(0.05,), mean="geometric").run(progress=False)
