"""What one would write without the engine, and the matrix products that nobody can do without.

Data y (N, d), queries x (Q, d), a variance t. The floors are the products alone, block by block in the faster of their
two orientations and into memory that is there already, so that no time goes into memory traffic. All run on the device
of their data.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F

from simulate.engine.precision import fast_products

FASTER = "the same, faster library"
CHUNK = {"cpu": 2048, "cuda": 1 << 17}


def textbook_score(x: torch.Tensor, y: torch.Tensor, t: float) -> torch.Tensor:
    """(a) softmax(-cdist^2/2t) @ y.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
        t: noise variance > 0, in squared units of the data.
    """
    w = torch.softmax(-torch.cdist(x, y).square() / (2 * t), dim=1)
    return (w @ y - x) / t


def chunked_score(x: torch.Tensor, y: torch.Tensor, t: float) -> torch.Tensor:
    """(b) log-sum-exp over chunks, with a running maximum.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
        t: noise variance > 0, in squared units of the data.
    """
    top, z, total = x.new_full((len(x), 1), -math.inf), x.new_zeros(len(x), 1), torch.zeros_like(x)
    for part in y.split(8 * _chunk(y)):
        a = (x @ part.T - part.square().sum(1) / 2) / t
        new = torch.maximum(top, a.amax(1, keepdim=True))
        w, keep = torch.exp(a - new), torch.exp(top - new)
        top, z, total = new, z * keep + w.sum(1, keepdim=True), total * keep + w @ part
    return (total / z - x) / t


def attention_score(x: torch.Tensor, y: torch.Tensor, t: float) -> torch.Tensor:
    """(c) attention with the squared norm as one more coordinate of the keys.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
        t: noise variance > 0, in squared units of the data.
    """
    keys = torch.cat([y, -y.square().sum(1, keepdim=True) / 2], dim=1)
    queries = torch.cat([x, x.new_ones(len(x), 1)], dim=1)
    mean = F.scaled_dot_product_attention(queries[None, None], keys[None, None], y[None, None], scale=1 / t)[0, 0]
    return (mean - x) / t


def keops_score(x: torch.Tensor, y: torch.Tensor, t: float) -> torch.Tensor:
    """(d) KeOps, where it is installed.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
        t: noise variance > 0, in squared units of the data.
    """
    from pykeops.torch import LazyTensor  # pyright: ignore[reportMissingImports]  an optional rival

    energies = ((LazyTensor(x[:, None]) - LazyTensor(y[None])) ** 2).sum(-1)
    return ((-energies / (2 * t)).sumsoftmaxweight(LazyTensor(y[None]), axis=1) - x) / t


def textbook_diagram(x: torch.Tensor, y: torch.Tensor, times: list[float], sizes: list[int]) -> torch.Tensor:
    """(a) Participation ratio and log partition for each time and size from the distances.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
        times: noise variances > 0.
        sizes: numbers N of points, ascending.
    """
    squares = torch.cdist(x, y).square()
    cells = []
    for t in times:
        for size in sizes:
            a = -squares[:, :size] / (2 * t)
            log_z = torch.logsumexp(a, dim=1)
            cells.append(torch.stack([torch.exp(2 * (a - log_z[:, None])).sum(1), log_z]))
    return torch.stack(cells)


def chunked_diagram(x: torch.Tensor, y: torch.Tensor, times: list[float], sizes: list[int]) -> torch.Tensor:
    """(b) The same by chunks and running sums, all sizes in one pass, one exponential for each time.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
        times: noise variances > 0.
        sizes: numbers N of points, ascending.
    """
    top = x.new_full((len(times), len(x), 1), -math.inf)
    z, squares, cells, start = torch.zeros_like(top), torch.zeros_like(top), [], 0
    for stop in sizes:
        for part in y[start:stop].split(8 * _chunk(y)):
            e = x @ part.T - part.square().sum(1) / 2
            for i, t in enumerate(times):
                a = e / t
                new = torch.maximum(top[i], a.amax(1, keepdim=True))
                w, keep = torch.exp(a - new), torch.exp(top[i] - new)
                top[i], z[i] = new, z[i] * keep + w.sum(1, keepdim=True)
                squares[i] = squares[i] * keep**2 + w.square().sum(1, keepdim=True)
        cells.append(torch.stack([squares / z**2, top + z.log()]))
        start = stop
    return torch.stack(cells)


def autograd_jacobians(x: torch.Tensor, y: torch.Tensor, times: list[float]) -> list[torch.Tensor]:
    """(a) Jacobians of the textbook score by automatic differentiation, one query after the other.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
        times: noise variances > 0.
    """

    def score(one: torch.Tensor, t: float) -> torch.Tensor:
        w = torch.softmax(-(one - y).square().sum(1) / (2 * t), dim=0)
        return (w @ y - one) / t

    return [torch.stack([torch.func.jacrev(score)(one, t) for one in x]) for t in times]


def two_products(x: torch.Tensor, y: torch.Tensor) -> None:
    """The floor of a score.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
    """
    across, room, sums = x.T.contiguous(), x.new_empty(_chunk(y), len(x)), torch.empty_like(x)
    for part in y.split(len(room)):
        weights = torch.mm(part, across, out=room[: len(part)])
        torch.mm(weights.T, part, out=sums)


def one_product(x: torch.Tensor, y: torch.Tensor) -> None:
    """The floor of a phase diagram.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
    """
    across, room = x.T.contiguous(), x.new_empty(_chunk(y), len(x))
    for part in y.split(len(room)):
        torch.mm(part, across, out=room[: len(part)])


def by_faster_library(products: Callable[[torch.Tensor, torch.Tensor], None], x: torch.Tensor, y: torch.Tensor) -> None:
    """A floor with the products of the library that the engine uses, in the digits of single precision.

    Arguments:
        products: a floor, of places and points.
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
    """
    with fast_products():
        products(x, y)


def weighted_products(weights: torch.Tensor, y: torch.Tensor) -> None:
    """The floor of Jacobians: sum w y y^T for each of the weights (n, T Q) of a block, as often as y has blocks.

    Arguments:
        weights: (n, T Q) of a block.
        y: data points, (n, d).
    """
    part = y[: len(weights)]
    pairs = (part[:, :, None] * part[:, None, :]).flatten(1)
    for _ in range(len(y) // len(weights)):
        torch.mm(weights.T, pairs)


def _chunk(y: torch.Tensor) -> int:
    """Rows at a time: a GPU starts few large products where a CPU keeps small ones in its cache."""
    return CHUNK["cuda" if y.is_cuda else "cpu"]
