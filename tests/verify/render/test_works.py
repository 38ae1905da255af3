"""Works that claims are about, read off their sources: every claim has one, and a kind."""

from types import SimpleNamespace

import pytest

from verify.ledger import CLAIMS
from verify.render.works import KINDS, OWN, kind, works


@pytest.mark.parametrize(
    ("source", "stated_by", "found"),
    [
        ("arXiv:2410.08727, sec. 5.3", "arXiv:2410.08727v1, abstract", ["arXiv:2410.08727"]),
        ("Buchanan et al., arXiv:2508.17689; arXiv:2410.05898", "", ["arXiv:2508.17689", "arXiv:2410.05898"]),
        ("Urfin et al. 2026, Double descent", "", ["Urfin et al. 2026"]),
        ("theory.exact.averages: one by one", "", [OWN]),
    ],
)
def test_works_are_read_off(source: str, stated_by: str, found: list[str]) -> None:
    assert works(SimpleNamespace(source=source, stated_by=stated_by)) == found


def test_every_kind_occurs_and_readings_to_avoid_are_of_their_own() -> None:
    assert {kind(claim) for claim in CLAIMS} == set(KINDS)
    assert all((kind(claim) == KINDS[2]) == claim.reading_to_avoid for claim in CLAIMS)
