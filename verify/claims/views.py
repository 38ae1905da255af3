"""Predictions by view: one call for all rows of a table that differ in nothing but t."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.view import View
from verify.claim import Prediction
from verify.claims.predictions import constant

__all__ = ["constant", "each_view"]


def each_view(predict: Callable[..., Any], **fixed: Any) -> Prediction:
    """A prediction from `predict(view, t, labels, **fixed)`: the view at the first of its times t, all labels.

    It is a number, or has one number or row of numbers for each of t.
    """

    def prediction(observed: xr.Dataset) -> np.ndarray:
        names = [str(name) for name, row in observed.coords.items() if row.dims == ("point",)]
        rows = [{name: observed[name].values[i] for name in names} for i in range(observed.sizes["point"])]
        groups = _alike(rows)
        parts = [np.asarray(of_group(labels, observed["t"].values[indices]), float) for labels, indices in groups]
        result = np.empty((len(rows), *parts[0].shape[1:]))
        for (_, indices), part in zip(groups, parts, strict=True):
            result[indices] = part
        return result

    def of_group(labels: Mapping[str, Any], times: np.ndarray) -> Any:
        return predict(View.of({**labels, "t": times[0]}), times, labels, **fixed)

    return prediction


def _alike(rows: list[dict[str, Any]]) -> list[tuple[Mapping[str, Any], list[int]]]:
    groups: dict[tuple[Any, ...], list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(tuple(value for name, value in row.items() if name != "t"), []).append(index)
    return [({name: rows[indices[0]][name] for name in rows[0] if name != "t"}, indices) for indices in groups.values()]
