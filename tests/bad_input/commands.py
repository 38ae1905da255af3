"""python -m tests.bad_input.commands: every command with bad arguments, one at a time, and as JSON what went wrong.

Each must end with status 2 and one sentence, within seconds, and leave no file.
"""

import contextlib
import io
import json
import os
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from reports import cli

LONGEST, PATIENCE = 5, 60  # seconds of processor time, and by the clock of a machine that is busy with other things
IMPORTED = (  # by commands when they are called: not to be counted
    *("reports.contents", "reports.sweep", "reports.upkeep", "simulate.experiments.real", "verify.ledger"),
    *("verify.mutation.machinery", "verify.mutation.mutate", "verify.probe.__main__", "verify.seeds", "pytest"),
)
NO_WHOLE = ("nan", "inf", "1.5", "-1", "text", "", "1e400", "½", "٣x")
NO_COUNT = (*NO_WHOLE, "0")
NO_POSITIVE = ("nan", "inf", "-1", "0", "text", "", "1+2j")
NO_WORD = ("nonsense", "", "QUICK", "quick ", "3")
NO_DATA = (
    "missing",
    "empty",
    "pipe",
    "text.txt",
    "folder",
    "objects.npy",
    "nan.npy",
    "short.npy",
    "l" * 300,
    "/dev/zero",
    "",
)
NO_FOLDER = ("file/below", "/proc/none", "l" * 300, "/dev/null/x")
NO_STORE = ("missing", "file", "l" * 300)
NO_MODEL = (
    "missing.py:score",
    "model.py",
    "model.py:missing",
    "model.py:number",
    "broken.py:score",
    "leaves.py:score",
    ":",
    "",
)
NO_EXPERIMENT = (
    "missing.py:a",
    "model.py:score",
    "model.py",
    "broken.py:a",
    "leaves.py:a",
    "folder:a",
    ":",
    "",
    "model.py:",
)
NO_NAME = ("nonsense", "", "../x", "<script>", "a b", "\x1b[31m")
PROBE, DATA = "probe --model model.py:score --data data.npy --probes 1 --times 0.1", "data data.npy"
OPTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "report": {
        "--seed": NO_WHOLE,
        "--profile": NO_WORD,
        "--out": NO_FOLDER,
        "--data": NO_DATA[:-1],
        "--nonsense": ("1",),
    },
    PROBE: {
        "--model": NO_MODEL,
        "--data": NO_DATA,
        "--held-out": NO_DATA[:-1],
        "--seed": NO_WHOLE,
        "--probes": NO_COUNT,
        "--times": NO_POSITIVE,
        "--limit": NO_COUNT,
        "--crop": (*NO_COUNT, "100"),
        "--size": NO_COUNT,
        "--minutes": NO_POSITIVE,
        "--device": ("nonsense", "cuda:99", "tpu"),
        "--out": NO_FOLDER,
        "--array": ("nonsense",),
    },
    DATA: {
        "--limit": NO_COUNT,
        "--crop": (*NO_COUNT, "100"),
        "--size": NO_COUNT,
        "--points": NO_COUNT,
        "--below": NO_POSITIVE,
        "--noise": NO_POSITIVE,
        "--seed": NO_WHOLE,
        "--out": NO_FOLDER,
        "--array": ("nonsense",),
    },
    "data": {"": NO_DATA},
    "verify no-such-claim": {
        "": NO_NAME,
        "--seed": NO_WHOLE,
        "--profile": NO_WORD,
        "--workers": NO_COUNT,
        "--break": NO_NAME,
        "--device": ("nonsense", "tpu"),
        "--claims": ("missing", "file"),
    },
    "seeds": {"": NO_COUNT},
    "seeds 1": {"": NO_NAME, "--first": NO_WHOLE, "--profile": NO_WORD, "--write": ("missing/file", "folder", "file")},
    "mutate": {"": NO_NAME, "--seed": NO_WHOLE, "--profile": NO_WORD, "--write": ("missing/file", "folder", "file")},
    "mutate-code --sample 1": {
        "": ("missing", "", "/etc"),
        "--seed": NO_WHOLE,
        "--sample": NO_COUNT,
        "--budget": NO_POSITIVE,
    },
    "sweep": {"": NO_EXPERIMENT},
    "sweep own.py:own": {
        "--workers": NO_COUNT,
        "--scheduler": ("nonsense", "", "tcp://", "localhost:8786", "tcp://127.0.0.1:port"),
        "--store": ("file", "file/below"),
        "--nonsense": ("1",),
    },
    "store": {"": ("nonsense", "LS")},
    "store ls": {"--store": NO_STORE, "": ("missing", "file")},
    "store show": {"": NO_NAME},
    "store explain": {"": NO_EXPERIMENT},
    "store verify": {"--store": NO_STORE},
    "store gc": {"--older-than": ("nan", "text", "-1", ""), "--nonsense": ("1",)},
    "store export nonsense": {"--out": ("out.txt", "out", "missing/../x.pdf", "")},
    "bench": {"": ("nonsense", "../engine", "engine.py")},
    "": {"": ("nonsense", "--nonsense")},
}
LINES = [
    (line, option, value) for line, options in OPTIONS.items() for option, values in options.items() for value in values
]
MODEL = "number = 3\ndef score(x, t):\n    return -x / (1 + t)\n"
OWN = "from tests.simulate.run.test_sweep import Drawn\nown = Drawn()\n"
LEAVES = "import sys\nsys.exit(3)"


def files(folder: Path) -> list[Path]:
    """What is in a folder, save what Python leaves there."""
    return sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)


def fill(folder: Path) -> None:
    """Good and bad files."""
    np.save(folder / "data.npy", np.random.default_rng(0).uniform(size=(12, 4, 4)))
    np.save(folder / "objects.npy", np.array([{"a": 1}] * 3), allow_pickle=True)
    np.save(folder / "nan.npy", np.full((9, 4), np.nan))
    (folder / "short.npy").write_bytes((folder / "data.npy").read_bytes()[:-9])
    texts = {"model.py": MODEL, "own.py": OWN, "broken.py": "def score(:", "leaves.py": LEAVES}
    for name, text in {**texts, "empty": "", "text.txt": "hello", "file": "in the way"}.items():
        (folder / name).write_text(text)
    (folder / "folder").mkdir()
    (folder / "store").mkdir()
    os.mkfifo(folder / "pipe")


def outcome(arguments: list[str], folder: Path) -> str:
    """What is wrong with how a command ends, or nothing."""
    before, out, said = files(folder), io.StringIO(), io.StringIO()
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    signal.alarm(PATIENCE)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
            status = cli.main(arguments)
    except BaseException as error:
        return f"raised {type(error).__name__}: {error}"[:300]
    finally:
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
    lines = said.getvalue().strip().splitlines()
    if status != 2 or not 1 <= len(lines) <= 2 or len(lines[-1]) > 600 or "\x1b" in said.getvalue():
        return f"status {status}, {len(lines)} lines: {said.getvalue()[-200:]}"
    return "left files" if files(folder) != before else ""


def late(*_: Any) -> None:
    """What a command that takes too long is told."""
    raise SystemExit(f"over {LONGEST} s")


def main() -> int:
    """Print the number of lines, and those that went wrong, as JSON."""
    for name in IMPORTED:
        import_module(name)
    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, late)
    wrong, begun = [], time.process_time()
    with TemporaryDirectory() as folder:
        fill(Path(folder))
        os.chdir(folder)
        os.environ["LOSING_DIMENSIONS_STORE"] = f"{folder}/store"
        for line, option, value in LINES:
            if found := outcome([*line.split(), *([option, value] if option else [value])], Path(folder)):
                wrong.append([line, option, value[:40], found])
                print(*wrong[-1], sep=" | ", file=sys.__stderr__, flush=True)
    print(json.dumps({"count": len(LINES), "seconds": time.process_time() - begun, "wrong": wrong}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
