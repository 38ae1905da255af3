"""What is no set of images is refused in one sentence, and nothing is unpickled."""

import gzip
import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from simulate.images import UnreadableData, as_images, from_dataset, load_images
from simulate.images import collection as collection_module
from simulate.images.pixels import Preparation
from tests.simulate.images.test_images import COLOUR, GREY, Items, cifar, idx, save, write

BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "it is empty"),
    "notes.txt": (b"hello, world", "its format is not known; give a .npy"),
    "short-idx": (idx(GREY)[:-1], r"announces 156 bytes for shape \(5, 7, 4\), it holds 155"),
    "long-idx": (idx(GREY) + b"x", "it holds 157"),
    "vast-idx": (b"\0\0\x08\x03" + b"\xff" * 12, "announces 79228162458924105385300197391 bytes"),
    "cut-header-idx": (b"\0\0\x08\x03\0\0", "it holds 6"),
    "wrong-magic-idx": (b"\0\0\x07\x03" + bytes(12), "does not begin as an IDX file"),
    "labels-idx": (idx(np.arange(5, dtype=np.uint8)), r"its array has shape \(5,\)"),
    "deep-idx": (b"\0\0\x08\xff" + bytes(4 * 255), "announces 255 dimensions"),
    "signed-idx": (idx(np.zeros((2, 2), np.int8), 9), "its numbers are int8"),
    "no-images-idx": (idx(np.zeros((0, 2, 2), np.uint8)), r"shape \(0, 2, 2\)"),
    "cut.gz": (gzip.compress(idx(GREY))[:-9], "its gzip data is truncated or damaged"),
    "text.gz": (gzip.compress(b"hello, world"), "does not begin as an IDX file"),
    "batch.bin": (cifar(COLOUR)[:-1], "3073 bytes for each image, this file 15364 bytes"),
    "none.bin": (b"", "it is empty"),
    "label.bin": (b"\x0a" + bytes(3072), "a label is 10, CIFAR-10 has 0 to 9"),
    "folder/a.png": (b"\x89PNG\r\n\x1a\n truncated", "the picture is damaged"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_what_is_no_image_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    content, expected = BAD_FILES[name]
    path = write(tmp_path / name, content)
    with pytest.raises(UnreadableData, match=expected) as caught:
        load_images(path.parent if name.startswith("folder/") else path)
    message = str(caught.value)
    assert message.startswith(f"{path} cannot be read as images: ") or "array" in message or "numbers" in message
    assert "\n" not in message
    assert message.endswith(".")


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([[1, None]]), "Python objects, which are never unpickled"),
        (np.arange(3.0), r"shape \(3,\)"),
        (np.float64(1), r"shape \(\)"),
        (np.zeros((0, 4)), r"shape \(0, 4\)"),
        (np.zeros((2, 0)), r"shape \(2, 0\)"),
        (np.zeros((2, 2, 2, 2, 2)), r"shape \(2, 2, 2, 2, 2\)"),
        (np.zeros((2, 2), np.int64), "its numbers are int64, whose range"),
        (np.zeros((2, 2), complex), "its numbers are complex128"),
        (np.array([["a", "b"]]), "its numbers are <U1"),
        (np.array([[1, 2], [3, math.nan], [math.inf, 0]]), r"row 1 \(from 0\) holds NaN or infinity, as do 1 others"),
    ],
)
def test_arrays_that_are_no_images_are_refused(tmp_path: Path, array: Any, expected: str) -> None:
    np.save(tmp_path / "bad.npy", array)
    with pytest.raises(UnreadableData, match=rf"bad\.npy cannot be read as images: .*{expected}"):
        load_images(tmp_path / "bad.npy")


def test_damaged_numpy_files_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", GREY)
    np.savez(tmp_path / "b.npz", a=GREY, b=COLOUR)
    np.savez_compressed(tmp_path / "c.npz", a=COLOUR)
    for name in ("a.npy", "b.npz", "c.npz"):
        whole = (tmp_path / name).read_bytes()
        write(tmp_path / name, whole[: len(whole) // 2])
        with pytest.raises(UnreadableData, match=f"{name} cannot be read as images: it is truncated or damaged"):
            load_images(tmp_path / name)
    np.savez(tmp_path / "d.npz", a=GREY, b=COLOUR)
    with pytest.raises(UnreadableData, match="it holds 2 arrays, a, b; name one"):
        load_images(tmp_path / "d.npz")
    with pytest.raises(UnreadableData, match="it holds no array 'c'; name one of a, b"):
        load_images(tmp_path / "d.npz", array="c")


def test_objects_in_an_archive_are_not_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", a=np.array([[1, None]]))
    with pytest.raises(UnreadableData, match="Python objects, which are never unpickled"):
        load_images(tmp_path / "a.npz")


def test_missing_paths_and_empty_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableData, match=r"nowhere cannot be read as images: there is no such file or folder"):
        load_images(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="path must name a file or folder, got NoneType"):
        collection_module._named(None)
    with pytest.raises(UnreadableData, match=r"the folder holds no picture; put \.apng"):
        load_images(tmp_path)


def cut_picture() -> Image.Image:
    content = io.BytesIO()
    Image.fromarray(COLOUR[0]).save(content, "JPEG")
    return Image.open(io.BytesIO(content.getvalue()[:700]))


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ([{"label": 3}], "item 0 of some set cannot .* its columns are label; name that of the pictures"),
        (
            [cut_picture()],
            "item 0 of some set cannot .* its picture is damaged or truncated",
        ),
        ([7], r"item 0 of some set cannot .* an array of shape \(\)"),
        ([GREY[0], COLOUR[0]], "item 1 of some set cannot .* it is 32 x 32 x 3 where item 0 of some set is 7 x 4"),
        ([GREY[0] * np.nan], "some set cannot .* row 0"),
        ([], "some set cannot .* it is empty"),
    ],
)
def test_data_sets_that_hold_no_images(items: list[Any], says: str) -> None:
    with pytest.raises(UnreadableData, match=says):
        from_dataset(Items(items), "some set")
    with pytest.raises(ValueError, match="limit must be at most"):
        from_dataset(Items(items), "some set", limit=9)


@pytest.mark.parametrize("cut", [40, 300, 2000])
def test_truncated_pictures_are_refused(tmp_path: Path, cut: int) -> None:
    path = save(tmp_path / "a.png", COLOUR[0])
    write(path, path.read_bytes()[:cut])
    with pytest.raises(UnreadableData, match=r"a\.png cannot be read as images: the picture is damaged, truncated"):
        load_images(tmp_path)


def test_a_picture_with_one_bit_changed_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", COLOUR[0])
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4  # the pixels may still be read: only the checksum tells
    write(path, bytes(content))
    with pytest.raises(UnreadableData, match=r"a\.png cannot be read as images: the picture is damaged"):
        load_images(tmp_path)


def test_a_folder_with_the_name_of_a_batch_is_none(tmp_path: Path) -> None:
    (tmp_path / "data_batch_1.bin").mkdir()
    save(tmp_path / "a.png", COLOUR[0])
    assert load_images(tmp_path).shape == (32, 32, 3)


def test_options_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UnreadableData, match="an image of 7 x 4 is too small for crop = 5; crop less"):
        as_images(GREY, "array", preparation=Preparation(crop=5))
    with pytest.raises(UnreadableData, match="a row of 3 numbers has no height and width"):
        as_images(np.zeros((2, 3)), "array", preparation=Preparation(size=2))
    with pytest.raises(ValueError, match="size must be an integer >= 1, got 0"):
        Preparation(size=0)
