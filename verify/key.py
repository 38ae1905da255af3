"""The table of a claim in the store: predicted, observed, stderr, effect with its interval, and the verdicts.

It is one netCDF file beside the observations, NAME-PROFILE-SEED-HASH.nc, which `xarray.open_dataset` reads. The test,
the figures and the report all take their numbers from it. Its hash is of all that makes it: the observations with the
code behind them, the code of `theory` and `verify`, and the formulas in force; so changed theory is judged anew. Of
verify/claims the module of the claim counts, with what its imports reach, and no claim beside it.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import sympy as sp

from simulate.run.experiment import Experiment
from simulate.run.key import ROOT, VERDICT, code_hash, result_key
from theory.formula import FORMULAS
from theory.imports import reached
from verify.claim import Claim
from verify.ledger import MODULES

UNSAFE = re.compile(r"[^\w.-]")  # of a name, in the name of a file
CLAIMS = "verify/claims"


def table_key(claim: Claim, experiment: Experiment, profile: str) -> str:
    """The name of the file of a claim's table, by all that makes it.

    Arguments:
        claim: what is claimed.
        experiment: that of the profile, with its seed.
        profile: "quick" or "full".

    Returns:
        NAME-PROFILE-SEED-HASH.
    """
    formulas = {name: sp.srepr(formula.expression) for name, formula in FORMULAS.items()}
    asked = [claim.name, list(experiment.keys().values()), formulas, code_of_claims([claim.name])]
    made_of = result_key(asked, judging())
    return f"{UNSAFE.sub('_', claim.name)}-{profile}-{experiment.seed}-{made_of[:16]}"


@cache
def judging() -> tuple[str, ...]:
    """The folders and files whose code makes a verdict, but for the claims themselves."""
    of_verify = sorted(f"verify/{place.name}" for place in (ROOT / "verify").iterdir())
    return (*(house for house in VERDICT if house != "verify"), *(place for place in of_verify if place != CLAIMS))


def code_of_claims(names: Iterable[str], files: Iterable[Path] = (), without: Iterable[Path] = ()) -> str:
    """SHA-256 of the code in verify/claims that some claims and files rest on.

    Arguments:
        names: of claims; one that is not in the ledger rests on all of `verify.ledger`.
        files: Python files of this repository.
        without: files whose imports are not followed.

    Returns:
        64 hexadecimal digits, of the files in verify/claims that their imports reach.
    """
    modules = (_module_of().get(name, ROOT / "verify" / "ledger.py") for name in names)
    found = {path for file in {*modules, *files} for path in _reached(file, tuple(without))}
    return code_hash(tuple(sorted(found)))


@cache
def _module_of() -> dict[str, Path]:
    """The file of each claim of the ledger, by its name."""
    files = {module.__name__: ROOT.joinpath(*module.__name__.split(".")).with_suffix(".py") for module in MODULES}
    return {claim.name: files[module.__name__] for module in MODULES for claim in module.CLAIMS}


@cache
def _reached(file: Path, without: tuple[Path, ...]) -> tuple[str, ...]:
    """Files in verify/claims that a file is, or that imports through verify and reports reach from it.

    This module is not looked into: it imports the whole ledger, for the files of claims, and gives no number.
    """
    houses, closed = {ROOT / "verify", ROOT / "reports"}, {*without, Path(__file__)}
    found = reached([file], lambda path: bool(houses & set(path.parents)) and path not in closed, ROOT)
    names = (path.relative_to(ROOT).as_posix() for path in found)
    return tuple(sorted(name for name in names if name.startswith(f"{CLAIMS}/")))
