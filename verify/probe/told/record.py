"""What was observed of a score as JSON, with the evidence of each way, and as a table, time by time."""

import json
from typing import Any

import numpy as np
import xarray as xr
from rich.table import Table

from simulate.engine.copies import COPIED
from verify.probe.asked.losses import losses
from verify.probe.told.training import lost
from verify.probe.told.ways import ways

ALONG = ("time", "visible", "excess", "sample_row", "sample_ratio", "clone_time")
ASKED = ("asked_p", "asked_member")


def as_json(found: xr.Dataset) -> str:
    """The verdict with its evidence as JSON; what is not known is null."""
    plain = {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in found.attrs.items()}
    along = {name: found[name].values.tolist() for name in (*ALONG, *ASKED) if name in found}
    slopes = {f"slope_{one}": found.slope.sel(set=one).values.tolist() for one in found.set.values.tolist()}
    concluded = {
        "lost": [{"variance": v, "from_time": t} for v, t in losses(found).confirmed],
        "collided": found.collided.sum("pair").values.tolist(),
        "ways": [way._asdict() for way in ways(found)],
    }
    return json.dumps(_nulls({**plain, **along, **slopes, **concluded}), indent=1) + "\n"


def _nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _nulls(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_nulls(one) for one in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def rows(found: xr.Dataset) -> tuple[list[str], list[list[str]]]:
    """Names of columns, and a row of texts for each time."""
    named = [f"v={v:.2g} model|empirical" for v in found.variance.values]
    heads = ["t", "std", found.attrs["step_name"], "dimension", "outcome", "effective N", "copied", *named]
    return heads, [_row(found.isel(time=i)) for i in range(found.sizes["time"])]


def _row(row: xr.Dataset) -> list[str]:
    """The texts of one time."""
    t, step = float(row.time), float(row.step)
    words, counts = np.unique(row.outcome.values.astype(str), return_counts=True)
    mine, theirs = (
        row[name].median("probe").values for name in ("normalized_jacobian", "empirical_normalized_jacobian")
    )
    return [
        f"{t:.3g}",
        f"{t**0.5:.3g}",
        f"{step:.4g}" if np.isfinite(step) else "",
        f"{float(row.dimension.median()):.4g} [{float(row.lower.min()):.4g}, {float(row.upper.max()):.4g}]",
        str(words[counts.argmax()]),
        f"{float(row.effective.median()):.3g}",
        f"{float((row.landing_ratio < COPIED).mean()):.0%}",
        *(f"{round(a, 2) + 0.0:.2f}|{round(b, 2) + 0.0:.2f}" for a, b in zip(mine, theirs, strict=True)),
    ]


def table(found: xr.Dataset) -> Table:
    """One row for each time, for a terminal."""
    result, (heads, texts) = Table(title="what the model knows of the data, time by time"), rows(found)
    for name in heads:
        result.add_column(name, justify="right")
    for text in texts:
        result.add_row(*text)
    return result


def json_of_checkpoints(found: xr.Dataset) -> str:
    """Checkpoints along training as JSON, with what `attrs` say of them: N, the seed and the advice.

    Arguments:
        found: as `verify.probe.told.training.told` returns it.
    """
    along = {str(name): found[name].values.tolist() for name in (*found.coords, *found.data_vars)}
    return json.dumps(_nulls({**found.attrs, **along, "lost": lost(found).tolist()}), indent=1) + "\n"


def json_of_alone(found: xr.Dataset) -> str:
    """A model without its data as JSON."""
    along = {name: found[name].values.tolist() for name in ("clone_time", "gate_time", "slope")}
    return json.dumps(_nulls({**found.attrs, **along, "collided": found.collided.sum("pair").values.tolist()})) + "\n"


def lines_of(found: xr.Dataset) -> list[str]:
    """One line for each checkpoint."""
    names = ("copies_lower", "copies_upper", "number_lower", "loss")
    values = (found.checkpoint.values, *(found[name].values for name in names), lost(found).sum(axis=1))
    return [
        f"{name}: {lower:.1%} to {upper:.1%} copies, the model's own points {low:.3g} or more, "
        f"held-out loss {loss:.3g}, {by_heart} of {found.sizes['group']} groups of directions learned by heart"
        for name, lower, upper, low, loss, by_heart in zip(*values, strict=True)
    ]
