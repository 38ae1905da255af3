"""Every claim comes out as recorded, and every decoy falls: `pytest verify/ -k condensation --seed 3`."""

import json
from collections.abc import Callable

import pytest

from simulate.store import CannotWrite, Store
from verify.claim import Claim
from verify.explanation import explanation
from verify.ledger import run_claim, text_table
from verify.refusals import BadClaim
from verify.written import record


def test_claim(
    claim: Claim, store: Store, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    option = request.config.getoption
    profile, seed = str(option("profile")), int(str(option("seed")))
    try:
        table = run_claim(claim, profile, seed, store, device=option("device"), mutant=option("mutant"))
    except CannotWrite as error:  # nor can the next claim
        pytest.exit(str(error), returncode=2)
    except BadClaim as error:
        pytest.fail(str(error), pytrace=False)
    line = text_table([(claim, table)])
    record_property("record", json.dumps(record(claim, table) | {"line": line}))
    if not table.attrs["stands"]:
        pytest.fail(explanation(claim, table), pytrace=False)
