"""Page one: does the theory hold? One figure, one sentence, and the statements with their verdicts."""

from typing import Any

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, DASHES, GREY, MARKERS, Plot, canvas, svg, two_legends
from reports.paper.evidence import Row, statement
from reports.section import Picture, Run, Section, Strip
from reports.sections.learned import ORDERS, learned_tables, order_of_loss
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import comma, number
from verify.findings import ANSWER
from verify.numbers import times_of_the_paper

STATEMENTS = (
    (r"The empirical score is the gradient of $\log Z$, its Jacobian the Hessian.", "score-identity"),
    (r"The paper's $t_c(x)$ holds for very small $\alpha = \log(N)/d$ ...", "condensation-paper-sparse"),
    (r"... and at any fixed $\alpha$.", "condensation-paper-dense"),
    (r"Below the exact $t_c$ the participation ratio tends to $1 - t/t_c$ ...", "participation-limit"),
    (r"... and above $t_c$ the effective number of points is $N$.", "participation-paper-above"),
    (r"At every finite $N$ and $d$ the exact average is what data sets show.", "participation-finite"),
    (r"Below $t_c$ the score varies as the posterior at $t$ does ...", "score-variance-paper"),
    (r"... or rather as the posterior at $t_c$.", "score-variance-frozen"),
    (r"Far below $t_c$ the gap at the manifold's dimension closes in a typical data set.", "gap-paper-closing"),
    ("Subspaces of higher variance are lost first.", "order-v1"),
    ("A linear denoiser loses directions of lower variance first.", "learned-linear-order"),
    (r"So do random features and kernel models, over $t$, $N$ and training time.", "learned-order-of-loss"),
    ("What a network has lost at the end of training it has memorized: its loss there is small.", "network-lost-rule"),
)
SERIES = (
    ("paper", r"the paper, $1 - t/t_c$ with its $t_c$", COLOURS[1], DASHES[0]),
    ("limit", r"the limit, $1 - t/t_c$ with the exact $t_c$", COLOURS[2], DASHES[2]),
    ("exact", r"the exact average at finite $N$", COLOURS[0], "-"),
)
SHOWN = 1000  # N
RESTS_ON = {
    "participation-finite": "agrees",
    "condensation-paper-sparse": "agrees",
    "condensation-paper-dense": "disagrees",
}
FOUND = (
    "The random-energy picture is right at every $N$, but the paper's formulas are its limit for $\\log N$ much "
    "smaller than the dimension $d$."
)
MODELS = (("empirical", "empirical score"), ("linear", "linear denoiser"), ("network", "perceptron"))


def section(run: Run) -> Section:
    """One sentence, one figure, one strip."""
    seen = ANSWER.table(run.store, run.seed, run.progress)
    learned, lines = learned_tables(run)
    rows = tuple(statement(run, *each) for each in STATEMENTS)
    return Section(
        "answer",
        "Does the theory hold?",
        (
            f"{_in_short(rows)} {_sentence(seen)} {_trained(learned)} {order_of_loss(learned, lines)}",
            Picture(answer_figure(seen, learned, lines), _caption(seen, learned, run)),
            Strip(rows, "Statements and what came of them. Each leads to its claim in the ledger."),
        ),
    )


def _in_short(rows: tuple[Row, ...]) -> str:
    """Yes, no or partly, from the verdicts; and what was found, where the claims that it rests on say so."""
    verdicts = {name: verdict for _, name, verdict in rows}
    agree = sum(verdict == "agrees" for verdict in verdicts.values())
    word = "Yes" if agree == len(rows) else "Partly" if agree else "No"
    found = all(verdicts[name] == verdict for name, verdict in RESTS_ON.items())
    return f"{word}. {FOUND if found else f'{agree} of the {len(rows)} statements below agree.'}"


def _trained(learned: xr.Dataset) -> str:
    """-t J of each model class along the highest variance, at the largest N."""
    high = np.isclose(learned.variance, learned.variance.max())
    last = learned.isel(point=high & (learned.n == learned.n.max()).values)
    shown = dict(zip(last.model.values.tolist(), last.observed.values, strict=True))
    said = comma(f"{number(shown[model], 2)} for the {label}" for model, label in MODELS)
    return (
        f"Trained models differ: at $N = {int(last.n[0])}$, $t = {number(last.t.values.flat[0])}$ the normalized "
        f"Jacobian $-t J$ along variance {number(last.variance[0])} (1: lost) is {said}."
    )


def _sentence(seen: xr.Dataset) -> str:
    at = seen.isel(point=int(np.argmin(np.abs(seen.n.values - SHOWN))))
    error = float((abs(seen.exact - seen.observed) / seen.stderr).max())
    exact, of_paper = times_of_the_paper(SHOWN)
    return (
        f"On the paper's own synthetic data, seen from $x = 0$ at $d = 30$, $N = "
        f"{int(at.n)}$, the paper's condensation time $t_c$ is {number(of_paper, 2)} and the exact one "
        f"{number(exact, 2)}, {number(of_paper / exact, 2)} times smaller; at $t = {number(at.t)}$ the participation "
        f"ratio, one over the effective number $\\tilde N$ of points, is {number(at.observed, 2)} (paper "
        f"{number(at.paper, 2)}, large-$N$ limit {number(at.limit, 2)}, exact average {number(at.exact, 2)}, which at "
        f"all $N$ is within {number(error, 2)} standard errors)."
    )


def answer_figure(seen: xr.Dataset, learned: xr.Dataset, lines: xr.Dataset) -> Plot:
    """Left: the participation ratio against N, three theories and the measurement. Right: -t J by model class.

    Arguments:
        seen: the measured participation ratio against N, with the theories beside it.
        learned: -t J of each model class, as measured.
        lines: the same of theory.

    Returns:
        A figure of two panels.
    """
    with canvas(height=3.9, panels=(1, 2)) as (figure, axes):
        _weights(axes[0, 0], seen)
        _models(axes[0, 1], learned, lines)
        two_legends(figure, *axes[0])
        return Plot(svg(figure), _alt(seen, learned))


def _weights(panel: Any, seen: xr.Dataset) -> None:
    for name, label, colour, dash in SERIES:
        panel.plot(seen.n, seen[name], color=colour, linestyle=dash, label=label)
    panel.errorbar(seen.n, seen.observed, seen.stderr, fmt="o", color="black", label="measured on random data")
    panel.set(xscale="log", ylim=(-0.03, 1.03), xlabel="number of points N")
    panel.set_ylabel(mathtext(r"participation ratio $\sum_\mu w_\mu^2$"))
    panel.set_title("Memory of the data", fontsize=9.5)


def _models(panel: Any, learned: xr.Dataset, lines: xr.Dataset) -> None:
    high = float(learned.variance.max())
    along = lines.isel(point=np.isclose(lines.variance, high))
    for (model, label), colour, marker in zip(MODELS, COLOURS, MARKERS, strict=False):
        part = learned.isel(point=(learned.model.values == model) & np.isclose(learned.variance.values, high))
        panel.errorbar(part.n, part.observed, part.stderr, fmt=marker, color=colour, label=label)
        if model in lines:
            panel.plot(along.n, along[model], color=colour)
    panel.plot(along.n, along["law"], color=GREY, linestyle=":", label="infinitely many points")
    panel.set(xscale="log", ylim=(-0.03, 1.1), xlabel="number of points N")
    panel.set_ylabel(mathtext(r"$-t J$ along variance 1 (1: lost)"))
    panel.set_title("What a score shows", fontsize=9.5)


def _caption(seen: xr.Dataset, learned: xr.Dataset, run: Run) -> str:
    return (
        "The paper's synthetic data: $d = 30$, variances 1 in two directions, 0.09 in five, 0.0001 in the others. "
        "Left: $\\sum_\\mu w_\\mu^2$, one over the effective number $\\tilde N$ of points, at $x = 0$ and $t = "
        f"{number(seen.t.values[0])}$, mean and standard error over {int(seen.replicas[0])} data sets. Right: the "
        "normalized Jacobian $-t J$ along variance 1 at noised training points, $t = "
        f"{number(learned.t.values.flat[0])}$: means and standard errors over "
        f"{ORDERS[run.profile].replicas} data sets; lines: theory, for the empirical score the exact average. "
        "$t$ is a variance."
    )


def _alt(seen: xr.Dataset, learned: xr.Dataset) -> str:
    first, last = seen.isel(point=0), seen.isel(point=-1)
    said = ", ".join(f"{name} {number(last[name], 2)}" for name in ("paper", "limit", "exact", "observed"))
    ends = []
    for model, label in MODELS:
        part = learned.isel(point=(learned.model.values == model) & np.isclose(learned.variance.values, 1.0))
        ends.append(f"{label} {number(part.observed[0], 2)} to {number(part.observed[-1], 2)}")
    return (
        f"Left: from N = {int(first.n)} to {int(last.n)} the measured participation ratio goes from "
        f"{number(first.observed, 2)} to {number(last.observed, 2)}; at the largest N: {said}. Right: -t J from the "
        f"smallest to the largest N: {'; '.join(ends)}."
    )
