"""Every kind of file gives back the pixels that were written; what is no image is refused in one sentence."""

import gzip
import io
import math
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from simulate.images import UnreadableData, as_images, digits, duplicates, from_dataset, load_images
from simulate.images import collection as collection_module
from simulate.images.pixels import Preparation

RNG = np.random.default_rng(0)
GREY = RNG.integers(256, size=(5, 7, 4), dtype=np.uint8)
COLOUR = RNG.integers(256, size=(5, 32, 32, 3), dtype=np.uint8)


def idx(array: np.ndarray, code: int = 8) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape) + array.tobytes()


def cifar(images: np.ndarray) -> bytes:
    return b"".join(bytes([i % 10]) + np.moveaxis(image, -1, 0).tobytes() for i, image in enumerate(images))


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def save(path: Path, pixels: np.ndarray, mode: str | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(pixels)
    (picture.convert(mode) if mode else picture).save(path)
    return path


def test_arrays_of_numpy(tmp_path: Path) -> None:
    np.save(tmp_path / "grey.npy", GREY)
    images = load_images(tmp_path / "grey.npy")
    assert images.shape == (7, 4)
    assert images.data.dtype == np.float64
    assert images.source == "grey.npy"
    np.testing.assert_array_equal(images.data, GREY.reshape(5, 28) / 255)
    np.savez(tmp_path / "two.npz", a=GREY, b=COLOUR)
    assert load_images(tmp_path / "two.npz", array="b").shape == (32, 32, 3)


def test_floating_point_numbers_are_taken_as_they_are() -> None:
    values = RNG.normal(size=(4, 3)).astype(np.float32)
    np.testing.assert_array_equal(as_images(values, "array").data, values)
    assert as_images(values, "array").shape == (3,)


@pytest.mark.parametrize(("dtype", "largest"), [(np.uint8, 255), (np.uint16, 65535), (np.bool_, 1)])
def test_integers_become_intensities(dtype: type, largest: int) -> None:
    values = np.array([[0, 1], [1, largest]]).astype(dtype)
    np.testing.assert_array_equal(as_images(values, "array").data, np.array([[0, 1], [1, largest]]) / largest)


def test_channels_may_come_first_or_last() -> None:
    last, first = as_images(COLOUR, "array"), as_images(np.moveaxis(COLOUR, -1, 1), "array")
    assert first.shape == last.shape == (32, 32, 3)
    np.testing.assert_array_equal(first.data, last.data)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_plain_or_zipped(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    images = load_images(write(tmp_path / "train-images", pack(idx(GREY))))
    np.testing.assert_array_equal(images.data.reshape(GREY.shape), GREY / 255)


def test_idx_of_big_endian_floats(tmp_path: Path) -> None:
    values = RNG.normal(size=(3, 2)).astype(">f4")
    np.testing.assert_array_equal(load_images(write(tmp_path / "floats", idx(values, 13))).data, values)


def test_cifar_batches_are_joined_in_order_without_the_test_batch(tmp_path: Path) -> None:
    write(tmp_path / "data_batch_2.bin", cifar(COLOUR[3:]))
    write(tmp_path / "data_batch_1.bin", cifar(COLOUR[:3]))
    one = write(tmp_path / "test_batch.bin", cifar(COLOUR[:1]))
    images = load_images(tmp_path)
    assert images.shape == (32, 32, 3)
    np.testing.assert_array_equal(images.data.reshape(COLOUR.shape), COLOUR / 255)
    assert len(load_images(one)) == 1


def test_a_folder_of_pictures_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for i in (2, 0, 1):
        save(tmp_path / "faces" / f"class{i}" / "a.PNG", COLOUR[i])
    write(tmp_path / "faces" / "README.txt", b"not a picture")
    images = load_images(tmp_path / "faces")
    assert images.shape == (32, 32, 3)
    np.testing.assert_array_equal(images.data.reshape(3, 32, 32, 3), COLOUR[:3] / 255)


def test_pictures_of_every_mode(tmp_path: Path) -> None:
    deep = RNG.integers(65536, size=(7, 4), dtype=np.uint16)
    np.testing.assert_array_equal(
        load_images(save(tmp_path / "16" / "a.png", deep).parent).data, deep.reshape(1, -1) / 65535
    )
    for mode, shape in {"L": (32, 32), "1": (32, 32), "LA": (32, 32), "RGBA": (32, 32, 3), "P": (32, 32, 3)}.items():
        assert load_images(save(tmp_path / mode / "a.png", COLOUR[0], mode).parent).shape == shape


def test_a_picture_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    Image.fromarray(GREY[0]).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(load_images(tmp_path).data.reshape(4, 7), np.rot90(GREY[0], -1) / 255)


def test_a_crop_is_central_and_grey_is_luma() -> None:
    cropped = as_images(COLOUR, "array", preparation=Preparation(crop=30))
    np.testing.assert_array_equal(cropped.data.reshape(5, 30, 30, 3), COLOUR[:, 1:31, 1:31] / 255)
    grey = as_images(COLOUR, "array", preparation=Preparation(grey=True))
    assert grey.shape == (32, 32)
    np.testing.assert_allclose(grey.data.reshape(5, 32, 32), COLOUR @ [0.299, 0.587, 0.114] / 255)


@given(arrays(np.float64, (1, 8, 8), elements=st.floats(0, 1)), st.integers(1, 12))
def test_a_resized_image_stays_between_its_extremes(values: np.ndarray, size: int) -> None:
    resized = as_images(values, "array", preparation=Preparation(size=size))
    assert resized.shape == (size, size)
    assert resized.data.min() >= values.min() - 1e-6
    assert resized.data.max() <= values.max() + 1e-6


def test_resizing_averages_instead_of_sampling() -> None:
    stripes = np.tile([0.0, 1.0], (1, 16, 8))
    resized = as_images(stripes, "array", preparation=Preparation(size=4))
    np.testing.assert_allclose(resized.data, 0.5, atol=0.04)


def test_mixed_sizes_are_refused_with_both_names_unless_made_alike(tmp_path: Path) -> None:
    save(tmp_path / "a.png", GREY[0])
    save(tmp_path / "b.png", COLOUR[0])
    with pytest.raises(UnreadableData, match=r"b\.png cannot .* it is 32 x 32 x 3 where .*a\.png is 7 x 4; make"):
        load_images(tmp_path)
    assert load_images(tmp_path, size=3, grey=True).data.shape == (2, 9)


def test_the_first_images_alone(tmp_path: Path) -> None:
    np.save(tmp_path / "grey.npy", GREY)
    assert len(load_images(tmp_path / "grey.npy", limit=2)) == 2
    with pytest.raises(ValueError, match=r"limit must be at most 5, the number of images in grey\.npy, got 6"):
        load_images(tmp_path / "grey.npy", limit=6)
    with pytest.raises(ValueError, match="limit must be an integer >= 1"):
        load_images(tmp_path / "grey.npy", limit=0)


def test_large_sets_are_kept_in_single_precision(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    save(tmp_path / "a.png", GREY[0])
    monkeypatch.setattr(collection_module, "DOUBLE_BYTES", 100)
    for images in (as_images(GREY, "array"), load_images(tmp_path)):
        assert images.data.dtype == np.float32
        np.testing.assert_allclose(images.data[0], GREY[0].ravel() / 255, rtol=1e-6)


def test_digits() -> None:
    images = digits()
    assert images.data.shape == (1797, 64)
    assert (images.data.min(), images.data.max()) == (0, 1)
    assert images.description == "scikit-learn digits: 1797 images of 8 x 8, no exact copies among them."


def test_copies_are_found_with_the_row_they_repeat() -> None:
    data = np.array([[0.0, 1], [2, 3], [0, 1], [-0.0, 1], [2, 3 + 1e-15]])
    assert duplicates(data).tolist() == [[2, 0], [3, 0]]
    assert "2 exact copies" in as_images(data, "array").description
    assert duplicates(digits().data).shape == (0, 2)


@given(arrays(np.int8, (12, 2), elements=st.integers(0, 2)))
def test_copies_are_what_is_left_beside_the_distinct_rows(data: np.ndarray) -> None:
    pairs = duplicates(data)
    assert len(data) - len(pairs) == len(np.unique(data, axis=0))
    assert all(first < row and (data[row] == data[first]).all() for row, first in pairs)


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


ITEMS: dict[str, Callable[[np.ndarray], Any]] = {
    "arrays": lambda pixels: pixels,
    "Pillow's with labels, as torchvision's": lambda pixels: (Image.fromarray(pixels), 3),
    "tensors, channels first": lambda pixels: (torch.as_tensor(pixels / 255).movedim(-1, 0), 3),
    "tensors that ask for gradients": lambda pixels: torch.tensor(pixels / 255, requires_grad=True),
    "tensors in bfloat16": lambda pixels: torch.as_tensor(pixels / 255, dtype=torch.bfloat16),
    "dicts, as those of Hugging Face": lambda pixels: {"label": 3, "img": Image.fromarray(pixels)},
    "dicts with another column": lambda pixels: {"label": 3, "scan": pixels},
}


class Items(torch.utils.data.Dataset):
    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, i: int) -> Any:
        return self.items[i]


@pytest.mark.parametrize("kind", ITEMS)
def test_data_sets_of_torch_and_of_hugging_face(kind: str) -> None:
    data = Items([ITEMS[kind](pixels) for pixels in COLOUR])
    column = "scan" if "another" in kind else None
    images = from_dataset(data, "some set", column, limit=4)
    assert (images.shape, images.source) == ((32, 32, 3), "some set")
    error = 2**-8 if "bfloat16" in kind else 1e-12
    np.testing.assert_allclose(images.data.reshape(4, 32, 32, 3), COLOUR[:4] / 255, rtol=error)
    assert from_dataset(data, "some set", column, preparation=Preparation(size=4, grey=True)).shape == (4, 4)


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


def test_a_stream_and_an_empty_item_are_refused_and_a_list_is_an_array() -> None:
    with pytest.raises(UnreadableData, match="a list_iterator has no length"):
        from_dataset(iter([np.zeros((3, 3))]), "some set")
    with pytest.raises(UnreadableData, match=r"item 0 of some set .* array of shape \(0,\)"):
        from_dataset([()], "some set")
    assert as_images([[0.0, 1.0]], "a list").data.tolist() == [[0.0, 1.0]]
