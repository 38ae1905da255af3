"""What a part of the paper rests on: tables of claims by name, as the ledger has them."""

from functools import cache

import xarray as xr

from reports.section import Run
from verify.claim import Claim
from verify.ledger import CLAIMS
from verify.run import run_claim

Row = tuple[str, str, str]


def table(run: Run, name: str) -> xr.Dataset:
    """The table of a claim of the ledger; what the store holds is not measured again."""
    return run_claim(_claims()[name], run.profile, run.seed, run.store, run.progress)


def statement(run: Run, sentence: str, name: str) -> Row:
    """A sentence of a strip, with the claim that tests it and its verdict."""
    return sentence, name, str(table(run, name).attrs["verdict"])


@cache
def _claims() -> dict[str, Claim]:
    return {claim.name: claim for claim in CLAIMS}
