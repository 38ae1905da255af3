"""Words: numbers, settings and mathematics as they are printed."""

import re

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from reports.typesetting.words import (
    MINUS,
    RAISED,
    TIMES,
    conditions,
    groups,
    law_in_words,
    mean_with_error,
    number,
    settings,
    span,
    standard_error,
    varying,
    with_error,
)
from tests.reports.tables import table
from theory.case import Case, typical
from theory.laws.spectra import equal

LOWERED = {raised: sign for sign, raised in RAISED.items()}


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (-0.1234, f"{MINUS}0.123"), (1e-6, f"1{TIMES}10⁻⁶"), (np.nan, "not known"), (120, "120")],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(-1e12, 1e12, allow_subnormal=False))
def test_number_reads_back(value: float) -> None:
    mantissa, _, power = number(value, 8).replace(MINUS, "-").partition(f"{TIMES}10")
    read = float(f"{mantissa}e{power.translate(LOWERED) or 0}")
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


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("gaussian 1*2 0.09*5", "variances 1 (x2), 0.09 (x5)"),
        ("gaussian (1*10 0.09*10) x 40", "variances 1 (x400), 0.09 (x400)"),
        ("gaussian (1 0.5 ... 0.05) x 12", "variances 1 (x12), 0.5 (x12), ..., 0.05 (x12)"),
        ("gaussian 12 1", "variances 12, 1"),
        ("gaussian 1*2 around 2 0", "gaussian 1*2 around 2 0"),
        ("torus 1*2 0.3*2", "torus 1*2 0.3*2"),
    ],
)
def test_laws_are_said_by_their_variances(label: str, said: str) -> None:
    assert law_in_words(label) == re.sub(r"\(x(?=\d)", f"({TIMES}", said)
