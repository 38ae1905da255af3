"""LaTeX to Typst: known expressions, what is escaped, and every formula and derivation of the suite compiles."""

from collections.abc import Iterable

import pytest
import typst as compiler
from hypothesis import given, settings
from hypothesis import strategies as st

import verify.ledger  # noqa: F401  the claims bring in every formula
from reports.derivations import derivation_pages
from reports.typesetting.mathematics import typst
from theory.formula import FORMULAS
from theory.macros import ACCENTS, FONTS, FUNCTIONS, SPACES, SYMBOLS, WORDS, symbol

ALPHA = symbol("alpha")


def compiles(source: str) -> bool:
    return compiler.compile(f"$ {source} $".encode(), format="pdf").startswith(b"%PDF")


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"1 - \frac{t}{2 \alpha}", f"1 - frac(t, 2 {ALPHA})"),
        (r"\sum_\mu w_\mu^2", "∑_(μ) w_(μ)^(2)"),
        (r"w_{ij}^{2.5}", "w_(i j)^(2.5)"),
        (r"\sqrt{2 t} \sqrt[3]{x}", "sqrt(2 t) root(3, x)"),
        (r"\left[-t J_{ii}\right]^2", r"lr(\[ - t J_(i i) \])^(2)"),
        (r"\left.f\right|_{t}", r"lr( f \|)_(t)"),
        (r"\operatorname{Var} s_i(x)", r'op("Var") s_(i) \( x \)'),
        (r"\log{\left(1 + x \right)}", r"log lr(\( 1 + x \))"),
        (r"K'(\lambda_c), K''", r"K' \( λ_(c) \) \, K''"),
        (r"\mathbb{E} \tilde N \mathcal{N} \mathbf{x}", "bb(E) tilde(N) cal(N) upright(bold(x))"),
        (r"\hat\mu_i", "hat(μ)_(i)"),
        (r"{a + b}^2", 'class("normal", a + b)^(2)'),
        ("_c x", '""_(c) x'),
        (r"\frac{}{x}", 'frac("", x)'),
        (r"\frac12 \frac{\frac{a}{b}}{c}", "frac(1, 2) frac(frac(a, b), c)"),
        (r"\frac{f(a, b)}{c; d}", r"frac(f \( a \, b \), c \; d)"),
        (r"x\, dx \quad y", "x thin d x quad y"),
        (r"\text{held out: 5\% \#\_ @<*}x", '"held out: 5% #_ @<*"x'),
        (r'\text{"so"}', r'"\"so\""'),
        (r"\lvert x \rvert \ll 1", r'class("opening", \|) x class("closing", \|) ≪ 1'),
        (r"a/b", r"a \/ b"),
    ],
)
def test_translated(latex: str, text: str) -> None:
    assert typst(latex) == text
    assert compiles(text)


@pytest.mark.parametrize(
    "unknown", [r"\foo", r"\begin{array}{c}x\end{array}", r"\limits", r"\\", "%", "#", "&", r"\left/"]
)
def test_what_is_unknown_is_named(unknown: str) -> None:
    with pytest.raises(ValueError, match="must be LaTeX mathematics, got") as error:
        typst(rf"x + \frac{{1}}{{y}} {unknown} z")
    assert f"{unknown} z"[: len(unknown)] in str(error.value).split(": ")[1]


@pytest.mark.parametrize("broken", [r"\frac{1}", "{a", "a}", "x^", r"\left(a", r"\right)\left(", r"x_\frac{1}{2}", "$"])
def test_what_is_broken_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="must be LaTeX mathematics, got"):
        typst(broken)


@pytest.mark.parametrize("names", [FUNCTIONS, SYMBOLS, SPACES])
def test_every_macro_compiles_within_every_other(names: Iterable[str]) -> None:
    for name in sorted(names):
        each = " ".join(rf"\{outer}{{\{name} x}}" for outer in (*FONTS, *ACCENTS, "sqrt"))
        latex = rf"\{name}_a^b \frac{{\{name}}}{{y_{{\{name}}}}} \left(\{name}\right) {each}"
        assert compiles(typst(latex)), name


@settings(max_examples=30)
@given(st.text(st.sampled_from("ab1. ,;:!?/|()[]+-=<>*'"), max_size=12))
def test_every_text_of_letters_and_signs_compiles(latex: str) -> None:
    assert compiles(typst(latex))
    assert compiles(typst(rf"\frac{{{latex}}}{{x_{{{latex}}}}}"))


@settings(max_examples=30)
@given(st.text(st.characters(exclude_characters=r"{}$\%_^", exclude_categories=("C",)), max_size=12))
def test_every_word_compiles(text: str) -> None:
    for macro in WORDS:
        assert compiles(typst(rf"x \{macro}{{{text}}} y"))


def test_every_formula_compiles() -> None:
    lines = [typst(formula.equation) for formula in FORMULAS.values()]
    assert compiles(" \\\n".join(lines))
    assert all("=" in line for line in lines)


def test_every_derivation_compiles_and_none_of_its_equations_is_empty_of_content() -> None:
    pages = derivation_pages()
    assert [page["title"] for page in pages]
    lines = [step["lines"] for page in pages for step in page["steps"]]
    assert not {"0 = 0", f"{ALPHA} = {ALPHA}", "0", ALPHA} & {line for both in lines for line in both}
    assert sum(map(bool, lines)) > 20
    assert compiles(" \\\n".join(line for both in lines for line in both))
