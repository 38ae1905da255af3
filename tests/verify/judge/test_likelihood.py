"""The interval of a mean: Student's t where values are normal, skewed where they are, none where they are too few."""

import numpy as np
import pytest
from scipy import optimize, stats

from verify.judge.likelihood import mean_interval, mean_p, skewness, too_few

RATE = 1e-9


def values(law: stats.rv_continuous, n: int, points: int = 20, seed: int = 1) -> np.ndarray:
    return law.rvs((points, n), random_state=seed)


def in_errors(found: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Distances from the mean in standard errors, (points,)."""
    return (found - of.mean(axis=1)) / of.std(axis=1, ddof=1) * np.sqrt(of.shape[1])


def test_of_many_normal_values_it_is_that_of_student() -> None:
    seen = values(stats.norm(5.0, 3.0), 20_000)
    for end, sign in zip(mean_interval(seen, RATE), (-1, 1), strict=True):
        np.testing.assert_allclose(np.median(in_errors(end, seen)), sign * stats.t.isf(RATE / 2, 19_999), rtol=0.01)


def test_of_skewed_values_it_is_skewed_as_its_second_order_says() -> None:
    """Upper and lower end are off by g q^2/(3 n^(1/2)) standard errors to the same side (Johnson 1978)."""
    seen = values(stats.expon(), 20_000)
    lower, upper = (in_errors(end, seen) for end in mean_interval(seen, RATE))
    expected = 2 * skewness(seen) * stats.norm.isf(RATE / 2) ** 2 / (3 * np.sqrt(20_000))
    np.testing.assert_allclose(lower + upper, expected, rtol=0.1)


@pytest.mark.parametrize("rate", [RATE, 0.05])
def test_it_is_the_largest_mean_of_a_law_on_the_values_and_b(rate: float) -> None:
    """The definition in full: over all weights on the values and b, with a log likelihood ratio within the level."""
    (seen,) = values(stats.expon(), 400, points=1)
    level = 400 * np.log1p(stats.t.isf(rate / 2, 399) ** 2 / 399)
    b = seen.mean() + 2 * (seen.max() - seen.mean())

    def largest_weights(mean: float) -> float:
        def less(share: float) -> float:
            return -2 * float(np.log1p(-share / (b - mean) * (seen - mean)).sum())

        return -optimize.minimize_scalar(less, bounds=(0, 1), method="bounded", options={"xatol": 1e-12}).fun

    wanted = optimize.brentq(lambda mean: largest_weights(mean) - level, seen.mean() + 1e-9, b - 1e-9)
    (lower,), (upper,) = mean_interval(seen[None], rate)
    assert upper == pytest.approx(wanted, rel=1e-6)
    assert lower < seen.mean()


@pytest.mark.parametrize("law", [stats.norm(), stats.expon(), stats.beta(0.5, 0.5)])
@pytest.mark.parametrize("rate", [RATE, 1e-3])
def test_p_is_the_rate_at_both_ends(law: stats.rv_continuous, rate: float) -> None:
    seen = values(law, 400)
    for end in mean_interval(seen, rate):
        np.testing.assert_allclose(mean_p(seen, end), rate, rtol=1e-4)
    np.testing.assert_allclose(mean_p(seen, seen.mean(axis=1)), 1.0)
    assert (mean_p(seen, seen.mean(axis=1) + 1e6) == 0).all()


def test_it_follows_units_and_turns_with_the_sign() -> None:
    seen = values(stats.expon(), 400)
    lower, upper = mean_interval(seen, RATE)
    np.testing.assert_allclose(mean_interval(-1e-150 * seen, RATE), 1e-150 * np.array([-upper, -lower]), rtol=1e-9)


@pytest.mark.parametrize("sign", [1, -1])
def test_an_interval_does_not_depend_on_other_points(sign: int) -> None:
    seen = sign * values(stats.expon(), 400)
    alone = [np.ravel(mean_interval(row[None], RATE)) for row in seen[:3]]
    np.testing.assert_allclose(np.transpose(mean_interval(seen, RATE))[:3], alone, rtol=1e-9)
    predicted = seen.mean(axis=1) + np.resize([0.1, -0.2], 20)
    alone_p = [mean_p(row[None], at[None])[0] for row, at in zip(seen[:3], predicted, strict=False)]
    np.testing.assert_allclose(mean_p(seen, predicted)[:3], alone_p, rtol=1e-6)


@pytest.mark.parametrize(("law", "n", "few"), [(stats.norm(), 24, True), (stats.norm(), 60, False)])
def test_too_few_values_for_their_tail_have_no_ends(law: stats.rv_continuous, n: int, few: bool) -> None:
    seen = values(law, n)
    lower, upper = mean_interval(seen, RATE)
    assert (np.isinf(lower) == few).all()
    assert (np.isinf(upper) == few).all()
    assert ((mean_p(seen, seen.mean(axis=1) + 100) == 1) == few).all()


def test_the_more_skewed_values_are_the_more_of_them_it_takes() -> None:
    seen = values(stats.expon(), 100)
    np.testing.assert_array_equal(too_few(seen), 25 * (1 + stats.skew(seen, axis=1) ** 2) > 100)
    assert 0 < too_few(seen).sum() < 20
