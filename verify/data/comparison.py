r"""What the theory of linear Gaussian data says of a set of real data, which is neither.

The data are replaced by the Gaussian of their mean and covariance, y ~ N(mean, C). In the principal axes of C this is
the law of `theory.laws.linear`, and at every held-out point x, for N independent points of that law,

    t_c(x)          root of log N + K - lambda K' = 0, and the paper's second-cumulant formula
    E sum w^2(t)    the exact average at finite N and d

No number is fitted to the weights. Data that agree at small N and not at large N are Gaussian as far as N points can
tell: the nearest of N levels feels the tail of the law of energies down to probability 1/N, and no further.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import xarray as xr

from simulate.experiments.real import RealData
from simulate.run.experiment import Experiment, Point
from simulate.run.key import PREDICTION
from theory.checks import NotComputable
from theory.exact.averages import participation_ratio
from theory.laws.linear import LinearGaussian
from theory.limits.condensation import condensation_time
from verify.probe.known.axes import principal_axes as axes_of


@dataclass(frozen=True, kw_only=True, eq=False)
class GaussianPrediction(Experiment):
    """Exact averages for the Gaussian of the data's mean and covariance, at each location, N and t.

    A value out of reach of the method is NaN, and `computable` says so.

    Arguments:
        seed: of no effect: nothing here is random.
        variances: positive variances along the r principal axes, (r,), in squared units of the data.
        offsets: locations, from the mean of the data, in these axes, (queries, r).
        sizes: numbers of points N.
        times: noise variances t, (k,).
    """

    variances: np.ndarray = field(repr=False)
    offsets: np.ndarray = field(repr=False)
    sizes: tuple[int, ...]
    times: np.ndarray = field(repr=False)
    made_by: ClassVar[tuple[str, ...]] = PREDICTION

    def points(self) -> Sequence[Point]:
        return [Point(n=n, query=query) for n in self.sizes for query in range(len(self.offsets))]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        """`participation_ratio` and `computable` (time,), and `t_c` with the paper's, of one location and one N.

        Arguments:
            point: its number of points `n`, and its location `query`, an index.
            rng: not used.
        """
        x, log_n = self.offsets[int(point["query"])], float(np.log(point["n"]))
        alpha = log_n / self.variances.size
        values = _or_nan(self.times, x, LinearGaussian(self.variances), log_n)
        return xr.Dataset(
            {
                "participation_ratio": ("time", values),
                "computable": ("time", np.isfinite(values)),
                "t_c": condensation_time(x, self.variances, alpha),
                "t_c_paper": condensation_time(x, self.variances, alpha, order="second-cumulant"),
            },
            coords={"time": self.times},
        )


def gaussian_prediction(experiment: RealData, stride: int = 2) -> GaussianPrediction:
    """The prediction for the law of the data of `experiment`, at every `stride`-th of its times.

    Arguments:
        experiment: what is measured on the data.
        stride: one prediction for so many times of the experiment.
    """
    variances, offsets = principal_axes(experiment.data[experiment.rows], experiment.x)
    sizes = tuple(len(experiment.rows) // parts for parts in experiment.parts)
    return GaussianPrediction(variances=variances, offsets=offsets, sizes=sizes, times=experiment.times[::stride])


def principal_axes(data: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variances (r,) > 0 of `data` (n, d) along its principal axes, largest first, and coordinates of x - mean there.

    Directions without variance are left out (`verify.probe.known.axes`): they shift all energies alike, and
    r <= min(n - 1, d).

    Arguments:
        data: points, (n, d).
        x: locations, (m, d).
    """
    data, x = np.asarray(data, dtype=np.float64), np.asarray(x, dtype=np.float64)
    axes, variances = axes_of(data)
    return variances * (len(data) / (len(data) - 1)), (x - data.mean(axis=0)) @ axes.T


def comparison(observed: xr.Dataset, predicted: xr.Dataset) -> xr.Dataset:
    """Measured and predicted side by side, dims size, time, query.

    `measured` is the mean over parts and queries with `stderr` over parts (NaN for a single part: there is nothing to
    take it from), `measured_by_query` the mean over parts alone. `t_half` is where a mean over queries is 1/2: measured
    (with `t_half_stderr` over parts) and predicted. `parts` counts the data sets behind each size.

    Arguments:
        observed: the participation ratio on the data, along `point` and `time`.
        predicted: by `GaussianPrediction`, along `point` and its own `time`.
    """
    sizes = list(dict.fromkeys(predicted.n.values.tolist()))
    rows = [
        _one_size(observed.isel(point=observed.n.values == n), predicted.isel(point=predicted.n.values == n))
        for n in sizes
    ]
    return xr.concat(rows, "size").assign_coords(size=sizes)


def _one_size(observed: xr.Dataset, predicted: xr.Dataset) -> xr.Dataset:
    ratio = observed.participation_ratio
    of_parts = ratio.mean("query")
    times = predicted.reset_coords(drop=True).rename(time="predicted_time", point="query")
    halves = np.array([half_time(ratio.time.values, row) for row in of_parts.values])
    average = times.participation_ratio.mean("query", skipna=False)
    return xr.Dataset(
        {
            "measured": of_parts.mean("point"),
            "stderr": _stderr(of_parts),
            "measured_by_query": ratio.mean("point"),
            "predicted": average,
            "predicted_by_query": times.participation_ratio,
            "t_c": times.t_c,
            "t_c_paper": times.t_c_paper,
            "t_half": halves.mean(),
            "t_half_stderr": _stderr(xr.DataArray(halves, dims="point")),
            "t_half_predicted": half_time(average.predicted_time.values, average.values),
            "parts": observed.sizes["point"],
        }
    )


def half_time(times: np.ndarray, ratio: np.ndarray) -> float:
    """Time at which a participation ratio that falls with t crosses 1/2, interpolated in log t; NaN if it does not.

    Arguments:
        times: noise variances, (k,), in any order.
        ratio: the participation ratio at each, (k,); NaN is left out.
    """
    order = np.argsort(times)
    t, values = np.log(times[order]), ratio[order]
    known = np.isfinite(values)
    t, values = t[known], values[known]
    crossings = np.flatnonzero((values[:-1] >= 0.5) & (values[1:] < 0.5))
    if crossings.size == 0:
        return np.nan
    i = crossings[-1]
    return float(np.exp(t[i] + (values[i] - 0.5) / (values[i] - values[i + 1]) * (t[i + 1] - t[i])))


def _stderr(values: xr.DataArray) -> xr.DataArray:
    count = values.sizes["point"]
    return (
        values.std("point", ddof=1, skipna=False) / np.sqrt(count)
        if count > 1
        else values.isel(point=0, drop=True) * np.nan
    )


def _or_nan(times: np.ndarray, x: np.ndarray, law: LinearGaussian, log_n: float) -> np.ndarray:
    """All times at once, which share their work; one by one where some of them are out of reach."""
    try:
        return participation_ratio(times, x, law, log_n)
    except NotComputable:
        if times.size == 1:
            return np.full(1, np.nan)
        return np.concatenate([_or_nan(part, x, law, log_n) for part in np.array_split(times, 2)])
