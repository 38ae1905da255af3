"""Every claim comes out as expected, and every control falls: `pytest verify/ -k condensation --seed 3`."""

import json
from collections.abc import Callable

import pytest

from simulate.run.store import CannotWrite, Store
from verify.claim import Claim
from verify.judge.checks import BadClaim
from verify.render.explanation import explanation
from verify.render.files import record
from verify.render.ledger import text_table
from verify.run import run_claim


def test_claim(
    claim: Claim, store: Store, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    option = request.config.getoption
    profile, seed = str(option("profile")), int(str(option("seed")))
    try:
        table = run_claim(claim, profile, seed, store, device=option("device"), mutant=option("mutant"))
    except CannotWrite as error:  # nor can the next claim
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)  # 2 is that of Ctrl-C
    except BadClaim as error:
        pytest.fail(str(error), pytrace=False)
    line = text_table([(claim, table)])
    record_property("record", json.dumps(record(claim, table) | {"line": line}))
    if not table.attrs["passed"]:
        pytest.fail(explanation(claim, table), pytrace=False)
