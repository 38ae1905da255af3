"""Claims on the page: what is made in several processes is what one makes, and is made once."""

import os
from pathlib import Path

import pytest

from reports import claims
from reports.claims import judged
from reports.section import Run
from simulate.experiments.real import RealData
from simulate.images import digits
from simulate.run.store import Store
from verify.ledger import CLAIMS

SOME = [claim for claim in CLAIMS if claim.name in ("score-identity", "energy-variance")]


def run(folder: Path) -> Run:
    return Run("quick", 0, Store(folder), RealData.of(digits()), "", progress=False)


def noted(run: Run) -> None:
    """In place of a section: say in the folder beside the store which process makes it."""
    (run.store.root.parent / f"{os.getpid()}.section").touch()


def test_several_processes_give_the_page_of_one_and_make_sections_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    side_by_side = judged(run(tmp_path / "several"), SOME, (noted,))
    (made,) = tmp_path.glob("*.section")
    assert made.stem != str(os.getpid())
    made.unlink()
    again = judged(run(tmp_path / "several"), SOME, (noted,))
    assert not list(tmp_path.glob("*.section")), "nothing is missing: no section is made"
    monkeypatch.setattr(claims, "_missing", lambda *_: [])
    assert [page["name"] for page in side_by_side] == [claim.name for claim in SOME]
    assert side_by_side == again == judged(run(tmp_path / "one"), SOME)
