"""Matrix operations of the engine: each way of taking a sum is held to the plain one."""

from itertools import pairwise

import pytest
import torch

from simulate.engine.products import ALONE, second_moments
from simulate.engine.times import doubling_chains, halved_times


@pytest.mark.parametrize("queries", [1, ALONE, ALONE + 1, 40])
def test_second_moments_are_the_weighted_sums_of_products(queries: int) -> None:
    draw = torch.Generator().manual_seed(queries)
    weights = torch.rand(50, queries, generator=draw, dtype=torch.float64)
    y = torch.randn(50, 18, generator=draw, dtype=torch.float64)
    plain = torch.einsum("nq,ni,nj->qij", weights, y, y)
    assert torch.allclose(second_moments(weights, y), plain, rtol=0, atol=1e-13)


def test_times_that_differ_by_their_rounding_are_one_and_others_are_not() -> None:
    close = [1.0 * (1 + 9e-14) ** k for k in range(100)]
    kept = halved_times(close, halves=False)
    assert all(min(abs(time / other - 1) for other in kept) <= 2e-13 for time in close)
    assert halved_times([1.0, 1.0 + 1e-15, 2.0]) == [2.0, 1.0 + 1e-15, 0.5 * (1.0 + 1e-15)]


def test_chains_hold_every_time_once_by_halves_and_are_no_longer_than_eight_of_them() -> None:
    times = [2.0 ** (-k / 2) for k in range(61)]
    chains = doubling_chains(times)
    assert sorted(index for chain in chains for index in chain) == list(range(61))
    assert all(index - before == 2 for chain in chains for before, index in pairwise(chain))
    assert max(map(len, chains)) == 9
    assert len(chains) == 8
