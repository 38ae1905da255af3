r"""Mutation of the code: do the tests, and else the claims, notice a wrong line of theory, simulation or judging?

python -m verify.mutation.machinery                                      every mutant of all these folders: hours
python -m verify.mutation.machinery --sample 200 --seed 0                that many, drawn at random
python -m verify.mutation.machinery verify/judge theory/exact/line.py    some folders or files
python -m verify.mutation.machinery --sample 200 --write docs/results/mutation.md    the table also in that file

A mutant is one change in one line (`verify.mutation.code`). It is put in force in a child of a process that has already
imported everything (`verify.mutation.in_force`); there the tests that rest on its module run, nearest first, until one
fails (`verify.mutation.tested`). Where all pass, the claims that rest on the module are judged again, those of fewest
imports between first.

    tests, claims   a test fails; or else a claim does not pass any more
    hangs           the mutant does not end: it has been noticed
    equivalent      no result changes by more than its rounding, as read by a person (`verify.mutation.equivalent`)
    survives        neither: a hole. The exit status is 1

Mutants of the formulas, which are SymPy trees, are those of `verify.mutation.mutate`. Other tools do not serve here:
cosmic-ray starts a process for each mutant, which imports everything anew; mutmut leaves out decorated
functions, as most of the theory's are; neither can ask the claims.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from simulate.run.store import CannotWrite
from theory.checks import integer, positive, scalar
from verify.door import Amount, Seed, door, refusing
from verify.mutation.asked import put_to_claims
from verify.mutation.code import CodeChange, code_changes, modules_in
from verify.mutation.equivalent import EQUIVALENT, EQUIVALENT_LINES
from verify.mutation.in_force import in_child
from verify.mutation.tested import put_anew, put_to_tests
from verify.render.markdown import between_markers, markdown_table, page, write_between

PLACES = (
    "theory/exact",
    "theory/limits",
    "theory/laws",
    "simulate/samplers",
    "simulate/observables",
    "simulate/levels",
    "simulate/estimate.py",
    "simulate/run/key.py",
    "simulate/run/store.py",
    "verify/judge",
    "verify/key.py",
)
FATES = ("tests", "claims", "hangs", "equivalent", "survives")
MARKED = "machinery"  # the markers of the table in a file
WALL = 1e6  # seconds for all: whoever runs them may end them


@dataclass(frozen=True)
class Found:
    """What became of a mutant, and the test or claim that caught it, or the reason why it need not be caught.

    Arguments:
        change: the mutant.
        fate: one of FATES: how it was caught, or that it was not.
        by: the test or claim that caught it, or the reason.
    """

    change: CodeChange
    fate: str
    by: str = ""


def drawn(paths: Sequence[str], sample: int | None, seed: int) -> list[CodeChange]:
    """So many mutants of these folders and files at random, or all: in an order that another sample size continues.

    Arguments:
        paths: folders and files of code, relative to the repository.
        sample: how many mutants; None for all of them.
        seed: of the draw, an integer >= 0.
    """
    every = [change for path in paths for file in modules_in(path) for change in code_changes(file)]
    order = np.random.default_rng(seed).permutation(len(every))[:sample]
    return [every[i] for i in (range(len(every)) if sample is None else order)]


def found_by_all(changes: Sequence[CodeChange], budget: float, claims: float) -> list[Found]:
    """The fate of each mutant: the tests are asked first, then the claims, then what a person has read.

    Arguments:
        changes: the mutants.
        budget: seconds of processor time for the tests of one mutant.
        claims: seconds of processor time for the claims of one mutant; at 0 no claim is judged.

    Raises:
        ValueError where tests or claims fail without a mutant.
    """
    from_tests = in_child(partial(_tests, changes, budget), WALL)
    if isinstance(from_tests, str) or from_tests is None:
        raise ValueError(from_tests or "the tests must run to their end")
    from_tests = [
        put_anew(change, budget) if fate == "anew" else (fate, said)
        for change, (fate, said) in zip(changes, from_tests, strict=True)
    ]
    quiet = [change for change, (fate, _) in zip(changes, from_tests, strict=True) if not fate]
    unread = [change for change in quiet if claims and not reason(change)]
    caught = dict(zip(unread, put_to_claims(unread, claims) if unread else [], strict=True))
    pairs = zip(changes, from_tests, strict=True)
    return [_found(change, fate, said, caught.get(change, "")) for change, (fate, said) in pairs]


def _found(change: CodeChange, fate: str, test: str, claim: str) -> Found:
    if fate:
        return Found(change, fate, test)
    if claim:
        return Found(change, "claims", claim)
    return Found(change, "equivalent" if reason(change) else "survives", reason(change) or test)


def reason(change: CodeChange) -> str:
    """Why no result changes by more than its error, where a person has read that; "" where nobody has."""
    read = EQUIVALENT.get((change.file, change.function, change.whole), "")
    return read or EQUIVALENT_LINES.get((change.file, change.written), "")


def _tests(changes: Sequence[CodeChange], budget: float) -> list[tuple[str, str]] | str:
    told: list[tuple[str, str]] = []

    def tell(change: CodeChange, fate: str, test: str) -> None:
        told.append((fate, test))
        place = f"{change.file}:{change.line} {change.function}"
        print(f"{len(told)} {fate or 'passes'}: {place}: {change.what}  {test}", file=sys.stderr, flush=True)

    try:
        put_to_tests(changes, budget, tell)
    except ValueError as error:
        return str(error)
    return told


def machinery_table(found: Sequence[Found], places: Sequence[str]) -> str:
    """A count for each folder, and all that were not caught, as Markdown.

    Arguments:
        found: what became of each mutant.
        places: the folders that get a row of their own.
    """
    rows = [_row(place, [one for one in found if one.change.file.startswith(place)]) for place in places]
    table = markdown_table(("code", "mutants", *FATES), [*rows, _row("all", found)])
    missed = [one for one in found if one.fate in ("equivalent", "survives")]
    if not missed:
        return table
    lines = [
        (f"`{c.file}`", f"`{c.function}`", f"`{c.what}`", one.by or one.fate) for one in missed for c in [one.change]
    ]
    return f"{table}\n\n{markdown_table(('not caught', 'in', 'what was changed', 'why'), lines)}"


def _row(place: str, found: Sequence[Found]) -> tuple[str, ...]:
    return place, str(len(found)), *(str(sum(one.fate == fate for one in found)) for fate in FATES)


@refusing(ValueError, CannotWrite)
def machinery(
    *paths: str,
    sample: Seed | None = None,
    seed: Seed = 0,
    budget: float = 30.0,
    claims: Amount = 30.0,
    write: Path | None = None,
) -> int:
    """Change one thing at a time in the code, and say which tests and claims notice.

    Args:
        paths: folders and files of code (default: theory, samplers, observables, levels, keys, store and judging).
        sample: a number of mutants to draw (default: all).
        seed: of the draw, an integer >= 0.
        budget: seconds of processor time for the tests of one mutant.
        claims: seconds of processor time for the claims of one mutant; 0 asks no claim.
        write: a file in which to put the table between its markers too.
    """
    budget = float(positive("budget", scalar("budget", budget)))
    sample = sample if sample is None else integer("sample", sample)
    if write:
        between_markers(page(write), "", MARKED)  # before the work, not after it
    places = paths or PLACES
    changes = drawn(places, sample, seed)
    found = found_by_all(changes, budget, claims)
    table = machinery_table(found, places)
    print(table)
    if write:
        write_between(write, table, MARKED)
    return int(any(one.fate == "survives" for one in found))


main = door("python -m verify.mutation.machinery", machinery, __doc__)


if __name__ == "__main__":
    sys.exit(main())
