"""Mutants of the code: every kind is made, each is in force in a child alone, and tests and claims notice it."""

import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from grimp import build_graph

from simulate.run.key import ROOT
from theory.laws.linear import LinearGaussian
from verify.mutation import code
from verify.mutation.code import CodeChange, code_changes, modules_in
from verify.mutation.equivalent import EQUIVALENT, EQUIVALENT_LINES
from verify.mutation.in_force import imported_anew, in_child, in_place, live_functions
from verify.mutation.machinery import PLACES, Found, drawn, machinery_table, main, reason
from verify.mutation.tested import distance

CODE = '''"""A module."""
import numpy as np
TIMES, NAMES = 3, ("a", "b")

def mean(values: list[int], rng, *, ddof: int = 1):
    """Docstring with a 2."""
    if not values or ddof < 0:
        raise ValueError("must be 2")
    share = -np.log(0.5) * values.std(ddof=ddof, axis=0) + rng.normal()
    return share if share > 1 else min(share, 0)
'''
WANTED = {
    "3 -> 2",
    "3 -> 4",
    "1 -> 2",
    "0.5 -> 1.0",
    "0.5 -> 0.25",
    "('a', 'b') -> ('a',)",
    "ddof < 0 -> ddof >= 0",
    "not values -> values",
    "not values or ddof < 0 -> not values and ddof < 0",
    "-np.log(0.5) -> np.log(0.5)",
    "np.log(0.5) -> np.log1p(0.5)",
    "np.log(0.5) -> 0.5",
    "values.std(ddof=ddof, axis=0) -> values.var(ddof=ddof, axis=0)",
    "values.std(ddof=ddof, axis=0) -> values.std(axis=0)",
    "values.std(ddof=ddof, axis=0) -> values.std(ddof=ddof)",
    "values.std(ddof=ddof, axis=0) -> values.std(ddof=ddof, axis=-1)",
    "rng -> __import__('numpy').random.default_rng(0)",
    "share > 1 -> share <= 1",
    "min(share, 0) -> max(share, 0)",
    "share if share > 1 else min(share, 0) -> min(share, 0) if share > 1 else share",
}


@pytest.fixture
def changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[CodeChange]:
    monkeypatch.setattr(code, "ROOT", tmp_path)
    (tmp_path / "module.py").write_text(CODE)
    return code_changes("module.py")


def test_every_kind_of_change_is_made_and_no_text_is_changed(changes: list[CodeChange]) -> None:
    assert {change.what for change in changes} >= WANTED
    assert len({change.source for change in changes}) == len(changes)
    assert all("must be 2" in change.source and "with a 2" in change.source for change in changes)
    for change in changes:
        ast.parse(change.source)
        assert change.source != CODE
    assert {change.function for change in changes} == {"", "mean"}
    assert next(one for one in changes if one.what == "0.5 -> 0.25").line == 9


SIGN = next(one for one in code_changes("theory/laws/linear.py") if one.what == "x - self.mean -> x + self.mean")
DEFAULT = next(one for one in code_changes("theory/laws/linear.py") if one.what == "0.0 -> 1.0")


def energies_law() -> float:
    return float(LinearGaussian([2.0], mean=1.0).log_mgf(1.0, np.array([1.5])))


def centred() -> float:
    from theory.laws.linear import LinearGaussian  # perhaps anew

    return float(LinearGaussian([2.0]).mean[0])


def test_a_mutant_of_a_function_is_in_force_in_the_child_alone() -> None:
    functions = live_functions()
    applied, seen = in_child(lambda: (in_place(SIGN, functions), energies_law()), 60)
    assert applied
    assert seen == pytest.approx(-(np.log(3) + 2.5**2 / 3) / 2)
    assert energies_law() == pytest.approx(-(np.log(3) + 0.5**2 / 3) / 2)


def test_a_mutant_of_a_default_is_imported_anew() -> None:
    assert not in_place(DEFAULT, live_functions())
    assert in_child(lambda: (imported_anew(DEFAULT), centred())[1], 60) == 1
    assert centred() == 0


def test_a_child_that_does_not_end_or_dies_has_told_nothing() -> None:
    assert in_child(lambda: os._exit(1), 60) is None
    assert in_child(lambda: time.sleep(60), 0.1) is None


ASKED = """
from dataclasses import replace
from verify.mutation import tested
from verify.mutation.code import ROOT, code_changes
from verify.mutation.equivalent import EQUIVALENT
from verify.mutation.in_force import in_child

tested.TESTS = ("tests/theory/laws/test_laws.py",)
mutants = code_changes("theory/laws/linear.py")
wanted = "x - self.mean -> x + self.mean", "0.0 -> 1.0"
sign, default = (next(one for one in mutants if one.what == what) for what in wanted)
none = [replace(one, source=(ROOT / one.file).read_text()) for one in (sign, default)]

def told():
    found = []
    tested.put_to_tests([sign, default, *none], 60.0, lambda change, fate, said: found.append(fate))
    return found

wrong = replace(default, source=none[1].source.replace("return self.variances.size", "return self.variances.size + 1"))
print(*in_child(told, 600), *(tested.put_anew(change, 60.0)[0] or "none" for change in (wrong, none[1])), sep=",")
"""


def test_the_tests_that_rest_on_a_module_catch_its_mutants() -> None:
    """In place where that can be, else imported anew; and no test fails for the code as it is."""
    ran = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split()[-1].lstrip(".") == "tests,anew,,anew,tests,none"  # a child's dot may come before


def test_what_is_nearest_is_asked_first() -> None:
    graph = build_graph("theory", "tests")
    found = [
        distance(graph, f"tests.theory.{name}", "theory.laws.sphere")
        for name in ("laws.test_sphere", "laws.test_unit_norm", "limits.test_condensation")
    ]
    assert found == sorted(found)
    assert len(set(found)) == 3
    mirrors = [
        test
        for test in ("condensation", "condensation_refused", "condensations", "weights")
        if not distance(graph, f"tests.theory.limits.test_{test}", "theory.limits.condensation")[0]
    ]
    assert mirrors == ["condensation", "condensation_refused"]  # one file, or several by subject


def test_a_sample_is_the_beginning_of_a_larger_one_and_other_seeds_draw_others() -> None:
    few, more = drawn(["theory/laws"], 5, 0), drawn(["theory/laws"], 9, 0)
    assert more[:5] == few
    assert drawn(["theory/laws"], 5, 1) != few
    assert len(drawn(["theory/laws/rem.py"], None, 0)) == len(code_changes("theory/laws/rem.py"))


def test_all_places_are_there() -> None:
    assert all(modules_in(place) for place in PLACES)
    for place in ("no/such/place", "", "."):
        with pytest.raises(ValueError, match="paths must be of Python files"):
            modules_in(place)


@pytest.mark.parametrize("entry", EQUIVALENT)
def test_what_a_person_has_read_is_still_in_the_code(entry: tuple[str, str, str]) -> None:
    file, function, change = entry
    mutants = [
        one for one in code_changes(file) if (one.function, f"{one.before} -> {one.after}") == (function, change)
    ]
    assert mutants
    assert reason(mutants[0]) == EQUIVALENT[entry]


@pytest.mark.parametrize("entry", EQUIVALENT_LINES)
def test_a_line_that_a_person_has_read_is_one_of_a_mutant(entry: tuple[str, str]) -> None:
    file, line = entry
    mutants = [one for one in code_changes(file) if one.written == line]
    assert mutants
    assert {reason(one) for one in mutants} == {EQUIVALENT_LINES[entry]}
    assert line not in [known.strip() for known in (ROOT / file).read_text().splitlines()]


def test_the_table_counts_each_folder_and_names_what_was_missed() -> None:
    found = [Found(SIGN, "tests", "a test"), Found(DEFAULT, "survives"), Found(DEFAULT, "equivalent", "the reason")]
    table = machinery_table(found, ("theory/laws", "verify/judge"))
    assert "| theory/laws | 3 | 1 | 0 | 0 | 1 | 1 |" in table
    assert "| verify/judge | 0 |" in table
    assert "| all | 3 |" in table
    assert "| `theory/laws/linear.py` | `` | `0.0 -> 1.0` | the reason |" in table


def test_a_place_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no/such/place"]) == 2
    assert "paths must be of Python files" in capsys.readouterr().err
