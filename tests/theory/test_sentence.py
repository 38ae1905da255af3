"""Sentences with LaTeX mathematics: what is taken apart, what is refused and when, and where the first one ends."""

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from theory.formula import Formula
from theory.macros import ARGUMENTS, KNOWN, nodes
from theory.sentence import check, first, literal, pieces


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (r"At $t_c$ it is 0.", [("text", "At "), ("math", "t_c"), ("text", " it is 0.")]),
        (r"$x$", [("math", "x")]),
        (r"costs 5 \$, at $N$", [("text", "costs 5 $, at "), ("math", "N")]),
        ("plain", [("text", "plain")]),
        ("", []),
    ],
)
def test_pieces(sentence: str, found: list[tuple[str, str]]) -> None:
    assert pieces(sentence) == found


@pytest.mark.parametrize("sentence", ["costs 5 $", "5 $ to 10 $", "$x $", "$$", "$x$ and $y", r"\$ and $"])
def test_a_dollar_sign_alone_is_refused_in_one_sentence(sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^statement of mine must have its mathematics .* got ") as error:
        check({"statement of mine": sentence})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("mathematics", [r"\frak{x}", r"\frac{1}", r"{x", r"\left(x"])
def test_mathematics_that_cannot_be_printed_is_refused_by_its_name(mathematics: str) -> None:
    with pytest.raises(ValueError, match=r"^regime must be LaTeX mathematics, got ") as error:
        check({"title": "$x$", "regime": f"at $t$, ${mathematics}$"})
    assert "\n" not in str(error.value)


@given(st.text())
def test_any_text_can_be_shown_as_it_is(text: str) -> None:
    told = literal(text.replace("\\", ""))
    check({"path": told})
    assert "".join(part for _, part in pieces(told)) == text.replace("\\", "")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("One. Two. Three.", "One."),
        ("One", "One."),
        ("At $a. b$ one. Two.", "At $a. b$ one."),
        ("At $t = 0.5$. Two $x$.", "At $t = 0.5$."),
        ("One. $t$ is two.", "One."),
        (
            "The time of Biroli et al. $t$, sec. 4.3, is right. Two.",
            "The time of Biroli et al. $t$, sec. 4.3, is right.",
        ),
    ],
)
def test_the_first_sentence_ends_outside_of_mathematics(text: str, start: str) -> None:
    assert first(text) == start


def test_a_formula_refuses_texts_that_cannot_be_printed() -> None:
    with pytest.raises(ValueError, match="regime of mine must be LaTeX mathematics, got \\\\foo"):
        Formula("mine", (), sp.S.One, "A statement.", "a source", r"$\foo$")


def test_every_macro_is_known_to_its_parser() -> None:
    for name in KNOWN - set(ARGUMENTS):
        assert nodes(rf"\{name} x")[0].macroname == name
