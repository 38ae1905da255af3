"""Hostile and unlucky files: refused before memory goes, in one sentence, and nothing that is left out goes unsaid."""

import gzip
import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from simulate.engine.posterior import posterior
from simulate.images import UnreadableData, as_images, from_dataset, load_images
from simulate.images.folder import MOST_PIXELS

EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 4\n%%EndComments\nshowpage\n"


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def test_a_picture_that_runs_a_program_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr("subprocess.Popen", run)
    monkeypatch.setattr("subprocess.check_call", run)
    (tmp_path / "picture.png").write_bytes(EPS)
    with pytest.raises(UnreadableData, match="the picture is damaged"):
        load_images(tmp_path)


def test_a_picture_of_absurd_size_is_refused_by_its_header(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(png_header(13000, 13000))
    with pytest.raises(UnreadableData, match=rf"13000 x 13000, more than {MOST_PIXELS} pixels"):
        load_images(tmp_path, size=8)


def test_an_archive_that_announces_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f8", "fortran_order": False, "shape": (2_500_000, 1000)})
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w") as archive:
        archive.writestr("a.npy", head.getvalue() + bytes(80))
    with pytest.raises(UnreadableData, match=r"a takes 20000000128 bytes, more than"):
        load_images(tmp_path / "bomb.npz")
    small = io.BytesIO()
    np.lib.format.write_array_header_1_0(small, {"descr": "<f8", "fortran_order": False, "shape": (20, 10)})
    with zipfile.ZipFile(tmp_path / "short.npz", "w") as archive:
        archive.writestr("a.npy", small.getvalue() + bytes(80))
    with pytest.raises(UnreadableData, match=r"a announces 1728 bytes and holds 208"):
        load_images(tmp_path / "short.npz")


def test_no_more_of_a_gz_is_unpacked_than_its_header_announces(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bomb.gz", "wb") as file:
        file.write(struct.pack(">HBB3I", 0, 8, 3, 2, 3, 3) + bytes(18) + bytes(200_000_000))
    import tracemalloc

    tracemalloc.start()
    with pytest.raises(UnreadableData, match="announces 34 bytes"):
        load_images(tmp_path / "bomb.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000
    (tmp_path / "absurd.gz").write_bytes(gzip.compress(struct.pack(">HBB3I", 0, 8, 3, 2**31, 2**15, 2**15)))
    with pytest.raises(UnreadableData, match="more than 4294967296"):
        load_images(tmp_path / "absurd.gz")


def test_pipes_and_devices_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(UnreadableData, match="it is a pipe or a device"):
            load_images(path)
    with pytest.raises(UnreadableData):
        load_images(tmp_path / ("long" * 200))


def test_archives_of_other_things_say_what_they_are(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        for i in range(300):
            archive.writestr(f"00000/img{i:08d}.png", b"")
    with pytest.raises(UnreadableData, match=r"a zip of 300 files, none an array; unpack it") as caught:
        load_images(tmp_path / "pictures.zip")
    assert len(str(caught.value)) < 300
    torch.save(torch.ones(3, 4), tmp_path / "tensor.pt")
    with pytest.raises(UnreadableData, match=r"a file of PyTorch, whose objects are never unpickled"):
        load_images(tmp_path / "tensor.pt")
    np.savez(tmp_path / "many.npz", **{f"a{i}": np.ones((2, 2)) for i in range(100)})
    with pytest.raises(UnreadableData, match=r"and 92 more; name one"):
        load_images(tmp_path / "many.npz")


def test_cifar_100_is_read_and_stl_10_is_named(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(256, size=(4, 3, 32, 32), dtype=np.uint8)
    (tmp_path / "train.bin").write_bytes(b"".join(bytes([19, 99]) + image.tobytes() for image in pixels))
    images = load_images(tmp_path / "train.bin")
    assert images.shape == (32, 32, 3)
    np.testing.assert_array_equal(images.data.reshape(4, 32, 32, 3), np.moveaxis(pixels, 1, -1) / 255)
    (tmp_path / "stl.bin").write_bytes(bytes(96 * 96 * 3 * 2))
    with pytest.raises(UnreadableData, match="STL-10"):
        load_images(tmp_path / "stl.bin")


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_channels_first_are_known_for_latents_too(channels: int) -> None:
    stored = np.random.default_rng(0).random((5, channels, 8, 8))
    images = as_images(stored, "latents")
    assert images.shape == (8, 8, channels)
    np.testing.assert_array_equal(images.data.reshape(5, 8, 8, channels), np.moveaxis(stored, 1, -1))


def test_a_good_picture_with_exif_that_cannot_be_written_back_is_read(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(256, size=(8, 6, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x9286] = "no bytes"
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
    assert load_images(tmp_path).shape == (6, 8, 3)
    rng = np.random.default_rng(1)
    for i in range(40):  # random EXIF: read, whatever it says
        body = b"Exif\0\0" + b"II*\0\x08\0\0\0" + struct.pack("<H", 3) + rng.bytes(36) + bytes(8)
        Image.fromarray(pixels).save(tmp_path / "b.jpg", exif=body)
        assert load_images(tmp_path / ".", limit=1).data.size == 8 * 6 * 3
        assert len(load_images(tmp_path, crop=4)) == 2, i


def test_what_a_folder_holds_besides_is_said(tmp_path: Path) -> None:
    pixels = np.full((4, 4), 7, np.uint8)
    for name in ("a.jpg", "b.jfif", "c.jpe", "d.tga", "e.png", "f.jp2"):
        kind = {".jfif": "JPEG", ".jpe": "JPEG"}.get(Path(name).suffix)
        Image.fromarray(pixels).save(tmp_path / name, format=kind)
    (tmp_path / "g.heic").write_bytes(b"x")
    images = load_images(tmp_path)
    assert len(images) == 6
    assert "1 other files of the folder were not read" in images.description


def test_loaders_ragged_lists_and_masks_are_refused() -> None:
    loader = torch.utils.data.DataLoader([torch.zeros(1, 4, 4)] * 3)
    with pytest.raises(UnreadableData, match="a DataLoader has no length, or no items by number"):
        from_dataset(loader, "loader")
    with pytest.raises(UnreadableData, match="not of one length"):
        as_images([[1.0, 2.0], [3.0]], "list")
    with pytest.raises(UnreadableData, match="masked"):
        as_images(np.ma.masked_equal(np.eye(3), 0.0), "masked")
    assert as_images(torch.ones(3, 4, dtype=torch.bfloat16), "half").data.sum() == 12


def test_lost_chunks_are_no_points_at_the_origin(tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr")
    array = zarr.create_array(tmp_path / "data.zarr", shape=(6, 2), chunks=(2, 2), dtype="f8")
    array[:] = np.arange(12.0).reshape(6, 2) + 1
    x = np.ones((1, 2))
    whole = posterior(x, array, 0.1).participation
    next(path for path in (tmp_path / "data.zarr").rglob("c/2/0")).unlink()
    with pytest.raises(ValueError, match="data must have all its chunks, 1 of 3"):
        posterior(x, zarr.open_array(tmp_path / "data.zarr", mode="r"), 0.1)
    assert np.isfinite(whole).all()
