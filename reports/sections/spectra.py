"""Spectra of -t J against t in the paper's setting, d = 30: its groups of directions, and panels that show them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, DASHES, GREY, Plot, canvas, svg
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import number
from simulate.dimension.visible import HALF
from simulate.experiments.dimension.manifold import LAWS
from theory.laws.spectra import paper
from theory.laws.subspaces import law_label

VARIANCES = np.sort(paper().variances)  # ascending: -t J of a direction descends
GROUPS = {
    float(variance): slice(*np.searchsorted(VARIANCES, (variance, np.nextafter(variance, np.inf))).tolist())
    for variance in np.unique(VARIANCES)[::-1]
}
GAUSSIAN, UNIT_NORM = map(law_label, LAWS)
NAMES = {GAUSSIAN: "Gaussian data", UNIT_NORM: "unit-norm data"}
Draw = Callable[[Any, xr.DataArray, float, dict[str, Any]], None]


def spectra_figure(panels: Mapping[str, xr.DataArray], draw: Draw, alt: str) -> Plot:
    """Spectra of -t J against t, one panel below the other.

    `draw(axes, values, variance, style)` puts one group of directions into a panel.

    Arguments:
        panels: arrays along `direction`, of descending eigenvalues, by the title of their panel.
        draw: puts one group of directions into a panel: (axes, values, variance, style).
        alt: the text that stands for the figure.

    Returns:
        The figure.
    """
    with canvas(height=7.0, panels=(len(panels), 1)) as (figure, axes):
        for panel, (title, values) in zip(axes[:, 0], panels.items(), strict=True):
            panel.axhline(HALF, color=GREY, linewidth=0.8)
            for (variance, rows), colour, dash in zip(GROUPS.items(), COLOURS, ("-", *DASHES), strict=False):
                draw(panel, values.isel(direction=rows), variance, {"color": colour, "linestyle": dash})
            panel.set_xscale("log")
            panel.set_ylim(-0.3, 1.3)
            panel.set_title(title)
            panel.set_ylabel(mathtext("eigenvalue of -t J"))
        axes[-1, 0].set_xlabel("time t (a variance)")
        figure.legend(*axes[-1, 0].get_legend_handles_labels(), loc="outside lower left", ncols=2)
        return Plot(svg(figure), alt)


def scale(variance: float) -> str:
    """The name of a group."""
    return f"sigma = {number(variance**0.5)}"
