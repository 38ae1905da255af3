"""Tables of an experiment: independent values summed up, and rows along `point`."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

ENTRIES = 2_000_000  # of one table of data


def chunks(replicas: int, entries: int) -> Iterator[int]:
    """Numbers of data sets, `replicas` in all, whose tables of `entries` each are made at once."""
    most = max(1, ENTRIES // entries)
    for start in range(0, replicas, most):
        yield min(most, replicas - start)


def summary(values: np.ndarray) -> xr.Dataset:
    """Mean, error and number of independent values."""
    stderr = values.std(ddof=1) / np.sqrt(len(values))
    return xr.Dataset({"observed": values.mean(), "stderr": stderr, "replicas": len(values)})


def sample(values: np.ndarray, lowest: float = 0.0, highest: float = 1.0) -> xr.Dataset:
    """Independent values with their mean, its error and their bounds."""
    stderr = values.std(ddof=1) / np.sqrt(values.size)
    summary = {"observed": values.mean(), "stderr": stderr, "replicas": values.size}
    return xr.Dataset({"values": ("replica", values), **summary, "lowest": lowest, "highest": highest})


def fractions(values: np.ndarray, thresholds: np.ndarray, name: str) -> xr.Dataset:
    """Fractions of the values up to each threshold, a coordinate of that name."""
    shares = (values[:, None] <= thresholds).mean(axis=0)
    stderr = np.sqrt(shares * (1 - shares) / values.size)
    columns = {"observed": ("threshold", shares), "stderr": ("threshold", stderr), "replicas": values.size}
    return xr.Dataset(columns, coords={name: ("threshold", thresholds)})


def weights(offsets: np.ndarray, t: float) -> np.ndarray:
    """w of data at `offsets` y - x (..., n, d), at a variance t: (..., n)."""
    exponents = -(offsets**2).sum(axis=-1) / (2 * t)
    unnormalized = np.exp(exponents - exponents.max(axis=-1, keepdims=True))
    return unnormalized / unnormalized.sum(axis=-1, keepdims=True)


def variances(offsets: np.ndarray, t: float) -> np.ndarray:
    """Var_w(y_i) of data at `offsets` (replicas, n, d): (replicas, d)."""
    w = weights(offsets, t)
    mean = np.einsum("rn,rnd->rd", w, offsets)
    return np.einsum("rn,rnd->rd", w, (offsets - mean[:, None]) ** 2)


def rows(parts: list[xr.Dataset], along: str) -> xr.Dataset:
    """One row for each point and place along an axis of its own, with the labels of the point on every one of them."""
    labelled = [_labelled(part, along) for part in parts]
    return xr.concat(labelled, "point", data_vars="all", join="exact", combine_attrs="drop_conflicts")


def _labelled(part: xr.Dataset, along: str) -> xr.Dataset:
    count = part.sizes[along]
    scalars = {name: part[name].item() for name in part.coords if part[name].ndim == 0}
    return part.assign_coords({name: (along, [value] * count) for name, value in scalars.items()}).rename(
        {along: "point"}
    )


def flat(dataset: xr.Dataset, inner: str = "time") -> xr.Dataset:
    """One row along `point` for each point and place along `inner`."""
    return (
        dataset.stack(row=("point", inner))
        .reset_index("row")
        .drop_vars(["point", inner], errors="ignore")
        .rename(row="point")
        .transpose("point", ...)
    )
