"""Mean energy and entropy of a data set: derivatives of the log partition function, and their limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory.exact.test_averages import TRAINING_POINT, VARIANCES, X
from theory.exact.averages import entropy, log_participation_ratio, log_partition, mean_energy
from theory.limits.condensation import condensation_time
from theory.limits.weights import condensed_entropy


@pytest.mark.parametrize("training_point", [None, TRAINING_POINT], ids=["random", "training-point"])
@pytest.mark.parametrize("log_n", [0.0, np.log(50), 300.0])
@pytest.mark.parametrize("ratio", [0.2, 1.0, 5.0])
def test_the_mean_energy_is_the_slope_of_the_log_partition(
    training_point: np.ndarray | None, log_n: float, ratio: float
) -> None:
    """By five-point differences in lambda, of an error of order step^4; the entropy is E log Z and lambda times it."""
    lam = 1 / (ratio * float(condensation_time(X, VARIANCES, max(log_n, 1.0) / 6)))
    step = 2e-3 * lam * np.array([-2, -1, 1, 2])
    slope = np.array([1, -8, 8, -1]) / 12 @ log_partition(1 / (lam + step), X, VARIANCES, log_n, training_point)
    energy = mean_energy(1 / lam, X, VARIANCES, log_n, training_point)
    assert lam * energy == pytest.approx(-slope / 2e-3, abs=1e-7)
    sum_of_both = log_partition(1 / lam, X, VARIANCES, log_n, training_point) + lam * energy
    assert entropy(1 / lam, X, VARIANCES, log_n, training_point) == pytest.approx(sum_of_both, abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 60), st.floats(0.1, 30))
def test_the_entropy_is_between_0_and_log_n_and_rises(seed: int, log_n: float, ratio: float) -> None:
    """With t, as the mean energy does: d<E>/dlambda = -Var_w(E); at least -log sum w^2 on average, by Jensen twice."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.05, 2, 6)
    x = np.sqrt(v) * rng.standard_normal(6)
    t = ratio * float(condensation_time(x, v, log_n / 6)) * np.array([0.9, 1.0, 1.1])
    nats, energies = entropy(t, x, v, log_n), mean_energy(t, x, v, log_n)
    assert (np.diff(nats) > -1e-9).all()
    assert (np.diff(energies) > -1e-12 * energies[0]).all()
    assert (nats >= -1e-12).all()
    assert (nats <= log_n).all()
    assert (nats >= -log_participation_ratio(t, x, v, log_n) - 1e-9).all()


def test_entropy_and_energy_at_their_limits() -> None:
    """One point; no point lost at t -> infinity, where <E> is the mean energy; the training point alone at t -> 0."""
    t, mean = np.array([0.01, 1.0, 100.0]), (X**2 + VARIANCES).sum() / 2
    own = ((X - TRAINING_POINT) ** 2).sum() / 2
    assert mean_energy(t, X, VARIANCES, 0.0) == pytest.approx(mean, rel=1e-11)
    assert entropy(t, X, VARIANCES, 0.0) == pytest.approx(0, abs=1e-11)
    assert entropy(1e9, X, VARIANCES, 20.0) == pytest.approx(20, abs=1e-9)
    assert mean_energy(1e9, X, VARIANCES, 20.0) == pytest.approx(mean, rel=1e-8)
    assert mean_energy(t, X, VARIANCES, 0.0, TRAINING_POINT) == pytest.approx(own, rel=1e-12)
    assert entropy(t, X, VARIANCES, 0.0, TRAINING_POINT) == pytest.approx(0, abs=1e-12)
    assert entropy(1e-4, TRAINING_POINT, VARIANCES, 3.0, TRAINING_POINT) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("ratio", [0.3, 0.6])
def test_below_the_condensation_time_the_entropy_tends_to_that_of_poisson_dirichlet(ratio: float) -> None:
    """As log N grows at the same alpha; the error falls faster than (log N)^{-1/2}."""
    limit = condensed_entropy.numeric(ratio, 1.0)

    def error(d: int) -> float:
        t = ratio * float(condensation_time(np.ones(d), np.ones(d), 0.5))
        return abs(float(entropy(t, np.ones(d), np.ones(d), 0.5 * d)) / limit - 1)

    assert error(2000) < 0.5 * error(500) < 0.05
