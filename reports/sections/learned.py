"""The learned score: which directions each model class shows, for N points and in training time."""

from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, GREY, MARKERS, Plot, canvas, svg
from reports.section import Picture, Run, Section, Table
from reports.typesetting.words import comma, number, with_error
from simulate.experiments.learned.directions import MODELS, LearnedDirections, LearningDirections
from simulate.run.store import Store
from verify.directions import DirectionLines

ORDERS = {"quick": LearnedDirections(), "full": LearnedDirections(replicas=16, features=1500)}
TIMES = {"quick": LearningDirections(), "full": LearningDirections(replicas=16, features=1500)}
NAMES = {
    "features": "random features",
    "network": "perceptron",
    "linear": "linear denoiser",
    "empirical": "empirical score",
}
CLEAR = 4.0  # standard errors of a difference that is called one
ONE = 1e-5  # from 1, within which -t J is written as a bound
SHOWN = 2  # subspaces of the figure: those along which the data vary by more than the noise
INTRODUCTION = (
    "A trained model is not the empirical score. Four classes are asked the same question on the same law ($d = 30$: "
    "variances 1 in two directions, 0.09 in five, 0.0001 in the rest), at the noise variance $t = 0.01$, at noised "
    "training points: what is $-t J$ along each direction? Below 1/2 a direction is shown, above it is lost. A linear "
    "denoiser acts as at the larger noise $\\kappa(t, N)$, the features follow the closed form of gradient flow to the "
    "end, the perceptron is trained for a number of steps with the preconditioning of EDM, and the empirical score "
    "remembers every point."
)


def section(run: Run) -> Section:
    """The four model classes against N, and two of them against training time."""
    timed = replace(TIMES[run.profile], seed=run.seed)
    observed, lines = learned_tables(run)
    in_time = timed.run(run.store, run.progress)
    return Section(
        "learned",
        "The learned score: which directions a model shows",
        (
            INTRODUCTION,
            reading(observed, lines),
            Picture(
                directions_figure(observed, lines),
                "$-t J$ along directions of variance 1 (blue) and 0.09 (vermilion) against N. Points: means over "
                f"{ORDERS[run.profile].replicas} data sets with standard errors. Lines: the $\\kappa$ law of the "
                "linear denoiser and the exact average of the empirical score over noised training points. "
                "Grey, dotted: the law.",
            ),
            Picture(
                learning_figure(in_time),
                f"The same at N = {in_time.n.values[0]} against training time: $\\tau$ of gradient flow for features, "
                f"steps for the perceptron; means over {timed.replicas} data sets with standard errors.",
            ),
            _table(observed),
        ),
    )


def learned_tables(run: Run) -> tuple[xr.Dataset, xr.Dataset]:
    """What each model class shows against N, and the lines of theory beside it."""
    return directions(run.profile, run.seed, run.store, run.progress)


def directions(profile: str, seed: int, store: Store, progress: bool) -> tuple[xr.Dataset, xr.Dataset]:
    """-t J of each model class along each subspace, as measured, and the lines of theory; from the store where it is.

    Arguments:
        profile: "quick" or "full".
        seed: an integer >= 0.
        store: where results are kept.
        progress: whether the time that is left is shown.
    """
    asked = replace(ORDERS[profile], seed=seed)
    lines = DirectionLines(law=asked.law, sizes=asked.sizes, t=asked.t)
    return asked.run(store, progress), lines.run(store, progress)


def directions_figure(observed: xr.Dataset, lines: xr.Dataset) -> Plot:
    """-t J along each subspace against N, one panel for each model class.

    Arguments:
        observed: what was measured.
        lines: the lines of theory.

    Returns:
        The figure.
    """
    with canvas(height=5.2, panels=(2, 2)) as (figure, axes):
        for panel, model in zip(axes.flat, MODELS, strict=True):
            for k, variance in enumerate(_variances(observed)):
                _dots(panel, _of(observed, model, variance), "n", k, variance)
                along = lines.isel(point=np.isclose(lines.variance, variance))
                if model in lines:
                    panel.plot(along.n, along[model], color=COLOURS[k])
                panel.plot(along.n, along["law"], color=GREY, linestyle=":")
            _frame(panel, NAMES[model], "N")
        axes[0, 0].legend(loc="upper right")
        return Plot(svg(figure), _alt(observed))


def learning_figure(observed: xr.Dataset) -> Plot:
    """Features in tau, the perceptron in steps."""
    with canvas(height=2.9, panels=(1, 2)) as (figure, axes):
        for panel, (model, unit) in zip(
            axes.flat, (("features", "training time"), ("network", "steps of training")), strict=True
        ):
            for k, variance in enumerate(_variances(observed)):
                _dots(panel, _of(observed, model, variance), "moment", k, variance)
            _frame(panel, NAMES[model], unit)
        axes[0, 1].legend(loc="upper left")
        low = _variances(observed)[1]
        last = {model: _of(observed, model, low).observed.values[-1] for model in ("features", "network")}
        said = ", ".join(f"{number(value, 2)} for the {NAMES[model]}" for model, value in last.items())
        return Plot(svg(figure), f"-t J against training time; along the variance {low:g} it ends at {said}.")


def _dots(panel: Any, part: xr.Dataset, axis: str, k: int, variance: float) -> None:
    panel.errorbar(
        part[axis], part.observed, yerr=part.stderr, fmt=MARKERS[k], color=COLOURS[k], label=f"variance {variance:g}"
    )


def _frame(panel: Any, title: str, label: str) -> None:
    panel.axhline(0.5, color=GREY, linewidth=0.8)
    panel.set(xscale="log", ylim=(-0.05, 1.1), xlabel=label, ylabel="normalized Jacobian")
    panel.set_title(title, fontsize=9.5)


def _variances(observed: xr.Dataset) -> list[float]:
    return sorted(set(observed.variance.values.tolist()), reverse=True)[:SHOWN]


def _of(observed: xr.Dataset, model: str, variance: float) -> xr.Dataset:
    return observed.isel(point=(observed.model.values == model) & np.isclose(observed.variance.values, variance))


def reading(observed: xr.Dataset, lines: xr.Dataset) -> str:
    """What each model class shows at the least N beside the law, and which classes lose the lower variance first.

    Arguments:
        observed: what was measured.
        lines: the lines of theory.

    Returns:
        A text with LaTeX mathematics between dollar signs.
    """
    high, low = _variances(observed)
    law = _of_law(observed, lines)
    least, apart = int(observed.n.min()), _all_apart(observed, law)
    shown = [f"{NAMES[model]} {_pair(observed, model, least)}" for model in MODELS]
    first = comma(f"{NAMES[model]} {number(value, 2)}" for model, value in apart[least].items())
    return (
        f"Along variances {high:g} and {low:g}, infinitely many points show $-t J$ of {number(law[0], 2)} and "
        f"{number(law[1], 2)}, and $N = {least}$ points: {'; '.join(shown)}. With $q = -t J$, the share that is "
        "lost is $(q - q_\\infty)/(1 - q_\\infty)$. Along the lower variance it is larger by as many standard errors "
        f"of the difference: {first} ({number(CLEAR)} are asked, as data sets are few). {_order(apart)}"
    )


def order_of_loss(observed: xr.Dataset, lines: xr.Dataset) -> str:
    """Which of the two highest variances the trained classes lose first.

    Arguments:
        observed: what was measured.
        lines: the lines of theory.

    Returns:
        A sentence with LaTeX mathematics between dollar signs.
    """
    return _order(_all_apart(observed, _of_law(observed, lines)))


def _of_law(observed: xr.Dataset, lines: xr.Dataset) -> list[float]:
    """-t J of infinitely many points along the two highest variances."""
    return [float(lines["law"].values[np.isclose(lines.variance, v)][0]) for v in _variances(observed)]


def _all_apart(observed: xr.Dataset, law: list[float]) -> dict[int, dict[str, float]]:
    """The difference of the shares lost, in standard errors, by N and model."""
    sizes = sorted(set(observed.n.values.tolist()))
    return {n: {model: _apart(observed, model, n, law) for model in MODELS} for n in sizes}


def _order(apart: dict[int, dict[str, float]]) -> str:
    """At which N each trained class loses one of the variances first, as far as the difference is clear."""
    trained = [model for model in MODELS if model != "empirical"]
    lower = {model: [n for n, found in apart.items() if found[model] > CLEAR] for model in trained}
    higher = {model: [n for n, found in apart.items() if found[model] < -CLEAR] for model in trained}
    if all(lower.values()) and not any(higher.values()):
        said = "In all three trained classes the lower variance is lost first, where the difference is clear"
        return f"{said} ({_sizes(lower)}): against the order that the paper states for the empirical score."
    return f"The lower variance is lost first by {_sizes(lower)}; the higher one by {_sizes(higher)}."


def _sizes(found: dict[str, list[int]]) -> str:
    """Classes with the N at which something is found of them."""
    return "; ".join(f"{NAMES[model]}: $N = {comma(map(str, n))}$" for model, n in found.items() if n) or "none"


def _apart(observed: xr.Dataset, model: str, n: int, law: list[float]) -> float:
    """The share lost of the lower variance less that of the higher one, in standard errors."""
    pairs = zip(_at(observed, model, n), law, strict=True)
    (high, of_high), (low, of_low) = (
        (float(each.observed - known) / (1 - known), float(each.stderr) / (1 - known)) for each, known in pairs
    )
    return (low - high) / float(np.hypot(of_high, of_low))


def _at(observed: xr.Dataset, model: str, n: int) -> list[xr.Dataset]:
    """The rows of a model at N, by falling variance."""
    parts = [_of(observed, model, variance) for variance in _variances(observed)]
    return [part.isel(point=int(np.flatnonzero(part.n.values == n)[0])) for part in parts]


def _pair(observed: xr.Dataset, model: str, n: int) -> str:
    return " and ".join(_lost(each.observed, each.stderr) for each in _at(observed, model, n))


def _lost(value: Any, error: Any) -> str:
    """A value of -t J with its error, where it cannot be told from 1 a bound."""
    return "> 0.9999" if abs(1 - float(value)) < ONE else with_error(value, error)


def _table(observed: xr.Dataset) -> Table:
    sizes = sorted(set(observed.n.values.tolist()))
    rows = []
    for model in MODELS:
        for variance in _variances(observed):
            part = _of(observed, model, variance)
            cells = (_lost(value, error) for value, error in zip(part.observed, part.stderr, strict=True))
            rows.append((NAMES[model], f"{variance:g}", *cells))
    head = ("Model", "Variance", *(f"N = {n}" for n in sizes))
    at = f"$t = {number(observed.t.values.flat[0])}$, a variance; $d = 30$"
    return Table(head, tuple(rows), f"$-t J$ at noised training points, {at}.")


def _alt(observed: xr.Dataset) -> str:
    high, low = _variances(observed)
    ends = {m: [float(_of(observed, m, v).observed[0]) for v in (high, low)] for m in MODELS}
    said = "; ".join(f"{NAMES[model]} {number(a, 2)} and {number(b, 2)}" for model, (a, b) in ends.items())
    along = f"Normalized Jacobian along variances {high:g} and {low:g}"
    return f"{along} at N = {int(observed.n.min())}: {said}; lines of theory and of the law beside."
