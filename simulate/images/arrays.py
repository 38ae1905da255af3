"""Files that hold one array of images: NumPy's, IDX (MNIST and its family), and binary batches of CIFAR-10 and -100.

Each is known by its first bytes, not by its name. IDX: two zero bytes, a type code, the number of dimensions, the
lengths as big-endian 32-bit integers, then the numbers. CIFAR-10: 3073 bytes per image, one label and 32 x 32 pixels of
red, then green, then blue; CIFAR-100 has two labels. Nothing is unpickled, and what a header announces is compared with
what is there before memory is taken.
"""

import gzip
import zipfile
from pathlib import Path

import numpy as np

from simulate.images.pixels import UnreadableData, unreadable

NPY, ZIP, GZIP = b"\x93NUMPY", b"PK\x03\x04", b"\x1f\x8b"
IDX_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
IDX_DIMENSIONS = 4  # images, height, width, channels
CIFAR_LABELS = {"CIFAR-10": (10,), "CIFAR-100": (20, 100)}  # classes of each label byte
STL_RECORD = 96 * 96 * 3  # bytes
CIFAR_SHAPE = (3, 32, 32)
CIFAR_RECORD = 1 + 3 * 32 * 32  # bytes
BATCH = "data_batch_*.bin"
BROKEN = Exception  # whatever a reader raises on a damaged file
MOST_BYTES = 2**32  # of numbers that are packed, which are held at once; a .npy file is mapped
MOST_NUMBERS = 2**30  # that are packed: as many intensities take 4 GiB
LISTED = 8  # names that a sentence can list
AGAIN = "get or save the file again"
READABLE = "give a .npy, .npz, IDX (plain or .gz) or CIFAR-10 .bin file, or a folder of images"


def read_array(path: Path, array: str | None = None) -> np.ndarray:
    """The numbers of one file of images as they are stored, first axis over images.

    Arguments:
        path: a .npy, .npz, IDX (plain or .gz) or CIFAR-10 batch file, known by its first bytes.
        array: the name of one array of a .npz, where it has several.

    Returns:
        An array, of the type of the file.

    Raises:
        UnreadableData: in one sentence, with a remedy.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error), "give a file that may be read") from error
    if not start:
        raise unreadable(path, "it is empty", AGAIN)
    if start.startswith(ZIP):
        return _read_npz(path, array)
    if array is not None:
        raise unreadable(path, f"it is no .npz that could hold an array {array!r}", "leave `array` out")
    if start.startswith(NPY):
        return _read_npy(path)
    if start.startswith(GZIP):
        return _parse_idx(path, _unzipped(path))
    if start.startswith(b"\0\0") and path.suffix != ".bin":
        return _parse_idx(path, path.read_bytes())
    if path.suffix == ".bin":
        return _parse_cifar(path, path.read_bytes())
    raise unreadable(path, "its format is not known", READABLE)


def batches(folder: Path) -> list[Path]:
    """Paths of the training batches in a CIFAR-10 folder, sorted."""
    return sorted(path for path in folder.glob(BATCH) if path.is_file())


def read_batches(folder: Path) -> np.ndarray:
    """All training batches of a CIFAR-10 folder, in the order of their names: (N, 3, 32, 32)."""
    return np.concatenate([_parse_cifar(path, path.read_bytes()) for path in batches(folder)])


def _read_npy(path: Path) -> np.ndarray:
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)  # a map: a length that lies takes no memory
    except BROKEN as error:
        raise _bad_numpy(path, error) from error


def _read_npz(path: Path, array: str | None) -> np.ndarray:
    try:
        with np.load(path, allow_pickle=False) as archive:
            assert archive.zip is not None
            names = _arrays(path, archive.zip)
            listed = ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
            if array is None and len(names) != 1:
                raise unreadable(path, f"it holds {len(names)} arrays, {listed}", "name one with `array`")
            if array is not None and array not in names:
                raise unreadable(path, f"it holds no array {array!r}", f"name one of {listed} with `array`")
            _refuse_announced(path, archive.zip, array or names[0])
            return archive[array or names[0]]
    except UnreadableData:
        raise
    except BROKEN as error:
        raise _bad_numpy(path, error) from error


def _arrays(path: Path, archive: zipfile.ZipFile) -> list[str]:
    """Names of the arrays of an archive. Raises UnreadableData for one that holds none, and says what it is."""
    members = archive.namelist()
    if any(name.endswith("data.pkl") for name in members):
        raise unreadable(path, "it is a file of PyTorch, whose objects are never unpickled", "save an array of numbers")
    names = [name.removesuffix(".npy") for name in members if name.endswith(".npy")]
    if not names:
        raise unreadable(path, f"it is a zip of {len(members)} files, none an array", "unpack it, and give the folder")
    return names


def _refuse_announced(path: Path, archive: zipfile.ZipFile, name: str) -> None:
    """Raises UnreadableData where an array is larger than its part of the file, or than can be held."""
    part = archive.getinfo(f"{name}.npy")
    with archive.open(part) as file:
        read = np.lib.format.read_array_header_1_0
        read = read if np.lib.format.read_magic(file) == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
        numbers = int(np.prod(shape, dtype=object))
        announced = numbers * dtype.itemsize + file.tell()
    if announced > MOST_BYTES:
        raise unreadable(
            path, f"{name} takes {announced} bytes, more than {MOST_BYTES}", "save it as .npy, or in parts"
        )
    if numbers > MOST_NUMBERS:
        raise unreadable(
            path, f"{name} holds {numbers} numbers, more than {MOST_NUMBERS}", "save it as .npy, or in parts"
        )
    if not dtype.hasobject and announced != part.file_size:
        raise unreadable(path, f"{name} announces {announced} bytes and holds {part.file_size}", AGAIN)


def _bad_numpy(path: Path, error: BaseException) -> ValueError:
    if "Python objects" in str(error) or "pickle" in str(error):
        return unreadable(path, "it holds Python objects, which are never unpickled", "save an array of numbers")
    return unreadable(path, "it is truncated or damaged", AGAIN)


def _unzipped(path: Path) -> bytes:
    """The content, no more of it than its header announces and one byte."""
    try:
        with gzip.open(path) as file:
            start = file.read(4 + 4 * IDX_DIMENSIONS)
            return start + file.read(max(0, _announced(path, start)[0] + 1 - len(start)))
    except UnreadableData:
        raise
    except BROKEN as error:
        raise unreadable(path, "its gzip data is truncated or damaged", AGAIN) from error


def _announced(path: Path, content: bytes) -> tuple[int, int, np.dtype, tuple[int, ...]]:
    """Bytes of the file that an IDX header announces, where its numbers start, their type and shape."""
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in IDX_TYPES:
        raise unreadable(path, "it does not begin as an IDX file (two zero bytes and a type)", READABLE)
    if content[3] > IDX_DIMENSIONS:
        raise unreadable(path, f"its IDX header announces {content[3]} dimensions", READABLE)
    dtype, start = np.dtype(IDX_TYPES[content[2]]), 4 + 4 * content[3]
    shape = tuple(int.from_bytes(content[i : i + 4]) for i in range(4, start, 4))
    expected = start + int(np.prod(shape, dtype=object)) * dtype.itemsize
    if expected > MOST_BYTES:
        raise unreadable(path, f"its IDX header announces {expected} bytes, more than {MOST_BYTES}", AGAIN)
    return expected, start, dtype, shape


def _parse_idx(path: Path, content: bytes) -> np.ndarray:
    expected, start, dtype, shape = _announced(path, content)
    if len(content) != expected:
        found = f"its IDX header announces {expected} bytes for shape {shape}, it holds {len(content)}"
        raise unreadable(path, found, AGAIN)
    return np.frombuffer(content, dtype, offset=start).reshape(shape)


def _parse_cifar(path: Path, content: bytes) -> np.ndarray:
    for name, classes in CIFAR_LABELS.items():
        record = len(classes) + CIFAR_RECORD - 1
        if content and len(content) % record == 0:
            records = np.frombuffer(content, np.uint8).reshape(-1, record)
            if (records[:, : len(classes)] >= classes).any():
                found = f"a label is {records[:, : len(classes)].max()}, {name} has 0 to {max(classes) - 1}"
                raise unreadable(path, found, READABLE)
            return records[:, len(classes) :].reshape(-1, *CIFAR_SHAPE)
    if content and len(content) % STL_RECORD == 0:
        raise unreadable(path, "it has the length of an STL-10 file, which is not read", "save its images as .npy")
    found = f"a CIFAR-10 batch holds {CIFAR_RECORD} bytes for each image, this file {len(content)} bytes"
    raise unreadable(path, found, AGAIN)
