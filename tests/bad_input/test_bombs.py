"""Files that announce, or hold packed, far more than there is memory for are refused before memory goes."""

import gzip
import io
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from simulate.run.key import ROOT
from tests.simulate.images.test_hostile import png_header

MOST = 300_000_000  # bytes beyond those in use, as under `ulimit -v`
READER = f"""
import json, resource, sys
from pathlib import Path
from simulate.images import UnreadableData, load_images
with open("/proc/self/statm") as file:
    most = int(file.read().split()[0]) * resource.getpagesize() + {MOST}
resource.setrlimit(resource.RLIMIT_AS, (most, most))
said = {{}}
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        load_images(path, size=8 if path.is_dir() else None)
        said[path.name] = "read"
    except UnreadableData as error:
        said[path.name] = str(error)
print(json.dumps(said))
"""


def npy(shape: tuple[int, ...]) -> bytes:
    """The header of an array of that shape, and little behind it."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return head.getvalue() + bytes(80)


def bombs(folder: Path) -> list[str]:
    """Names of the bombs put there, each picture in a folder of its own."""
    for name, side in {"wide": 60_000, "tall": 2**31 - 1}.items():
        (folder / name).mkdir()
        (folder / name / "a.png").write_bytes(png_header(side, side))
    (folder / "tiff").mkdir()
    Image.new("1", (7_000, 7_000)).save(folder / "tiff" / "a.tiff")
    head, zeros = struct.pack(">HBB3I", 0, 8, 3, 60_000, 300, 300), gzip.compress(bytes(1_000_000))
    (folder / "idx.gz").write_bytes(gzip.compress(head) + 500 * zeros)
    (folder / "idx").write_bytes(struct.pack(">HBB3I", 0, 14, 3, 2**32 - 1, 2**32 - 1, 2**32 - 1) + bytes(8))
    with zipfile.ZipFile(folder / "announced.npz", "w") as archive:
        archive.writestr("a.npy", npy((2_500_000, 1000)))
    (folder / "announced.npy").write_bytes(npy((2_500_000, 1000)))
    return sorted(path.name for path in folder.iterdir())


def test_bombs_are_refused_before_memory_goes(tmp_path: Path) -> None:
    names = bombs(tmp_path)
    command = [sys.executable, "-c", READER, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]
    said = json.loads(done.stdout)
    assert sorted(said) == names
    assert all("cannot be read as images" in text for text in said.values()), said
