"""The page of a probe: its answer first, escaped, of one file; pictures only where rows are images."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from reports.probe import page
from reports.probe.command import command
from reports.probe.pictures import Pictures
from simulate.dimension import EmpiricalScore
from simulate.images import Images
from theory.laws import LinearGaussian
from verify.probe import probe
from verify.probe.told.shown import with_images

NAMES = tuple(f"<b>{i}</b>&.png" for i in range(20))


@pytest.fixture(scope="module")
def found() -> xr.Dataset:
    data = LinearGaussian([0.01] * 6).sample(20, np.random.default_rng(0)) + 0.5
    score = EmpiricalScore(data)
    return with_images(probe(score, data, times=[0.01, 1e-4], probes=1), Images(data, (2, 3), "", 0, NAMES), score)


def test_the_answer_comes_first_and_names_the_files_that_leak(found: xr.Dataset) -> None:
    shown = page(found)
    assert re.search(r"<h1><span[^>]*>This model memorizes</span></h1>", shown)
    assert shown.index("<h1>") < shown.index("128 of 128 samples") < shown.index("<img")
    for row in np.atleast_1d(found.attrs["leaking_rows"])[:8]:
        assert f"&lt;b&gt;{row}&lt;/b&gt;&amp;.png" in shown


def test_the_page_is_of_one_file_and_escaped(found: xr.Dataset) -> None:
    shown = page(found)
    assert "<b>" not in shown
    assert not re.search(r"(src|href)=\"(?!data:)", shown)
    assert "http" not in re.sub(r"base64,[\w+/=]+", "", shown)
    assert "prefers-color-scheme: dark" in shown
    assert all(alt for alt in re.findall(r'<img[^>]*alt="([^"]*)"', shown))


def test_rows_that_are_no_images_have_no_pictures(found: xr.Dataset) -> None:
    assert 'class="data"' in page(found)
    assert 'class="data"' not in page(found.assign_attrs(shape=[6]))


def test_pictures_are_drawn_between_the_ends_of_what_is_shown() -> None:
    row = np.array([[0.0, 1.0]])
    assert Pictures.like((1, 2), row) == Pictures((1, 2))
    assert Pictures.like((1, 2), 10 * row - 3) == Pictures((1, 2), -3.0, 7.0)
    assert Pictures.like((2,), row) is None
    assert 'alt="&lt;&quot;"' in Pictures((1, 2)).drawn(row[0], '<"')


def test_the_command_writes_the_page_beside_the_numbers(tmp_path: Path) -> None:
    np.save(tmp_path / "data.npy", LinearGaussian([1.0] * 3).sample(30, np.random.default_rng(0)))
    (tmp_path / "model.py").write_text("def score(x, t):\n    return -x / (1 + t)\n")
    given = {"model": f"{tmp_path}/model.py:score", "data": tmp_path / "data.npy", "probes": 1, "times": (0.1,)}
    assert command(out=tmp_path / "out", **given) == 0
    assert "<h1>" in (tmp_path / "out/report.html").read_text()
    assert (tmp_path / "out/report.json").is_file()
    assert command(out=tmp_path / "data.npy/out", **given) == 2


def test_checkpoints_have_a_page_of_curves_with_the_advice_first(tmp_path: Path) -> None:
    law, rng = LinearGaussian([1.0] * 3), np.random.default_rng(0)
    for name, n in (("data", 30), ("held", 60)):
        np.save(tmp_path / f"{name}.npy", law.sample(n, rng))
    (tmp_path / "runs").mkdir()
    for step in (10, 200):
        (tmp_path / "runs" / f"<b>-{step}.txt").write_text("memory" if step == 200 else "law")
    (tmp_path / "m.py").write_text(
        "import numpy as np\nfrom pathlib import Path\nfrom simulate.dimension import EmpiricalScore\n"
        "def load(path):\n    if path.read_text() == 'law':\n        return lambda x, t: -x / (1 + t)\n"
        f"    return EmpiricalScore(np.load({str(tmp_path / 'data.npy')!r}))\n"
    )
    given = {"data": tmp_path / "data.npy", "held_out": tmp_path / "held.npy", "model": f"{tmp_path}/m.py:load"}
    assert command(out=tmp_path / "out", checkpoints=(str(tmp_path / "runs"),), **given) == 0
    shown = (tmp_path / "out/checkpoints.html").read_text()
    assert "Memorizes from &lt;b&gt;-200.txt on" in shown
    assert shown.index("Memorization began at") < shown.index("<img")
    assert "<b>" not in shown
    assert shown.count("<img") == 3
    record = json.loads((tmp_path / "out/checkpoints.json").read_text())
    assert record["step"] == [10, 200]
    assert record["lost"][0] == [False] * len(record["variance"])
    assert all(record["lost"][1])
    assert "memorization began at <b>-200.txt" in record["advice"]
    assert "30 to 600 images" in record["advice"]


def test_a_model_without_its_data_has_its_numbers_and_no_page(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "def score(x, t):\n    return -x / (1 + t)\n\n\nscore.time_range = (1e-4, 100.0)\n"
    )
    assert command(model=f"{tmp_path}/model.py:score", shape=(3,), out=tmp_path / "out") == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["report.json"]
