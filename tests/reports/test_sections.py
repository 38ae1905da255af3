"""Sections made of Datasets: what a helper's file is given and must give, and the first of them."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import verify.layers
from reports.figures.plot import Plot
from reports.section import Picture, Section, Table, section_page
from reports.sections import engine, layers
from reports.sections.engine import engine_section, measured
from reports.typesetting.words import number
from simulate.run.store import Store

MACHINE = {"processor": "some processor, 1 threads", "torch": "2.13.0"}


def race(**ratios: float) -> dict[str, dict[str, float]]:
    return {name.replace("_", " "): {"seconds": value, "ratio": value} for name, value in ratios.items()}


@pytest.fixture
def results(tmp_path: Path) -> Path:
    tables = {
        "W1 scores, t = 3.2": race(two_products=1.0, engine=1.3) | {"(a) textbook": {"seconds": 5.0, "ratio": 5.0}},
        "W2 phase diagram": race(one_product=1.0, engine=7.0),
        "W3 scores, t = 1e-08": {
            "engine, single": {"ratio": 0.7},
            "engine, double": {"ratio": 0.8, "error": 2e-17},
        },
        "W4 scores from memmap, N = 20": {
            "engine": {"seconds": 3.0, "share of W1's rate": 0.9, "peak memory in GB": 0.5}
        },
        "W5 Jacobians, t < t_c": race(weighted_products=1.0, engine=0.02) | {"(a) autograd": {"ratio": 140.0}},
        "growth, N = 10": race(two_products=1.0, engine=2.0),
        "growth, N = 100": race(two_products=10.0, engine=20.0),
        "growth, Q = 4": race(two_products=1.0, engine=2.0),
    }
    path = tmp_path / "engine.json"
    path.write_text(json.dumps({"machine": MACHINE, "scale": 1.0, "tables": tables}))
    return path


def test_blocks_keep_their_order_and_get_names() -> None:
    plot = Plot("<svg/>", "what it shows")
    section = Section(
        "mine", "About t_c", ("One.", Table(("a", "b"), (("1", "2"),), "Say. More."), Picture(plot, "P."))
    )
    page = section_page(section)
    assert [block["kind"] for block in page["blocks"]] == ["text", "table", "picture"]
    assert [block.get("name") for block in page["blocks"]] == [None, "mine-2", "mine-3"]
    assert page["blocks"][1]["label"] == "Say"
    assert page["title"] == [["text", "About t"], ["sub", "c"]]
    assert page["blocks"][2]["alt"] == "what it shows"


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="rows must have 2 cells"):
        Table(("a", "b"), (("1",),), "Caption.")


def test_layers_are_measured_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = verify.layers.cases()[7:8]
    monkeypatch.setattr(verify.layers, "cases", lambda: few)
    monkeypatch.setattr(layers, "REPLICAS", {"quick": 50, "full": 100})
    run = SimpleNamespace(profile="quick", seed=3, store=Store(tmp_path), progress=False)
    first = section_page(layers.section(run))
    monkeypatch.setattr(verify.layers, "row", None)
    assert section_page(layers.section(run)) == first
    table = next(block for block in first["blocks"] if block["kind"] == "table")
    assert [len(table["head"]), len(table["rows"])] == [10, 1]
    assert "".join(text for _, text in table["rows"][0][0]) == few[0].label


def test_without_results_there_is_no_section_on_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "RESULTS", tmp_path / "none.json")
    assert engine.section(SimpleNamespace()) is None


def test_engine_says_machine_targets_and_what_is_missed(results: Path) -> None:
    section = engine_section(results)
    texts = [block for block in section.body if isinstance(block, str)]
    assert "some processor, 1 threads (torch 2.13.0), commit not known" in texts[0]
    assert texts[1] == "3 of 4 targets are met; missed: W2 phase diagram (7 against 6)."
    tables = [block for block in section.body if isinstance(block, Table)]
    assert tables[0].rows == (("1\N{MULTIPLICATION SIGN}10⁻⁸", "0.7", "0.8", tables[0].rows[0][3]),)
    assert tables[1].rows == (("scores from memmap, N = 20", "0.5", "0.9", "3"),)
    pictures = [block.plot for block in section.body if isinstance(block, Picture)]
    assert "W5 Jacobians, t < t_c: engine 0.02, target 0.1" in pictures[0].alt
    assert "2 s at N = 10 and 20 s at N = 100." in pictures[1].alt
    assert pictures[1].alt.endswith("at most 0.5 GB from memmap up to N = 20.")


def test_a_gpu_has_a_table_of_its_own(results: Path) -> None:
    content = json.loads(results.read_text())
    content["machine"]["gpu"] = "NVIDIA Z1"
    other = results.with_name("engine-cuda.json")
    assert len(engine_section(results, other).body) == len(engine_section(results).body)
    other.write_text(json.dumps(content))
    table = engine_section(results, other).body[-1]
    assert isinstance(table, Table)
    assert "NVIDIA Z1" in table.caption
    assert [row[0] for row in table.rows] == list(content["tables"])
    first = next(iter(content["tables"].values()))["engine"]
    assert table.rows[0][1:3] == (number(1000 * first["seconds"], 2), number(first["ratio"], 2))


def test_rivals_that_were_not_measured_are_nan(results: Path) -> None:
    data = measured(json.loads(results.read_text())["tables"])
    assert np.isnan(data.ratio.sel(workload="W2 phase diagram", rival="(a) textbook"))
    assert data.ratio.sel(workload="W1 scores, t = 3.2", rival="(a) textbook") == 5
