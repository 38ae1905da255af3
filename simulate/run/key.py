"""The key of a result: what is asked, and the code that answers.

A result depends on the settings of what is asked (`theory.content`) and on the code that makes it: the text of the
files that can move a number, under their paths in the repository. Changed code never serves an old result; too much is
computed again rather than too little: a comment counts.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from theory.content import content_hash

ROOT = Path(__file__).parents[2]
DEFINITIONS = ("theory/case.py", "theory/checks.py", "theory/formula.py", "theory/process.py")
SILENT = ("simulate/run/progress.py", "simulate/run/store.py")  # they show and keep results: no number passes there


def source_hash() -> str:
    """SHA-256 over the files whose code makes results: `simulate`, and the definitions it takes from `theory`."""
    paths = [*ROOT.glob("simulate/**/*.py"), *ROOT.glob("theory/laws/*.py"), *(ROOT / name for name in DEFINITIONS)]
    return files_hash([path for path in paths if path.relative_to(ROOT).as_posix() not in SILENT])


def files_hash(paths: Sequence[Path]) -> str:
    """SHA-256 over names and contents of the files of this repository that exist among `paths`."""
    return content_hash({path.relative_to(ROOT).as_posix(): _file_digest(path) for path in paths if path.is_file()})


@cache  # read once: the code that runs is the code as it was, even when a file is edited meanwhile
def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
