"""Figures: whole SVG, the same bytes each time, and texts that say what the data say."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from reports.figures import claim as figures
from reports.figures.claim import ROWS, WIDE, across, claim_figure, ending, loudest
from reports.figures.plot import COLOURS, MARKERS, Plot
from reports.sections.real import participation_figure, spectrum_figure
from tests.reports.tables import claim, compared, table


def with_events(data: xr.Dataset) -> xr.Dataset:
    """The table with a coordinate of words, two of them."""
    return data.assign_coords(event=("point", [f"event {i % 2}" for i in range(data.sizes["point"])]))


FIGURES = {
    "curves": lambda: claim_figure(claim(), table()),
    "rows": lambda: claim_figure(claim(axis="none"), table()),
    "an axis of words": lambda: claim_figure(claim(axis="event"), with_events(table())),
    "spectrum": lambda: spectrum_figure(np.geomspace(1, 1e-4, 20), 30, 100),
    "participation": lambda: participation_figure(compared()),
}


@pytest.mark.parametrize("name", FIGURES)
def test_svg_is_well_formed_and_the_same_each_time(name: str) -> None:
    first, second = FIGURES[name](), FIGURES[name]()
    assert ElementTree.fromstring(first.svg).tag.endswith("svg")
    assert first == second
    assert "dc:date" not in first.svg


def test_verdict_and_worst_point_are_told_in_words() -> None:
    data = table("disagrees")
    data["effect"][4], data["effect"][0] = -0.5, 0.7
    data["effect_upper"][0] += 10  # a larger effect, which chance explains
    text = claim_figure(claim(), data).alt
    assert "the prediction disagrees" in text
    assert "is \N{MINUS SIGN}0.5 " in text
    assert "d = 20, t = 0.6" in text
    assert "nothing rejected, half of t_c inconclusive" in text


def test_participation_text_gives_measured_and_predicted_times() -> None:
    assert "t = 0.5 at N = 10 (predicted 0.4), 0.1 at N = 40 (predicted 0.2)" in participation_figure(compared()).alt


def test_spectrum_text_counts_the_directions_with_half_of_the_variance() -> None:
    plot = spectrum_figure(np.array([4.0, 3.0, 2.0, 1.0]), 10, 50)
    assert "4 directions carry variance, from 4 to 1; the first 2 carry half of it" in plot.alt


def test_missing_predictions_leave_a_gap_and_no_error() -> None:
    data = compared()
    data["predicted"][0, 3] = np.nan
    assert isinstance(participation_figure(data), Plot)


def test_wide_values_and_zeros_of_controls_are_drawn() -> None:
    data = table()
    for name in ("predicted", "observed", "lower", "upper"):
        data[name] = data[name] * np.geomspace(1, 10 * WIDE, data.sizes["point"])
    data["lower"] = data["predicted"] / 2
    assert isinstance(claim_figure(claim(), data), Plot)
    assert isinstance(claim_figure(claim(axis="none"), data), Plot)


@pytest.mark.parametrize("axis", ["t", "none"])
def test_the_legend_lies_within_the_figure(axis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the names of controls that once were cut: two columns of 37 letters are wider than the page."""
    seen: list[tuple[float, float]] = []

    def measured(figure: Figure) -> str:
        figure.draw_without_rendering()
        seen.append((figure.legends[0].get_window_extent().x1, figure.bbox.x1))
        return ""

    names = ("the law's dimension at every N", "all variances, however small")
    monkeypatch.setattr(figures, "svg", measured)
    claim_figure(
        claim(axis=axis, controls=dict.fromkeys(names)), table().assign_coords(control=np.array(names, object))
    )
    assert seen[0][0] <= seen[0][1]


def test_first_colours_are_told_apart_in_grey_and_all_by_their_markers() -> None:
    grey = [np.dot(to_rgb(colour), (0.299, 0.587, 0.114)) for colour in COLOURS[:3]]
    assert (np.diff(grey) > 0.1).all()
    assert len(set(MARKERS)) == len(COLOURS)


@pytest.mark.parametrize("curves", [1, 4, 10])
@pytest.mark.filterwarnings("error::UserWarning")
def test_many_curves_and_long_names_leave_room_for_the_axes(curves: int) -> None:
    data = table(d=tuple(range(10, 10 + curves))).assign_coords(
        control=["a control of a long name " * 3, "half of t_c"]
    )
    text = claim_figure(claim(controls=dict.fromkeys(data.control.values)), data).svg
    assert "<svg" in text


def test_few_points_to_a_curve_become_rows() -> None:
    one = table().isel(point=[0, 1, 3, 4])
    assert claim_figure(claim(), one).svg == claim_figure(claim(axis="none"), one).svg


def test_of_many_points_the_farthest_off_are_drawn_in_their_order() -> None:
    data = table(d=tuple(range(10, 20)))
    data["effect"][7] = 0.5
    few = loudest(data)
    assert few.sizes["point"] == ROWS
    assert 0.5 in few.effect
    assert (np.diff(few.d) >= 0).all()
    assert loudest(table()).sizes["point"] == 6


def test_rows_of_very_unlike_values_are_drawn_on_a_logarithmic_axis() -> None:
    wide = table()
    wide["lower"], wide["upper"] = wide.predicted / 2, wide.predicted * WIDE
    assert across(wide) == ("log", (float(wide.lower.min()) / 2, float(wide.upper.max()) * 2))
    assert across(table())[0] == "linear"


def test_infinite_intervals_are_drawn_to_beyond_the_frame() -> None:
    """Too few replicas for the error rate leave an interval without ends."""
    endless = table().assign(lower=table().lower - np.inf, upper=table().upper + np.inf)
    drawn = ending(endless)
    assert (drawn.lower < endless.observed).all()
    assert np.isfinite(drawn.upper).all()
    assert claim_figure(claim(), endless).svg.endswith("</svg>\n")
    assert ending(table()).equals(table())
