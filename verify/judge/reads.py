r"""What predictions may read of an experiment that is no plain estimate: what was drawn, and never what is judged.

A variable is judged under another name where it has the same numbers at a point. It is nearly so where it puts the data
sets of a point in the order of the values that are judged, forwards or backwards (their rank correlation is beyond
NEARLY: any monotone function has 1), or where half of its numbers are such values, in whatever order. Negative
controls may read that, the prediction and the correction may not.

A prediction that equals an observed mean to EQUAL of its standard error is that mean, however it came by it: of honest
ones one in 10^9 does. What no rule sees: other functions of what was observed, where an experiment hides them.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from scipy import stats

from verify.judge.checks import BadClaim
from verify.judge.draws import DISTINCT

JUDGED = ("observed", "stderr", "values")  # what a prediction is compared with, and so must not see
NEARLY = 0.99  # a rank correlation
HELD = 0.5  # of the numbers of a variable
EQUAL = 1e-9  # of a standard error


def without_judged(name: str, observed: xr.Dataset, reads: Sequence[str]) -> xr.Dataset:
    """What negative controls may see: the points, and of what was observed the variables that are read.

    Arguments:
        name: of the claim, for the error.
        observed: the observation, along `point`.
        reads: variables beside what is judged.

    Returns:
        A Dataset along `point`, without attributes.

    Raises:
        BadClaim: for variables that are not there, and for those that hold what is judged.
    """
    for read in reads:
        if read not in observed.data_vars:
            raise BadClaim(f"reads of {name} must be variables that its experiment observes, {read} is none")
        if any(_same_somewhere(observed[read], observed[judged]) for judged in JUDGED if judged in observed):
            raise BadClaim(f"reads of {name} must not hold what is judged, {read} does")
    return observed.drop_vars([variable for variable in observed.data_vars if variable not in reads]).drop_attrs()


def nearly_judged(observed: xr.Dataset, reads: Sequence[str]) -> list[str]:
    """The variables that hold nearly what is judged, of those that are read.

    Arguments:
        observed: the observation, along `point`.
        reads: variables beside what is judged.

    Returns:
        Their names.
    """
    if "replica" not in observed.get("values", xr.DataArray()).dims:
        return []
    values = observed["values"].transpose("point", "replica").values
    return [read for read in reads if any(_nearly(row, rows) for row, rows in _by_point(values, observed[read]))]


def refuse_copied(name: str, statistic: str, predicted: np.ndarray, observed: xr.Dataset) -> None:
    """Refuses a prediction that is the mean that was observed.

    Arguments:
        name: of the claim, for the error.
        statistic: a key of STATISTICS; means of values alone are looked at.
        predicted: (points,).
        observed: the observation, along `point`.

    Raises:
        BadClaim: in one sentence.
    """
    if statistic not in ("t", "bounded"):
        return
    values = observed["values"].transpose("point", "replica").values
    many = np.array([np.unique(row).size >= DISTINCT for row in values])
    if (many & (np.abs(predicted - observed.observed.values) <= EQUAL * observed.stderr.values)).any():
        raise BadClaim(f"{name} must predict from other than what is judged, got the observed mean to the last digit")


def _by_point(values: np.ndarray, read: xr.DataArray) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each point with enough different values: the values (n,), and the columns (k, m) of what is read there."""
    along = read if "point" in read.dims else read.expand_dims(point=len(values))
    last = "replica" if "replica" in along.dims else along.dims[-1]
    rest = [dim for dim in along.dims if dim not in ("point", last)]
    rows = along.transpose("point", *rest, *([last] if last != "point" else [])).values
    rows = rows.reshape(len(values), -1, along.sizes[last] if last != "point" else 1)
    return [(row, columns) for row, columns in zip(values, rows, strict=True) if np.unique(row).size >= DISTINCT]


def _nearly(values: np.ndarray, columns: np.ndarray) -> bool:
    """Whether columns (k, m) of a variable have the order of values (n,), or half of their numbers are such values."""
    if np.isin(columns, values).mean() > HELD:
        return True
    return columns.shape[1] == values.size and bool((np.abs(_rank_correlations(values, columns)) > NEARLY).any())


def _rank_correlations(values: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation of values (n,) with each column (k, n), 0 for columns of one number."""
    ranks, own = (stats.rankdata(each, axis=-1) - (values.size + 1) / 2 for each in (columns, values))
    norms = np.sqrt((ranks**2).sum(axis=1) * (own**2).sum())
    return ranks @ own / np.where(norms > 0, norms, np.inf)


def _same_somewhere(one: xr.DataArray, other: xr.DataArray) -> bool:
    """Whether two variables hold the same numbers at a point."""
    if one.sizes != other.sizes:
        return False
    same = one == other.transpose(*one.dims)
    return bool(same.all([dim for dim in same.dims if dim != "point"]).any())
