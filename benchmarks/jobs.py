"""Workloads beside those of `benchmarks.engine`: queries that no data point hides, and the field's published job.

`independent`: queries are drawn from the law of the data and from no data point, so that several points compete at
every t; N = 400,000, d = 64, sigma = 1, t = 0.03 x 2^(i/4) for i < 32, prefix sizes N/2^k; beside double precision, the
largest relative error of a participation ratio.
`published`: the score of 1,000,000 points at 131,072 queries in d = 16 (arXiv 2602.10378 reports 2.3 s on one GPU), at
three times, with the pairs of a query and a point per second, and the largest relative error of the score.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from benchmarks import peers
from benchmarks.accuracy import worst_error
from benchmarks.measure import race, seconds
from benchmarks.problem import LARGE, MIDDLE, SMALL, problem
from simulate.engine.phase_diagram import phase_diagram
from simulate.engine.posterior import empirical_score

Table = dict[str, dict[str, float]]
GRID = (0.03 * 2.0 ** (np.arange(32) / 4)).tolist()
POINTS, ASKED, DIMENSION = 1_000_000, 131_072, 16
CHECKED = 2  # queries whose error is found in multiple precision


def independent(scale: float, device: str) -> dict[str, Table]:
    """W1 and W2 at queries that are draws of the law.

    Arguments:
        scale: the factor on all sizes; 1 is that of the table in docs/results/engine.md.
        device: where torch computes: cpu or cuda.
    """
    generator = torch.Generator().manual_seed(0)
    y = torch.randn(int(400_000 * scale), 64, generator=generator).to(device)
    x = torch.randn(256, 64, generator=generator).to(device)
    tables = {f"W1 scores, independent queries, t = {t:g}": _scores(x, y, t) for t in (GRID[0], GRID[16], GRID[-1])}
    sizes = [len(y) >> k for k in range(7, -1, -1)]
    rivals: dict[str, Callable[[], object]] = {
        "one product": partial(peers.one_product, x, y),
        peers.FASTER: partial(peers.by_faster_library, peers.one_product, x, y),
        "engine": partial(phase_diagram, x, y, GRID, sizes),
    }
    table = race(rivals, "one product", rounds=3)
    table["engine"]["error"] = _rounded(x, y, sizes)
    return {**tables, "W2 phase diagram, independent queries": table}


def _rounded(x: torch.Tensor, y: torch.Tensor, sizes: list[int]) -> float:
    """Largest relative error of a participation ratio at queries in single precision."""
    single, double = (phase_diagram(queries, y, GRID, sizes).participation_ratio for queries in (x, x.double()))
    return float(abs(single / double - 1).max())


def _scores(x: torch.Tensor, y: torch.Tensor, t: float) -> Table:
    rivals: dict[str, Callable[[], object]] = {
        "two products": partial(peers.two_products, x, y),
        peers.FASTER: partial(peers.by_faster_library, peers.two_products, x, y),
        "engine": partial(empirical_score, x, y, t),
    }
    return race(rivals, "two products", rounds=3)


def published(scale: float, device: str) -> dict[str, Table]:
    """Pairs per second, and error, of the engine; `scale` multiplies the points and the queries.

    Arguments:
        scale: the factor on all sizes; 1 is that of the table in docs/results/engine.md.
        device: where torch computes: cpu or cuda.
    """
    return {f"published job, t = {t:g}": {"engine": _pairs(scale, device, t)} for t in (LARGE, MIDDLE, SMALL)}


def _pairs(scale: float, device: str, t: float) -> dict[str, float]:
    x, y = problem(int(POINTS * scale), int(ASKED * scale), t, DIMENSION, device)
    empirical_score(x[:1], y, t)  # what a first call compiles
    spent = seconds(lambda: empirical_score(x, y, t))
    return {"seconds": spent, "pairs per second": len(x) * len(y) / spent, "error": worst_error(x[:CHECKED], y, t)}
