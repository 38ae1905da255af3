"""Numbers and settings in words: how a value, a point of a table or a machine is written."""

import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

SIGNS = {"agrees": "✓", "disagrees": "✗", "inconclusive": "?"}
NAMES = {"n": "N", "log_n": "log N"}
SKIPPED = ("control", "replica", "seed")
ORDER = ("law", "x", "d", "n", "log_n", "alpha", "t", "tau", "subspace", "variance", "i", "j", "k")  # all else after
SPECTRUM = re.compile(r"gaussian \(?((?:[\d.e+-]+(?:\*\d+)? ?)+)\)?(?: x (\d+))?")  # runs, and their copies
LARGE = 10**7  # whole numbers from it on are rounded, as N = e^25
FEW = 3  # laws that are named one by one
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
RAISED = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")


def number(value: Any, digits: int = 3) -> str:
    """A number to `digits` significant digits, with a true minus sign and no needless exponent.

    Arguments:
        value: a number, an array of one, or NaN.
        digits: significant digits.
    """
    value = float(value)
    if not np.isfinite(value):
        return "not known"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    power = f"{TIMES}10{str(int(exponent)).translate(RAISED)}" if exponent else ""
    return mantissa.replace("-", MINUS) + power


def with_error(value: Any, error: Any) -> str:
    """A value with its standard error, both to two digits of the error.

    Arguments:
        value: a number.
        error: its standard error, in the same units.
    """
    value, error = float(value), float(error)
    if not np.isfinite(value) or not np.isfinite(error) or error <= 0:
        return number(value)
    places = max(0, 1 - int(np.floor(np.log10(error))))
    return f"{value:.{places}f} ± {error:.{places}f}".replace("-", MINUS)


def mean_with_error(values: xr.DataArray, over: str | tuple[str, ...], unit: str) -> tuple[xr.DataArray, xr.DataArray]:
    """The mean over the axes `over` and `unit`, and its standard error.

    `unit` is what was drawn anew each time. What lies along `over` shares that draw and is averaged first: it is no
    further evidence.

    Arguments:
        values: an array with the axes `over` and `unit`.
        over: the axes that share one draw.
        unit: the axis of independent draws.
    """
    each = values.mean(over)
    return each.mean(unit), each.std(unit, ddof=1) / np.sqrt(each.count(unit))


def standard_error(n: int, units: str) -> str:
    """What bars show, in words; of two units the standard error reaches from the one to the other.

    Arguments:
        n: how many independent draws there are.
        units: what was drawn, in the plural.
    """
    return f"standard error over {n} {units}" + (", from the one to the other" if n == 2 else "")


def count(value: float) -> str:
    """A whole number, its thousands apart."""
    return "infinite" if np.isinf(value) else f"{value:,.0f}".replace(",", " ")


def span(values: Any) -> str:
    """Smallest to largest."""
    low, high = float(np.min(values)), float(np.max(values))
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def comma(items: Iterable[str]) -> str:
    """Words in a row, with commas."""
    return ", ".join(items)


def varying(table: xr.Dataset) -> list[str]:
    """Coordinates along `point` that differ from point to point."""
    return [name for name in _along_points(table) if np.unique(table[name].values).size > 1]


def settings(point: xr.Dataset, table: xr.Dataset) -> str:
    """What sets one point of `table` apart, as "x typical, N = 100, t = 0.1".

    Arguments:
        point: one row of the table.
        table: the whole table.
    """
    return comma(_setting(name, point[name].values) for name in varying(table)) or "its one point"


def groups(table: xr.Dataset, axis: str) -> list[tuple[str, np.ndarray]]:
    """Rows of the table that differ in `axis` alone, with a label of what they share and others do not.

    Arguments:
        table: rows along `point`.
        axis: the coordinate that may differ within a group.
    """
    names = [name for name in varying(table) if name != axis]
    points = range(table.sizes["point"])
    labels = [comma(_setting(name, table[name].values[i]) for name in names) for i in points]
    return [(label, np.flatnonzero([other == label for other in labels])) for label in dict.fromkeys(labels)]


def conditions(table: xr.Dataset) -> str:
    """All settings of a table in one sentence: the caption of its figure."""
    listed = {name: list(dict.fromkeys(table[name].values.tolist())) for name in _along_points(table)}
    parts = [_laws(values) if name == "law" else _setting(name, _listing(values)) for name, values in listed.items()]
    return f"Settings: {'; '.join(parts)}; seed {table.attrs.get('seed', 'unknown')}."


def machine() -> str:
    """Processor, cores and system of this machine."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _along_points(table: xr.Dataset) -> list[str]:
    names = [str(n) for n, c in table.coords.items() if c.dims == ("point",) and n not in SKIPPED]
    return sorted(names, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


def _setting(name: str, value: Any) -> str:
    text = _plain(value)
    if name == "law":
        return law_in_words(text)
    return f"{NAMES.get(name, name)} {'' if text[:1].isalpha() else '= '}{text}"


def law_in_words(label: str) -> str:
    """The label of a law as a reader says it: "gaussian 1*2 0.09*5" as "variances 1 (×2), 0.09 (×5)"."""
    found = SPECTRUM.fullmatch(label)
    if not found:
        return label
    runs, copies = found[1].split(), int(found[2] or 1)
    return f"variances {comma(_run(run, copies) for run in runs)}"


def _laws(labels: list[str]) -> str:
    """Several laws: each by its variances where they are few."""
    return " or ".join(map(law_in_words, labels)) if len(labels) <= FEW else f"{len(labels)} laws"


def _run(run: str, copies: int) -> str:
    """One variance and the number of its directions."""
    variance, _, count = run.partition("*")
    total = int(count or 1) * copies
    return variance if total == 1 or variance == "..." else f"{variance} ({TIMES}{total})"


def _listing(values: list[Any]) -> str:
    if len(values) <= 8:
        return comma(map(_plain, values))
    return f"{len(values)} values from {_plain(min(values))} to {_plain(max(values))}"


def _plain(value: Any) -> str:
    value = value.item() if isinstance(value, np.ndarray | np.generic) else value
    return number(value) if isinstance(value, float) or (isinstance(value, int) and value >= LARGE) else str(value)
