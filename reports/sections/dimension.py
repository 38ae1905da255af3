"""Estimators of local dimension on manifolds of known dimension: what each reads, where it is right, where it errs."""

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pandas as pd
import xarray as xr

from reports.figures.plot import COLOURS, GREY, MARKERS, Plot, canvas, svg
from reports.section import Block, Picture, Run, Section
from reports.sections import dimension_tables as tables
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import count, number
from simulate.experiments.dimension.estimators import FLIPD, PROFILES, summary
from simulate.experiments.dimension.from_data import FromData
from simulate.experiments.dimension.known import TRUTH
from simulate.experiments.networks.estimators import NetworkEstimators
from simulate.run.experiment import Experiment

SHOWN = ("unequal", "sphere-10")
AT, MEMORIZED = 1e-3, 1e-4
NETWORKS = NetworkEstimators()
WITHOUT_PEER = (
    "A table of what scikit-dimension's estimators read from the data alone stands here where that package is "
    "installed: pip install 'losing-dimensions[peers]'."
)


def section(run: Run) -> Section:
    """Tables of manifolds, failures, readings, networks, published figures, scikit-dimension; readings against t."""
    main, *larger = (_found(one, run) for one in PROFILES[run.profile])
    body: list[Block] = [
        _introduction(main),
        tables.manifolds(main, run.seed),
        tables.failures(main),
        tables.all_sizes(pd.read_csv(tables.RESULTS)),
        tables.readings(main, np.inf, AT, f"Scores of infinitely many data at t = {number(AT)}."),
        tables.readings(main, 500, MEMORIZED, f"Memorized: N = 500, t = {number(MEMORIZED)}, x one of the data."),
        Picture(figure(main), "Readings against t, a variance, from scores of infinitely many data (solid) and of "
                "N = 500 (dotted), x one of the data. Grey: the true dimension. Means over x."),
        *(tables.sizes(table) for table in larger),
        tables.networks(_found(NETWORKS, run), NETWORKS.training.steps),
        tables.published(_found(FLIPD, run), main),
    ]  # fmt: skip
    if find_spec("skdim"):
        body.append(tables.from_data(_found(FromData(sizes=(2000,)), run)))
    else:
        body.append(WITHOUT_PEER)
    return Section("estimators", "Estimators of local dimension where it is known", tuple(body))


def figure(observed: xr.Dataset) -> Plot:
    """Mean reading of each estimator against t, one panel for each manifold shown."""
    with canvas(height=6.4, panels=(len(SHOWN), 1)) as (drawn, axes):
        for panel, manifold in zip(axes[:, 0], SHOWN, strict=True):
            rows = observed.sel(manifold=manifold).dimension.mean("query")
            panel.axhline(TRUTH[manifold], color=GREY, linewidth=3, alpha=0.4)
            for name, colour, marker in zip(tables.names(observed), COLOURS, MARKERS, strict=False):
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


def _found(experiment: Experiment, run: Run) -> xr.Dataset:
    """What the experiment finds with the seed of the report."""
    return replace(experiment, seed=run.seed).run(run.store, run.progress)


def _alt(observed: xr.Dataset) -> str:
    parts = []
    for manifold in SHOWN:
        part = observed.sel(manifold=manifold, size=np.inf).isel(time=1)
        read = ", ".join(f"{n} {number(part.dimension.sel(estimator=n).mean())}" for n in tables.names(observed))
        parts.append(f"{manifold}, true dimension {TRUTH[manifold]}: {read}")
    return f"Dimension read by each estimator at t = {number(observed.t[1])} for infinite N. {'; '.join(parts)}."
