"""Mutants of the code put to the claims that rest on them: those of fewest imports between first.

What a claim observes is taken from a store where the mutant cannot move it, and observed anew where it can: by
`simulate` and the laws. `simulate` imports no result that it will judge, so mutants of `theory.exact`, `theory.limits`
and `verify` leave observations as they are.
"""

import signal
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import grimp

from simulate.run.store import Store
from verify.mutation.code import CodeChange
from verify.mutation.in_force import Functions, imported_anew, in_child, in_place, live_functions, quiet

PREDICTS = ("theory.exact.", "theory.limits.", "verify.")  # no observation rests on these
WALL = 3600.0  # seconds by the clock for one mutant


def put_to_claims(changes: Sequence[CodeChange], budget: float) -> list[str]:
    """For each mutant the claim that catches it, or "", in `budget` seconds of processor time each.

    Raises ValueError where a claim that caught one does not pass without a mutant.

    Arguments:
        changes: mutants of the code.
        budget: seconds of processor time for the claims of one mutant.
    """
    import verify.ledger

    module_of = {claim.name: module.__name__ for module in verify.ledger.MODULES for claim in module.CLAIMS}
    functions, graph = live_functions(), grimp.build_graph("theory", "simulate", "verify")
    with TemporaryDirectory() as folder:
        found = []
        for change in changes:
            names = _near(graph, change.module, module_of)
            found.append(in_child(partial(_caught_by, names, change, functions, budget, Path(folder)), WALL) or "")
        guilty = [name for name in dict.fromkeys(found) if name]
        wrong = in_child(partial(_caught_by, guilty, None, functions, float("inf"), Path(folder)), WALL)
    if wrong != "":
        raise ValueError(f"claims must pass without a mutant, {wrong} does not")
    return found


def _near(graph: grimp.ImportGraph, module: str, module_of: dict[str, str]) -> list[str]:
    chains = {where: graph.find_shortest_chain(where, module) for where in set(module_of.values())}
    reached = [name for name, where in module_of.items() if chains[where] or where == module]
    return sorted(reached, key=lambda name: len(chains[module_of[name]] or ()))


def _caught_by(
    names: Sequence[str], change: CodeChange | None, functions: Functions, budget: float, folder: Path
) -> str:
    """The first of these claims that does not pass under the mutant, in a child of the process."""
    quiet()
    if budget < float("inf"):
        signal.setitimer(signal.ITIMER_PROF, 3 * budget)  # its signal ends the process
    end = time.process_time() + budget
    if change and not in_place(change, functions):
        imported_anew(change)
    observes = change is not None and not change.module.startswith(PREDICTS)
    store = None if observes else folder
    return next((name for name in names if time.process_time() < end and not _passes(name, store)), "")


def _passes(name: str, folder: Path | None) -> bool:
    try:
        return bool(_table(name, folder).attrs["passed"])
    except Exception:  # whatever a wrong line breaks, it has been noticed
        return False


def _table(name: str, folder: Path | None) -> Any:
    import verify.ledger  # perhaps anew
    from verify.claim import judge

    claim = next(claim for claim in verify.ledger.CLAIMS if claim.name == name)
    experiment = claim.estimate_for("quick", 0)
    observed = experiment.run(Store(folder) if folder else None, progress=False)
    return judge(claim, observed, experiment)
