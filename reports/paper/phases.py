"""Where in N and training time each direction is shown, and that the smaller variance is lost first everywhere."""

from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from reports.figures.plot import COLOURS, MARKERS, Plot, canvas, svg
from reports.paper.evidence import named, table
from reports.section import Picture, Run, Section
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import comma, number
from verify.phases import (
    LOST,
    MEASURED,
    ORDERED,
    PERCEPTRONS,
    TANGENT,
    TAUS,
    VARIANCES,
    D,
    OrderLines,
    PhaseLines,
    T,
    shares,
)

SCALE = 0.6  # of the differences, at the ends of the colours
COLOUR_MAP = LinearSegmentedColormap.from_list("order", (COLOURS[0], "white", COLOURS[1]))
SHADES: dict[str, Any] = {"cmap": COLOUR_MAP, "norm": Normalize(-SCALE, SCALE)}
NAMES = {"linear": "linear layer", "features": "features", TANGENT: "kernel"}
ORDER_NAMES = {"linear": "linear", "features": "features", TANGENT: "kernel"}
ORDER_NAMES |= {"empirical": "empirical", "network": "perceptron"}


def section(run: Run) -> Section:
    """One figure: the boundaries of learning and of loss for two variances, predicted and measured."""
    seen = {model: _measured(run, model) for model in MEASURED}
    lines = PhaseLines().run(run.store, run.progress)
    perceptrons = named("network-lost-rule").estimate_for(run.profile, run.seed).run(run.store, run.progress)
    asked = ORDERED | ({"network": PERCEPTRONS} if run.profile == "full" else {})
    ordered = {model: replace(each, seed=run.seed).run(run.store, run.progress) for model, each in asked.items()}
    verdict = table(run, "learned-order-of-loss").attrs["verdict"]
    return Section(
        "phases",
        "Which direction a learned score loses first, in N and training time",
        (
            "A direction of variance $v$ shows the share $s = (1 + tJ_{ii})(t + v)/v$ of what infinitely many points "
            "show, and is lost below 1/2: early, because it is not resolved yet, or late, because it is memorized. The "
            "Jacobian does not tell which, the loss does: above that of the law, or near 0. "
            "The training time of learning does not depend on $N$, that of loss grows with it, and both come in the "
            "order of the variances: the larger one is learned first, the smaller one lost first. The claim that this "
            f"is so at every $t$, $N$ and $\\tau$ that was asked, {verdict}; in the figure it is so in {_order(seen)}. "
            f"{_perceptron(perceptrons)}",
            Picture(phase_figure(seen, lines), _caption(seen)),
            _found(ordered),
            Picture(order_figure(ordered, OrderLines().run(run.store, run.progress)), _order_caption(ordered)),
        ),
    )


def phase_figure(seen: dict[str, xr.Dataset], lines: xr.Dataset) -> Plot:
    """Where half of a direction is shown, in N and training time: a panel for each model class.

    Arguments:
        seen: what was measured, by model class.
        lines: the boundaries of theory.

    Returns:
        The figure.
    """
    with canvas(height=2.9, panels=(1, len(seen))) as (figure, axes):
        for panel, (model, found) in zip(axes.flat, seen.items(), strict=True):
            for k, variance in enumerate(VARIANCES):
                _boundary(panel, lines.isel(point=lines.model.values == model), k)
                _marks(panel, found.isel(point=np.isclose(found.variance, variance)), k)
            panel.set(xscale="log", yscale="log", xlabel="N", ylim=_range(found))
            panel.set_title(NAMES[model], fontsize=9.5)
        axes.flat[0].set_ylabel(mathtext(r"training time $\tau$"))
        return Plot(svg(figure), _alt(seen))


def order_figure(seen: dict[str, xr.Dataset], lines: xr.Dataset) -> Plot:
    """Which variance is lost first, over N and t: a column for each model class, early above late.

    Arguments:
        seen: differences of the shares shown, measured, by model class.
        lines: those of theory, behind the measured ones.

    Returns:
        The figure.
    """
    with canvas(height=4.2, panels=(2, len(seen))) as (figure, axes):
        for column, (model, found) in zip(axes.T, seen.items(), strict=True):
            parts = zip(column, _rows(model, found), _labels(model, found), strict=True)
            for time, (panel, part, label) in enumerate(parts):
                _behind(panel, lines.isel(point=lines.model.values == model), time)
                panel.scatter(part.n, part.t, c=part.observed, s=42, edgecolors="black", linewidths=0.6, **SHADES)
                panel.set_title(f"{ORDER_NAMES[model]}\n{mathtext(label)}", fontsize=8)
                _ticks(panel, part)
        axes[0, 0].set_ylabel("noise variance t", fontsize=8)
        axes[1, 0].set_xlabel("N", fontsize=8)
        bar = figure.colorbar(ScalarMappable(**SHADES), ax=axes, location="bottom", shrink=0.7, aspect=30)
        bar.set_label("share shown of the larger variance less that of the smaller one", fontsize=8)
        return Plot(svg(figure), _order_alt(seen))


def _ticks(panel: Any, part: xr.Dataset) -> None:
    """Axes that name what was measured alone."""
    panel.set(xscale="log", yscale="log", xlim=_around(part.n), ylim=_around(part.t))
    for axis, values in ((panel.xaxis, part.n), (panel.yaxis, part.t)):
        axis.set_major_locator(FixedLocator(sorted(set(values.values.tolist()))))
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.set_minor_locator(NullLocator())
    panel.tick_params(labelsize=7)


def _around(values: xr.DataArray) -> tuple[float, float]:
    return float(values.min()) / 1.6, float(values.max()) * 1.6


def _behind(panel: Any, lines: xr.Dataset, time: int) -> None:
    """The difference that theory has, where it has one."""
    if lines.sizes["point"]:
        levels = np.linspace(-SCALE, SCALE, 25)
        found = np.clip(lines.difference.values[:, time], -SCALE, SCALE)
        panel.contourf(lines.n.values, lines.t.values[0], found.T, levels=levels, alpha=0.8, **SHADES)


def _rows(model: str, found: xr.Dataset) -> list[xr.Dataset]:
    """What the upper and the lower panel of a model class show: two training times, or two kinds of places."""
    along = found.place if model == "empirical" else found.tau
    return [found.isel(point=(along == value).values) for value in dict.fromkeys(along.values.tolist())]


def _labels(model: str, found: xr.Dataset) -> list[str]:
    if model == "empirical":
        return ["noised points", "points"]
    unit = "{:g} steps" if model == "network" else r"$\tau = {:g}$"
    return [unit.format(float(part.tau[0])) for part in _rows(model, found)]


def _found(seen: dict[str, xr.Dataset]) -> str:
    """How often each class shows less of the smaller variance, and by how much."""
    said = []
    for model, found in seen.items():
        for part, label in zip(_rows(model, found), _labels(model, found), strict=True):
            low, high = (number(float(value), 2) for value in (part.observed.min(), part.observed.max()))
            said.append(f"{ORDER_NAMES[model]}, {label}, {low} to {high}")
    return (
        "Which variance is lost first is the sign of one number, the share shown of the larger variance less that of "
        f"the smaller one, over $N$, $t$ and training time: {'; '.join(said)}. Theory has no place at which linear "
        "layers, features or kernels lose the larger one first, and of the empirical score nearly the same share of "
        "both."
    )


def _order_caption(seen: dict[str, xr.Dataset]) -> str:
    rest = "." if "network" in seen else "; perceptrons are shown in the full profile."
    return (
        f"The share shown of variance {VARIANCES[0]:g} less that of {VARIANCES[1]:g} (vermilion: the smaller one is "
        f"lost first; blue: the larger one), $d = {D}$, over $N$ and the noise variance $t$. Marks: means over data "
        f"sets; behind them, theory for $d \\to \\infty$. Above: $\\tau = {TAUS[0]:g}$, below: {TAUS[1]:g}, of the "
        f"empirical score seen from noised points and from the points themselves{rest}"
    )


def _order_alt(seen: dict[str, xr.Dataset]) -> str:
    counted = {model: int((found.observed > 0).sum()) for model, found in seen.items()}
    said = comma(f"{ORDER_NAMES[model]} {count} of {seen[model].sizes['point']}" for model, count in counted.items())
    return f"Places in N and t at which the smaller variance is shown less: {said}."


def _measured(run: Run, model: str) -> xr.Dataset:
    asked = replace(MEASURED[model], seed=run.seed)
    found = asked.run(run.store, run.progress)
    return found.isel(point=found.model.values == model)


def _boundary(panel: Any, lines: xr.Dataset, k: int) -> None:
    taus, share = lines.tau.values[0], lines.share.values[:, :, k]
    panel.contour(lines.n.values, taus, share.T, levels=[LOST], colors=[COLOURS[k]])


def _marks(panel: Any, found: xr.Dataset, k: int) -> None:
    """Full where more than half is shown, open where it is lost; the two variances side by side."""
    at, shown = found.n.values * (0.9, 1.11)[k], found.observed.values > LOST
    for which, face in ((shown, COLOURS[k]), (~shown, "white")):
        style = {"linestyle": "", "marker": MARKERS[k], "markersize": 4, "color": COLOURS[k]}
        panel.plot(at[which], found.tau.values[which], markerfacecolor=face, **style)


def _range(found: xr.Dataset) -> tuple[float, float]:
    return float(found.tau.min()) / 2, float(found.tau.max()) * 2


def _pairs(found: xr.Dataset) -> np.ndarray:
    """Shares (places, 2) of the larger and the smaller variance at one N and training time."""
    return np.stack([found.observed.values[np.isclose(found.variance, v)] for v in VARIANCES], axis=1)


def _order(seen: dict[str, xr.Dataset]) -> str:
    places = np.concatenate([_pairs(found) for found in seen.values()])
    return f"{int((places[:, 1] < places[:, 0]).sum())} of {len(places)} places"


def _on_side(model: str, found: xr.Dataset) -> str:
    """How many measured shares lie on the side of 1/2 that theory has them on."""
    columns = zip(*(found[name].values.tolist() for name in ("n", "tau", "variance")), strict=True)
    predicted = np.array([shares(model, int(n), T, np.array([tau]))[0, VARIANCES.index(v)] for n, tau, v in columns])
    same = (predicted > LOST) == (found.observed.values > LOST)
    return f"{NAMES[model]} {int(same.sum())} of {same.size}"


def _perceptron(seen: xr.Dataset) -> str:
    """What trained perceptrons show, at the one N of their claim."""
    share = (1 - seen.slope.mean("replica").values) * (seen.t.values + seen.variance.values) / seen.variance.values
    told = comma(f"{number(s, 2)} of the variance {v:g}" for s, v in zip(share, seen.variance.values, strict=True))
    where = f"$d = {int(seen.d[0])}$, $N = {int(seen.n[0])}$, $t = {number(seen.t[0])}$"
    return f"Trained perceptrons ({where}) show {told}."


def _caption(seen: dict[str, xr.Dataset]) -> str:
    sides = comma(_on_side(model, found) for model, found in seen.items())
    return (
        f"Where half of a direction is shown, for variances {VARIANCES[0]:g} (blue, circles) and {VARIANCES[1]:g} "
        f"(vermilion, squares), $d = {D}$, $t = {number(T)}$. Lines: theory for $d \\to \\infty$, for features and "
        "kernels with the mean over all noise. Full marks: measured, more than half is shown; open: "
        f"lost. On the side that theory has: {sides}. Late the theory is too fast: of finitely many features and of 30 "
        "noises for each point some slope is kept."
    )


def _alt(seen: dict[str, xr.Dataset]) -> str:
    shown = {model: (_pairs(found) > LOST).sum(axis=0).tolist() for model, found in seen.items()}
    said = comma(f"{NAMES[model]} {a} and {b} of {len(_pairs(seen[model]))}" for model, (a, b) in shown.items())
    return f"Places in N and training time at which variances {VARIANCES[0]:g} and {VARIANCES[1]:g} are shown: {said}."
