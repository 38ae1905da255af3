"""Figures by name: every kind of file, the data beside it, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from reports import one_figure
from reports.cli import main
from reports.figures.plot import Plot, canvas, svg
from reports.one_figure import Drawn, names, picture, written
from tests.docs.test_guides import shown
from verify.ledger import CLAIMS


def figure() -> Drawn:
    """A line with its two points."""
    with canvas("a line") as (drawing, axes):
        axes.plot([1, 2], [3, 5])
        plot = Plot(svg(drawing), "A line from 3 to 5.")
    return Drawn(plot, {"": xr.Dataset({"y": ("x", [3.0, 5.0])}, {"x": [1.0, 2.0]}, {"verdict": "agrees"})})


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """`digits` is the line, whatever is asked of it."""
    monkeypatch.setitem(one_figure.README, "digits", lambda *_: figure())


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("kind", "start"), [("pdf", b"%PDF"), ("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_every_kind_is_written_with_its_data(
    kind: str, start: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"line.{kind}"
    assert main(["figure", "digits", "--out", str(out)]) == 0
    assert capsys.readouterr().out.split() == [str(out), str(tmp_path / "line.nc")]
    assert out.read_bytes().startswith(start)
    with xr.open_dataset(tmp_path / "line.nc") as data:
        assert (data.attrs["verdict"], data.y.values.tolist()) == ("agrees", [3.0, 5.0])
    first = out.read_bytes()
    main(["figure", "digits", "--out", str(out)])
    assert out.read_bytes() == first


@pytest.mark.usefixtures("known")
def test_data_may_be_a_table_of_text(tmp_path: Path) -> None:
    assert main(["figure", "digits", "--out", str(tmp_path / "a.svg"), "--data", "csv"]) == 0
    assert pd.read_csv(tmp_path / "a.csv").y.tolist() == [3.0, 5.0]


def test_tables_of_one_figure_go_to_files_of_their_own(tmp_path: Path) -> None:
    tables = {part: xr.Dataset({"y": ("x", np.arange(2.0))}) for part in ("", "-lines")}
    paths = written(Drawn(figure().plot, tables), tmp_path / "a.svg", "nc", "a")
    assert [path.name for path in paths] == ["a.svg", "a.nc", "a-lines.nc"]
    assert all(path.is_file() for path in paths)


def test_the_text_that_stands_for_a_figure_is_in_its_pdf() -> None:
    plot = figure().plot
    assert picture(plot, ".pdf", "one") != picture(Plot(plot.svg, "Another text."), ".pdf", "one")


def test_every_claim_and_both_figures_of_the_readme_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figure", "--list"]) == 0
    listed = capsys.readouterr().out.split()
    assert listed == list(names())
    assert {"digits", "learned", *(claim.name for claim in CLAIMS)} == set(listed)


def test_a_claim_of_a_user_has_a_figure_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOSING_DIMENSIONS_STORE", str(tmp_path / "store"))
    folder = tmp_path / "claims"
    folder.mkdir()
    (folder / "mine.py").write_text(shown("CONTRIBUTING.md", "claim"))
    assert main(["figure", "variance-at-origin", "--claims", str(folder), "--out", str(tmp_path / "a.svg")]) == 0
    with xr.open_dataset(tmp_path / "a.nc") as table:
        assert (table.attrs["claim"], table.attrs["verdict"]) == ("variance-at-origin", "agrees")
    assert main(["figure", "gap-final", "--claims", str(folder)]) == 2
    assert "name must be one of digits, learned, variance-at-origin; got 'gap-final'" in capsys.readouterr().err


def test_the_figure_of_a_claim_has_its_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSING_DIMENSIONS_STORE", str(tmp_path / "store"))
    assert main(["figure", "learned-linear-one-layer-time", "--out", str(tmp_path / "a.pdf")]) == 0
    with xr.open_dataset(tmp_path / "a.nc") as table:
        assert table.attrs["verdict"] == "agrees"
        assert {"predicted", "observed", "lower", "upper"} <= set(table.data_vars)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "`losing-dimensions figure --list` prints them"),
        (["no-such"], "name must be"),
        (["digits", "--out", "a.jpeg"], "out must be"),
        (["digits", "--data", "xls"], "--data"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figure", *arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
