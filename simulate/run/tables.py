"""Tables of an experiment: independent values summed up, and rows along `point`."""

import numpy as np
import xarray as xr


def summary(values: np.ndarray) -> xr.Dataset:
    """Mean, error and number of independent values, each of a draw of its own.

    Arguments:
        values: (replicas,).

    Returns:
        `observed`, `stderr`, `replicas` and `draws`.

    Raises:
        ValueError: for fewer than two values.
    """
    replicas = _enough(len(values))
    stderr = values.std(ddof=1) / np.sqrt(replicas)
    return xr.Dataset({"observed": values.mean(), "stderr": stderr, "replicas": replicas, "draws": replicas})


def summaries(values: np.ndarray, along: str) -> xr.Dataset:
    """Mean, error and number of independent values of several quantities, with all their values.

    Arguments:
        values: (quantities, replicas), independent along the last axis.
        along: the name of the dimension of the quantities.

    Returns:
        `values`, `observed`, `stderr`, `replicas` and `draws`.

    Raises:
        ValueError: for fewer than two replicas.
    """
    replicas = _enough(values.shape[1])
    return xr.Dataset(
        {
            "values": ((along, "replica"), values),
            "observed": (along, values.mean(axis=1)),
            "stderr": (along, values.std(axis=1, ddof=1) / np.sqrt(replicas)),
            "replicas": replicas,
            "draws": replicas,
        }
    )


def _enough(replicas: int) -> int:
    if replicas < 2:
        raise ValueError(f"replicas must be >= 2, as the error of a mean needs two values, got {replicas}")
    return replicas


Columns = dict[str, tuple[str, np.ndarray]]


def without_step(coarse: np.ndarray, fine: np.ndarray, along: str) -> Columns:
    """What values tend to as a step vanishes, from those at a step and at half of it: the part linear in it drops out.

    Arguments:
        coarse: values at the step, (places,).
        fine: values at half of the step, (places,).
        along: the name of the dimension of the places.

    Returns:
        `observed`, and as its `stderr` the largest difference of the two at any place, since at one place the linear
        part may vanish and leave the rest, and the rounding of numbers of order 1.
    """
    error = np.full(len(fine), np.abs(fine - coarse).max() + np.finfo(float).eps)
    return {"observed": (along, 2 * fine - coarse), "stderr": (along, error)}


def rows(parts: list[xr.Dataset], along: str) -> xr.Dataset:
    """One row for each point and place along an axis of its own, with the labels of the point on every one of them.

    Arguments:
        parts: the Dataset of each point, with its settings as coordinates without a dimension.
        along: the dimension within each part that becomes rows.
    """
    labelled = [_labelled(part, along) for part in parts]
    return xr.concat(labelled, "point", data_vars="all", join="exact", combine_attrs="drop_conflicts")


def _labelled(part: xr.Dataset, along: str) -> xr.Dataset:
    """Rows along `along`, with what is said of the whole part on every one of them."""
    count = part.sizes[along]
    scalars = {name: part[name].item() for name in part.variables if part[name].ndim == 0}
    repeated = {name: (along, [value] * count) for name, value in scalars.items()}
    labels = {name: column for name, column in repeated.items() if name in part.coords}
    beside = {name: column for name, column in repeated.items() if name not in part.coords}
    return part.drop_vars(list(scalars)).assign(beside).assign_coords(labels).rename({along: "point"})


def flat(dataset: xr.Dataset, inner: str = "time") -> xr.Dataset:
    """One row along `point` for each point and place along `inner`.

    Arguments:
        dataset: a table along `point` and `inner`.
        inner: the dimension within each point that becomes rows.
    """
    return (
        dataset.stack(row=("point", inner))
        .reset_index("row")
        .drop_vars(["point", inner], errors="ignore")
        .rename(row="point")
        .transpose("point", ...)
    )
