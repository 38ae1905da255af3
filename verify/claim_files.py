"""Claims of a user: those in the files of a folder, each with a tuple CLAIMS."""

import sys
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from verify.claim import Claim


def claims_in(folder: Path) -> tuple[Claim, ...]:
    """The claims in all files of a folder, in the order of the files' names.

    Arguments:
        folder: a folder of Python files, some of which have a tuple CLAIMS. The files are run.

    Raises:
        ValueError: where there is no claim, two have one name, or a file does not run.
    """
    try:
        files = sorted(folder.glob("*.py"))
    except OSError as error:
        raise ValueError(f"claims must be a folder that can be read, {folder}: {error.strerror}") from error
    claims = tuple(claim for file in files for claim in _claims_of(file))
    if not claims:
        raise ValueError(f"claims must be a folder of Python files, one at least with claims, found none in {folder}")
    twice = [name for name, count in Counter(claim.name for claim in claims).items() if count > 1]
    if twice:
        raise ValueError(f"claims must have names of their own, {folder} has {twice[0]} twice")
    return claims


def _claims_of(file: Path) -> tuple[Claim, ...]:
    try:
        claims = getattr(_module(file), "CLAIMS", ())
    except (Exception, SystemExit) as error:  # whatever the code of a user raises
        raise ValueError(f"claims must be Python that runs, {file} raises {type(error).__name__}: {error}") from error
    if not isinstance(claims, tuple | list) or not all(isinstance(claim, Claim) for claim in claims):
        raise ValueError(f"claims must be a tuple CLAIMS of Claim in every file, {file} has {claims!r}")
    return tuple(claims)


def _module(file: Path) -> ModuleType:
    spec = spec_from_file_location(f"own_claims_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)  # registered: the store asks for the source of classes
    spec.loader.exec_module(module)
    return module
