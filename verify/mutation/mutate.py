r"""Mutation of the theory: can the ledger tell each formula from its neighbours?

python -m verify.mutation.mutate                             all formulas that a claim rests on
python -m verify.mutation.mutate directional_variance        some of them
python -m verify.mutation.mutate --write docs/results/mutation.md    the table also between the markers in that file
python -m verify.mutation.mutate --all                       do not stop at the first claim that catches a mutant

A mutant changes one thing in the SymPy tree of one formula: a number is doubled, a term or factor changes sign or is
left out, an exponent grows by one or halves. Observations are made once, with the theory as it is, and kept in the
store; each mutant is put in force, and the claims that rest on the formula are judged again on the same observations.

    caught       the verdict of a claim is not the expected one any more, or the mutant cannot be computed
    equivalent   no prediction moves: the mutant is the same formula where it is used
    small        predictions move by less than the equivalence margin that a claim promises to see
    survives     they move by more, and every verdict is as expected: a hole in the ledger. The exit status is 1

A claim that is expected to disagree cannot catch what still disagrees; a formula in such claims alone shows here.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
import xarray as xr

from simulate.run.progress import track
from simulate.run.store import CannotWrite, Store
from theory.checks import choice
from theory.formula import replaced
from verify.claim import Claim, judge
from verify.door import Flag, Profile, Seed, door, refusing
from verify.ledger import CLAIMS
from verify.mutation.changes import Change, changes
from verify.mutation.mutants import forgetful
from verify.render.markdown import between_markers, markdown_table, page, write_between

ROUNDING = 1e-12  # relative: a prediction that moves by less has not moved
MARKED = "mutants"  # the markers of the table in a file


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant, which claims caught it, and the largest move of a prediction in equivalence margins.

    Arguments:
        change: the mutant.
        fate: "caught", "small" (no prediction moves by more than one margin), "equivalent" (none moves), or "survives".
        claims: the names of the claims that caught it.
        move: the largest change of a prediction, in equivalence margins of its claim.
    """

    change: Change
    fate: str
    claims: tuple[str, ...]
    move: float


def judged(change: Change, claims: Sequence[tuple[Claim, xr.Dataset, xr.Dataset]], every: bool) -> Outcome:
    """The outcome over (claim, observation, table of the theory as it is); stops at the first catch unless `every`.

    Arguments:
        change: the mutant.
        claims: for each claim that rests on the formula what it observed, and its table with the theory as it is.
        every: go on after the first claim that catches the mutant.
    """
    caught, move = [], 0.0
    with replaced(change.formula, change.expression), forgetful():
        for claim, observed, table in claims:
            moved, passed = _rejudged(claim, observed, table)
            move = max(move, moved)
            caught += [] if passed else [claim.name]
            if caught and not every:
                break
    quiet = "equivalent" if move == 0 else "small" if move <= 1 else "survives"
    return Outcome(change, "caught" if caught else quiet, tuple(caught), move)


def _rejudged(claim: Claim, observed: xr.Dataset, table: xr.Dataset) -> tuple[float, bool]:
    """Largest move of a prediction in units of the equivalence margin, and whether the verdict is still as expected."""
    try:
        with np.errstate(all="ignore"):
            mutant = judge(claim, observed, rules=False)
    except Exception:  # whatever a wrong formula breaks, it has been noticed
        return np.inf, False
    scale = claim.equivalence_margin * (np.abs(table.predicted.values) if claim.relative else 1.0)
    moved = np.abs(mutant.predicted.values - table.predicted.values)
    if not np.isfinite(moved).all():
        return np.inf, False
    moved[moved <= ROUNDING * np.abs(table.predicted.values)] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        move = float(np.nan_to_num(moved / scale, nan=0.0, posinf=np.inf).max())
    return move, mutant.attrs["verdict"] == claim.expected_verdict


def mutation_table(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as Markdown: first a count for each formula, then all that was not caught."""
    fates = ("caught", "equivalent", "small", "survives")
    rows = []
    for name in dict.fromkeys(outcome.change.formula for outcome in outcomes):
        mine = [outcome for outcome in outcomes if outcome.change.formula == name]
        count = [str(sum(outcome.fate == fate for outcome in mine)) for fate in fates]
        by = dict.fromkeys(claim for outcome in mine for claim in outcome.claims)
        rows.append((f"`{name}`", str(len(mine)), *count, ", ".join(by)))
    table = markdown_table(("formula", "mutants", *fates, "caught by"), rows)
    quiet = [outcome for outcome in outcomes if outcome.fate != "caught"]
    if not quiet:
        return table
    details = [(f"`{o.change.formula}`", f"`{o.change.what}`", f"{o.move:.3g}", o.fate) for o in quiet]
    return (
        f"{table}\n\n{markdown_table(('not caught', 'what was changed', 'move, in equivalence margins', ''), details)}"
    )


def run(names: Sequence[str], profile: str, seed: int, store: Store | None, every: bool) -> Iterator[Outcome]:
    """All mutants of the formulas, judged on one set of observations, each as soon as it is known.

    Arguments:
        names: names of formulas.
        profile: "quick" or "full": how much is observed.
        seed: of all random numbers, an integer >= 0.
        store: where observations are kept; None keeps none.
        every: ask every claim, and do not stop at the first that catches a mutant.
    """
    ready: dict[str, list[tuple[float, Claim, xr.Dataset, xr.Dataset]]] = {name: [] for name in names}
    needed = [claim for claim in CLAIMS if set(claim.formulas) & set(names)]
    needed = [replace(claim, estimate=claim.estimate_for(profile, seed)) for claim in needed]
    for claim in track(needed, "observations"):
        observed = claim.estimate.run(store)
        started = perf_counter()
        with forgetful():
            table = judge(claim, observed, rules=False)
        for name in set(claim.formulas) & set(names):
            ready[name].append((perf_counter() - started, claim, observed, table))
    soonest = {name: [entry[1:] for entry in sorted(entries, key=_hope)] for name, entries in ready.items()}
    every_change = [change for name in names for change in changes(name)]
    for change in track(every_change, "mutants"):
        yield judged(change, soonest[change.formula], every)


def _hope(entry: tuple[float, Claim, xr.Dataset, xr.Dataset]) -> tuple[bool, float]:
    """Order in which claims are asked: those that can catch a mutant first, the fastest of them first."""
    seconds, claim, *_ = entry
    return claim.expected_verdict == "disagrees", seconds


@refusing(ValueError, CannotWrite)
def mutate(
    *formula: str,
    profile: Profile = "quick",
    seed: Seed = 0,
    store: Path | None = None,
    all: Flag = False,
    write: Path | None = None,
) -> int:
    """Change one thing at a time in each formula, and say which claims notice.

    Args:
        formula: names of formulas, as in docs/results/mutation.md (default: all that a claim rests on).
        profile: how much to simulate.
        seed: an integer >= 0.
        store: folder of results (default: store).
        all: name every claim that catches a mutant, not the first.
        write: a file in which to put the table between its markers too.
    """
    known = tuple(dict.fromkeys(name for claim in CLAIMS for name in claim.formulas))
    names = [choice("formula", name, known) for name in formula] or list(known)
    if write:
        between_markers(page(write), "", MARKED)  # before the work, not after it
    return _told(run(names, profile, seed, Store(store), all), write)


def _told(found: Iterator[Outcome], write: Path | None) -> int:
    outcomes = []
    for outcome in found:
        outcomes.append(outcome)
        if outcome.fate == "survives":
            print(f"survives: {outcome.change.formula}, {outcome.change.what}", file=sys.stderr, flush=True)
    table = mutation_table(outcomes)
    print(table)
    if write:
        write_between(write, table, MARKED)
    return int(any(outcome.fate == "survives" for outcome in outcomes))


main = door("python -m verify.mutation.mutate", mutate, __doc__)


if __name__ == "__main__":
    sys.exit(main())
