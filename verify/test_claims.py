"""Every claim comes out as recorded, and every decoy falls: `pytest verify/ -k condensation --seed 3`."""

import pytest
import xarray as xr

from simulate.store import Store
from verify.claim import Claim
from verify.ledger import explanation, run_claim
from verify.tolerance import LARGEST


def test_claim(claim: Claim, tables: dict[Claim, xr.Dataset], store: Store, request: pytest.FixtureRequest) -> None:
    option = request.config.getoption
    profile, seed = str(option("profile")), int(str(option("seed")))
    table = tables[claim] = run_claim(claim, profile, seed, store, device=option("device"), mutant=option("mutant"))
    if not table.attrs["stands"]:
        pytest.fail(explanation(claim, table), pytrace=False)


def test_error_rates_cover_every_point(tables: dict[Claim, xr.Dataset]) -> None:
    assert sum(table.sizes["point"] for table in tables.values()) <= LARGEST
