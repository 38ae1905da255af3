"""Estimators of local dimension on manifolds of known dimension: what each reads, where it is right, where it errs."""

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pandas as pd
import xarray as xr

from reports.plot import COLOURS, GREY, MARKERS, Plot, canvas, svg
from reports.section import Block, Picture, Run, Section, Table
from reports.words import comma, count, mathtext, mean_with_error, number, standard_error, with_error
from simulate.experiments.estimators import (
    FLIPD,
    PROFILES,
    PUBLISHED_FLIPD,
    PUBLISHED_GAP,
    PUBLISHED_STD,
    TRUTH,
    Estimators,
    FromData,
    summary,
)
from simulate.fingerprint import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "estimators.csv"
SHOWN = ("unequal", "sphere-10")
SHARES = ("right", "memorized", "no gap", "failure")
SHARE_NAMES = ("Right, %", "Memorized, %", "No gap, %", "Failure, %")
AT, MEMORIZED = 1e-3, 1e-4
WITHOUT_PEER = (
    "A table of what scikit-dimension's estimators read from the data alone stands here where that package is "
    "installed: pip install 'losing-dimensions[peers]'."
)


def section(run: Run) -> Section:
    """Tables of readings, of failures, of published figures, of scikit-dimension; readings against t."""
    tables = [each.run(run.store, run.progress) for each in (_seeded(one, run) for one in PROFILES[run.profile])]
    published = _seeded(FLIPD, run).run(run.store, run.progress)
    main = tables[0]
    body: list[Block] = [
        _introduction(main),
        _failures(main),
        _all_sizes(pd.read_csv(RESULTS)),
        _readings(main, np.inf, AT, f"Scores of infinitely many data at t = {number(AT)}."),
        _readings(main, 500, MEMORIZED, f"Memorized scores: N = 500, t = {number(MEMORIZED)}, x one of the data."),
        Picture(figure(main), "Readings against t, a variance, from scores of infinitely many data (solid) and of "
                "N = 500 (dotted), x one of the data. Grey: the true dimension. Means over x."),
        *(_sizes(table) for table in tables[1:]),
        _published(published, main),
    ]  # fmt: skip
    if find_spec("skdim"):
        body.append(_from_data(_seeded(FromData(sizes=(2000,)), run).run(run.store, run.progress)))
    else:
        body.append(WITHOUT_PEER)
    return Section("estimators", "Estimators of local dimension where it is known", tuple(body))


def figure(observed: xr.Dataset) -> Plot:
    """Mean reading of each estimator against t, one panel for each manifold shown."""
    with canvas(height=6.4, panels=(len(SHOWN), 1)) as (drawn, axes):
        for panel, manifold in zip(axes[:, 0], SHOWN, strict=True):
            rows = observed.sel(manifold=manifold).dimension.mean("query")
            panel.axhline(TRUTH[manifold], color=GREY, linewidth=3, alpha=0.4)
            for name, colour, marker in zip(_names(observed), COLOURS, MARKERS, strict=False):
                for size, style, label in ((np.inf, "-", name), (500, ":", None)):
                    values = rows.sel(estimator=name, size=size)
                    label = label if manifold == SHOWN[0] else None
                    panel.plot(observed.t, values, style, color=colour, marker=marker, markersize=4, label=label)
            panel.set_xscale("log")
            panel.set_yscale("symlog", linthresh=1)
            panel.set_ylim(-0.1, None)
            panel.set_title(manifold)
            panel.set_ylabel("dimension")
        axes[-1, 0].set_xlabel(mathtext("t"))
        drawn.legend(loc="outside lower left", ncols=3)
        return Plot(svg(drawn), _alt(observed))


def _introduction(observed: xr.Dataset) -> str:
    shares = 100 * summary(observed)[["memorized", "no gap", "failure"]].mean(["manifold", "size", "time"])
    ours, rivals = shares.sel(estimator="test"), shares.drop_sel(estimator="test")
    rival = rivals.isel(estimator=int(rivals.failure.argmin("estimator")))
    readings = observed.dimension.size // observed.sizes["estimator"]
    return (
        "An estimator of local dimension reads it off a score. Each was given manifolds of known dimension, with the "
        "score of the law (N infinite) and with that of N data points, at noise variances t over five decades. Above "
        "the variances of the data nothing can be seen, and far below the spacing of N points the score has memorized "
        "them: there the only right answer is none. Our own test (simulate.dimension.visible) can say so, at an error "
        f"rate of 5 %: of its {count(readings)} readings {number(ours.failure, 2)} % are wrong answers, against "
        f"{number(rival.failure, 2)} % of {rival.estimator.item()}, the best of the others; it pays with "
        f"{number(ours.memorized + ours['no gap'], 2)} % of no answer. Right is within half a dimension or 10 %."
    )


def _failures(observed: xr.Dataset) -> Table:
    table, rows = summary(observed), []
    relative = (observed.dimension - observed.truth) / observed.truth
    for name in observed.estimator.values:
        for size in observed["size"].values:
            part, outcome = (each.sel(estimator=name, size=size) for each in (table, observed.outcome))
            bias = relative.sel(estimator=name, size=size).where(outcome == "dimension").median()
            percents = (number(100 * part[share].mean(), 2) for share in SHARES)
            rows.append((str(name), count(size), *percents, number(bias, 2), number(part.spread.mean(), 2)))
    head = ("Estimator", "N", *SHARE_NAMES, "Bias", "Spread")
    times = f"t from {number(observed.t.min())} to {number(observed.t.max())}"
    caption = (
        f"How often each estimator is right. All {observed.sizes['manifold']} manifolds, {times}, "
        f"{observed.sizes['query']} points x. Memorized and no gap are no answers, a failure is an answer that is "
        "not right. Bias: median of (reading - truth)/truth where it answers. Spread: deviation of the reading over "
        "x, mean of all."
    )
    return Table(head, tuple(rows), caption)


def _all_sizes(kept: pd.DataFrame) -> Table:
    """The full profile as `benchmarks.dimension` has kept it, on the manifolds that go up to the largest N."""
    scores = kept[kept.source.eq("here") & kept.t.isin(Estimators().times)]
    largest = scores["size"][np.isfinite(scores["size"])].max()
    shared = scores.merge(scores.loc[scores["size"] == largest, ["estimator", "manifold"]].drop_duplicates())
    means = shared.groupby(["estimator", "size"])[[*SHARES, "bias", "spread"]].mean()
    rows = []
    for (name, size), row in means.iterrows():  # pyright: ignore[reportGeneralTypeIssues]  an index of pairs
        percents = (number(100 * row[share], 2) for share in SHARES)
        rows.append((str(name), count(size), *percents, number(row["bias"], 2), number(row["spread"], 2)))
    manifolds = shared.groupby("estimator").manifold.unique().map(lambda names: comma(sorted(names)))
    where = "; ".join(f"{comma(names.index)} on {on}" for on, names in manifolds.groupby(manifolds))
    caption = (
        f"From few to many data. The full profile, run once: benchmarks/results/{RESULTS.name} has all manifolds and "
        f"times (python -m benchmarks.dimension --only estimators). Here means over t from {number(scores.t.min())} to "
        f"{number(scores.t.max())} and over what was given the largest N: {where}. Bias: reading - truth, whatever the "
        "outcome: what is memorized counts as its reading."
    )
    return Table(("Estimator", "N", *SHARE_NAMES, "Bias", "Spread"), tuple(rows), caption)


def _readings(observed: xr.Dataset, size: float, t: float, caption: str) -> Table:
    part = observed.sel(size=size).isel(time=int(np.argmin(np.abs(observed.t.values - t))))
    rows = [
        (manifold, str(TRUTH[manifold]), *(_cell(part.sel(manifold=manifold, estimator=name)) for name in _names(part)))
        for manifold in map(str, part.manifold.values)
    ]
    spread = (
        "Mean reading over x; in brackets its standard deviation where there is one; or the outcome if mostly silent."
    )
    return Table(("Manifold", "True", *_names(part)), tuple(rows), f"{caption} {spread}")


def _cell(part: xr.Dataset) -> str:
    words = [str(word) for word in part.outcome.values]
    silent = [word for word in words if word != "dimension"]
    if 2 * len(silent) > len(words):
        return max(set(silent), key=silent.count)
    spread = float(part.dimension.std("query", ddof=1))
    return number(part.dimension.mean()) + (f" ({number(spread, 2)})" if spread > 0.005 else "")


def _sizes(observed: xr.Dataset) -> Table:
    rows = [
        (str(manifold), count(size), number(t), *(_cell(_at(observed, manifold, size, i, n)) for n in _names(observed)))
        for manifold in observed.manifold.values
        for size in observed["size"].values
        for i, t in enumerate(observed.t.values)
    ]
    caption = "Large data sets. Mean reading over x (a data point), standard deviation in brackets; t is a variance."
    return Table(("Manifold", "N", "t", *_names(observed)), tuple(rows), caption)


def _at(observed: xr.Dataset, manifold: str, size: float, time: int, name: str) -> xr.Dataset:
    return observed.sel(manifold=manifold, size=size, estimator=name).isel(time=time)


def _published(flipd: xr.Dataset, observed: xr.Dataset) -> Table:
    rows: list[tuple[str, ...]] = []
    for size, figures in PUBLISHED_FLIPD.items():
        values = flipd.dimension.sel(size=size).squeeze(["manifold", "estimator"])
        for i, (std, figure_) in enumerate(zip(PUBLISHED_STD, figures, strict=True)):
            here = mean_with_error(values.isel(time=i).round(3), (), "query")
            where = f"15 linear dimensions, N = {count(size)}"
            rows.append(("FLIPD", where, number(std**2), number(figure_), with_error(*here)))
    for manifold, figure_ in PUBLISHED_GAP.items():
        if manifold not in observed.manifold.values:
            continue
        here = observed.sel(size=np.inf, manifold=manifold, estimator="gap").isel(time=0).dimension
        rows.append(("gap", manifold, number(observed.t[0]), number(figure_), number(here.mean())))
    caption = (
        "Published figures beside those found here. FLIPD: 2406.03537, variance 0.122 chosen to meet its last figure, "
        f"x one of the data (to three decimals; +- {standard_error(flipd.sizes['query'], 'x of one data set')}). "
        "Gap: 2212.12611, from a trained network there, from the exact score here, which has the true dimension."
    )
    return Table(("Estimator", "Manifold", "t", "Published", "Here"), tuple(rows), caption)


def _from_data(observed: xr.Dataset) -> Table:
    rows = [
        (str(manifold), str(TRUTH[str(manifold)]), count(size), *(
            with_error(*mean_with_error(one, (), "replica"))
            for one in (observed.dimension.sel(manifold=manifold, size=size, estimator=n) for n in _names(observed))
        ))
        for manifold in observed.manifold.values
        for size in observed["size"].values
    ]  # fmt: skip
    caption = (
        f"From data alone. scikit-dimension's estimators on N points, no score; +- "
        f"{standard_error(observed.sizes['replica'], 'data sets')}. lPCA sees the linear span: S^10 has 11, the "
        "union of a plane and a space of 6 dimensions beside it has 9."
    )
    return Table(("Manifold", "True", "N", *_names(observed)), tuple(rows), caption)


def _names(observed: xr.Dataset) -> Sequence[str]:
    return [str(name) for name in observed.estimator.values]


def _seeded(experiment: Estimators | FromData, run: Run) -> Estimators | FromData:
    """The same experiment with the seed of the report."""
    return replace(experiment, seed=run.seed)


def _alt(observed: xr.Dataset) -> str:
    parts = []
    for manifold in SHOWN:
        part = observed.sel(manifold=manifold, size=np.inf).isel(time=1)
        read = ", ".join(f"{n} {number(part.dimension.sel(estimator=n).mean())}" for n in _names(observed))
        parts.append(f"{manifold}, true dimension {TRUTH[manifold]}: {read}")
    return f"Dimension read by each estimator at t = {number(observed.t[1])} for infinite N. {'; '.join(parts)}."
