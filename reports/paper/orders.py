"""Finding 5: whether directions of higher variance are lost first depends on where one looks from."""

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, GREY, HOLDS, MARKERS, Plot, canvas, svg
from reports.paper.evidence import table
from reports.section import Picture, Run, Section
from reports.sections.order import ORDERS, lost_first, orders_of_loss
from reports.typesetting.words import comma, number
from simulate.experiments.dimension.losing import RATIOS

SHOWN = 1000  # N
NAMES = {
    "origin": "from the mean of the data",
    "training": "from a training point",
    "held-out": "from a held-out point",
    "generated": "from a generated point",
}
ENDS = {
    "higher": "the higher variance is lost first",
    "lower": "the lower variance is lost first",
    "neither": "no order is decided",
}
CLAIMS = (
    ("from a point displaced along the subspace, as v1 of the paper has it", "order-v1"),
    ("from the mean of the data and typical points, as v2 has it", "order-v2"),
    ("in single data sets", "order-v2-data-sets"),
)


def section(run: Run) -> Section:
    """One figure: the contrast against the ratio of the variances, by place."""
    seen = orders_of_loss(run).sel(size=SHOWN)
    verdicts = [f"{said}: {table(run, name).attrs['verdict']}" for said, name in CLAIMS]
    return Section(
        "orders",
        "Finding 5: which directions are lost first depends on the place, the noise and the law",
        (
            "The paper's abstract has subspaces of higher variance lost first. What is left of a subspace is its "
            "posterior variance as a share of that of infinitely many data, and the order is the sign of a difference: "
            "the share of the higher variance less that of the lower, when half is lost on average. "
            f"{_one_order(seen)}: {_finding(seen)}.",
            Picture(order_figure(seen), _caption(run)),
            f"As claims on means over data sets: {'; '.join(verdicts)}. The ledger's chapter on the order of losses "
            "has the regimes in which each order holds.",
        ),
    )


def order_figure(seen: xr.Dataset) -> Plot:
    """The contrast against the ratio, one line for each place."""
    with canvas(height=3.8) as (figure, axes):
        axes.axhspan(-0.6, 0.0, color=HOLDS, zorder=0, linewidth=0, label="as the paper has it")
        for i, (probe, colour, marker) in enumerate(zip(seen.probe.values, COLOURS, MARKERS, strict=False)):
            one = seen.sel(probe=probe)
            middle = one.contrast.values
            bars = np.abs([middle - one.contrast_lower.values, one.contrast_upper.values - middle])
            at = np.array(RATIOS) * (1 + 0.03 * i)
            axes.errorbar(at, middle, bars, color=colour, marker=marker, capsize=2, label=place(str(probe)))
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.set(xscale="log", ylim=(-0.6, 1.1), xlabel="ratio of the two variances")
        axes.set_ylabel("share left:\nhigher minus lower variance")
        figure.legend(loc="outside lower left", ncols=2)
        return Plot(svg(figure), f"Difference of the shares left against the ratio of the variances: {_finding(seen)}.")


def place(probe: str) -> str:
    """A place in words."""
    return NAMES[probe]


def _orders(seen: xr.Dataset) -> dict[str, list[str]]:
    """The places by what is lost first from them, at the largest ratio."""
    last = seen.isel(point=-1)
    found = {str(probe): lost_first(last.sel(probe=probe)) for probe in last.probe.values}
    return {word: [place(probe) for probe, which in found.items() if which == word] for word in ENDS}


def _one_order(seen: xr.Dataset) -> str:
    orders = _orders(seen)
    return "It is not one order" if orders["higher"] and orders["lower"] else "These data show no two orders"


def _finding(seen: xr.Dataset) -> str:
    said = [f"{comma(names)} {ENDS[word]}" for word, names in _orders(seen).items() if names]
    return f"at a ratio of {number(RATIOS[-1])} and N = {SHOWN}, {'; '.join(said)}"


def _caption(run: Run) -> str:
    return (
        f"Two subspaces of five directions, $d = 10$, $N = {SHOWN}$: the share left of the higher variance minus that "
        "of the lower, at the noise at which half is left on average. Medians over "
        f"{ORDERS[run.profile].replicas} data sets, with intervals at an error rate of 5 % each. Below 0 the higher "
        "variance is lost first; shaded: the order that the paper states. Bars may reach out of the picture."
    )
