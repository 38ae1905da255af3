"""Why a claim does not pass: which points or controls, by how much, and what that is likely to mean."""

import xarray as xr

from verify.claim import Claim
from verify.door import printable
from verify.render.terminal import plain

SHOWN = 3  # points
LEAST = 1e-300  # p below it is said to be that: it is 0 in floating point


def explanation(claim: Claim, table: xr.Dataset) -> str:
    """The reasons in lines, from the claim's table (`verify.claim.judge`).

    Arguments:
        claim: the claim.
        table: what `verify.claim.judge` found of it.
    """
    found, expected = table.attrs["verdict"], claim.expected_verdict
    lines = [f"{claim.name}: {plain(claim.statement)}"]
    if found != expected:
        lines += [f"expected: {expected}; found: {found}", *_points(table, found), _likely(expected, found)]
    left = [
        str(name)
        for name, row in zip(table.control.values, table.control_verdict.values, strict=True)
        if row != "disagrees"
    ]
    meaning = (
        "The experiment cannot tell it from the claim: use more data."
        if found == expected
        else "What is observed does not speak against it."
    )
    lines += [f"control not rejected: {plain(name)}. {meaning}" for name in left]
    return printable("\n".join(lines))


def _points(table: xr.Dataset, found: str) -> list[str]:
    rows = [table.isel(point=i) for i in range(table.sizes["point"]) if table.point_verdict.values[i] == found]
    worst = sorted(rows, key=lambda row: float(row.p))[:SHOWN]
    return [
        f"at {_settings(row)}: predicted {row.predicted.item():.6g}, observed {row.observed.item():.6g} +- "
        f"{row.stderr.item():.2g}, interval [{row.lower.item():.6g}, {row.upper.item():.6g}], "
        f"p <= {max(row.p.item(), LEAST):.2g}"
        for row in worst
    ]


def _settings(row: xr.Dataset) -> str:
    return ", ".join(
        f"{name} = {value.item()}" for name, value in row.coords.items() if value.ndim == 0 and name != "point"
    )


def _likely(expected: str, found: str) -> str:
    if found == "inconclusive":
        return "likely meaning: too few data to tell; take more replicas, or state a larger equivalence margin"
    if expected == "agrees":
        return (
            "likely meaning: a formula that the prediction rests on is wrong, or the simulation is; bisect by formula"
        )
    return "likely meaning: the prediction has changed, or the expected verdict was written down in error"
