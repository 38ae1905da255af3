"""Small tables of a ledger that cost nothing, for the tests of the report."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import xarray as xr

Ledger = list[tuple[Any, xr.Dataset]]


@dataclass(frozen=True)
class Coins:
    """Tosses of `coins`, each on its own."""


def claim(name: str = "first-claim", **changes: Any) -> Any:
    settings = {
        "name": name,
        "title": f"Title of {name}",
        "statement": "The mean of sum w^2 is 1 - t/t_c.",
        "source": "arXiv:2410.08727",
        "regime": "alpha -> 0",
        "interpretation": "It holds.",
        "formulas": ("condensed_participation", "linear_energy_law"),
        "controls": {"nothing": None, "half of t_c": None},
        "axis": "t",
        "series": "d",
        "axis_label": "time t (a variance)",
        "value_label": "participation ratio",
        "equivalence_margin": 0.08,
        "relative": False,
        "reading_to_avoid": False,
        "stated_by": "",
        "estimate": Coins(),
    }
    return SimpleNamespace(**(settings | changes))


def table(verdict: str = "agrees", recorded: str = "agrees", d: tuple[int, ...] = (10, 20)) -> xr.Dataset:
    """Observations 0.01 above 1 - t/2 at three times and each of `d`, with intervals of 0.1 to both sides."""
    t = np.tile([0.2, 0.6, 1.0], len(d))
    predicted = 1 - t / 2
    observed = predicted + 0.01
    along = {
        "predicted": predicted,
        "observed": observed,
        "stderr": np.full(t.size, 0.02),
        "lower": observed - 0.1,
        "upper": observed + 0.1,
        "effect": observed - predicted,
        "effect_lower": observed - predicted - 0.1,
        "effect_upper": observed - predicted + 0.1,
        "p": np.full(t.size, 0.6),
        "point_verdict": np.full(t.size, verdict, dtype=object),
    }
    return xr.Dataset(
        {name: ("point", values) for name, values in along.items()}
        | {
            "control_predicted": (("control", "point"), np.stack([np.zeros(t.size), 1 - t])),
            "control_verdict": ("control", np.array(["disagrees", "inconclusive"], dtype=object)),
        },
        coords={
            "t": ("point", t),
            "d": ("point", np.repeat(d, 3)),
            "x": ("point", np.full(t.size, "typical")),
            "control": np.array(["nothing", "half of t_c"], dtype=object),
        },
        attrs={
            "verdict": verdict,
            "expected_verdict": recorded,
            "passed": int(verdict == recorded),
            "seed": "7",
            "versions": "python 3, numpy 2",
        },
    )


def ledger() -> Ledger:
    return [(claim(), table()), (claim("second-claim"), table("disagrees", "inconclusive"))]


def compared(sizes: tuple[int, ...] = (10, 40)) -> xr.Dataset:
    """As `verify.data.comparison.comparison` makes it: two queries, predicted curves at every other time."""
    time = np.geomspace(10, 0.01, 31)
    by_query = np.stack([[1 / (1 + (time / (q / n)) ** 2) for q in (5, 6)] for n in sizes])
    predicted = by_query[..., ::2] * 0.98
    names = ("size", "query", "time")
    count = len(sizes)
    return xr.Dataset(
        {
            "measured": (("size", "time"), by_query.mean(axis=1)),
            "stderr": (("size", "time"), np.where(np.arange(count)[:, None] == count - 1, np.nan, 0.02) * np.ones(31)),
            "measured_by_query": (names, by_query),
            "predicted": (("size", "predicted_time"), predicted.mean(axis=1)),
            "predicted_by_query": (("size", "query", "predicted_time"), predicted),
            "t_c": (("size", "query"), np.full((count, 2), 0.8)),
            "t_c_paper": (("size", "query"), np.full((count, 2), 1.6)),
            "t_half": ("size", np.linspace(0.5, 0.1, count)),
            "t_half_stderr": ("size", np.append(np.full(count - 1, 0.05), np.nan)),
            "t_half_predicted": ("size", np.linspace(0.4, 0.2, count)),
            "parts": ("size", np.arange(count, 0, -1)),
        },
        coords={"size": list(sizes), "time": time, "predicted_time": time[::2]},
    )
