r"""What was observed of a score, in sentences and as a table.

A group of axes is *lost* at t where the median contraction is above 2/3 although the data show it, v > 2 t.
"""

import numpy as np
import xarray as xr
from rich.table import Table

from simulate.nearest import COPIED
from simulate.probe.observe import SEEN

LOST = 2 / 3  # contraction above which a direction is lost


def report(found: xr.Dataset) -> str:
    """The plain answer, in sentences."""
    memorized = found.time.values[_memorized(found)]
    order = [f"variance {v:.3g}: {_noise(found, t)}" for v, t in _losses(found, "contraction") if np.isfinite(t)]
    crowd = found.effective.median("probe").values
    alone = found.time.values[crowd < 2]
    sentences = [
        f"{found.attrs['n']} points in {found.attrs['d']} dimensions"
        + (
            f", {found.attrs['copies']} of them exact copies, which look like memorization"
            * (found.attrs["copies"] > 0)
        ),
        _verdict(found, memorized, bool(order)),
        f"directions it loses, first to last: {'; '.join(order)}"
        if order
        else "it loses no direction that the data show",
        f"fewer than two data points carry the empirical score from {_noise(found, alone.max())} down"
        if alone.size
        else "at all times more than two data points carry the empirical score",
        f"a Gaussian of their covariance condenses at t = {np.median(found.t_c):.3g} (median over the points probed)",
        _copied(found),
        *_beyond(found),
    ]
    return "\n".join(f"- {sentence}." for sentence in sentences)


def table(found: xr.Dataset) -> Table:
    """One row for each time."""
    result = Table(title="what the model knows of the data, time by time")
    names = [f"v={v:.2g} model|empirical" for v in found.variance.values]
    for name in ("t", "std", "step", "dimension", "outcome", "effective N", "copied", *names):
        result.add_column(name, justify="right")
    for i, t in enumerate(found.time.values):
        row = found.isel(time=i)
        words, counts = np.unique(row.outcome.values.astype(str), return_counts=True)
        mine, theirs = (row[name].median("probe").values for name in ("contraction", "empirical_contraction"))
        result.add_row(
            f"{t:.3g}",
            f"{t**0.5:.3g}",
            str(int(row.step)) if int(row.step) >= 0 else "",
            f"{float(row.dimension.median()):.4g} [{float(row.lower.min()):.4g}, {float(row.upper.max()):.4g}]",
            str(words[counts.argmax()]),
            f"{float(row.effective.median()):.3g}",
            f"{float((row.landing_ratio < COPIED).mean()):.0%}",
            *(f"{a:.2f}|{b:.2f}" for a, b in zip(mine, theirs, strict=True)),
        )
    return result


def _verdict(found: xr.Dataset, memorized: np.ndarray, some_lost: bool) -> str:
    if memorized.size:
        return f"this model memorizes from {_noise(found, memorized.max())} down"
    if some_lost:
        return (
            "this model memorizes in part: at no time all, but at some time some of the directions of the data are lost"
        )
    return "at none of the times does this model memorize: it sees directions wherever the data show some"


def _memorized(found: xr.Dataset) -> np.ndarray:
    """Where most probes show no direction although the data do."""
    share = (found.outcome == "memorized").mean("probe").values
    return (share > 0.5) & (found.visible.values > 0)


def _losses(found: xr.Dataset, name: str) -> list[tuple[float, float]]:
    """(variance, time at which it is lost) of each group, first lost first; nan: never."""
    middle = found[name].median("probe").values
    shown = found.variance.values > SEEN * found.time.values[:, None]
    times = np.where(shown & (middle > LOST), found.time.values[:, None], np.nan)
    lost = [float(np.nanmax(column)) if np.isfinite(column).any() else np.nan for column in times.T]
    pairs = zip(found.variance.values.tolist(), lost, strict=True)
    return sorted(pairs, key=lambda pair: -np.nan_to_num(pair[1]))


def _noise(found: xr.Dataset, t: float) -> str:
    """A noise in the words of all users: variance, standard deviation, step of the model."""
    step = int(found.step.sel(time=t))
    return f"t = {t:.3g} (std {t**0.5:.3g}{f', step {step}' if step >= 0 else ''})"


def _copied(found: xr.Dataset) -> str:
    what = "held-out" if found.attrs["held_out"] else "training"
    close = (found.landing_ratio < COPIED).values
    copies = close.sum(axis=found.landing_ratio.get_axis_num("free"))
    if not copies.any():
        return f"no noised {what} point was denoised into a copy of a training point"
    worst = int(copies.argmax())
    landed = found.landed_on.values[worst][close[worst]]
    rows = ", ".join(str(row) for row in np.unique(landed)[:8])
    t = float(found.time[worst])
    landing = f"{copies[worst]} of {close[worst].size} noised {what} points are denoised into a training point"
    return f"{landing}, three times nearer to it than to any other, at {_noise(found, t)}: rows {rows}"


def _beyond(found: xr.Dataset) -> list[str]:
    """A warning where the score proves more directions than its data have: what is said above is not of these data."""
    beyond = found.time.values[found.lower.median("probe").values > found.attrs["n"] - 1]
    if not beyond.size:
        return []
    seen = f"more directions than {found.attrs['n']} points can vary in at {_noise(found, beyond.max())}"
    return [f"it sees {seen}: it was trained on other data as well, or not enough to be judged"]
