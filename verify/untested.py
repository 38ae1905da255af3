"""What only the full profile tests: in quick it is recorded as such, and never as agreed.

A claim may have an experiment of its own for the full profile, at points that the quick one lacks. A verdict of the
quick profile speaks for its own points alone, so the ledger gives the others a row of their own, with the status
"not tested in quick". Which they are is read off the two experiments: nobody can forget to say so. Points differ by
their settings alone, so whatever the full profile changes beside the replicas must be a setting of its points.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import xarray as xr

from simulate.run.experiment import Point
from verify.claim import Claim

NOT_TESTED = "not tested in quick"


def untested(claim: Claim, profile: str) -> tuple[Point, ...]:
    """The points of the full profile that the experiment of a profile lacks.

    Arguments:
        claim: what is claimed.
        profile: "quick" or "full".

    Returns:
        Points; none in "full".
    """
    tested = set(claim.estimate_for(profile, 0).points())
    return tuple(point for point in claim.estimate_for("full", 0).points() if point not in tested)


def noted(table: xr.Dataset, points: Sequence[Point]) -> xr.Dataset:
    """The table of a claim with its untested points as an attribute, in JSON: files of netCDF hold texts.

    Arguments:
        table: of the claim.
        points: that were not tested.

    Returns:
        The table.
    """
    return table.assign_attrs(untested=json.dumps([dict(point) for point in points]))


def noted_points(table: xr.Dataset) -> list[dict[str, Any]]:
    """Settings of the points that were noted, each a dict; none where nothing was."""
    return json.loads(table.attrs.get("untested", "[]"))


def in_words(points: Sequence[Mapping[str, Any]]) -> str:
    """Settings of points, each with all its values: "d = 3, 4; t = 0.1"."""
    names = points[0] if points else ()
    listed = {name: dict.fromkeys(str(point[name]) for point in points) for name in names}
    return "; ".join(f"{name} = {', '.join(values)}" for name, values in listed.items())
