"""Words: numbers, settings and mathematics as they are printed."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from reports.typesetting.words import (
    MINUS,
    TIMES,
    conditions,
    groups,
    mathtext,
    mean_with_error,
    number,
    rich,
    settings,
    span,
    standard_error,
    varying,
    with_error,
)
from tests.reports.tables import table
from theory.case import Case, typical
from theory.laws.spectra import equal


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (-0.1234, f"{MINUS}0.123"), (1e-6, f"1{TIMES}10^{MINUS}6"), (np.nan, "not known"), (120, "120")],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(-1e12, 1e12, allow_subnormal=False))
def test_number_reads_back(value: float) -> None:
    read = float(number(value, 8).replace(f"{TIMES}10^", "e").replace(MINUS, "-"))
    assert read == pytest.approx(value, rel=1e-7, abs=1e-300)


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [(0.17594, 0.01051, "0.176 ± 0.011"), (12.34, 2.1, "12.3 ± 2.1"), (0.04, np.nan, "0.04"), (np.nan, 1, "not known")],
)
def test_value_with_error(value: float, error: float, text: str) -> None:
    assert with_error(value, error) == text


def test_what_shares_a_draw_is_no_further_evidence() -> None:
    halves = xr.DataArray([[1.0], [4.0]], dims=("half", "query"))
    for queries in (1, 100):
        mean, error = mean_with_error(halves.isel(query=[0] * queries), "query", "half")
        assert (float(mean), float(error)) == (2.5, pytest.approx(1.5))  # of two: from the one to the other
    assert standard_error(2, "networks").endswith("networks, from the one to the other")
    assert standard_error(3, "networks").endswith("over 3 networks")


def test_span() -> None:
    assert span([0.3, 0.1, 0.2]) == "0.1 to 0.3"
    assert span([2.0, 2.0]) == "2"


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("t_c is a time", [["text", "t"], ["sub", "c"], ["text", " is a time"]]),
        ("omega^2(x)", [["text", "\N{GREEK SMALL LETTER OMEGA}"], ["sup", "2"], ["text", "(x)"]]),
        ("N = e^{alpha d}", [["text", "N = e"], ["sup", "\N{GREEK SMALL LETTER ALPHA} d"]]),
        ("sigma_i = 1", [["text", "\N{GREEK SMALL LETTER SIGMA}"], ["sub", "i"], ["text", " = 1"]]),
        ("J_ii, sigma_low", [["text", "J"], ["sub", "ii"], ["text", ", \N{GREEK SMALL LETTER SIGMA}"], ["sub", "low"]]),
        ("alphabet, x_train and sum of all", [["text", "alphabet, x_train and sum of all"]]),
        ("8 x 8, d -> infinity", [["text", f"8 {TIMES} 8, d → infinity"]]),
        (f"1{TIMES}10^{MINUS}6.", [["text", f"1{TIMES}10"], ["sup", f"{MINUS}6"], ["text", "."]]),
        ("N^0.74. x^2.", [["text", "N"], ["sup", "0.74"], ["text", ". x"], ["sup", "2"], ["text", "."]]),
        ("-t J, e^{-t}", [["text", f"{MINUS}t J, e"], ["sup", f"{MINUS}t"]]),
        ("second-cumulant", [["text", "second-cumulant"]]),
        ("", []),
    ],
)
def test_rich(text: str, segments: list[list[str]]) -> None:
    assert rich(text) == segments


@given(st.text())
def test_rich_takes_any_text(text: str) -> None:
    assert all(kind in ("text", "sub", "sup") and part for kind, part in rich(text))


def test_mathtext() -> None:
    assert mathtext("the paper's t_c") == "the paper's t$_{c}$"


def test_settings_name_what_differs() -> None:
    data = table()
    assert settings(data.isel(point=3), data) == "d = 20, t = 0.2"
    assert settings(data.isel(point=[0]).isel(point=0), data.isel(point=[0])) == "its one point"


def test_groups_share_all_but_the_axis() -> None:
    found = groups(table(), "t")
    assert [(label, rows.tolist()) for label, rows in found] == [("d = 10", [0, 1, 2]), ("d = 20", [3, 4, 5])]


def test_labels_of_a_case_come_in_its_order() -> None:
    """As `Case.labels` has them, whatever their order in the table; what an observable adds comes after."""
    names = list(Case(equal(5), typical, np.log(10), 0.5).labels)
    table = xr.Dataset(coords={name: ("point", [1, 2]) for name in ("subspace", "tau", *reversed(names))})
    assert varying(table) == [*names, "tau", "subspace"]


def test_conditions_list_every_setting_and_the_seed() -> None:
    assert conditions(table()) == "Settings: x typical; d = 10, 20; t = 0.2, 0.6, 1; seed 7."
