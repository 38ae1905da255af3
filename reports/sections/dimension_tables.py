"""Tables of estimators of local dimension: readings, failures, many data, networks, published figures, data alone."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from reports.section import Table
from reports.typesetting.words import comma, count, mean_with_error, number, standard_error, with_error
from simulate.dimension import OUTCOMES
from simulate.experiments.dimension.estimators import PUBLISHED_FLIPD, PUBLISHED_GAP, PUBLISHED_STD, Estimators, summary
from simulate.experiments.dimension.known import KNOWN, TRUTH, law_of
from simulate.run.key import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "estimators.csv"
SHARES = ("right", "memorized", "no gap", "failure")
SHARE_NAMES = ("Right, %", "Memorized, %", "No gap, %", "Failure, %")


def manifolds(observed: xr.Dataset, seed: int) -> Table:
    """The manifolds of known dimension, and the space that each lies in.

    Arguments:
        observed: what `Estimators.run` returned.
        seed: of that experiment, for the caption.

    Returns:
        A table, one row for each manifold.
    """
    rows = [
        (name, KNOWN[name][1], str(TRUTH[name]), str(law_of(name).dimension))
        for name in map(str, observed.manifold.values)
    ]
    caption = (
        "The manifolds, and the d of the space that each lies in. x is always one of the data, which are drawn anew "
        f"for each manifold and N, with seed {seed}; t is a variance."
    )
    return Table(("Manifold", "What it is", "Dimension", "d"), tuple(rows), caption)


def failures(observed: xr.Dataset) -> Table:
    """How often each estimator of dimension is right, memorizes, sees no gap, or fails, over all manifolds and times.

    Arguments:
        observed: what `Estimators.run` returned.

    Returns:
        A table, one row for each estimator and N.
    """
    table, rows = summary(observed), []
    relative = (observed.dimension - observed.truth) / observed.truth
    for name in observed.estimator.values:
        for size in observed["size"].values:
            part, outcome = (each.sel(estimator=name, size=size) for each in (table, observed.outcome))
            bias = relative.sel(estimator=name, size=size).where(outcome == "dimension").median()
            percents = (number(100 * part[share].mean(), 2) for share in SHARES)
            rows.append((str(name), count(size), *percents, number(bias, 2), number(part.standard_deviation.mean(), 2)))
    head = ("Estimator", "N", *SHARE_NAMES, "Bias", "Deviation")
    times = f"t from {number(observed.t.min())} to {number(observed.t.max())}"
    caption = (
        f"How often each estimator is right. All {observed.sizes['manifold']} manifolds, {times}, "
        f"{observed.sizes['query']} points x. Memorized and no gap are no answers, a failure is an answer that is "
        "not right. Bias: median of (reading - truth)/truth where it answers. Deviation: standard deviation over "
        "x, mean of all."
    )
    return Table(head, tuple(rows), caption)


def all_sizes(kept: pd.DataFrame) -> Table:
    """The full profile as `benchmarks.estimators` has kept it, on the manifolds that go up to the largest N."""
    scores = kept[kept.source.eq("here") & kept.score.eq("exact") & kept.t.isin(Estimators().times)]
    largest = scores["size"][np.isfinite(scores["size"])].max()
    shared = scores.merge(scores.loc[scores["size"] == largest, ["estimator", "manifold"]].drop_duplicates())
    means = shared.groupby(["estimator", "size"])[[*SHARES, "bias", "standard_deviation"]].mean()
    rows = []
    for (name, size), row in means.iterrows():  # pyright: ignore[reportGeneralTypeIssues]  an index of pairs
        percents = (number(100 * row[share], 2) for share in SHARES)
        rows.append((str(name), count(size), *percents, number(row["bias"], 2), number(row["standard_deviation"], 2)))
    manifolds = shared.groupby("estimator").manifold.unique().map(lambda names: comma(sorted(names)))
    where = "; ".join(f"{comma(names.index)} on {on}" for on, names in manifolds.groupby(manifolds))
    caption = (
        f"From few to many data. The full profile, run once: benchmarks/results/{RESULTS.name} has all manifolds and "
        f"times (python -m benchmarks.estimators), with seed 0, at four x, two above N = 5000 (one for gap and "
        f"curvature at d = 100 and N = 1 000 000). Here means over t from {number(scores.t.min())} to "
        f"{number(scores.t.max())} and over what was given the largest N: {where}. Bias: reading - truth, whatever the "
        "outcome: what is memorized counts as its reading."
    )
    return Table(("Estimator", "N", *SHARE_NAMES, "Bias", "Deviation"), tuple(rows), caption)


def readings(observed: xr.Dataset, size: float, t: float, caption: str) -> Table:
    """Mean readings of each estimator on each manifold, at one N and one time.

    Arguments:
        observed: what `Estimators.run` returned.
        size: the number of points N, or infinity.
        t: the noise variance; the nearest one that was observed is taken.
        caption: the first sentence of the caption.

    Returns:
        A table, one row for each manifold.
    """
    part = observed.sel(size=size).isel(time=int(np.argmin(np.abs(observed.t.values - t))))
    rows = [
        (manifold, str(TRUTH[manifold]), *(_cell(part.sel(manifold=manifold, estimator=name)) for name in names(part)))
        for manifold in map(str, part.manifold.values)
    ]
    how = (
        "Mean reading over x; in brackets its standard deviation where there is one; or the outcome if mostly silent, "
        "with the median interval where there is no gap."
    )
    return Table(("Manifold", "True", *names(part)), tuple(rows), f"{caption} {how}")


def _cell(part: xr.Dataset) -> str:
    words = [str(word) for word in part.outcome.values]
    silent = [word for word in words if word != "dimension"]
    if 2 * len(silent) > len(words):
        word = max(OUTCOMES, key=silent.count)
        ends = (number(part[end].median()) for end in ("lower", "upper"))
        return f"{word}: {' to '.join(ends)}" if word == "no gap" else word
    deviation = float(part.dimension.std("query", ddof=1))
    return number(part.dimension.mean()) + (f" ({number(deviation, 2)})" if deviation > 0.005 else "")


def sizes(observed: xr.Dataset) -> Table:
    """Mean readings of each estimator on large data sets.

    Arguments:
        observed: what `Estimators.run` returned.

    Returns:
        A table, one row for each manifold, N and time.
    """
    rows = [
        (str(manifold), count(size), number(t), *(_cell(_at(observed, manifold, size, i, n)) for n in names(observed)))
        for manifold in observed.manifold.values
        for size in observed["size"].values
        for i, t in enumerate(observed.t.values)
    ]
    caption = (
        f"Large data sets. Mean reading over x, {observed.sizes['query']} of the data, standard deviation in brackets; "
        "t is a variance."
    )
    return Table(("Manifold", "N", "t", *names(observed)), tuple(rows), caption)


def _at(observed: xr.Dataset, manifold: str, size: float, time: int, name: str) -> xr.Dataset:
    return observed.sel(manifold=manifold, size=size, estimator=name).isel(time=time)


def networks(observed: xr.Dataset, steps: int) -> Table:
    """What is read off networks and off the exact score of their data, below the variances of these.

    Arguments:
        observed: what `NetworkEstimators.run` returned.
        steps: number of steps of the training, for the caption.

    Returns:
        A table, one row for each manifold, time and score.
    """
    rows = [
        (str(manifold), str(TRUTH[str(manifold)]), number(t), str(score),
         *(_cell(_at(observed.sel(score=score), manifold, observed["size"].item(), i, n)) for n in names(observed)))
        for manifold in observed.manifold.values
        for i, t in enumerate(observed.t.values)
        for score in observed.score.values
        if t < 1
    ]  # fmt: skip
    caption = (
        f"Trained networks: one perceptron for each manifold, N = {count(observed['size'].item())}, {count(steps)} "
        f"steps, beside the exact score of the same data, at {observed.sizes['query']} of them. What the exact score "
        "has memorized, a network may smooth over, and it may not have found the manifold in the space that this spans."
    )
    return Table(("Manifold", "True", "t", "Score", *names(observed)), tuple(rows), caption)


def published(flipd: xr.Dataset, observed: xr.Dataset) -> Table:
    """Published readings of two estimators beside those found here.

    Arguments:
        flipd: readings of FLIPD at the published noise variances.
        observed: what `Estimators.run` returned.

    Returns:
        A table, one row for each published figure.
    """
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
        "here d = 100 and x is one of the data (to three decimals; +- "
        f"{standard_error(flipd.sizes['query'], 'x of one data set')}). Gap: 2212.12611, "
        "from a trained network there, from the exact score here, which has the true dimension."
    )
    return Table(("Estimator", "Manifold", "t", "Published", "Here"), tuple(rows), caption)


def from_data(observed: xr.Dataset) -> Table:
    """Readings of the estimators of scikit-dimension, which see data alone.

    Arguments:
        observed: what `FromData.run` returned.

    Returns:
        A table, one row for each manifold and N.
    """
    rows = [
        (str(manifold), str(TRUTH[str(manifold)]), count(size), *(
            with_error(*mean_with_error(one, (), "replica"))
            for one in (observed.dimension.sel(manifold=manifold, size=size, estimator=n) for n in names(observed))
        ))
        for manifold in observed.manifold.values
        for size in observed["size"].values
    ]  # fmt: skip
    caption = (
        f"From data alone. scikit-dimension's estimators on N points, no score; +- "
        f"{standard_error(observed.sizes['replica'], 'data sets')}. lPCA sees the linear span: S^10 has 11, the "
        "union of a plane and a space of 6 dimensions beside it has 9."
    )
    return Table(("Manifold", "True", "N", *names(observed)), tuple(rows), caption)


def names(observed: xr.Dataset) -> Sequence[str]:
    """The names of the estimators of a table, in order.

    Arguments:
        observed: a table along `estimator`.

    Returns:
        Their names.
    """
    return [str(name) for name in observed.estimator.values]
