r"""Whole phase diagrams in one pass over the data: all queries, all times, all sizes.

    log Z = log sum_mu exp(-E_mu/t),     participation ratio sum w^2 = Z(t/2)/Z(t)^2,     E_mu = |x - y_mu|^2/2

The energies do not depend on t, and the data set of size n is the first n rows: one matrix product serves the diagram.
"""

from typing import Any

import numpy as np
import xarray as xr

from simulate.engine.moments import Moments
from simulate.engine.queries import Array, Queries, Times
from simulate.engine.times import positions
from theory import checks as arguments


def phase_diagram(
    x: Array,
    data: Any,
    times: Times,
    sizes: Times | None = None,
    device: str = "auto",
) -> xr.Dataset:
    """Participation ratio and log partition function at all locations, times and sizes, in one pass over the data.

    sum w^2 = Z(t/2)/Z(t)^2 and log Z = log sum_mu exp(-|x - y_mu|^2/2t), without a factor 1/N. Times on a grid of ratio
    2^(1/k) cost less: k exponentials for each energy.

    Arguments:
        x: locations, (d,) or (batch, d), in units of the data; its type sets the accuracy (`posterior`).
        data: points y, (N, d): NumPy array, memmap, tensor, zarr or Dask array.
        times: noise variances > 0, (n,), in squared units of the data.
        sizes: integers in [1, N], (m,): size n means the first n rows; N alone where None.
        device: "auto" takes a GPU where there is one; or a name that torch knows.

    Returns:
        A Dataset of `participation_ratio` and `log_partition` along query, time and size.

    Raises:
        ValueError: where an argument is not finite, out of range or of another shape.
    """
    grid = arguments.times(times, name="times")
    if grid.ndim != 1 or grid.size == 0:
        raise ValueError(f"times must be a sequence of at least one time, got shape {grid.shape}")
    queries = Queries(x, data, device)
    wanted = np.array([queries.blocks.size]) if sizes is None else _sizes(sizes, queries.blocks.size)
    ascending = tuple(int(size) for size in np.unique(wanted))
    moments = queries.moments(grid.tolist(), order=0, sizes=ascending)
    return diagram(dict(zip(ascending, moments, strict=True)), grid, wanted)


def diagram(moments: dict[int, Moments], times: np.ndarray, sizes: np.ndarray) -> xr.Dataset:
    """The phase diagram of moments that are known.

    Arguments:
        moments: for each size.
        times: noise variances > 0, (n,).
        sizes: numbers of points, (m,).

    Returns:
        A Dataset as that of `phase_diagram`.
    """
    columns = [_column(moments[size], times, size) for size in sizes.tolist()]
    ratio, log_z = (np.stack([column[i] for column in columns], axis=-1).swapaxes(0, 1) for i in (0, 1))
    dims = ("query", "time", "size")
    values = {"participation_ratio": (dims, ratio), "log_partition": (dims, log_z)}
    return xr.Dataset(values, coords={"time": times, "size": sizes})


def _column(moments: Moments, times: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    at, half = (positions((times / divisor).tolist(), moments.times) for divisor in (1, 2))
    ratio, log_z = moments.participation(at, half), moments.log_partition()[at]
    return ratio.clamp(1 / size, 1.0).cpu().numpy(), log_z.cpu().numpy()


def _sizes(sizes: Times, largest: int) -> np.ndarray:
    values = arguments.finite("sizes", sizes)
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"sizes must be a sequence of at least one size, got shape {values.shape}")
    bad = (values != np.floor(values)) | (values < 1) | (values > largest)
    if bad.any():
        raise ValueError(f"sizes must be integers from 1 to the {largest} rows of data, got {values[bad][0]:g}")
    return values.astype(np.int64)
