"""The variance of what is left of two subspaces, between data sets."""

import numpy as np
import pytest

from theory.case import Case
from theory.laws import LinearGaussian
from theory.limits.contrast import contrast_variance


def left(case: Case, rng: np.random.Generator) -> float:
    """D of one data set, from its definition."""
    v, t = case.variances, case.t
    y = np.sqrt(v) * rng.standard_normal((int(case.n), v.size))
    log_w = -((y - case.x) ** 2).sum(axis=1) / (2 * t)
    w = np.exp(log_w - log_w.max())
    w /= w.sum()
    shares = w @ (y - w @ y) ** 2 * (v + t) / (v * t)
    first, second = case.subspaces[:2]
    return float(shares[first].mean() - shares[second].mean())


@pytest.mark.parametrize("place", [(0.0, 0.0, 0.0), (0.8, -0.3, 0.2)])
def test_it_is_the_variance_over_many_data_sets_of_many_points(place: tuple[float, ...]) -> None:
    """4000 points, 3000 data sets: the variance of 3000 values is known to 2.6 %, and terms of order 1/N^2 add 1 %."""
    rng = np.random.default_rng(5)
    case = Case(LinearGaussian(np.array([1.0, 0.2, 0.2])), np.array(place), np.log(4000.0), 0.7)
    seen = np.var([left(case, rng) for _ in range(3000)])
    assert contrast_variance(case) == pytest.approx(seen, rel=0.1)
