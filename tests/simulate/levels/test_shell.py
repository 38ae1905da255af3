"""Points of a given energy lie on it, where the law puts them; the tails of one energy are those of a Gamma law."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma, kstest

from simulate.levels.lowest import log_uniform_order
from simulate.levels.shell import _log_radius, points_of_energy
from simulate.levels.tilted import line, saddle_above, saddle_energy
from theory.checks import NotComputable
from theory.laws import LinearGaussian, Sphere

LAW = LinearGaussian([2.0, 0.5, 0.0, 1.0], mean=[1.0, -1.0, 3.0, 0.0])
X = np.array([0.5, 0.5, 2.0, 1.0])


@pytest.mark.parametrize("energies", [np.array([0.6, 1.0, 3.0, 10.0]), np.array([20.0, 40.0])])  # the mean is 4
def test_points_have_their_energies_and_stay_in_the_plane_of_the_data(energies: np.ndarray) -> None:
    points = points_of_energy(LAW, X, energies, np.random.default_rng(0))
    np.testing.assert_allclose(((points - X) ** 2).sum(axis=1) / 2, energies, rtol=1e-12)
    np.testing.assert_array_equal(points[:, 2], 3.0)


@pytest.mark.parametrize("energy", [1.0, 2.5])
def test_points_of_an_energy_are_those_of_the_law_near_it(energy: float) -> None:
    """Mean and mean square of each coordinate, against the points of a million whose energy is within 1 %."""
    data = LAW.sample(1_000_000, np.random.default_rng(1))
    seen = ((data - X) ** 2).sum(axis=1) / 2
    expected = data[np.abs(seen / energy - 1) < 0.01]
    found = points_of_energy(LAW, X, np.full(20_000, energy), np.random.default_rng(2))
    for power in (1, 2):
        ours, theirs = found**power, expected**power
        error = np.sqrt(ours.var(axis=0) / len(ours) + theirs.var(axis=0) / len(theirs))
        assert (np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) <= 5 * error + 1e-12).all()


@pytest.mark.parametrize("unit", [1e-6, 1e5])
def test_points_in_other_units_are_those_in_other_units(unit: float) -> None:
    other = LinearGaussian(unit**2 * LAW.variances, unit * LAW.mean)
    energies = np.array([0.7, 2.5, 4.0])
    points = points_of_energy(LAW, X, energies, np.random.default_rng(3))
    found = points_of_energy(other, unit * X, unit**2 * energies, np.random.default_rng(3))
    np.testing.assert_allclose(found, unit * points, rtol=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "n"), [(2.0, 0.7, 3), (0.3, 4.0, 2), (5.0, 30.0, 7), (1.0, -1.0, 2), (1.0, -30.0, 2), (2.0, -8.0, 40)]
)
def test_the_density_of_a_radius_is_that_of_its_quadrature(a: float, b: float, n: int) -> None:

    def unnormalized(s: float) -> float:
        return s ** (n - 1) * np.exp(-a * s**2 / 2 + b * s)

    radius = (b + np.sqrt(b**2 + 4 * a * (n - 1))) / (2 * a) * np.array([0.4, 1.0, 1.7])
    total = quad(unnormalized, 0, 60 * radius[1], points=radius, limit=400, epsrel=1e-12, epsabs=0)[0]
    found = _log_radius(radius, np.full(3, a), np.full(3, b), n)
    np.testing.assert_allclose(found, np.log([unnormalized(r) / total for r in radius]), rtol=0, atol=1e-9)


def test_what_the_law_does_not_reach_is_refused() -> None:
    generator = np.random.default_rng(0)
    with pytest.raises(NotComputable, match=r"energies must exceed .* nearest to x"):
        points_of_energy(LAW, X, np.array([1.0, 0.5]), generator)  # x lies 1 from the plane: E > 1/2
    for variances in ([1.0, 0.0], [0.0, 0.0]):
        few = rf"law must have 2 positive variances at least .* got {np.count_nonzero(variances)}"
        with pytest.raises(NotComputable, match=few):
            points_of_energy(LinearGaussian(variances), np.zeros(2), np.array([1.0]), generator)
    with pytest.raises(NotComputable, match="linear Gaussian"):
        points_of_energy(Sphere(3), np.zeros(4), np.array([1.0]), generator)


@pytest.mark.parametrize("theta", [0.4, 1.55, 3.0])
def test_a_line_is_the_mean_below_or_above_an_energy(theta: float) -> None:
    """E[e^{-pE}; E < e] right of the pole p, E[e^{-pE}; E > e] left of it: E is Gamma(20, 1), tilted Gamma again."""
    pole, law = 1.5, LinearGaussian(np.ones(40))
    x, saddle = np.zeros(40), 20 / (1 + theta) + 1 / (theta - pole)
    energy = saddle * np.array([0.9, 1.0, 1.1])
    found = line(law, x, theta, pole).log_integral(energy)
    tilted = gamma(20, scale=1 / (1 + pole))
    tail = tilted.logcdf(energy) if theta > pole else tilted.logsf(energy)
    np.testing.assert_allclose(found, tail - 20 * np.log(1 + pole), rtol=1e-9)
    nearby = 20 / (1 + theta) * np.array([0.9, 1.0, 1.1])  # about the saddle point without the pole
    density = line(law, x, theta, pole).log_density(nearby)
    np.testing.assert_allclose(density, gamma(20).logpdf(nearby) - pole * nearby, rtol=1e-9)


def test_saddles_are_stationary_points() -> None:
    """Of K + (theta - p) e - log |theta - p|: K' + e = 1/(theta - p)."""
    law, x = LinearGaussian(np.ones(40)), np.zeros(40)

    def slope(theta: float) -> float:
        return -20 / (1 + theta)  # of K = -20 log(1 + theta)

    assert slope(0.7) + saddle_energy(law, x, 0.7) == pytest.approx(1 / 0.7, rel=1e-12)
    theta = saddle_above(law, x, 18.0, 1.5)
    assert theta < 1.5
    assert slope(theta) + 18.0 == pytest.approx(1 / (theta - 1.5), rel=1e-9)


@pytest.mark.parametrize("log_n", [np.log(50), 40.0])
def test_the_lowest_of_n_uniform_numbers_are_beta(log_n: float) -> None:
    """E U_(k) = k/(N + 1), Var U_(1) = N/((N + 1)^2 (N + 2)): in units of 1/N for any N."""
    n = np.exp(log_n)
    found = np.exp(log_uniform_order(float(log_n), 5, np.random.default_rng(0), 40_000) + log_n)
    np.testing.assert_allclose(found.mean(axis=0), np.arange(1, 6) * n / (n + 1), rtol=5 / 200)
    assert found[:, 0].var() == pytest.approx(n**3 / ((n + 1) ** 2 * (n + 2)), rel=0.07)
    assert (np.diff(found, axis=1) > 0).all()


@pytest.mark.parametrize("log_n", [np.log(4), 40.0])
def test_the_lowest_of_n_uniform_numbers_are_drawn_anew_each_time(log_n: float) -> None:
    """One data set at a time, of one generator: the lowest of N has the distribution function 1 - (1 - u)^N."""
    rng, n = np.random.default_rng(1), np.exp(log_n)
    lowest = np.exp([log_uniform_order(float(log_n), 1, rng, 1).item() for _ in range(2000)])
    assert kstest(-np.expm1(n * np.log1p(-lowest)), "uniform").pvalue > 1e-4
