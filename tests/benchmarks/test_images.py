"""Dimension against N on a user's images: one file for each set, which the report reads back as it was measured."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.images import Asked, experiment, load, main
from reports.sections.networks_images import read_kept

BRIEF = {"--sizes": "2 4", "--held-out": "6", "--queries": "2", "--width": "8", "--steps": "2"}


def given_as(options: dict[str, str]) -> list[str]:
    return " ".join(f"{name} {value}" for name, value in options.items()).split()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    np.save(tmp_path / "mine.npy", np.random.default_rng(0).integers(256, size=(14, 6, 6, 3), dtype=np.uint8))
    return tmp_path / "mine.npy"


def test_a_set_is_measured_and_read_back(pictures: Path, tmp_path: Path) -> None:
    given = ["mine", str(pictures), "--size", "4", "--grey", *given_as(BRIEF), "--out", str(tmp_path / "out")]
    assert main(given) == 0
    ((about, table),) = read_kept(tmp_path / "out")
    assert about["command"] == " ".join(["python -m benchmarks.images", *given])
    assert about["images"] == "mine: 14 images of 4 x 4, no exact copies among them."
    asked = Asked(size=4, grey=True, sizes=(2, 4), held_out=6, queries=2, width=8, steps=2)
    assert table.identical(experiment(load("mine", pictures, asked), asked).run(progress=False).drop_attrs())


def test_the_digits_need_no_path() -> None:
    images = load("written", None, Asked())
    assert (len(images), images.source) == (1797, "written")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"--sizes": "5"}, "sizes must fit twice in mine, with 6 held out: 16 images are needed, got 14"),
        ({"--limit": "99"}, "limit must be at most 14"),
        ({"--crop": "9"}, "too small for crop = 9"),
        ({"--steps": "0"}, "steps must be"),
        ({"--rate": "1e30", "--steps": "100"}, "rate must be smaller"),
    ],
)
def test_bad_input_gets_one_sentence_and_writes_nothing(
    change: dict[str, str], says: str, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mine", str(pictures), *given_as(BRIEF | change), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert says in said
    assert not (tmp_path / "out").exists()
