"""Experiments on kernel models: events of a known curve, exponents, rows and their labels, the same bits again."""

import numpy as np
import pytest

from simulate.experiments.learned.kernel_losses import KernelLosses
from simulate.experiments.learned.kernel_samples import KernelSamples
from simulate.experiments.learned.kernels import (
    EVENTS,
    GRID,
    KernelRisk,
    KernelTimes,
    event_times,
    exponents,
    moments,
)
from simulate.experiments.learned.trained import Descent


def test_events_of_a_curve_in_the_log_of_time() -> None:
    logs = np.log(GRID)
    risk = 0.2 + 0.8 * np.abs(logs - 4) / (4 - logs[0])
    learned, least, forgotten = event_times(risk, GRID)
    assert learned == pytest.approx((logs[0] + 4) / 2, abs=0.3)
    assert least == pytest.approx(4, abs=0.2)
    assert forgotten == pytest.approx((logs[-1] + 4) / 2, abs=0.3)


def test_exponents_of_powers() -> None:
    sizes = (5, 10, 40)
    times = np.log(np.array([[3 * n**0.5, 2.0, n**2.0] for n in sizes]))
    np.testing.assert_allclose(exponents(times[None], sizes), [[0.5, 0, 2]], atol=1e-12)


def test_moments_are_mean_and_covariance() -> None:
    data = np.random.default_rng(0).standard_normal((7, 3))
    found = moments(data)
    np.testing.assert_allclose(found[:, 0], data.mean(axis=0))
    np.testing.assert_allclose(found[:, 1:], np.cov(data.T, bias=True))


def test_risk_has_a_row_for_each_kernel_and_time_and_starts_at_pure_noise() -> None:
    experiment = KernelRisk(kernels=("Gaussian", "Laplace"), d=6, n=5, m=4, taus=(1e-6, 10.0), replicas=3)
    table = experiment.run(progress=False)
    assert table.kernel.values.tolist() == ["Gaussian"] * 2 + ["Laplace"] * 2
    assert table.moments.shape == (4, 3, 6, 7)
    np.testing.assert_allclose(table.observed[::2], 1, atol=0.15)
    assert (table.observed[1::2] < table.observed[::2]).all()
    np.testing.assert_array_equal(experiment.run(progress=False)["values"], table["values"])


def test_times_have_a_row_for_each_event() -> None:
    table = KernelTimes(kernels=("Laplace",), d=6, sizes=(4, 8), m=6, replicas=3).run(progress=False)
    assert table.event.values.tolist() == list(EVENTS)
    assert table.moments.shape == (3, 6, 6, 7)


def test_untrained_kernels_neither_follow_nor_know_a_direction() -> None:
    table = KernelLosses(kernels=("Laplace",), d=6, n=5, m=4, taus=(1e-6,), replicas=3).run(progress=False)
    jacobian, loss = table.observed.values
    assert jacobian == pytest.approx(1, abs=1e-4)
    assert loss == pytest.approx(1, abs=0.8)


def test_kernels_trained_for_long_make_copies() -> None:
    settings = {"d": 4, "n": 3, "m": 8, "count": 20, "replicas": 2}
    few, many = KernelSamples(kernels=("Gaussian",), taus=(1e-3, 1e4), **settings).run(progress=False).observed.values
    assert few < 0.2 < 0.5 < many


def test_descent_carries_its_data() -> None:
    table = Descent(kernels=("Gaussian",), taus=(1.0,), rate=0.05).run(progress=False)
    assert table.sizes["point"] == 2
    assert table.inputs.shape == (2, 25, 4)
    assert (table.stderr < 0.01).all()
