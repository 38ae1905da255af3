"""SymPy to Typst: known expressions, and every formula of the suite compiles."""

import pytest
import sympy as sp
import typst as compiler

import verify.ledger  # noqa: F401  the claims bring in every formula
from reports.derivations import derivation_pages, equation_lines
from reports.typesetting.mathematics import typeset, typst
from theory.derivations.derivation import Step
from theory.formula import FORMULAS, Mean, Total, symbol

T, LAM, V, X, R4 = (symbol(name) for name in ("t", "lam", "v", "x", "r4"))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (1 - T / symbol("t_c"), "1 - frac(t, t_(c))"),
        (sp.sqrt(T), "sqrt(t)"),
        (V**2, "sigma_i^(4)"),
        (1 / V, "frac(1, sigma_i^2)"),
        (Mean(V * X**2), "frac(1, d) sum_i sigma_i^2 x_i^(2)"),
        (Total(1 + V), "sum_i [1 + sigma_i^2]"),
        (-V / (1 + T), "-frac(sigma_i^2, 1 + t)"),
        (sp.Rational(-2, 3), "-frac(2, 3)"),
        ((1 + LAM) * sp.Symbol("y"), "y (1 + lambda)"),
        (V / (1 + LAM) / 2, "frac(sigma_i^2, 2 (1 + lambda))"),
        (sp.exp(-T), "e^(-t)"),
        (sp.log(1 + T), "log (1 + t)"),
        (sp.gamma(T), "Gamma (t)"),
        (sp.besseli(2, T), "I_(2) (t)"),
        ((1 + T) ** 3, "(1 + t)^(3)"),
        (sp.Symbol("x1"), "x_(1)"),
        (sp.Symbol("beta"), "beta"),
        (sp.Symbol("gap"), 'op("gap")'),
    ],
)
def test_printed(expression: sp.Expr, text: str) -> None:
    assert typst(expression) == text


def test_unknown_nodes_are_refused() -> None:
    with pytest.raises(ValueError, match="Product"):
        typst(sp.Product(T, (T, 1, 3)))


def test_every_formula_compiles() -> None:
    source = "\n".join(f"$ {typeset(formula)} $" for formula in FORMULAS.values())
    assert compiler.compile(source.encode(), format="pdf").startswith(b"%PDF")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (sp.Integral(sp.exp(-T * LAM), (LAM, 0, sp.oo)), "integral_(0)^(infinity) e^(-lambda t) dif lambda"),
        (sp.Derivative(sp.Function("f")(T), T, 2), 'frac(partial^(2), partial t^(2)) op("f") (t)'),
        (sp.Eq(T, LAM, evaluate=False), "t = lambda"),
        (sp.sqrt(3) * T / 3, "frac(t, sqrt(3))"),
        (T / sp.sqrt(2 * sp.pi * V), "frac(t, sqrt(2 pi) sigma_i)"),
        (T ** sp.Symbol("k") / LAM, "frac(t^(k), lambda)"),
        (sp.Symbol("K_xx"), "K_(x x)"),
        (sp.Integral(T * T ** (-1 - LAM), (T, 0, 1)), "integral_(0)^(1) t^(-lambda) dif t"),
    ],
)
def test_derivations_need(expression: sp.Expr, text: str) -> None:
    assert typst(expression) == text


def test_every_derivation_compiles_and_none_of_its_equations_is_empty_of_content() -> None:
    pages = derivation_pages()
    assert [page["title"] for page in pages]
    lines = [step["lines"] for page in pages for step in page["steps"]]
    assert not {"0 = 0", "alpha = alpha", "0", "alpha"} & {line for both in lines for line in both}
    assert sum(map(bool, lines)) > 20
    source = "\n".join(f"$ {line} $" for both in lines for line in both)
    assert compiler.compile(source.encode(), format="pdf").startswith(b"%PDF")


def test_long_equations_are_broken_before_their_sign() -> None:
    x = sp.symbols("x1:30")
    step = Step("So", sp.Add(*x), sp.Add(*(2 * s for s in x)))
    first, second = equation_lines(step)
    assert second.startswith("= 2 x_(1)")
    assert "=" not in first
