"""How good estimators of dimension are: python -m benchmarks.estimators [--kind exact] [--manifold torus] [--size 500]

exact      bias, deviation and failure of every estimator on manifolds of known dimension, N = 50 to 1e6 and infinite, t
           over five decades: the full profile of `simulate.experiments.dimension.estimators`
network    the same of networks trained on two of them
data       what scikit-dimension's estimators read from data alone (no t)
published  the figures of papers (column `source`)

A table of rows (source, score, manifold, size, t, estimator), beside the other benchmarks' results. An hour for all; a
run of a few kinds, manifolds or sizes puts its rows in place of the old, one manifold and size after the other, with
the same bits as a run of all.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import xarray as xr

from benchmarks.measure import Names
from simulate.experiments.dimension.estimators import (
    FLIPD,
    PROFILES,
    PUBLISHED_FLIPD,
    PUBLISHED_GAP,
    SOURCES,
    Estimators,
    summary,
)
from simulate.experiments.dimension.from_data import FromData
from simulate.experiments.dimension.known import TRUTH
from simulate.experiments.networks.estimators import NetworkEstimators
from simulate.run.store import CannotWrite, write_atomic
from theory.checks import choice
from verify.door import Several, door, refusing

KINDS = ("exact", "network", "data", "published")
KEY = ["source", "score", "manifold", "size", "t", "estimator"]
COLUMNS = ("source", "score", "manifold", "truth", "size", "t", "estimator", "reading")
OUT = Path("out/benchmarks/estimators.csv")
HERE = "here"  # the source of what this benchmark has measured


def rows(kinds: list[str], manifolds: list[str], sizes: list[float]) -> Iterator[pd.DataFrame]:
    """What there is of these kinds, manifolds and sizes, piece by piece, as it is measured.

    Arguments:
        kinds: what is estimated: exact, network, data, published.
        manifolds: names of manifolds.
        sizes: numbers N of points.
    """
    sized: list[Estimators | FromData] = [*PROFILES["full"], FLIPD] if "exact" in kinds else []
    for experiment in [*sized, FromData()] if "data" in kinds else sized:
        for point in experiment.points():
            manifold, size = str(point["manifold"]), float(point["size"])
            if manifold in manifolds and size in sizes:
                observed = replace(experiment, manifolds=(manifold,), sizes=(size,)).run()
                yield by_data(observed) if isinstance(experiment, FromData) else by_score(observed, "exact")
    trained = NetworkEstimators()
    if "network" in kinds and trained.size in sizes:
        for manifold in set(trained.manifolds) & set(manifolds):
            yield by_score(replace(trained, manifolds=(manifold,)).run().sel(score="network"), "network")
    if "published" in kinds:
        yield published()


def by_score(observed: xr.Dataset, score: str) -> pd.DataFrame:
    """Rows of what was read from scores, averaged over x.

    Arguments:
        observed: what `Estimators` observes.
        score: the name of the score.
    """
    table = summary(observed)
    names = [str(name) for name in table.data_vars]
    table = table.assign(source=HERE, truth=observed.truth, reading=observed.dimension.mean("query"))
    return table.to_dataframe().reset_index().assign(score=score)[[*COLUMNS, *names]]


def by_data(observed: xr.Dataset) -> pd.DataFrame:
    """Rows of what scikit-dimension read from data alone."""
    reading = observed.dimension.mean("replica")
    deviation = observed.dimension.std("replica", ddof=1)
    table = xr.Dataset(
        {"truth": observed.truth, "reading": reading, "bias": reading - observed.truth, "standard_deviation": deviation}
    ).assign(source=HERE, score="none")
    return table.to_dataframe().reset_index().assign(t=np.nan)[[*COLUMNS, "bias", "standard_deviation"]]


def published() -> pd.DataFrame:
    """Rows of what two papers publish of manifolds that are here too; without N and t where a network was read."""
    flipd = [
        ("flipd", "exact", "linear-15", size, t, figure)
        for size, figures in PUBLISHED_FLIPD.items()
        for t, figure in zip(FLIPD.times, figures, strict=True)
    ]
    gap = [("gap", "network", manifold, np.nan, np.nan, figure) for manifold, figure in PUBLISHED_GAP.items()]
    table = pd.DataFrame([*flipd, *gap], columns=["estimator", "score", "manifold", "size", "t", "reading"])
    truth = table.manifold.map(TRUTH)
    table = table.assign(source=table.estimator.map(SOURCES), truth=truth, bias=table.reading - truth)
    return table[[*COLUMNS, "bias"]]


def merged(kept: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The table with new rows in place of those of the same KEY, in order.

    Arguments:
        kept: the table so far.
        new: rows of it.
    """
    rounded = pd.read_csv(StringIO(_text(new)))  # keys as they are kept
    table = pd.concat([kept, rounded]).drop_duplicates(KEY, keep="last")
    return table.sort_values(["manifold", "size", "t", "estimator", "source", "score"], kind="stable")


def _text(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, float_format="%.4g")


@refusing(ValueError, CannotWrite)
def estimate(
    *,
    kind: Annotated[tuple[Literal["exact", "network", "data", "published"], ...], Several] = KINDS,
    manifold: Names = tuple(TRUTH),
    size: Annotated[tuple[float, ...], Several] = (),
    out: Path = OUT,
) -> int:
    """Run, and write after every piece.

    Arguments:
        kind: what is estimated: exact, network, data or published.
        manifold: the names of manifolds.
        size: numbers N of points, `inf` for the law itself (default: all).
        out: the table, whose other rows stay.
    """
    every = sorted({float(point["size"]) for one in PROFILES["full"] for point in one.points()} | set(FromData.sizes))
    if strangers := [one for one in size if one not in every]:
        raise ValueError(f"size must be one of {every}, got {strangers[0]:g}")
    for name in manifold:
        choice("manifold", name, tuple(TRUTH))
    kept = pd.read_csv(out) if out.exists() else pd.DataFrame(columns=pd.Index(COLUMNS))
    for new in rows(list(kind), list(manifold), list(size or every)):
        kept = merged(kept, new)
        write_atomic(out, _text(kept))
    return 0


main = door("python -m benchmarks.estimators", estimate, __doc__)


if __name__ == "__main__":
    sys.exit(main())
