"""What every figure shares: style, canvas, and the SVG with the sentence that stands for it where it is not seen.

    with canvas("title", height=3.3) as (figure, axes):
        axes.plot(x, y, color=COLOURS[0], marker=MARKERS[0])
        return Plot(svg(figure), alt="what the picture says, in numbers")

The colours are those of Okabe and Ito, which the colour-blind can tell apart, and the first ones can be told apart in
grey; every curve has a marker of its own besides. Text is drawn as outlines and no date is written: the
same table gives the same bytes on every machine with the same matplotlib.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

COLOURS = ("#0072B2", "#D55E00", "#CC79A7", "#009E73", "#E69F00", "#56B4E9")
MARKERS = ("o", "s", "D", "v", "P", "X")
GREY = "#666666"
HOLDS = "#dceedd"
DASHES = ((0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)), (0, (9, 3)), (0, (3, 1, 1, 1, 1, 1)))
STYLE: Any = {
    "svg.hashsalt": "losing-dimensions",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "figure.constrained_layout.use": True,
}
DECADES = 300.0  # ratio of the ends of an abscissa, below which there is room for three labels in a decade
WIDTH = 5.2  # inches: letters stay readable where the figure is as wide as a phone


@dataclass(frozen=True)
class Plot:
    """A figure as SVG, and `alt`, a text made from the same data that can stand in its place.

    Arguments:
        svg: the figure.
        alt: what the figure shows, in words.
    """

    svg: str
    alt: str


@contextmanager
def canvas(title: str = "", height: float = 3.3, panels: tuple[int, int] = (1, 1)) -> Iterator[tuple[Figure, Any]]:
    """A figure in the style of the report, `height` inches tall; its axes, or an array of them in rows and columns.

    Everything about it has to be done inside, `svg` included.

    Arguments:
        title: above the figure; none where it is empty.
        height: of the figure, in inches.
        panels: numbers of rows and columns of axes.
    """
    with rc_context(rc=STYLE):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.subplots(*panels, squeeze=False)
        for each in axes.flat:
            each.grid(True, color="#dddddd", linewidth=0.6)
            each.set_axisbelow(True)
        axes.flat[0].set_title(title)
        yield figure, axes if axes.size > 1 else axes.item()


def svg(figure: Figure) -> str:
    """The figure as text, the same for the same figure."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def once(axes: Any, label: str) -> str | None:
    """The label where nothing in these axes has it yet: a legend names each thing once.

    Arguments:
        axes: axes of matplotlib.
        label: what a legend would name.
    """
    return None if label in axes.get_legend_handles_labels()[1] else label


def shade(axes: Any, low: float, high: float, label: str = "here the paper holds") -> None:
    """The range of the abscissa in which the paper holds, in a light tone behind the curves.

    Arguments:
        axes: axes of matplotlib.
        low: where the range begins, in units of the abscissa.
        high: where the range ends.
        label: what the legend names it.
    """
    axes.axvspan(low, high, color=HOLDS, zorder=0, linewidth=0, label=once(axes, label))


def few_ticks(axes: Any) -> None:
    """Labels that do not overlap on a logarithmic abscissa: 1, 2 and 5 of each decade, or 1 alone over many decades.

    Arguments:
        axes: axes of matplotlib, whose curves are drawn.
    """
    low, high = axes.get_xlim()
    if high < DECADES * low:
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def two_legends(figure: Figure, left: Any, right: Any) -> None:
    """The legend of each of two panels below it.

    Arguments:
        figure: the figure, of two panels side by side.
        left: the axes of the left panel.
        right: the axes of the right one.
    """
    for axes, side in ((left, "left"), (right, "right")):
        place: Any = f"outside lower {side}"
        figure.legend(*axes.get_legend_handles_labels(), loc=place, fontsize=8)
