"""Spectra: gaps reduced to zero, densities against their moments and against random matrices."""

from types import SimpleNamespace

import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from theory.checks import NotComputable
from theory.formula import symbol
from theory.laws.linear import linear_energy_law
from theory.limits.fluctuation import frozen_normalized_jacobian
from theory.limits.spectrum import (
    RandomSum,
    effective_covariance,
    final_gap,
    intermediate_gap,
    marchenko_pastur_lower,
    marchenko_pastur_upper,
    normalized_jacobian_density,
    random_manifold,
)

T, V, X, LAM = symbol("t"), symbol("v"), symbol("x"), symbol("lam")
NORMALIZED_JACOBIAN = (-sp.diff(linear_energy_law.written.args[0], X, 2) / LAM).subs(LAM, 1 / T)


def assert_moments(spectrum: RandomSum) -> None:
    """The moments of `test_the_density_has_the_moments_of_the_sum`."""
    n, a, counts = spectrum.dimension, spectrum.weights, spectrum.counts
    first = float(counts @ a)
    expected = (1 - spectrum.null_share, first, n * float(counts @ a**2) + first**2)
    found = [spectrum.moment(k).sum() for k in range(3)]
    assert found == pytest.approx(expected, rel=1e-9)


# Gaps


def test_the_final_gap_is_between_the_manifold_and_what_is_out_of_it() -> None:
    gamma = symbol("gamma")
    gap = NORMALIZED_JACOBIAN.subs(V, 0) - NORMALIZED_JACOBIAN.subs(V, gamma)
    assert sp.simplify(gap - final_gap.written) == 0


def test_the_intermediate_gap_opens_and_closes() -> None:
    low, high = intermediate_gap.symbols[1:]
    positive = {s: sp.Symbol(s.name, positive=True) for s in (low, high)}
    gap = (NORMALIZED_JACOBIAN.subs(V, low) - NORMALIZED_JACOBIAN.subs(V, high)).subs(positive)
    assert sp.simplify(gap - intermediate_gap.written.subs(positive)) == 0
    a, b = positive.values()
    assert sp.simplify(gap - T * (b - a) / ((T + a) * (T + b))) == 0
    assert sp.simplify(sp.diff(gap, T).subs(T, sp.sqrt(a * b))) == 0
    assert (sp.limit(gap, T, 0), sp.limit(gap, T, sp.oo)) == (0, 0)


def test_below_the_condensation_time_gaps_are_frozen() -> None:
    t_c = 0.05
    frozen = frozen_normalized_jacobian.numeric(t_c, np.array([0.0, 0.09, 1.0]))
    assert frozen[0] - frozen[1] == pytest.approx(final_gap.numeric(t_c, 0.09))
    assert frozen[1] - frozen[2] == pytest.approx(intermediate_gap.numeric(t_c, 0.09, 1.0))


# Random sums


@pytest.mark.parametrize("ratio", [0.25, 1.0, 4.0, 25.0])
def test_one_variance_is_marchenko_pastur(ratio: float) -> None:
    spectrum = random_manifold([1.0], [100], 100 * ratio)
    low, high = spectrum.edges()[0]
    assert low == pytest.approx(marchenko_pastur_lower.numeric(ratio), abs=1e-9)
    assert high == pytest.approx(marchenko_pastur_upper.numeric(ratio), rel=1e-9)
    s = np.linspace(low, high, 13)[1:-1]
    known = np.sqrt((high - s) * (s - low)) / (2 * np.pi * s * ratio)
    assert spectrum.density(s) == pytest.approx(known, rel=1e-9)
    assert spectrum.density(np.array([high * 1.01, high * 3])) == pytest.approx(0, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    weights=st.lists(st.floats(0.02, 3), min_size=1, max_size=3),
    seed=st.integers(0, 100),
    dimension=st.floats(20, 500),
)
@example(weights=[1.0], seed=28, dimension=69.0078125)  # nearly square: density 1/s^{1/2} down to an edge of 2e-7
def test_the_density_has_the_moments_of_the_sum(weights: list[float], seed: int, dimension: float) -> None:
    """E tr S = n sum a and E tr S^2 = n (n + 1) sum a^2 + n (sum a)^2 - n sum a^2, to leading order."""
    counts = np.random.default_rng(seed).integers(10, 100, len(weights)).astype(float)
    spectrum = RandomSum(weights, counts, dimension)
    assert_moments(spectrum)


@settings(max_examples=25, deadline=None)
@given(
    weights=st.lists(st.floats(0.02, 3), min_size=1, max_size=3),
    log_excess=st.floats(-15, -1),
    sign=st.sampled_from([-1, 0, 1]),
)
def test_a_nearly_square_sum_keeps_its_moments_and_its_lowest_edge(
    weights: list[float], log_excess: float, sign: int
) -> None:
    """The edge is excess^2/(4 sum c/b) to leading order, of z = -w (excess + w sum c/b)."""
    counts, excess = np.full(len(weights), 40.0), sign * 10**log_excess
    spectrum = RandomSum(weights, counts, counts.sum() * (1 + excess))
    assert_moments(spectrum)
    exact = (spectrum.dimension - counts.sum()) / spectrum.dimension
    leading = exact**2 / 4 / (counts / spectrum.dimension**2 / np.array(weights)).sum()
    assert spectrum.edges()[0, 0] == pytest.approx(leading, rel=3 * abs(excess), abs=0)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.3, 3), st.floats(0.05, 0.9), st.floats(-15, -2))
def test_two_intervals_that_nearly_meet_keep_their_moments(share: float, low: float, log_distance: float) -> None:
    """Two weights part where n is the least of sum c a^2/(v + a)^2 between their poles; each has its own summands."""
    counts = np.array([50.0, 50.0 * share])
    ratio = (counts[0] / (counts[1] * low**2)) ** (1 / 3)
    v = -(1 + ratio * low) / (1 + ratio)
    meeting = counts[0] / (v + 1) ** 2 + counts[1] * low**2 / (v + low) ** 2
    two, one = (
        RandomSum([1.0, low], counts, meeting * (1 + sign * 10**log_distance + sign * 1e-14)) for sign in (1, -1)
    )
    assert (len(two.edges()), len(one.edges())) == (2, 1)
    for spectrum in (two, one):
        assert_moments(spectrum)
    below, above = two.moment()
    assert above == pytest.approx(counts[0] / two.dimension, rel=1e-9)
    assert below == pytest.approx(1 - two.null_share - counts[0] / two.dimension, rel=1e-9)


def test_far_more_summands_than_dimensions_of_which_few_are_small_keep_their_moments() -> None:
    """The spectrum lies far from the poles of many weights."""
    assert_moments(RandomSum(np.geomspace(0.1, 1, 8), np.array([1.0] * 7 + [1000.0]), 5.0))


NEARLY_EQUAL = RandomSum(1 + 1e-2 * np.arange(12), np.ones(12), 5.0)
SQUARE, TWO_ABOVE_0 = RandomSum([1.0, 0.5], [5.0, 5.0], 10.0), RandomSum([1.0, 0.5], [5.0, 5.0], 20.0)


@pytest.mark.parametrize(
    ("spectrum", "power", "integral", "reason"),
    [
        (SQUARE, -0.6, 1.0, "power must be .* got -0.6"),  # density 1/s^{1/2} at 0
        (RandomSum([1.0], [5.0], 20.0), -3.0, 1.0, "power must be .* got -3"),
        (TWO_ABOVE_0, 3000.0, np.inf, "power must be .* got 3000"),
        (TWO_ABOVE_0, -0.6, 1.0, "weights must be equal or lie farther apart"),
        (SQUARE, -0.4, 1.0, "weights must be equal or lie farther apart"),
        (NEARLY_EQUAL, 0.0, 1.0, "weights must be equal or lie farther apart"),
    ],
)
def test_a_moment_without_digits_is_refused_for_its_own_reason(
    spectrum: RandomSum, power: float, integral: float, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = SimpleNamespace(integral=np.array([integral]), error=np.array([np.nan]))
    monkeypatch.setattr("theory.limits.spectrum.tanhsinh", lambda *args, **options: found)
    with pytest.raises(NotComputable, match=reason):
        spectrum.moment(power)


@pytest.mark.parametrize(("shares", "fine"), [((0.4, 0.5), True), ((0.6, 0.5), False)])
def test_the_errors_of_all_intervals_add_up(
    shares: tuple[float, float], fine: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two intervals of integrals 1 and 3, with errors in units of the 4e-9 that their sum may have."""
    found = SimpleNamespace(integral=np.array([1.0, 3.0]), error=4e-9 * np.array(shares))
    monkeypatch.setattr("theory.limits.spectrum.tanhsinh", lambda *args, **options: found)
    spectrum = RandomSum([1.0, 0.01], [20.0, 20.0], 80.0)
    if fine:
        np.testing.assert_array_equal(spectrum.moment(), [1.0, 3.0])
    else:
        with pytest.raises(NotComputable, match="weights must be equal"):
            spectrum.moment()


@pytest.mark.parametrize(("weights", "counts", "n"), [([1.0], [40.0], 80.0), ([1.0, 0.05], [60.0, 40.0], 300.0)])
def test_out_of_the_spectrum_the_transform_is_real_and_rises(
    weights: list[float], counts: list[float], n: float
) -> None:
    """As seen from just above the real axis: below the spectrum, in its gaps, beyond it, and at negative z."""
    spectrum = RandomSum(weights, counts, n)
    edges = spectrum.edges().ravel()
    gaps = np.concatenate([[-1.0, edges[0] / 2], (edges[1:-1:2] + edges[2::2]) / 2, [edges[-1] * 1.001, edges[-1] * 5]])
    assert (spectrum.density(gaps[1:]) == 0).all()
    assert spectrum.stieltjes(gaps) == pytest.approx(spectrum.stieltjes(gaps + 1e-9j), rel=1e-6)


def test_stieltjes_inverts_itself_in_the_upper_half_plane() -> None:
    spectrum = random_manifold([1.0, 0.05], [60, 40], 300)
    z = np.array([0.1 + 0.2j, 2 + 1e-3j, -1 + 0.5j, 5 + 3j])
    g = spectrum.stieltjes(z)
    assert (np.imag(g) > 0).all()
    assert spectrum.inverse_stieltjes(g) == pytest.approx(z, rel=1e-9)


def test_two_variances_split_as_a_random_matrix_does() -> None:
    """Edges fluctuate on the scale d^{-2/3}; parts hold as many eigenvalues as there are latent directions."""
    rng, m = np.random.default_rng(0), 400
    latent = np.repeat([1.0, 0.05], m // 2)
    f = rng.standard_normal((2 * m, m)) * np.sqrt(latent)
    eigenvalues = np.linalg.eigvalsh(f.T @ f / m)
    spectrum = random_manifold([1.0, 0.05], [m / 2, m / 2], 2 * m)
    edges = spectrum.edges()
    assert edges.shape == (2, 2)
    assert edges.ravel() == pytest.approx(eigenvalues[[0, m // 2 - 1, m // 2, m - 1]], rel=m ** (-2 / 3) * 3)
    assert spectrum.moment() == pytest.approx([0.25, 0.25], rel=1e-9)
    gap = 1 / (0.1 + edges[0, 1]) - 1 / (0.1 + edges[1, 0])
    assert gap * 0.1 == pytest.approx(intermediate_gap.numeric(0.1, edges[0, 1], edges[1, 0]))


def test_close_variances_merge() -> None:
    assert random_manifold([1.0, 0.8], [50, 50], 200).edges().shape == (1, 2)
    assert random_manifold([1.0, 1.0], [50, 50], 200).edges() == pytest.approx(
        random_manifold([1.0], [100], 200).edges(), rel=1e-9
    )


def test_few_effective_points_widen_the_posterior_covariance() -> None:
    rng, n = np.random.default_rng(1), 150
    v = np.repeat([1.0, 0.1], [100, 500])
    y = rng.standard_normal((n, 600)) * np.sqrt(v)
    eigenvalues = np.linalg.eigvalsh(y @ y.T / n)
    spectrum = effective_covariance([1.0, 0.1], [100, 500], n)
    assert spectrum.edges()[[0, -1], [0, 1]] == pytest.approx(eigenvalues[[0, -1]], rel=0.06)
    share = np.mean(eigenvalues < 1.0)
    low = spectrum.edges()[0, 0]
    assert quad(spectrum.density, low, 1.0)[0] == pytest.approx(share, abs=0.02)
    many = effective_covariance([1.0, 0.1], [100, 500], 1e7)
    inner = many.edges()
    assert inner == pytest.approx(np.array([[0.1, 0.1], [1.0, 1.0]]), rel=0.03)  # N~ -> infinity: the posterior itself


def test_the_normalized_jacobian_has_the_density_of_the_covariance() -> None:
    spectrum, t = random_manifold([1.0], [100], 400), 0.5
    low, high = t / (t + spectrum.edges()[0][::-1])
    assert 1 - high == pytest.approx(final_gap.numeric(t, marchenko_pastur_lower.numeric(4.0)))
    mass = quad(lambda c: float(normalized_jacobian_density(c, t, spectrum)), low, high)[0]
    assert mass == pytest.approx(0.25, rel=1e-6)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="weights must be > 0"):
        RandomSum([0.0], [1.0], 10)
    with pytest.raises(ValueError, match="counts must be one for each weight"):
        RandomSum([1.0, 2.0], [1.0], 10)
    with pytest.raises(ValueError, match="dimension must be > 0"):
        RandomSum([1.0], [1.0], 0)
    with pytest.raises(ValueError, match="eigenvalue must be > 0"):
        RandomSum([1.0], [1.0], 1).density(0.0)
    with pytest.raises(ValueError, match="counts must be one for each weight"):
        RandomSum([], [], 10)
    for counts, message in (([], "counts must have at least one"), ([0.0], "counts must be > 0")):
        with pytest.raises(ValueError, match=message):
            random_manifold([1.0], counts, 10)
    for g in (0.0, np.array([0.3, -0.5])):
        with pytest.raises(ValueError, match="g must be neither 0 nor a pole"):
            RandomSum([1.0], [1.0], 2).inverse_stieltjes(g)
    with pytest.raises(ValueError, match="g must be neither 0 nor a pole"):
        RandomSum([0.4, 2.0], [1.0, 3.0], 5).inverse_stieltjes(-1 / (5 * 0.4))
    with pytest.raises(ValueError, match="g must be finite"):
        RandomSum([1.0], [1.0], 2).inverse_stieltjes(np.nan)
    with pytest.raises(ValueError, match="z must not be 0"):
        RandomSum([1.0], [1.0], 2).stieltjes(0.0)
    for z, message in ((np.inf, "z must be finite"), (1 - 0.1j, "z must be in the upper half plane")):
        with pytest.raises(ValueError, match=message):
            RandomSum([1.0], [1.0], 2).stieltjes(z)
    with pytest.raises(ValueError, match="jacobian must be < 1"):
        normalized_jacobian_density(1.0, 0.1, RandomSum([1.0], [1.0], 1))
