"""python -m benchmarks.near [PATH ...] [--points N] [--queries Q] [--share] [--out FILE]: data near few dimensions.

For planes of a few dimensions in many, and for the images of each PATH, at the half time of condensation t_1/2 (that of
noised data points, where the median of sum w^2 over them is 1/2; about t_c/2) and at fractions of it:

two products             the floor: the products that a score of all points is made of, nothing else
engine                   `empirical_score`, single precision
engine, all energies     the same with the bounds of `simulate.engine.projection` left out
exact search             all energies, the nearest 64 points by `topk`, their weights from differences
subset                   the nearest 64 points along 32 principal axes alone: approximate

carriers                 the least share of the points that holds all of the weight but 1e-9, mean over queries: if one
                         knew which, a score to 1e-9 would take so many floors, and to find them costs more

The other rows have the largest relative error of their scores, beside double precision of all points. --share: the
carriers alone.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from benchmarks import peers
from benchmarks.measure import Count, keep, race
from simulate.engine.blocks import Blocks
from simulate.engine.posterior import empirical_score, posterior
from simulate.engine.projection import leading_axes
from simulate.images import load_images
from simulate.run.store import CannotWrite
from verify.door import Flag, door, refusing

PLANES = ((12, 1024, 0.01), (12, 256, 0.01), (40, 1024, 0.1))  # dimensions, of the space, noise
FRACTIONS = (1.0, 0.1, 0.01)  # of the half time
KEPT = 64  # points of the rivals that search
ROWS = 4096  # searched at a time
ASKED = 16  # queries that tell the half time
HALVINGS = 12  # of its bracket
OUT = Path("out/benchmarks/near.json")
LOST = 1e-9  # of the weight, which points that carry a score may leave

Table = dict[str, dict[str, float]]


def plane(dimensions: int, space: int, noise: float, n: int) -> torch.Tensor:
    """Standard normal coordinates on a random plane, and isotropic noise: (n, space).

    Arguments:
        dimensions: of the plane.
        space: d of the space.
        noise: standard deviation of the noise.
        n: the number of points.
    """
    draw = torch.Generator().manual_seed(space)
    onto = torch.randn(dimensions, space, generator=draw) / dimensions**0.5
    return torch.randn(n, dimensions, generator=draw) @ onto + noise * torch.randn(n, space, generator=draw)


def noised(y: torch.Tensor, queries: int, t: float) -> torch.Tensor:
    """Some of the data at the variance t from themselves, (queries, d).

    Arguments:
        y: data points, (n, d).
        queries: the number of places.
        t: noise variance > 0, in squared units of the data.
    """
    draw = torch.Generator().manual_seed(1)
    return y[:: len(y) // queries][:queries] + t**0.5 * torch.randn(queries, y.shape[1], generator=draw)


def half_time(y: torch.Tensor) -> float:
    """The variance at which the median of sum w^2 at noised data points is 1/2, by bisection of its logarithm."""
    scale = float(y.var(dim=0).sum())
    low, high = np.log(scale * 1e-9), np.log(scale)
    for _ in range(HALVINGS):
        t = float(np.exp((low + high) / 2))
        condensed = float(posterior(noised(y, ASKED, t), y, t).participation.median()) > 0.5
        low, high = (np.log(t), high) if condensed else (low, np.log(t))
    return float(np.exp((low + high) / 2))


def searched(x: torch.Tensor, y: torch.Tensor, t: float, seen_x: torch.Tensor, seen_y: torch.Tensor) -> torch.Tensor:
    """Scores of the points that are nearest in what is seen of them, from differences.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
        t: noise variance > 0, in squared units of the data.
        seen_x: what is seen of the places, (Q, k).
        seen_y: what is seen of the points, (n, k).
    """
    best, where = torch.full((len(x), KEPT), torch.inf), torch.zeros(len(x), KEPT, dtype=torch.long)
    for start in range(0, len(y), ROWS):
        rows = seen_y[start : start + ROWS]
        energies = rows.square().sum(dim=1) / 2 - seen_x @ rows.T
        both = torch.cat([best, energies], dim=1)
        places = torch.cat([where, torch.arange(start, start + len(rows)).expand(len(x), -1)], dim=1)
        best, chosen = both.topk(KEPT, dim=1, largest=False)
        where = places.gather(1, chosen)
    offset = y[where] - x[:, None]
    weights = torch.softmax(-offset.square().sum(dim=2) / (2 * t), dim=1)
    return torch.einsum("qn,qnd->qd", weights, offset) / t


def all_energies(x: torch.Tensor, y: torch.Tensor, t: float) -> torch.Tensor:
    """The engine without bounds.

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
        t: noise variance > 0, in squared units of the data.
    """
    with mock.patch.object(Blocks, "axes", None):
        return empirical_score(x, y, t)


def compared(y: torch.Tensor, t: float, queries: int) -> Table:
    """Times and errors of all rivals at one t.

    Arguments:
        y: data points, (n, d).
        t: noise variance > 0, in squared units of the data.
        queries: the number of places.
    """
    x, axes = noised(y, queries, t), leading_axes(y[:1024])[:, :32]
    seen = y @ axes
    floor: dict[str, Callable[[], object]] = {"two products": partial(peers.two_products, x, y)}
    rivals: dict[str, Callable[[], torch.Tensor]] = {
        "engine": partial(empirical_score, x, y, t),
        "engine, all energies": partial(all_energies, x, y, t),
        "exact search": partial(searched, x, y, t, x, y),
        "subset": partial(searched, x, y, t, x @ axes, seen),
    }
    table = race({**floor, **rivals}, "two products", rounds=3)
    exact = empirical_score(x.double(), y, t)
    for name in rivals:
        off = torch.linalg.vector_norm(rivals[name]().double() - exact, dim=1)
        table[name]["error"] = float((off / torch.linalg.vector_norm(exact, dim=1)).max())
    return table


def carriers(y: torch.Tensor, t: float, queries: int) -> dict[str, float]:
    """Least share of the points that holds all of the weight but LOST: mean and median over noised data points.

    Arguments:
        y: data points, (n, d).
        t: noise variance > 0, in squared units of the data.
        queries: the number of places.
    """
    weights = posterior(noised(y, queries, t).double(), y, t).weights.sort(dim=1).values
    share = (weights.cumsum(dim=1) > LOST).double().mean(dim=1)
    return {"ratio": float(share.mean()), "median": float(share.median()), "error": LOST}


@refusing(ValueError, CannotWrite)
def compare(*path: Path, points: Count = 100_000, queries: Count = 256, share: Flag = False, out: Path = OUT) -> int:
    """Compare all data sets, print the tables, write them.

    Arguments:
        path: images, as `losing-dimensions data` reads them.
        points: the number of points of each data set, at most.
        queries: the number of places.
        share: no times: the share of the points that carries a score.
        out: a file for the tables, as JSON.
    """
    sets = {f"plane {k} in {d}, noise {noise:g}": partial(plane, k, d, noise, points) for k, d, noise in PLANES}
    sets |= {str(one): partial(pictures, one, points) for one in path}
    tables: dict[str, Table] = {}
    for name, made in sets.items():
        y = made()
        half = half_time(y)
        for fraction in FRACTIONS:
            title = f"{name}, N = {len(y)}, d = {y.shape[1]}, t = {fraction * half:.3g} = {fraction:g} t_1/2"
            table = {} if share else compared(y, fraction * half, queries)
            tables[title] = {**table, "carriers": carriers(y, fraction * half, queries)}
            cells = [f"{one} {row['ratio']:.3g} ({row.get('error', 0):.0e})" for one, row in tables[title].items()]
            print(title, *cells, sep="\n  ", flush=True)
            keep(out, tables, queries=queries)
    return 0


def pictures(path: Path, points: int) -> torch.Tensor:
    """Images as rows of pixels from 0 to 1, the first of them, single precision.

    Arguments:
        path: a file or folder of images.
        points: at most so many images.
    """
    return torch.as_tensor(load_images(path).data[:points].astype(np.float32))


main = door("python -m benchmarks.near", compare, __doc__)


if __name__ == "__main__":
    sys.exit(main())
