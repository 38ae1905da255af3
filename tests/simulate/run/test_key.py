"""Equal content, equal hash; any bit of difference, another hash."""

import itertools
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import grimp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.run import key as fingerprint
from simulate.run.key import MEASUREMENT, PAGE, PREDICTION, ROOT, VERDICT, code_hash, digests
from theory.content import content_hash
from theory.laws import LinearGaussian


@dataclass(frozen=True)
class Inner:
    variances: Any


@dataclass(frozen=True)
class Outer:
    inner: Any
    device: str = field(default="cpu", compare=False)


class Width(NamedTuple):
    size: float


class Height(NamedTuple):
    size: float


class Colour(StrEnum):
    RED = "1"


class Order(IntEnum):
    FIRST = 1


DIFFERENT = [
    None,
    Width(1.0),
    Height(1.0),
    (1.0,),
    Colour.RED,
    Order.FIRST,
    True,
    1,
    1.0,
    "1",
    "1.0",
    0.1,
    np.nextafter(0.1, 1),
    -0.0,
    0.0,
    float("nan"),
    [],
    [1],
    [[1]],
    {},
    {"a": 1},
    {"float": (0.1).hex()},
    np.float32(1),
    np.array([1.0]),
    np.array([[1.0]]),
    np.array([1]),
    np.array([1.0, np.nextafter(1, 2)]),
    np.zeros((0, 2)),
    np.zeros((0, 3)),
    Inner(1.0),
    Inner([1.0]),
    Inner(np.array([1.0])),
    Outer(1.0),
    Outer(Inner(1.0)),
    LinearGaussian([1.0, 2.0]),
    LinearGaussian([2.0, 1.0]),
    LinearGaussian([1.0, 2.0], mean=1.0),
]


def test_different_contents_have_different_hashes() -> None:
    hashes = [content_hash(value) for value in DIFFERENT]
    same = [(a, b) for (a, x), (b, y) in itertools.combinations(zip(DIFFERENT, hashes, strict=True), 2) if x == y]
    assert same == []


def test_equal_contents_have_equal_hashes() -> None:
    array = np.arange(6.0).reshape(2, 3)
    assert content_hash(array) == content_hash(np.asfortranarray(array)) == content_hash(np.repeat(array, 2, 0)[::2])
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": np.int64(2), "a": 1})
    assert content_hash((1, 2.0)) == content_hash([1, np.float64(2)])
    assert content_hash(LinearGaussian([1.0, 2.0])) == content_hash(LinearGaussian(np.array([1.0, 2.0])))


def test_a_law_that_was_used_is_still_the_same_law() -> None:
    used = LinearGaussian([1.0, 2.0])
    assert used.lower == -0.5
    assert content_hash(used) == content_hash(LinearGaussian([1.0, 2.0]))


def test_fields_that_do_not_compare_do_not_count() -> None:
    assert content_hash(Outer(1, device="cuda")) == content_hash(Outer(1))


class NoDataclass(Outer):
    """Derived from a dataclass, with attributes that are no fields of it."""

    def __init__(self, power: float) -> None:
        super().__init__(1)
        self.power = power

    @cached_property
    def twice(self) -> float:
        return 2 * self.power


def test_attributes_that_are_no_fields_count() -> None:
    used = NoDataclass(2.0)
    assert used.twice == 4.0
    assert content_hash(used) == content_hash(NoDataclass(2.0)) != content_hash(NoDataclass(3.0))


@given(st.floats(), st.floats())
def test_floats_are_told_apart_by_their_bits(a: float, b: float) -> None:
    same = a.hex() == b.hex()
    assert (content_hash(a) == content_hash(b)) is same
    assert (content_hash(np.array([a])) == content_hash(np.array([b]))) is same or np.isnan([a, b]).any()


NO_CONTENT = [len, {1, 2}, Path("data.npy"), np.array([None]), Inner(print), Inner]
MORE = [np.ma.masked_array([1.0, 2.0], [0, 1]), defaultdict(list, a=1)]  # than the plain value


@pytest.mark.parametrize("value", [*NO_CONTENT, *MORE, Inner(MORE[0])])
def test_what_has_no_content_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="a setting must be a plain value"):
        content_hash(value)


def test_a_class_without_a_file_is_refused() -> None:
    space: dict[str, Any] = {"__name__": "nowhere"}
    exec("from dataclasses import dataclass\n@dataclass\nclass Typed: pass", space)
    with pytest.raises(ValueError, match=r"nowhere\.Typed must be defined in a file"):
        content_hash(space["Typed"]())


@pytest.fixture(autouse=True)
def read_again() -> Iterator[None]:
    """Digests of code are read anew after a test that changed them."""
    yield
    fingerprint._digests.cache_clear()


def test_code_that_moves_numbers_counts_and_the_rest_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)

    def after(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        fingerprint._digests.cache_clear()
        return code_hash(MEASUREMENT)

    first = after("simulate/engine/posterior.py", "a = 1")
    counting = (
        "simulate/engine/posterior.py",
        "simulate/networks/mlp.py",
        "theory/formula.py",
        "theory/laws/linear.py",
    )
    hashes = [first, *(after(name, "a = 2") for name in counting)]
    assert len(set(hashes)) == len(hashes)
    silent = (
        "simulate/run/progress.py",
        "simulate/run/store.py",
        "theory/limits/condensation.py",
        "simulate/notes.txt",
    )
    assert {after(name, "a = 2") for name in silent} == {hashes[-1]}


def test_two_checkouts_have_the_same_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = []
    for checkout in ("here", "there/deeper"):
        path = tmp_path / checkout / "theory" / "process.py"
        path.parent.mkdir(parents=True)
        path.write_text("a = 1")
        monkeypatch.setattr(fingerprint, "ROOT", tmp_path / checkout)
        fingerprint._digests.cache_clear()
        hashes.append(code_hash(MEASUREMENT))
    assert hashes[0] == hashes[1]


def test_versions_of_packages_are_in_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_hash(MEASUREMENT)
    monkeypatch.setattr(fingerprint, "versions", lambda: ["numpy 0"])
    assert code_hash(MEASUREMENT) != before


@pytest.mark.parametrize("package", ["numpy", "scipy", "sympy", "mpmath", "torch", "xarray", "python"])
def test_another_version_of_what_computes_is_another_key(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_hash(MEASUREMENT)

    def other(name: str) -> str:
        return "0" if name == package else version(name)

    monkeypatch.setattr(fingerprint, "version", other)
    if package == "python":
        monkeypatch.setattr(fingerprint.platform, "python_version", lambda: "0")
    fingerprint.versions.cache_clear()
    after = code_hash(MEASUREMENT)
    fingerprint.versions.cache_clear()
    assert after != before


def test_all_that_is_imported_by_what_observes_counts() -> None:
    """Modules of `theory` behind `simulate` or a definition, by their imports, but for those that print a formula."""
    graph = grimp.build_graph("theory", "simulate")
    counted = {name.removesuffix(".py").replace("/", ".") for name in digests(MEASUREMENT)}
    starts = {name for name in counted if name in graph.modules}
    behind = set(starts).union(*(graph.find_upstream_modules(name) for name in starts))
    of_theory = {name for name in behind if name.startswith("theory.") and graph.find_children(name) == set()}
    assert of_theory - counted == {"theory.latex", "theory.macros", "theory.sentence"}


@pytest.mark.parametrize(
    ("made_by", "houses"),
    [
        (PREDICTION, ("theory", "simulate")),
        (VERDICT, ("theory", "simulate", "verify")),
        (PAGE, ("theory", "simulate", "verify", "reports")),
    ],
)
def test_predictions_verdicts_and_pages_rest_on_whole_houses(made_by: tuple[str, ...], houses: tuple[str, ...]) -> None:
    """All files of these houses, but those of `simulate/run` that only show and keep results."""
    files = {path.relative_to(ROOT).as_posix() for house in houses for path in (ROOT / house).rglob("*.py")}
    left_out = files - set(digests(made_by))
    assert set(digests(made_by)) <= files
    assert {name.rpartition("/")[0] for name in left_out} == {"simulate/run"}
    assert not left_out & {
        f"simulate/run/{name}.py" for name in ("key", "experiment", "tables", "over_cases", "threads")
    }


def test_a_module_beside_a_users_class_counts(tmp_path: Path) -> None:
    def hashed() -> str:
        code = "from own import Own; from theory.content import content_hash; print(content_hash(Own()))"
        paths = os.pathsep.join([str(tmp_path), str(fingerprint.ROOT)])
        command = [sys.executable, "-c", code]
        environment = os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    (tmp_path / "own.py").write_text(
        "from dataclasses import dataclass\nimport helper\n"
        "@dataclass(frozen=True)\nclass Own:\n    n: int = helper.N * 0\n"
    )
    (tmp_path / "helper.py").write_text("N = 1\n")
    before = hashed()
    (tmp_path / "helper.py").write_text("N = 2\n")
    assert hashed() != before
    (tmp_path / "stranger.py").write_text("N = 3\n")
    assert hashed() == hashed() != before


def test_a_module_that_is_imported_within_a_function_counts_before_it_is(tmp_path: Path) -> None:
    def hashed() -> str:
        code = "from lazily import Own; from theory.content import content_hash; print(content_hash(Own()))"
        paths = os.pathsep.join([str(tmp_path), str(fingerprint.ROOT)])
        environment = os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=True
        ).stdout.hex()

    (tmp_path / "package").mkdir()
    for name in ("package/__init__.py", "package/deep.py", "package/far.py", "stranger.py"):
        (tmp_path / name).write_text("N = 1\n")
    (tmp_path / "package" / "deep.py").write_text("from . import far\n")
    (tmp_path / "lazily.py").write_text(
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Own:\n    n: int = 0\n"
        "    def measure(self):\n        from package.deep import far\n        return far.N\n"
    )
    before = hashed()
    (tmp_path / "stranger.py").write_text("N = 2\n")
    assert hashed() == before
    (tmp_path / "package" / "far.py").write_text("N = 2\n")
    assert hashed() != before
