"""Lowest levels against explicit data sets, the inverse of their own law, and the exact averages at N = e^160."""

import numpy as np
import pytest
from scipy import stats

from simulate.levels.lowest import Spectrum, draw_levels, log_uniform_order
from simulate.levels.shell import points_of_energy
from theory.checks import NotComputable
from theory.exact.averages import participation_ratio
from theory.laws import LinearGaussian
from theory.limits.condensation import condensation_time

RATE = 1e-4  # of false alarms, for each two-sample test below
VARIANCES = np.r_[np.ones(6), np.full(6, 0.09), 0.0]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def explicit(law, x, n, count, replicas, rng):
    energies = (((law.sample(n, rng) - x) ** 2).sum(1) / 2 for _ in range(replicas))
    return np.array([np.sort(np.partition(e, count)[:count]) for e in energies])


@pytest.mark.parametrize(("n", "replicas"), [(20, 3000), (100, 2000), (20_000, 200), (1_000_000, 12)])
def test_levels_are_those_of_explicit_data(n, replicas, rng):
    law, x = LinearGaussian(VARIANCES, 0.3), np.linspace(-1, 1, 13)
    count = min(40, n // 2)
    drawn = draw_levels(law, x, np.log(n), count, rng, 2000).energies
    data = explicit(law, x, n, count, replicas, rng)
    for k in (0, 1, count // 2, count - 1):
        assert stats.ks_2samp(drawn[:, k], data[:, k]).pvalue > RATE
    assert stats.ks_2samp(drawn[:, 1] - drawn[:, 0], data[:, 1] - data[:, 0]).pvalue > RATE
    assert (np.diff(drawn, axis=1) >= 0).all()


@pytest.mark.parametrize("t", [0.02, 0.1, 0.5, 5.0])
def test_partition_and_participation_are_those_of_explicit_data(t, rng):
    law, x, n = LinearGaussian(VARIANCES), np.sqrt(VARIANCES), 5000
    levels = draw_levels(law, x, np.log(n), 60, rng, 400)
    data = np.array([((law.sample(n, rng) - x) ** 2).sum(1) / 2 for _ in range(400)])
    log_z = np.logaddexp.reduce(-data / t, axis=1)
    ratio = np.exp(np.logaddexp.reduce(-2 * data / t, axis=1) - 2 * log_z)
    for drawn, seen in ((levels.log_partition(t), log_z), (levels.participation_ratio(t), ratio)):
        error = np.hypot(drawn.std(), seen.std()) / 20
        assert abs(drawn.mean() - seen.mean()) < 4.5 * error
    assert (levels.weights(t).sum(1) <= 1 + 1e-12).all()
    scatter = np.expm1(log_z - levels.log_partition(t)).std()
    assert levels.error(t).max() < 2.5 * scatter  # a bound on how the rest fluctuates, not far above the whole's


@pytest.mark.parametrize("log_n", [8.0, 160.0, 5000.0])
def test_the_distribution_of_the_drawn_energies_is_uniform_in_logs(log_n, rng):
    d = int(max(20, 2.5 * log_n))
    law, x = LinearGaussian(np.linspace(0.1, 1, d)), np.ones(d)
    log_u = np.sort(log_uniform_order(log_n, 5, rng, 2)).ravel()
    spectrum = Spectrum(law, x)
    energies = spectrum.quantiles(-log_n - 40, log_u.max() + 0.3)(log_u)
    assert np.allclose(spectrum.log_cdf(energies), log_u, rtol=0, atol=1e-6)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.9])
def test_mean_participation_at_e_to_the_160_is_the_exact_average(share, rng):
    variances = np.r_[np.ones(200), np.full(200, 0.09)]
    x = np.sqrt(variances) * rng.choice([-1, 1], 400)
    t = share * float(condensation_time(x, variances, 0.4))
    levels = draw_levels(variances, x, 160.0, 1500, rng, 1000)
    ratio = levels.participation_ratio(t)
    exact = float(participation_ratio(t, x, LinearGaussian(variances), 160.0))
    assert abs(ratio.mean() - exact) < 4.5 * ratio.std() / np.sqrt(1000)
    assert levels.error(t).max() < 0.01


def test_points_on_a_shell_are_data_conditioned_on_their_energy(rng):
    law, x, energy = LinearGaussian([1.0, 0.3, 0.05, 0.0], 0.2), np.array([0.8, -0.4, 0.1, 0.5]), 0.4
    y = points_of_energy(law, x, np.full(4000, energy), rng)
    assert np.allclose(((y - x) ** 2).sum(1) / 2, energy, rtol=1e-12)
    data = law.sample(1_500_000, rng)
    near = data[np.abs(((data - x) ** 2).sum(1) / 2 - energy) < 0.002]
    for i in range(3):
        assert stats.ks_2samp(y[:, i], near[:, i]).pvalue > RATE
    assert np.array_equal(y[:, 3], np.full(4000, 0.2))


def test_levels_have_points(rng):
    levels = draw_levels(VARIANCES, np.zeros(13), 30.0, 20, rng)
    y = levels.points(rng)
    assert np.allclose((y**2).sum(1) / 2, levels.energies[0], rtol=1e-12)


@pytest.mark.parametrize("log_n", [np.log(90), 25.0])
@pytest.mark.parametrize("t", [0.3, 2.5])
def test_the_rest_is_the_mean_of_the_levels_above_the_last(log_n, t, rng):
    """E is Gamma(7, 1.5): E[e^{-E/t} | E > e] is a ratio of two tails, and there are N - K such levels."""
    levels = draw_levels(np.full(14, 1.5), np.zeros(14), log_n, 9, rng, 3)
    last, narrowed = levels.energies[:, -1], 1 / (1 / 1.5 + 1 / t)
    tails = stats.gamma(7, scale=narrowed).logsf(last) - stats.gamma(7, scale=1.5).logsf(last)
    expected = np.log(np.exp(log_n) - 9) + tails + 7 * np.log(narrowed / 1.5)
    np.testing.assert_allclose(levels.log_rest(t), expected, rtol=1e-9)
    whole = np.exp(-levels.energies / t).sum(axis=1) + np.exp(expected)
    np.testing.assert_allclose(levels.log_partition(t), np.log(whole), rtol=1e-9)
    np.testing.assert_allclose(levels.weights(t), np.exp(-levels.energies / t) / whole[:, None], rtol=1e-8)
    squares = np.exp(levels.log_rest(t / 2))
    ratio = (np.exp(-2 * levels.energies / t).sum(axis=1) + squares) / whole**2
    np.testing.assert_allclose(levels.participation_ratio(t), ratio, rtol=1e-8)
    np.testing.assert_allclose(levels.error(t), np.sqrt(squares) / whole, rtol=1e-8)


def test_points_are_those_of_the_data_set_that_is_asked_for(rng):
    levels = draw_levels(VARIANCES, np.full(13, 0.2), np.log(90), 5, rng, 3)
    for row in range(3):
        energies = ((levels.points(rng, row) - 0.2) ** 2).sum(axis=1) / 2
        np.testing.assert_allclose(energies, levels.energies[row], rtol=1e-12)


def test_the_same_seed_gives_the_same_bits():
    first, second = (draw_levels(VARIANCES, np.zeros(13), 50.0, 5, np.random.default_rng(3)).energies for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"log_n": -1.0}, "log_n must be >= 0"),
        ({"count": 0}, "count must be an integer >= 1"),
        ({"count": 11}, "count must be at most N/2"),
        ({"replicas": 0}, "replicas must be an integer >= 1"),
        ({"x": np.zeros(4)}, "x must have 13 coordinates"),
        ({"x": np.zeros((2, 13))}, "x must have 1 dimensions"),
    ],
)
def test_bad_input_is_named(change, message, rng):
    given = {"law": VARIANCES, "x": np.zeros(13), "log_n": np.log(20), "count": 5, "rng": rng} | change
    with pytest.raises(ValueError, match=message):
        draw_levels(**given)


def test_a_plane_out_of_reach_is_named(rng):
    law = LinearGaussian([1.0, 1.0, 0.0])
    with pytest.raises(NotComputable, match="energies must exceed"):
        points_of_energy(law, np.array([0.0, 0.0, 9.0]), np.array([1.0]), rng)
