"""A print is made even where Typst cannot tag it, and says so; other errors are not hidden."""

from typing import Any

import pytest
import typst

from reports.typesetting import typeset as module
from reports.typesetting.typeset import typeset


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
