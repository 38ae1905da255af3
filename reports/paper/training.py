"""When a model memorizes, in training time: what works state, what the claims measure, and what raises false alarms."""

from collections.abc import Sequence
from typing import Any

import xarray as xr

from reports.paper import five_times
from reports.paper.evidence import named, table
from reports.section import Run, Section, Table
from reports.typesetting.words import SIGNS, comma, number
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
    """Where the sources conflict and what is measured, what kernels tell of networks, and a table of exponents of N."""
    samples, noised = table(run, "kernel-samples"), table(run, "kernel-memorized")
    return Section(
        "training",
        "When does a model memorize, in training time?",
        (
            "Works on solvable models state the training time $\\tau$ of an event as a power $N^a$ of the number of "
            "points. Two of them conflict on when samples become copies, points with $d_1/d_2 < 1/3$, the distance to "
            f"the nearest data point over that to the next: by {LINEAR} at $\\tau \\sim N$, by {PLATEAU} not before "
            f"the empirical score is reached, far later. {_neither(noised, samples)}{_noised(noised)} "
            f"{_copies(samples)} {_doubling(table(run, 'kernel-doubling'))}",
            *five_times.blocks(),
            _tangent(table(run, "network-tangent-share")),
            _alarms(table(run, "third-rule-limit")),
            Table(
                HEAD,
                (
                    *_rows(table(run, "learned-features-times"), "happens", WINDOW),
                    *_rows(noised, "", LINEAR),
                    *_rows(table(run, "kernel-memory-time"), "event", f"{LINEAR}, as read here", ("half forgotten",)),
                    *_rows(table(run, "kernel-times"), "event", "this suite, for d to infinity"),
                ),
                f"Exponents $a$ of $\\tau \\sim N^a$. Random features: {_sizes(run, 'learned-features-times')}. Kernel "
                f"models: {_sizes(run, 'kernel-times')}, where works state theirs for $N$ above $d$ and $d \\to "
                "\\infty$. Intervals hold for all points of the ledger at once. The rows are the claims "
                "learned-features-times, kernel-memorized, kernel-memory-time and kernel-times.",
            ),
        ),
    )


def _sizes(run: Run, name: str) -> str:
    """At which d and N the claim measures its exponents."""
    asked: Any = named(name).estimate_for(run.profile, run.seed)
    return f"$d = {asked.d}$, $N$ from {min(asked.sizes)} to {max(asked.sizes)}"


def _neither(*tables: xr.Dataset) -> str:
    """Said where no work of a conflict is confirmed."""
    return "Neither is seen at the sizes here. " if all(seen.attrs["verdict"] == "disagrees" for seen in tables) else ""


def _noised(seen: xr.Dataset) -> str:
    """When the loss on the model's own noised data falls, in powers of N."""
    exponents = comma(_interval(one) for one in _points(seen))
    return (
        "What is measured, of kernel models: the loss at their own noised data falls to half of that of the law at "
        f"$\\tau \\sim N^a$ with $a$ = {exponents}; that $a = 1$ {seen.attrs['verdict']}."
    )


def _copies(seen: xr.Dataset) -> str:
    """How many samples are copies before the empirical score is reached."""
    shares = comma(f"{_interval(one)} ({one.kernel.item()} kernel)" for one in _points(seen))
    return (
        f"Before the empirical score is reached, at $N = d = {int(seen.d[0])}$ and $\\tau = {number(seen.tau[0])}$, "
        f"the share of copies among samples is {shares}; that copies are as rare as in a Gaussian law, "
        f"{number(seen.predicted[0], 2)}, {seen.attrs['verdict']} (claim kernel-samples)."
    )


def _doubling(seen: xr.Dataset) -> str:
    """When the risk of two points is halfway from that of pure noise to that of the empirical score."""
    times = comma(f"{number(one.observed, 3)} at $d = {int(one.d)}$" for one in _points(seen))
    return (
        "The risk itself can double later than any power of $d$: of two points, with a Laplace kernel along their "
        f"line, the risk is halfway to that of the empirical score at $\\log \\tau$ = {times} (claim kernel-doubling, "
        f"{seen.attrs['verdict']})."
    )


def _tangent(seen: xr.Dataset) -> str:
    """How much of what training does to a network its tangent kernels explain."""
    shares = comma(f"{_interval(one)} of {one.of.item()} by the kernel {one.kernel.item()}" for one in _points(seen))
    asked: Any = named("network-tangent-share").estimate
    widths = comma(sorted({str(int(width)) for width in seen.width.values}))
    return (
        f"Kernels do not tell all of a trained network: of what {asked.steps} steps of Adam do to the paper's "
        f"perceptron at the width {widths}, gradient flow with its own tangent kernel explains, at the most "
        f"favourable time, {shares} (claim network-tangent-share, medians; that it explains all "
        f"{seen.attrs['verdict']})."
    )


def _alarms(seen: xr.Dataset) -> str:
    """How often the one-third rule calls a held-out point a copy."""
    shares = comma(f"{number(one.observed, 2)} at $m = {int(one.d)}$" for one in _points(seen))
    return (
        "The rule $d_1/d_2 < 1/3$ raises false alarms: of held-out points of an $m$-dimensional law it calls a share "
        f"$3^{{-m}}$ copies, however many the data; measured {shares} and $N = {int(seen.n[0])}$ (claim "
        f"third-rule-limit, {seen.attrs['verdict']}). A share of copies has to be read against that of held-out points."
    )


def _points(seen: xr.Dataset) -> list[xr.Dataset]:
    return [seen.isel(point=i) for i in range(seen.sizes["point"])]


def _interval(one: xr.Dataset) -> str:
    return f"{number(one.observed, 2)} ({number(one.lower, 2)} to {number(one.upper, 2)})"


def _rows(seen: xr.Dataset, event: str, source: str, shown: Sequence[str] = tuple(EVENTS)) -> list[Row]:
    """A row for each event that is shown; a table without the coordinate `event` is of the loss at noised data."""
    if not event:
        return [_row(source, NOISED, one) for one in _points(seen)]
    found = [(str(one[event].item()), one) for one in _points(seen)]
    return [_row(source, EVENTS[name], one) for name, one in found if name in shown]


def _row(source: str, event: str, one: xr.Dataset) -> Row:
    verdict = str(one.point_verdict.item())
    return source, event, number(one.predicted, 2), _interval(one), f"{SIGNS[verdict]} {verdict}"
