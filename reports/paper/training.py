"""When a model memorizes, in training time: one table of what works state and what the claims measure."""

import xarray as xr

from reports.paper.evidence import table
from reports.section import Run, Section, Table
from reports.typesetting.words import SIGNS, comma, number, span
from verify.claims.learned.features_times import WINDOW
from verify.claims.learned.kernels import LINEAR
from verify.claims.learned.kernels_memorized import PLATEAU

Row = tuple[str, ...]
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
            f"points. They conflict on when samples become copies (*): by {LINEAR} at $\\tau \\sim N$, by {PLATEAU} "
            f"not before the empirical score is reached, so that a share of {span(samples.predicted)} of samples would "
            f"have $d_1/d_2 < 1/3$. At $N = d = {int(samples.d[0])}$, $\\tau = {number(samples.tau[0])}$ it is "
            f"{_shares(samples)} (kernel-samples: {samples.attrs['verdict']}).",
            Table(
                HEAD,
                (
                    *_rows(table(run, "learned-features-times"), "happens", f"{WINDOW} *"),
                    *_rows(table(run, "kernel-memorized"), "", f"{LINEAR} *"),
                    *_rows(table(run, "kernel-memory-time"), "event", f"{LINEAR} *, of the risk"),
                    *_rows(table(run, "kernel-times"), "event", "three modes (here)"),
                ),
                "Exponents $a$ of $\\tau \\sim N^a$. Random features: $d = 16$, $N$ from 48 to 96. Kernel models: $d = "
                "16$, $N$ from 8 to 32, where works state theirs for $N$ above $d$ and $d \\to \\infty$. Intervals "
                "hold for all points of the ledger at once. The rows are the claims learned-features-times, "
                "kernel-memorized, kernel-memory-time and kernel-times.",
            ),
        ),
    )


def _rows(seen: xr.Dataset, event: str, source: str) -> list[Row]:
    """A row for each event that the table here names."""
    points = [seen.isel(point=i) for i in range(seen.sizes["point"])]
    named = [(EVENTS.get(str(one[event].item()), "") if event else NOISED, one) for one in points]
    return [_row(source, name, one) for name, one in named if name]


def _row(source: str, event: str, one: xr.Dataset) -> Row:
    verdict = str(one.point_verdict.item())
    measured = f"{number(one.observed, 2)} ({number(one.lower, 2)} to {number(one.upper, 2)})"
    return source, event, number(one.predicted, 2), measured, f"{SIGNS[verdict]} {verdict}"


def _shares(samples: xr.Dataset) -> str:
    points = [samples.isel(point=i) for i in range(samples.sizes["point"])]
    return comma(
        f"{number(one.observed, 2)} (interval {number(one.lower, 2)} to {number(one.upper, 2)}; {one.kernel.item()} "
        "kernel)"
        for one in points
    )
