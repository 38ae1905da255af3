"""The interval of a share holds at its rate for every law, is as narrow as that allows, and never contradicts p."""

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from verify.judge.rules import bounds_of
from verify.judge.shares import share_and_error, share_interval, share_p

N = 20


def counted(count: int, n: int = N) -> xr.Dataset:
    """A point of which so many of n values are above 0, and some are 0."""
    values = np.where(np.arange(n) < count, 1.5, np.where(np.arange(n) % 2, 0.0, -2.5))
    return xr.Dataset({"values": (("point", "replica"), values[None])})


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.97])
@pytest.mark.parametrize("rate", [0.3, 0.05])
def test_the_interval_misses_a_share_at_most_at_its_rate(share: float, rate: float) -> None:
    ends = [share_interval(counted(count), rate) for count in range(N + 1)]
    missed = [bool(lower[0] > share or upper[0] < share) for lower, upper in ends]
    assert stats.binom.pmf(np.arange(N + 1), N, share)[missed].sum() <= rate


@pytest.mark.parametrize("count", [1, 7, 19])
def test_at_an_end_the_tail_of_the_count_is_half_the_rate(count: int) -> None:
    (lower,), (upper,) = share_interval(counted(count), 1e-9)
    np.testing.assert_allclose(stats.binom.sf(count - 1, N, lower), 5e-10, rtol=1e-6)
    np.testing.assert_allclose(stats.binom.cdf(count, N, upper), 5e-10, rtol=1e-6)


def test_a_share_of_all_or_none_has_one_end_at_its_bound() -> None:
    """(1 - p)^n = a/2 where no value is above 0."""
    for count, end in ((0, 1 - (5e-4) ** (1 / N)), (N, (5e-4) ** (1 / N))):
        lower, upper = share_interval(counted(count), 1e-3)
        np.testing.assert_allclose([lower[0], upper[0]], [0, end] if count == 0 else [end, 1], rtol=1e-9)


def test_p_is_below_the_rate_exactly_outside_the_interval() -> None:
    (lower,), (upper,) = share_interval(counted(7), 1e-3)
    for predicted, outside in ((lower - 1e-4, 1), (lower + 1e-4, 0), (upper - 1e-4, 0), (upper + 1e-4, 1)):
        assert (share_p(counted(7), np.array([predicted]))[0] < 1e-3) == outside
    assert share_p(counted(7), np.array([7 / N])).tolist() == [1]
    assert [share_p(counted(N), np.array([wrong]))[0] for wrong in (-1e-9, 1 + 1e-9)] == [0, 0]


def test_a_value_of_0_is_not_positive() -> None:
    share, error = share_and_error(counted(5))
    np.testing.assert_allclose([share[0], error[0]], [0.25, np.sqrt(0.25 * 0.75 / N)])


def test_a_share_lies_between_0_and_1_whatever_bounds_its_observable_has() -> None:
    observed = counted(5).assign(lowest=-7.0, highest=7.0)
    assert [end.tolist() for end in bounds_of(observed, "share")] == [[0], [1]]
    assert [end.tolist() for end in bounds_of(observed, "t")] == [[-7], [7]]
