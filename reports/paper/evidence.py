"""What a part of the paper rests on: tables of claims by name, as the ledger has them, and curves by name."""

from functools import cache, partial

import xarray as xr

from reports.section import Maker, Run
from verify.claim import Claim
from verify.findings import CURVES
from verify.ledger import CLAIMS
from verify.run import run_claim

Row = tuple[str, str, str]


def table(run: Run, name: str) -> xr.Dataset:
    """The table of a claim of the ledger; what the store holds is not measured again."""
    return run_claim(named(name), run.profile, run.seed, run.store, run.progress)


def curve(name: str, run: Run) -> None:
    """Measure the curve of that name, where the store lacks it."""
    CURVES[name].table(run.store, run.seed, run.progress)


def statement(run: Run, sentence: str, name: str) -> Row:
    """A sentence of a strip, with the claim that tests it and its verdict."""
    return sentence, name, str(table(run, name).attrs["verdict"])


MEASURED: tuple[Maker, ...] = tuple(partial(curve, name) for name in CURVES)  # what no claim measures


@cache
def named(name: str) -> Claim:
    """The claim of the ledger of that name."""
    return next(claim for claim in CLAIMS if claim.name == name)
