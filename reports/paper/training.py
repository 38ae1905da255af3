"""When a model memorizes, in training time: one table of what works state and what the claims measure."""

from collections.abc import Sequence
from typing import Any

import xarray as xr

from reports.paper.evidence import named, table
from reports.section import Run, Section, Table
from reports.typesetting.words import SIGNS, number
from verify.claims.learned.features_times import WINDOW
from verify.claims.learned.kernels import LINEAR
from verify.claims.learned.kernels_memorized import PLATEAU

Row = tuple[str, ...]
COPIES = "kernel model ({kernel}): samples that are copies"
NOISED = "kernel model, noised data: half the law's loss"
EVENTS = {
    "generalize": "random features: least test loss",
    "memorize": "random features: half of the final gap of test and training loss",
    "least risk": "kernel model, held-out points: least risk",
    "half forgotten": "kernel model, held-out points: half forgotten",
}
HEAD = ("Source", "Event", "Exponent stated", "Measured (interval)", "Verdict")


def section(run: Run) -> Section:
    """A table of exponents of N, and where the sources conflict."""
    samples = table(run, "kernel-samples")
    return Section(
        "training",
        "When does a model memorize, in training time?",
        (
            "Works on solvable models state the training time $\\tau$ of an event as a power $N^a$ of the number of "
            "points. Two of them conflict (*) on when samples become copies, that is points with $d_1/d_2 < 1/3$: by "
            f"{LINEAR} at $\\tau \\sim N$, by {PLATEAU} not before the empirical score is reached, far later. The "
            f"share of copies is measured before that, at $N = d = {int(samples.d[0])}$ and $\\tau = "
            f"{number(samples.tau[0])}$: the claim that copies are as rare as in a Gaussian law "
            f"{samples.attrs['verdict']}.",
            Table(
                HEAD,
                (
                    *_rows(table(run, "learned-features-times"), "happens", WINDOW),
                    *_rows(table(run, "kernel-memorized"), "", f"{LINEAR} *"),
                    *_rows(table(run, "kernel-memory-time"), "event", f"{LINEAR}, as read here", ("half forgotten",)),
                    *_rows(table(run, "kernel-times"), "event", "three modes (this suite)"),
                    *_rows(samples, "", f"{PLATEAU} *, a share of samples", named=COPIES),
                ),
                f"Exponents $a$ of $\\tau \\sim N^a$. Random features: {_sizes(run, 'learned-features-times')}. Kernel "
                f"models: {_sizes(run, 'kernel-times')}, where works state theirs for $N$ above $d$ and $d \\to "
                "\\infty$. Intervals hold for all points of the ledger at once. The rows are the claims "
                "learned-features-times, kernel-memorized, kernel-memory-time, kernel-times and kernel-samples.",
            ),
        ),
    )


def _sizes(run: Run, name: str) -> str:
    """At which d and N the claim measures its exponents."""
    asked: Any = named(name).estimate_for(run.profile, run.seed)
    return f"$d = {asked.d}$, $N$ from {min(asked.sizes)} to {max(asked.sizes)}"


def _rows(
    seen: xr.Dataset, event: str, source: str, shown: Sequence[str] = tuple(EVENTS), named: str = NOISED
) -> list[Row]:
    """A row for each event that is shown; `named` is the one event of a table without the coordinate `event`."""
    points = [seen.isel(point=i) for i in range(seen.sizes["point"])]
    if not event:
        return [_row(source, named.format(kernel=one.kernel.item()), one) for one in points]
    found = [(str(one[event].item()), one) for one in points]
    return [_row(source, EVENTS[name], one) for name, one in found if name in shown]


def _row(source: str, event: str, one: xr.Dataset) -> Row:
    verdict = str(one.point_verdict.item())
    measured = f"{number(one.observed, 2)} ({number(one.lower, 2)} to {number(one.upper, 2)})"
    return source, event, number(one.predicted, 2), measured, f"{SIGNS[verdict]} {verdict}"
