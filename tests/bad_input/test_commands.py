"""Commands with bad arguments: status 2, one sentence that says which argument is wrong, and no file left."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from reports import cli

LONGEST = 20  # seconds of processor time: a command that begins to work is stopped
COUNT = ("nan", "inf", "1.5", "-1", "text", "", "1e400", "½", "0")
WHOLE = COUNT[:-1]
AMOUNT = ("nan", "inf", "-1", "text", "", "1+2j")
POSITIVE = (*AMOUNT, "0")
WORD = ("nonsense", "", "QUICK", "quick ")
TABLE = ("missing/file", "folder", "file")
FILE = ("missing", "empty", "pipe", "text.txt", "folder", "objects.npy", "short.npy", "/dev/zero", "n" * 300)
PROBE, MODEL = "probe --model model.py:score --times 0.1 --data data.npy", "probe --times 0.1 --data data.npy"
OPTIONS: dict[str, dict[str, tuple[str, ...]]] = {  # of a command that is right: the sentence names the option
    "report": {"--seed": WHOLE, "--profile": WORD, "--nonsense": ("1",)},
    PROBE: {
        **dict.fromkeys(("--limit", "--crop", "--size", "--probes"), COUNT),
        **{"--seed": WHOLE, "--minutes": POSITIVE, "--array": ("nonsense",), "--device": ("nonsense", "cuda:99")},
    },
    "probe --model model.py:score --data data.npy": {"--times": POSITIVE},
    "data data.npy": {
        **dict.fromkeys(("--limit", "--crop", "--size"), COUNT),
        **{"--below": POSITIVE, "--noise": POSITIVE, "--seed": WHOLE, "--points": WHOLE, "--array": ("nonsense",)},
    },
    "verify order-v1": {"--seed": WHOLE, "--profile": WORD, "--workers": WHOLE},
    "seeds 1": {"--first": WHOLE, "--profile": WORD},
    "mutate": {"--seed": WHOLE, "--profile": WORD},
    "mutate-code theory/laws/rem.py": {"--sample": COUNT},
    "mutate-code --sample 1": {"--seed": WHOLE, "--budget": POSITIVE, "--claims": AMOUNT},
    "sweep own.py:own": {"--workers": COUNT, "--scheduler": ("nonsense", "", "tcp://", "localhost:8786")},
    "store gc": {"--older-than": AMOUNT},
}
VALUES: dict[str, tuple[str, ...]] = {  # what stands last on a line: the sentence names it, or its file
    "report --data": FILE,
    "data": FILE,
    f"{PROBE} --held-out": FILE,
    f"{MODEL} --model": ("missing.py:score", "model.py", "model.py:missing", "broken.py:score", "leaves.py:score"),
    "report --out": ("file/below", "/proc/none", "/dev/null/x"),
    f"{PROBE} --out": ("file/below", "/proc/none", "/dev/null/x"),
    "verify": ("nonsense", "", "../x"),
    "seeds": WHOLE,
    "seeds 1": ("nonsense", "", "../x", "\x1b[31m"),
    "mutate": ("nonsense", "../x", "\x1b[31m"),
    "mutate-code": ("missing", "", "/etc"),
    "mutate-code --sample 1 --write": ("missing/file", "folder"),
    "sweep": ("missing.py:a", "model.py:score", "model.py", "broken.py:a", "leaves.py:a", "folder:a", ":", ""),
    "store": ("nonsense", "LS"),
    "store show": ("nonsense", "../x", "\x1b[31m"),
    "store ls --store": ("missing", "file"),
    "bench": ("nonsense", "../engine"),
}
LINES = [
    *(
        (line, [option, value], option.strip("-"))
        for line, of in OPTIONS.items()
        for option in of
        for value in of[option]
    ),
    *((line, [value], value.partition(":")[0] or value) for line, values in VALUES.items() for value in values),
]
TEXTS = {
    "model.py": "number = 3\ndef score(x, t):\n    return -x / (1 + t)\n",
    "own.py": "from tests.simulate.run.test_sweep import Drawn\nown = Drawn()\n",
    "broken.py": "def score(:",
    "leaves.py": "import sys\nsys.exit(3)",
    "text.txt": "hello",
    "file": "in the way",
    "empty": "",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good and bad files."""
    made = tmp_path_factory.mktemp("bad")
    np.save(made / "data.npy", np.random.default_rng(0).uniform(size=(150, 4, 4)))
    np.save(made / "objects.npy", np.array([{"a": 1}] * 3), allow_pickle=True)
    (made / "short.npy").write_bytes((made / "data.npy").read_bytes()[:-9])
    for name, text in TEXTS.items():
        (made / name).write_text(text)
    for name in ("folder", "store"):
        (made / name).mkdir()
    os.mkfifo(made / "pipe")
    return made


@pytest.fixture
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder as the one that commands run in, for so long."""

    def late(*_: object) -> None:
        raise SystemExit(f"over {LONGEST} s")

    monkeypatch.chdir(folder)
    monkeypatch.setenv("LOSING_DIMENSIONS_STORE", str(folder / "store"))
    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    yield folder
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize(("line", "rest", "named"), LINES)
def test_bad_arguments_end_in_one_sentence(
    line: str, rest: list[str], named: str, inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _files(inside)
    assert cli.main([*line.split(), *rest]) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said
    sentence = said.strip().splitlines()[-1]
    assert len(sentence) <= 600
    assert repr(named)[1:-1][:50] in sentence
    assert _files(inside) == before


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)
