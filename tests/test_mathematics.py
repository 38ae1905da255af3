"""SymPy to Typst: known expressions, and every formula of the suite compiles."""

import pytest
import sympy as sp
import typst as compiler

import verify.ledger  # noqa: F401  the claims bring in every formula
from reports.mathematics import typeset, typst
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
