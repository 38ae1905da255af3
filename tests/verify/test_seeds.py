"""The ledger over seeds: counts what failed, says why, refuses in one line."""

from pathlib import Path
from typing import Any

import pytest

from tests.verify.test_claim import claim
from tests.verify.test_untested import LARGER
from verify import seeds


def test_a_claim_that_fails_is_counted_with_its_reason() -> None:
    wrong = claim(name="wrong", prediction=lambda _: 0.75)
    found = list(seeds.failures([claim(), wrong], range(3)))
    assert [(failed.name, seed) for failed, seed, _ in found] == [("wrong", 0), ("wrong", 1), ("wrong", 2)]
    assert "expected: agrees; found: disagrees" in found[0][2]


@pytest.mark.parametrize(
    ("predicted", "status", "said"), [(0.5, 0, "as expected on seeds 4 to 5"), (0.75, 1, "2 of 2")]
)
def test_the_door_sums_up(
    predicted: float, status: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(seeds, "CLAIMS", (claim(prediction=lambda _: predicted),))
    assert seeds.main(["2", "--first", "4", "coin"]) == status
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["0"], ["2", "nothing"], ["2", "--first", "-1"]])
def test_bad_requests_are_refused_in_one_line(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert seeds.main(wrong) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_what_quick_does_not_test_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(seeds, "CLAIMS", (LARGER,))
    assert seeds.main(["1"]) == 0
    assert "coin not tested in quick: toss = 3, 4" in capsys.readouterr().out


def test_the_door_writes_what_came_of_the_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds, "CLAIMS", (claim(), claim(name="wrong", prediction=lambda _: 0.75)))
    page = tmp_path / "seeds.md"
    page.write_text("before\n<!-- seeds -->\n<!-- /seeds -->\n")
    assert seeds.main(["2", "--first", "1000", "--write", str(page)]) == 1
    assert "| quick | 1000 to 1001 | `wrong` | 2 | 2 |" in page.read_text()
    assert "| quick | 1000 to 1001 | 1 others of 2 | 0 | 2 |" in page.read_text()
    assert seeds.main(["1", "--first", "7", "--write", str(page)]) == 1
    assert "1000" not in page.read_text()  # a table of one run alone
    page.write_text("nothing")
    assert seeds.main(["2", "--write", str(page)]) == 2


def test_a_run_that_is_stopped_leaves_the_seeds_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(claims: Any, of: list[int], profile: str) -> list[Any]:
        if of == [5]:
            raise KeyboardInterrupt
        return []

    monkeypatch.setattr(seeds, "failures", stopped)
    page = tmp_path / "seeds.md"
    page.write_text("<!-- seeds -->\n<!-- /seeds -->\n")
    assert seeds.main(["4", "--first", "3", "--write", str(page)]) == 130
    assert "| quick | 3 to 4 |" in page.read_text()
