"""What only the full profile tests is recorded as not tested in quick, and as nothing else."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import xarray as xr

from reports.claims import claim_page
from reports.typesetting.sentences import rich
from simulate.run.experiment import Point
from tests.reports.tables import claim as shown_claim
from tests.reports.tables import table as shown_table
from tests.verify.test_claim import Coin, Coins, claim
from verify.claim import Claim
from verify.ledger import CLAIMS
from verify.render.files import record, run_markdown
from verify.render.ledger import expected_json, expected_markdown, text_table
from verify.run import run_claim
from verify.untested import NOT_TESTED, in_words, noted, noted_points, untested

TOSSES = "toss = 3, 4"


@dataclass(frozen=True, kw_only=True)
class MoreTosses(Coin):
    """The tosses of a coin, and two more."""

    def points(self) -> Sequence[Point]:
        return [Point(toss=toss) for toss in (1, 2, 3, 4)]


LARGER = claim(full=MoreTosses())


def run(profile: str) -> tuple[Claim, xr.Dataset]:
    return LARGER, run_claim(LARGER, profile, seed=0, progress=False)


def test_the_points_that_quick_lacks_are_untested_in_quick_alone() -> None:
    assert untested(LARGER, "quick") == (Point(toss=3), Point(toss=4))
    assert untested(LARGER, "full") == ()
    assert untested(replace(LARGER, estimate=Coins(), full=Coins(replicas=500)), "quick") == ()
    assert untested(claim(), "quick") == ()


def test_settings_are_named_once_with_all_their_values() -> None:
    assert in_words([Point(d=3, t=0.1), Point(d=4, t=0.1)]) == "d = 3, 4; t = 0.1"
    assert in_words(()) == ""


def test_a_table_keeps_them_in_a_file() -> None:
    _, table = run("quick")
    kept = xr.load_dataset(io.BytesIO(bytes(table.to_netcdf(None, engine="h5netcdf"))), engine="h5netcdf")
    assert noted_points(kept) == [{"toss": 3}, {"toss": 4}]
    assert noted_points(shown_table()) == []


def test_the_terminal_says_what_is_not_tested() -> None:
    verdict, unknown = text_table([run("quick")]).splitlines()
    assert "agrees" in verdict
    assert unknown.split(maxsplit=1) == ["coin", f"{NOT_TESTED}: {TOSSES}"]
    assert NOT_TESTED not in text_table([run("full")])


def test_the_files_say_what_is_not_tested() -> None:
    quick, full = record(*run("quick")), record(*run("full"))
    assert json.loads(json.dumps(quick))["not_tested"] == [{"toss": 3}, {"toss": 4}]
    assert (quick["points"], full["points"], full["not_tested"]) == (2, 4, [])
    verdict, unknown = run_markdown([quick]).splitlines()[2:]
    assert "**agrees**" in verdict
    assert f"**{NOT_TESTED}**" in unknown
    assert TOSSES in unknown
    assert "agrees" not in unknown
    assert NOT_TESTED not in run_markdown([full])


def test_the_recorded_ledger_says_what_is_not_tested() -> None:
    verdict, unknown = expected_markdown([LARGER]).splitlines()[2:]
    assert verdict.endswith("**agrees** |")
    assert unknown.endswith(f"{TOSSES} | **{NOT_TESTED}** |")
    assert json.loads(expected_json([LARGER]))[0]["not_tested"] == [{"toss": 3}, {"toss": 4}]


def test_the_report_says_what_is_not_tested() -> None:
    table = noted(shown_table(), untested(LARGER, "quick"))
    page = claim_page(shown_claim(), table)
    assert page["regime"] == rich("alpha -> 0") + rich(f"; {NOT_TESTED}: {TOSSES}")
    assert page["untested"] == f"Title of first-claim, at {TOSSES}"
    assert claim_page(shown_claim(), shown_table())["untested"] == ""


def test_networks_on_data_of_two_variances_are_not_tested_in_quick() -> None:
    names = ("network-dimension", "network-fine-tuning", "network-agreement", "network-effective-number")
    rows = [row for row in expected_markdown(CLAIMS).splitlines() if "law = gaussian 2*2 0.4*2 0*4" in row]
    assert [row for row in rows if NOT_TESTED in row and "**agrees**" not in row] == rows
    assert [row.split("`")[1] for row in rows] == list(names)
