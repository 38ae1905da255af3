"""The front of a kernel model between two points: its solution, its place, its risk, and what it refuses."""

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from scipy.stats import chi

from simulate.learned.line import LineFlow
from theory.checks import NotComputable
from theory.learned.doubling import TwoPoints, front_log_time
from theory.learned.timescales import empirical_risk

S, EPSILON, Z = sp.symbols("s epsilon z", positive=True)
MELLIN = sp.gamma(S) ** 2 / sp.gamma(1 + EPSILON - S)


def test_the_transform_of_the_front_obeys_its_equation() -> None:
    assert sp.gammasimp(MELLIN.subs(S, S + 1) + S**2 * (S - EPSILON) * MELLIN) == 0


def test_the_double_pole_leaves_the_place_of_the_front() -> None:
    regular = sp.gamma(1 + S) ** 2 / sp.gamma(1 + EPSILON - S) * Z**-S
    residue = sp.diff(regular, S).subs(S, 0) * sp.gamma(1 + EPSILON)
    assert sp.expand(residue - (sp.digamma(1 + EPSILON) - 2 * sp.EulerGamma - sp.log(Z))) == 0


def test_the_front_falls_to_0_where_all_is_learned() -> None:
    growth = 0.05
    with mp.workdps(30):
        front = lambda y: mp.meijerg([[], []], [[0, 0], [-mp.mpf(growth)]], mp.exp(y))  # noqa: E731
        slopes = [mp.diff(front, 1, order) for order in (2, 3)]
        assert mp.almosteq(slopes[1] + growth * slopes[0], mp.e * front(1), rel_eps=mp.mpf(10) ** -15)
        assert abs(front(9)) < 1e-14
        unlearned = (mp.digamma(1 + growth) - 2 * mp.euler + 20) / mp.gamma(1 + growth)
        assert mp.almosteq(front(-20), unlearned, rel_eps=mp.mpf(10) ** -6)


@pytest.mark.parametrize(("f", "r", "t", "ell"), [(1.0, 5.0, 0.3, 8.0), (0.4, 1.7, 2.0, 0.5)])
def test_the_time_is_where_the_front_is(f: float, r: float, t: float, ell: float) -> None:
    """Each part by itself in 60 digits: density, steepness, growth."""
    with mp.workdps(60):
        density = mp.npdf(r, 0, mp.sqrt(t)) / 2
        growth = (mp.coth(mp.mpf(f) / ell) - mp.tanh(mp.mpf(f) / ell)) * t / (mp.mpf(r) * ell)
        z = mp.exp(mp.digamma(1 + growth) - 2 * mp.euler)
        exact = mp.log(z * ell * (mp.mpf(r) / t) ** 2 / (4 * density))
    assert front_log_time.numeric(f, r, t, ell) == pytest.approx(float(exact), rel=1e-13)


def test_the_front_of_a_model_is_there() -> None:
    a, t, length, f = 9.0, 0.3, 9.0, 2.0
    flow, log_tau = LineFlow(a, t, length, 0.5), float(front_log_time.numeric(f, a - f, t, length))
    between = flow.x < f / 2
    seen = flow.at(log_tau)[between] / np.sinh(flow.x[between] / length)
    assert np.ptp(seen) < 1e-6 * seen.mean()
    assert length * np.arcsinh(a / seen.mean()) == pytest.approx(f, abs=0.005)


def test_the_risk_is_that_of_drawn_points() -> None:
    two, rng, length = TwoPoints(3.0, 0.4, 0.3, 0.8), np.random.default_rng(0), 4.0
    y = 0.4 + np.sqrt(0.8) * rng.standard_normal(400_000)
    x = y + np.sqrt(0.3) * rng.standard_normal(y.shape)
    by_front = 3 * np.sinh(np.clip(x, -1.5, 1.5) / length) / np.sinh(1.5 / length)
    for denoised, said in ((by_front, two.excess(1.5, length)), (3 * np.tanh(10 * x), two.end)):
        drawn = (denoised - y) ** 2 - y**2
        assert said == pytest.approx(drawn.mean(), abs=4 * drawn.std() / 600)


def test_the_end_is_the_exact_risk_of_the_empirical_score() -> None:
    """In d directions, with the mean of the two points, that has 3/2 of pure noise; averaged over distance and mean."""
    d, t, quantiles = 16, 0.3, (np.arange(40) + 0.5) / 40
    nodes, weights = np.polynomial.hermite_e.hermegauss(9)
    ends = [[TwoPoints(a, c, t).end for c in nodes * np.sqrt(0.5)] for a in chi.ppf(quantiles, d) * np.sqrt(0.5)]
    along = np.mean(ends @ weights / weights.sum())
    assert 1.5 + along / d == pytest.approx(empirical_risk(d, t, np.log(2)), rel=1e-3)


def test_the_risk_is_halfway_at_the_doubling() -> None:
    two = TwoPoints(6.0, 0.3, 0.3)
    front = two.doubling_front(8.0)
    assert two.excess(front, 8.0) == pytest.approx(two.end / 2, rel=1e-9)
    assert two.doubling_log_time(8.0) == pytest.approx(front_log_time.numeric(front, 6 - front, 0.3, 8.0), rel=1e-12)


def test_bad_points_are_named() -> None:
    with pytest.raises(ValueError, match=r"^a must be > 0"):
        TwoPoints(0.0, 0.0, 0.3)
    with pytest.raises(ValueError, match=r"^length must be > 0"):
        TwoPoints(6.0, 0.0, 0.3).doubling_front(-1.0)
    with pytest.raises(NotComputable, match=r"^a must be larger, got 0.5"):
        TwoPoints(0.5, 0.0, 0.3).doubling_front(8.0)
