"""Sentences for Typst and matplotlib: their segments, their lines, and every text of the ledger."""

import re

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from reports.chapters import places
from reports.typesetting.sentences import mathtext, rich, wrapped
from reports.typesetting.words import MINUS, TIMES
from theory.formula import FORMULAS
from theory.macros import ACCENTS, FONTS, FUNCTIONS, SPACES, SYMBOLS, WORDS, symbol
from theory.sentence import literal
from verify.claim import SENTENCES
from verify.ledger import CLAIMS

SIGMA, OMEGA, ALPHA = (symbol(name) for name in ("sigma", "omega", "alpha"))
OF_CLAIMS = {getattr(claim, name) for claim in CLAIMS for name in SENTENCES} | {c for x in CLAIMS for c in x.controls}
OF_FORMULAS = {text for formula in FORMULAS.values() for text in (formula.statement, formula.source, formula.regime)}


@pytest.mark.parametrize(
    ("sentence", "segments"),
    [
        (r"At $t_c$, 5 # \$ -> so_", [["text", "At "], ["math", "t_(c)"], ["text", ", 5 # $ -> so_"]]),
        (r"costs 5 \$", [["text", "costs 5 $"]]),
        ("t_c is a time", [["text", "t"], ["sub", "c"], ["text", " is a time"]]),
        ("omega^2(x)", [["text", OMEGA], ["sup", "2"], ["text", "(x)"]]),
        ("N = e^{alpha d}", [["text", "N = e"], ["sup", f"{ALPHA} d"]]),
        ("J_ii, sigma_low", [["text", "J"], ["sub", "ii"], ["text", f", {SIGMA}"], ["sub", "low"]]),
        ("alphabet, x_train and sum of all", [["text", "alphabet, x_train and sum of all"]]),
        ("8 x 8, d -> infinity", [["text", f"8 {TIMES} 8, d → infinity"]]),
        ("N^0.74. x^2.", [["text", "N"], ["sup", "0.74"], ["text", ". x"], ["sup", "2"], ["text", "."]]),
        ("-t J, e^{-t}", [["text", f"{MINUS}t J, e"], ["sup", f"{MINUS}t"]]),
        ("second-cumulant", [["text", "second-cumulant"]]),
        ("", []),
    ],
)
def test_rich(sentence: str, segments: list[list[str]]) -> None:
    assert rich(sentence) == segments


@given(st.text())
def test_rich_and_mathtext_take_any_text(text: str) -> None:
    shown = literal(text.replace("\\", ""))
    assert all(kind in ("text", "sub", "sup") and part for kind, part in rich(shown))
    assert len(re.findall(r"(?<!\\)\$", mathtext(shown))) % 2 == 0


def test_every_text_of_the_ledger_and_of_the_formulas_can_be_set() -> None:
    texts = [*OF_CLAIMS, *OF_FORMULAS, *(part for _, heading in places().values() for part in heading)]
    mathematics = [part for text in texts for kind, part in rich(text) if kind == "math"]
    source = " \\\n".join(mathematics)
    assert len(mathematics) > 100
    assert typst.compile(f"$ {source} $".encode(), format="pdf").startswith(b"%PDF")


def drawn(labels: list[str]) -> bool:
    figure = Figure()
    for label in labels:
        figure.text(0, 0, label)
    figure.draw_without_rendering()
    return True


def test_every_name_in_a_figure_can_be_drawn() -> None:
    names = {text for claim in CLAIMS for text in (claim.axis_label, claim.value_label, *claim.controls)}
    assert drawn([mathtext(wrapped(name, 38)) for name in names])


@pytest.mark.parametrize("names", [FUNCTIONS, SYMBOLS, SPACES, ACCENTS, FONTS, WORDS])
def test_every_macro_can_be_drawn(names: tuple[str, ...]) -> None:
    bare = names in (FUNCTIONS, SYMBOLS, SPACES)
    assert drawn([mathtext(rf"at $x \{name} y$" if bare else rf"at $\{name}{{x}}$") for name in sorted(names)])


def test_mathtext() -> None:
    assert mathtext("the paper's t_c") == "the paper's t$_{c}$"
    assert mathtext(r"$x \le y \leq \lvert z \rvert$") == r"$x ≤ y \leq | z |$"


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("one two three", ["one two", "three"]),
        (r"a $\frac{1}{d} \sum_i \sigma_i^2$ b", [r"a", r"$\frac{1}{d} \sum_i \sigma_i^2$", "b"]),
        (r"$\alpha \beta$ two", [r"$\alpha \beta$ two"]),
        ("x typical, t = 1", ["x", "typical,", "t\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}1"]),
        ("$a = b$ (mean)", ["$a = b$", "(mean)"]),
        ("immeasurably", ["immeasurably"]),
        ("", []),
    ],
)
def test_lines_are_broken_outside_of_mathematics(sentence: str, lines: list[str]) -> None:
    assert wrapped(sentence, 9).splitlines() == lines
