"""Sentences in a terminal: mathematics in one line of letters."""

import pytest

from theory.macros import FUNCTIONS, SYMBOLS, symbol
from verify.ledger import CLAIMS
from verify.render.terminal import plain, unicode


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{t}{t_c}", "t/t_c"),
        (r"\frac{1}{2 \alpha}", "1/(2 {alpha})"),
        (r"e^{-t/2}", "e^{{-t/2}}"),
        (r"w_\mu^2 \ll 1", "w_{mu}^2 {ll} 1"),
        (r"x\le y", "x {le} y"),
        (r"\sqrt{t} + \sqrt{2 t} + \sqrt[3]{t}", "√t + √(2 t) + (t)^{{1/3}}"),
        (r"\log{\left(1 + x \right)}", "log(1 + x )"),
        (r"\left.f\right|_t", "f|_t"),
        (r"\operatorname{Var} s_{ij}, \text{held out}", "Var s_{{ij}}, held out"),
    ],
)
def test_unicode(latex: str, text: str) -> None:
    assert unicode(latex) == text.format(**{name: symbol(name) for name in SYMBOLS if name.isalpha()})


def test_every_symbol_is_one_sign_and_every_function_a_word() -> None:
    assert {name for name in SYMBOLS if len(unicode(rf"\{name}")) != 1} == set()
    assert {name for name in FUNCTIONS if unicode(rf"\{name} x") != f"{name} x"} == set()


def test_text_is_left_as_it_is() -> None:
    assert plain(r"It costs 5 \$ at $t_c$ -> now_") == "It costs 5 $ at t_c -> now_"
    assert plain("t_c ~ sigma_i^2 | x") == "t_c ~ sigma_i^2 | x"


def test_no_text_of_the_ledger_keeps_a_sign_of_latex() -> None:
    texts = [plain(text) for claim in CLAIMS for text in (claim.title, claim.statement, claim.interpretation)]
    assert [text for text in texts if "$" in text or "\\" in text] == []
