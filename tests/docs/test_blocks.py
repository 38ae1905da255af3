"""Every block of Python in README.md, CONTRIBUTING.md and the guides is run, page by page, from top to bottom."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib
import numpy as np
import pytest
import torch
import xarray as xr
from PIL import Image

from verify.data import prediction

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("**/*.md"))]
BLOCK = re.compile(r"(?:<!-- ([^>]*) -->\n)?```python\n(.*?)```", re.DOTALL)
IN_GUIDES = {"example", "claim", "experiment", "observable", "sampler"}  # those run with more asked, in test_guides.py


def blocks(page: Path) -> list[tuple[str, str]]:
    """Marker and text of each block of a page."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def own(page: Path) -> list[str]:
    return [text for marker, text in blocks(page) if marker not in IN_GUIDES]


def prepared(folder: Path) -> dict[str, dict[str, Any]]:
    """What a page says that its reader has, by its name: files in the folder, and names of variables."""
    rng = np.random.default_rng(0)
    images = folder / "path" / "to" / "images"
    images.mkdir(parents=True)
    for i in range(3):
        Image.fromarray(rng.integers(0, 255, (24, 24), dtype=np.uint8)).save(images / f"{i}.png")
    values = {name: ("point", [0.1, 0.2]) for name in ("predicted", "observed", "lower", "upper")}
    xr.Dataset(values, attrs={"verdict": "agrees"}).to_netcdf(folder / "participation.nc", engine="h5netcdf")
    points = rng.standard_normal((120, 3))

    def model(x: Any, *_: Any, **__: Any) -> Any:
        return x

    scheduler = SimpleNamespace(
        alphas_cumprod=np.linspace(0.999, 0.01, 50), config=SimpleNamespace(prediction_type="epsilon")
    )
    probed = dict.fromkeys(("unet", "net", "edm", "transformer"), model)
    texts = {"words": torch.zeros(1, 77, 768), "pooled": torch.zeros(1, 2048)}
    return {"data": {"points": points}, "probe": {**probed, **texts, "scheduler": scheduler}}


@pytest.mark.parametrize("page", [page for page in PAGES if own(page)], ids=lambda page: page.stem)
def test_the_blocks_of_a_page_run_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    for name in ("EXACT", "LIMIT"):
        monkeypatch.setattr(prediction, name, 2)  # points of the audit: seconds in place of a minute
    space: dict[str, Any] = {"__name__": page.stem} | prepared(tmp_path).get(page.stem, {})
    for text in own(page):
        exec(compile(text, str(page), "exec"), space)
    assert len(space) > 2


def test_every_block_is_run_here_or_in_the_test_of_the_guides() -> None:
    guides = (Path(__file__).parent / "test_guides.py").read_text(encoding="utf-8")
    elsewhere = [(page.name, marker) for page in PAGES for marker, _ in blocks(page) if marker in IN_GUIDES]
    assert {marker for _, marker in elsewhere} == IN_GUIDES
    assert [pair for pair in elsewhere if f'shown("{pair[0]}", "{pair[1]}")' not in guides] == []


def test_what_the_pages_print_is_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    exec(own(ROOT / "docs" / "verdict.md")[0], {})
    assert capsys.readouterr().out.split() == ["0.5", "agrees", "0.53", "disagrees", "0.6", "disagrees"]
    space: dict[str, Any] = {}
    for text in own(ROOT / "docs" / "extend.md"):
        exec(text, space)
    assert space["table"].attrs["verdict"] == "agrees"
    assert (space["table"].control_verdict == "disagrees").all()
    assert capsys.readouterr().out.splitlines()[-2:] == ["agrees ['disagrees' 'disagrees']"] * 2


def test_every_page_is_in_the_site() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    trees = re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL)
    listed = {line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")}
    pages = {
        page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        for page in PAGES
        if page.is_relative_to(ROOT / "docs")
    }
    results = {page for page in pages if page.startswith("results/")}
    assert "results/*" in listed
    assert {name for name in listed if not name.startswith(("api/", "results/"))} == pages - results - {"index"}
