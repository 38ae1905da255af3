"""The page of a probe: its answer first, escaped, of one file; pictures only where rows are images."""

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
