"""Matrix operations of the engine: each way of taking a sum is held to the plain one."""

import pytest
import torch

from simulate.products import ALONE, second_moments


@pytest.mark.parametrize("queries", [1, ALONE, ALONE + 1, 40])
def test_second_moments_are_the_weighted_sums_of_products(queries: int) -> None:
    draw = torch.Generator().manual_seed(queries)
    weights = torch.rand(50, queries, generator=draw, dtype=torch.float64)
    y = torch.randn(50, 18, generator=draw, dtype=torch.float64)
    plain = torch.einsum("nq,ni,nj->qij", weights, y, y)
    assert torch.allclose(second_moments(weights, y), plain, rtol=0, atol=1e-13)
