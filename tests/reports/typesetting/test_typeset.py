"""The same values give the same bytes; a print is made even where Typst cannot tag it; other errors are not hidden."""

from typing import Any

import pytest
import typst

from reports.typesetting import typeset as module
from reports.typesetting.typeset import ROOT, sources, typeset


class Failing:
    """A compiler that fails as Typst does where a float stands amid the rows of a table, or with another message."""

    message = "internal error: parent group"

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def compile(self, *, pdf_tags: bool = True, **_: Any) -> bytes:
        if pdf_tags:
            raise typst.TypstError(self.message, self.message)
        return b"untagged"


def test_a_print_that_cannot_be_tagged_is_made_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.typst, "Compiler", Failing)
    with pytest.warns(UserWarning, match="no tags for screen readers"):
        assert typeset({}, "pdf") == b"untagged"


def test_other_errors_of_typst_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.typst, "Compiler", Failing)
    with pytest.raises(typst.TypstError):
        typeset({}, "html")
    monkeypatch.setattr(Failing, "message", "unknown variable")
    with pytest.raises(typst.TypstError):
        typeset({}, "pdf")


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_the_same_values_give_the_same_bytes(kind: Any) -> None:
    names = ("unexpected", "of_the_paper", "sections", "outcome", "chapters", "disagreeing", "ledger")
    values: dict[str, Any] = {"title": "T", "made": "", "command": "", **{name: [] for name in names}}
    values["sections"] = [{"name": "answer", "title": [["text", "A"]], "blocks": []}]
    assert typeset(values, kind) == typeset(values, kind)


def test_sources_are_all_that_a_page_reads() -> None:
    found = sources()
    assert found["typst"].count(".") >= 2
    assert {path.name for path in ROOT.iterdir() if path.is_file() and path.suffix != ".py"} == set(found) - {"typst"}
    assert {"paper.typ", "parts.typ", "report.css", "ledger.js"} < set(found)
