"""What cannot be judged is refused in one sentence: observations that lack something, predictions of another shape."""

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from simulate.run.experiment import BadPrediction, Experiment
from verify.judge.draws import differ, repeats
from verify.judge.statistics import STATISTICS

MEANS = ("bounded", "t", "distribution")  # statistics of means
DRAWS = "draws"  # how many data sets were drawn independently of each other
ROUNDING = 1e-9  # relative


class BadClaim(ValueError):
    """A claim, or what its experiment observed, that no verdict can be passed on."""


def refuse_unjudgeable(name: str, statistic: str, observed: xr.Dataset) -> None:
    """Refuses an observation that lacks what a statistic needs: finite numbers in their ranges.

    Arguments:
        name: of the claim, for the error.
        statistic: a key of STATISTICS.
        observed: the observation, along `point`.

    Raises:
        BadClaim: in one sentence.
    """
    needs = STATISTICS[statistic].needs
    missing = [need for need in needs if need not in observed]
    if missing:
        has = ", ".join(map(str, observed.data_vars)) or "nothing"
        raise BadClaim(
            f"experiment of {name} must observe {', '.join(missing)} for the statistic {statistic}, it has {has}"
        )
    for need in needs:
        _refuse_unless(bool(np.isfinite(observed[need].values).all()), name, f"{need} must be finite")
    if "stderr" in needs:
        _refuse_unless(bool((observed.stderr >= 0).all()), name, "stderr must be >= 0")
    if statistic == "t":
        enough = (observed.replicas >= 2) & (observed.stderr > 0)
        _refuse_unless(bool(enough.all()), name, "replicas must be >= 2 and stderr > 0 for the statistic t")
    if statistic in MEANS and "values" in observed:
        _refuse_other_means(name, observed)
    if statistic == "bounded":
        _refuse_unbounded(name, observed)
    if statistic != "exact":
        _refuse_dependent(name, observed)
    if "replica" in observed.get("values", xr.DataArray()).dims:
        _refuse_other_draws(name, statistic, observed)


def _refuse_other_draws(name: str, statistic: str, observed: xr.Dataset) -> None:
    """Values are as many as replicas and drawn anew; those of what is exact are not drawn."""
    values = observed["values"].transpose("point", "replica").values
    if statistic == "exact":
        alike = "values must be the same in all replicas for the statistic exact, which has no sampling error"
        return _refuse_unless(not differ(values), name, alike)
    if "replicas" in observed:
        counted = bool((observed.replicas == values.shape[1]).all())
        _refuse_unless(counted, name, "replicas must be as many as values")
    return _refuse_unless(not repeats(values), name, "values must not come again in the same order, as of one seed")


def _refuse_dependent(name: str, observed: xr.Dataset) -> None:
    """Replicas are as many data sets as were drawn: a hundred places in one data set are one replica."""
    if DRAWS not in observed:
        raise BadClaim(f"experiment of {name} must observe {DRAWS}, the number of data sets that were drawn anew")
    counted = [observed.replicas] if "replicas" in observed else []
    counted += [xr.DataArray(observed.sizes["replica"])] if "replica" in observed.dims else []
    for count in counted:
        most = f"replicas must be at most {DRAWS}, the number of data sets that were drawn anew"
        _refuse_unless(bool((count <= observed[DRAWS]).all()), name, most)


def along_points(name: str, prediction: Callable[[Any], Any], readable: xr.Dataset, estimate: Experiment) -> np.ndarray:
    """What a prediction says of each point, from what it may see (`verify.judge.reads`).

    Arguments:
        name: of the prediction, for the error.
        prediction: of a case, or of the table.
        readable: what it may see, along `point`.
        estimate: what observed it, which knows its cases.

    Returns:
        (points,).

    Raises:
        BadClaim: unless it is one finite real number, or one for each point.
    """
    points = readable.sizes["point"]
    try:
        said = np.asarray(estimate.predictions(prediction, readable))
    except BadPrediction as error:
        raise BadClaim(f"{name} {error}") from error
    if said.dtype.kind not in "biuf":
        raise BadClaim(f"{name} must predict real numbers, got {said.dtype}")
    if said.shape not in ((), (1,), (points,)):
        raise BadClaim(f"{name} must predict a number for each of {points} points, got shape {said.shape}")
    if not np.isfinite(said).all():
        raise BadClaim(f"{name} must predict finite numbers, got {said[~np.isfinite(said)].flat[0]}")
    return np.array(np.broadcast_to(said.astype(float), points))


def _refuse_other_means(name: str, observed: xr.Dataset) -> None:
    values = observed["values"]
    slack = ROUNDING * abs(values).max("replica")
    same = abs(values.mean("replica") - observed.observed) <= slack
    _refuse_unless(bool(same.all()), name, "observed must be the mean of values")


def _refuse_unbounded(name: str, observed: xr.Dataset) -> None:
    low, high, values = observed.lowest, observed.highest, observed["values"]
    _refuse_unless(bool((low < high).all()), name, "lowest must be < highest")
    slack = ROUNDING * (high - low)
    inside = (values >= low - slack) & (values <= high + slack)
    _refuse_unless(bool(inside.all()), name, "values must lie between lowest and highest")


def _refuse_unless(fine: bool, name: str, rule: str) -> None:
    if not fine:
        raise BadClaim(f"{rule}: what the experiment of {name} observed is not so")
