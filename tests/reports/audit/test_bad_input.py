"""What `losing-dimensions data` is given and cannot use: one sentence, exit status 2, and nothing written."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reports.cli import main
from simulate.images import arrays

RNG = np.random.default_rng(0)
PICTURE = RNG.integers(256, size=(8, 8, 3), dtype=np.uint8)


def missing(folder: Path) -> Path:
    return folder / "none.npy"


def empty(folder: Path) -> Path:
    (folder / "in").mkdir()
    return folder / "in"


def pictures(*made: tuple[str, Image.Image]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        for name, picture in made:
            picture.save(empty_or(folder) / name)
        return folder / "in"

    return make


def empty_or(folder: Path) -> Path:
    (folder / "in").mkdir(exist_ok=True)
    return folder / "in"


def array(values: np.ndarray) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        np.save(folder / "in.npy", values)
        return folder / "in.npy"

    return make


def content(name: str, written: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(written)
        return folder / name

    return make


def header(shape: tuple[int, ...], kind: str = "<f8") -> bytes:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": kind, "fortran_order": False, "shape": shape})
    return head.getvalue()


def bomb(folder: Path) -> Path:
    """Zeros that take next to no room in the file."""
    np.savez_compressed(folder / "in.npz", a=np.zeros((2**11, 2**10), np.uint8))
    return folder / "in.npz"


def sparse(folder: Path) -> Path:
    """A file that says it is 4 TB long, and takes no room."""
    with (folder / "in.npy").open("wb") as file:
        head = header((2**29, 1024))
        file.write(head)
        file.truncate(len(head) + 2**42)
    return folder / "in.npy"


def large_picture(folder: Path) -> Path:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 2**20, 2**20, 8, 0, 0, 0, 0))
    ends = chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    (empty_or(folder) / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + head + ends)
    return folder / "in"


def loop(folder: Path) -> Path:
    (folder / "in").symlink_to(folder / "in")
    return folder / "in"


def folder_in_itself(folder: Path) -> Path:
    (empty_or(folder) / "again").symlink_to(folder / "in")
    (folder / "in" / "a.png").symlink_to(folder / "in" / "a.png")
    return folder / "in"


GREY, COLOUR = Image.fromarray(PICTURE[..., 0]), Image.fromarray(PICTURE)
DEEP = Image.fromarray(RNG.integers(65536, size=(8, 8), dtype=np.uint16))
FEW = "data must have at least 100 points that are no copies"
CASES = {
    "missing": (missing, "there is no such file or folder"),
    "empty folder": (empty, "the folder holds no picture"),
    "empty file": (content("in.npy", b""), "it is empty"),
    "one image": (pictures(("a.png", COLOUR)), f"{FEW}, got 1 of 1"),
    "one row": (array(np.ones((1, 4))), f"{FEW}, got 1 of 1"),
    "equal images": (array(np.ones((200, 4, 4))), f"{FEW}, got 1 of 200"),
    "no numbers": (array(np.ones((200, 0))), "its array has shape (200, 0)"),
    "NaN": (array(np.where(np.eye(200, 5) > 0, np.nan, 1.0)), "row 0 (from 0) holds NaN or infinity"),
    "infinity": (array(np.where(np.eye(200, 5) > 0, np.inf, 1.0)), "row 0 (from 0) holds NaN or infinity"),
    "signed numbers": (array(np.arange(1000).reshape(200, 5)), "its numbers are int64"),
    "words": (array(np.array([["a", "b"]] * 200)), "its numbers are <U1"),
    "mixed sizes": (pictures(("a.png", COLOUR), ("b.png", COLOUR.resize((4, 8)))), "make all alike"),
    "mixed colours": (pictures(("a.png", COLOUR), ("b.png", GREY)), "make all alike"),
    "16 bits": (pictures(("a.png", DEEP), ("b.png", GREY)), f"{FEW}, got 2 of 2"),
    "transparency": (pictures(("a.png", COLOUR.convert("RGBA")), ("b.png", COLOUR)), f"{FEW}, got 1 of 2"),
    "palette": (pictures(("a.png", COLOUR.convert("P")), ("b.png", COLOUR)), f"{FEW}, got 2 of 2"),
    "large picture": (large_picture, "the picture is damaged, truncated or too large"),
    "long header": (content("in.npy", header((2**40, 1024)) + bytes(80)), "it is truncated or damaged"),
    "IDX that lies": (content("in.idx", struct.pack(">HBB3I", 0, 8, 3, 2**31, 2**15, 2**15)), "more than 4294967296"),
    "zeros in a zip": (bomb, "a holds 2097152 numbers, more than 1048576"),
    "a long file without content": (sparse, "of memory"),
    "link to itself": (loop, "there is no such file or folder"),
    "folder in itself": (folder_in_itself, "the folder holds no picture"),
    "objects": (array(np.array([{"a": 1}] * 3, dtype=object)), "it holds Python objects"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_one_sentence_and_nothing_is_written(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "MOST_NUMBERS", 2**20)
    make, said = CASES[case]
    path, out = make(tmp_path), tmp_path / "out"
    assert main(["data", str(path), "--out", str(out), "--json", str(out / "a.json")]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert len(told.err) < 400
    assert told.out == ""
    assert not out.exists()


@pytest.mark.parametrize("name", ["file", "file/below", "/proc/none/out", "a" * 300])
def test_a_place_that_cannot_be_written_is_one_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "in.npy", np.ones((3, 2)))
    (tmp_path / "file").write_text("")
    assert main(["data", str(tmp_path / "in.npy"), "--out", str(tmp_path / name)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
