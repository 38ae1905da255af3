"""Every kind of file gives back the pixels that were written; what is no image is refused in one sentence."""

import gzip
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


def test_a_stream_and_an_empty_item_are_refused_and_a_list_is_an_array() -> None:
    with pytest.raises(UnreadableData, match="a list_iterator has no length"):
        from_dataset(iter([np.zeros((3, 3))]), "some set")
    with pytest.raises(UnreadableData, match=r"item 0 of some set .* array of shape \(0,\)"):
        from_dataset([()], "some set")
    assert as_images([[0.0, 1.0]], "a list").data.tolist() == [[0.0, 1.0]]
