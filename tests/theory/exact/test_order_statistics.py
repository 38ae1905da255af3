"""Lowest energies, gaps and the largest weight: exact laws against integrals, limits against their derivation."""

from math import comb

import numpy as np
import pytest
import sympy as sp
from scipy import integrate, stats

from theory.case import Case, far
from theory.checks import NotComputable
from theory.exact.order_statistics import (
    Tail,
    gap_probability,
    gap_survival,
    largest_weight_survival,
    order_probability,
)
from theory.laws.spectra import equal

CASE = Case(equal(12), far, log_n=float(np.log(121)), t=1.0)
SQUARES = float((CASE.x**2).sum())


def chi_square(energy: np.ndarray) -> np.ndarray:
    """F of |x - y|^2/2 with y of unit variances: half a non-central chi-square."""
    return stats.ncx2.cdf(2 * np.asarray(energy), CASE.d, SQUARES)


def test_one_level_has_the_law_of_a_chi_square() -> None:
    tail, e = Tail(CASE.law, CASE.x), np.array([14.0, 16.0, 20.0])
    np.testing.assert_allclose(np.exp(tail.log_cdf(e)), chi_square(e), rtol=1e-9)
    assert chi_square(np.array(tail.quantile(-5.0))) == pytest.approx(np.exp(-5), rel=1e-9)


@pytest.mark.parametrize("k", [1, 3])
def test_order_statistics_are_those_of_binomials(k: int) -> None:
    e = np.array([25.0, 30.0])
    expected = stats.binom.sf(k - 1, CASE.n, chi_square(e))
    log_n = np.log(CASE.n)
    np.testing.assert_allclose(order_probability(e, CASE.x, CASE.law, log_n, k), expected, rtol=1e-7)


def test_a_huge_data_set_has_a_poisson_process_of_levels() -> None:
    law, x = np.ones(60), np.zeros(60)
    e = np.array([Tail(law, x).quantile(-33.5), Tail(law, x).quantile(-33.0)])
    finite, infinite = (order_probability(e, x, law, size, 2) for size in (33.999, 34.001))
    np.testing.assert_allclose(finite, infinite, rtol=5e-3)
    assert infinite[0] == pytest.approx(stats.gamma.cdf(np.exp(0.501), 2), rel=1e-6)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_gap_at_finite_n_is_an_integral_over_the_lower_level(k: int) -> None:
    n, gap = CASE.n, 0.8

    def both(e: float) -> float:
        f, above = chi_square(np.array([e, e + gap]))
        choices = k * comb(n, k)
        return choices * f ** (k - 1) * (1 - above) ** (n - k) * 2 * stats.ncx2.pdf(2 * e, CASE.d, SQUARES)

    expected = integrate.quad(both, 0, 60, limit=200)[0]
    seen = gap_probability(np.array([0.0, gap]), CASE.x, CASE.law, np.log(n), k)
    np.testing.assert_allclose(seen, [1, expected], rtol=1e-6)


def test_gaps_of_a_poisson_process() -> None:
    """With density e^{E/t_c}: given the k-th of the arrivals in e^{E/t_c}, the next ones are Poisson again."""
    k, g, u, t_c = sp.symbols("k g u t_c", positive=True)
    arrival = u ** (k - 1) * sp.exp(-u) / sp.gamma(k)  # of the k-th; none follows up to u e^{g/t_c}
    survival = sp.integrate(arrival * sp.exp(-u * (sp.exp(g / t_c) - 1)), (u, 0, sp.oo), conds="none")
    assert sp.simplify(survival - gap_survival(k, g, t_c)) == 0


def test_the_largest_weight_is_the_picked_one_over_itself_above_one_half() -> None:
    for w, m in ((0.5, 0.3), (0.8, 0.6)):
        expected = integrate.quad(lambda u, m=m: stats.beta.pdf(u, 1 - m, m) / u, w, 1)[0]
        assert largest_weight_survival.numeric(w, m) == pytest.approx(expected, rel=1e-6)


def test_what_cannot_be_computed_is_refused() -> None:
    with pytest.raises(ValueError, match="gap must be >= 0"):
        gap_probability(-1.0, CASE.x, CASE.law, 5.0)
    with pytest.raises(ValueError, match="k must be below N"):
        order_probability(1.0, CASE.x, CASE.law, 1.0, k=3)
    with pytest.raises(NotComputable, match="more dimensions"):
        gap_probability(0.1, np.zeros(2), np.ones(2), 8.0)
