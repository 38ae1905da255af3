"""The notebooks of examples/ run from their first cell to their last, and say what is true."""

import json
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("three_panels", "your_spectrum", "your_model")


def cells(name: str) -> list[dict[str, Any]]:
    return json.loads((EXAMPLES / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]


def code(name: str) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "code"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a notebook without a screen; what its cells define."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    plt.switch_backend("Agg")
    space: dict[str, Any] = {}

    def running(name: str) -> dict[str, Any]:
        for cell in code(name):
            exec(compile(cell, name, "exec"), space)
        return space

    yield running
    plt.close("all")


def test_all_notebooks_are_known_and_keep_no_output() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.ipynb")} == set(NAMES)
    kept = [cell for name in NAMES for cell in cells(name) if cell.get("outputs") or cell.get("execution_count")]
    assert kept == []


def test_the_three_panels_take_twenty_lines_and_show_what_theory_says(run: Any) -> None:
    first = [line for line in code("three_panels")[0].splitlines() if line and not line.startswith(("from", "import"))]
    assert len(first) <= 20, len(first)
    space = run("three_panels")
    warm = space["times"] > 0.1
    seen = np.array([space["cases"][0].over_subspaces(values) for values in space["seen"]])
    np.testing.assert_allclose(seen[warm], space["exact"][warm], atol=0.06)
    assert len(space["figure"].axes) == 3
    assert space["root"] < 0.1 < space["claimed"]
    typical = space["law"].dimension - np.median(space["lost"], axis=1)
    assert typical[0] == 0 < typical.max()


def test_of_your_spectrum_the_paper_is_late_and_half_condensation_early(run: Any) -> None:
    space = run("your_spectrum")
    half, exact, paper = map(np.array, space["times"].values())
    assert (half < exact).all()
    assert (exact < paper).all()
    assert (np.diff(half) < 0).all()
    shown = list(space["shown"].values())
    assert shown == sorted(shown)
    assert shown[0] < shown[-1] <= space["variances"].size


def test_your_model_is_told_from_the_law(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    found = run("your_model")["found"]
    verdicts = {name: answer.attrs["verdict"] for name, answer in found.items()}
    assert verdicts == {"by heart": "memorizes", "the law": "does not memorize"}
    assert "copies of training points" in capsys.readouterr().out
