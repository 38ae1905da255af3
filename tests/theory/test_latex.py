"""LaTeX of expressions: known ones, and the letters of the paper."""

import pytest
import sympy as sp

from theory.formula import symbol
from theory.latex import latex
from theory.sums import Mean, Total

T, LAM, V, X, OMEGA2 = (symbol(name) for name in ("t", "lam", "v", "x", "omega2"))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (1 - T / symbol("t_c"), r"1 - \frac{t}{t_c}"),
        (LAM * V + 1, r"1 + \lambda \sigma_i^{2}"),
        (-T + LAM, r"\lambda - t"),
        (V, r"\sigma_i^{2}"),
        (V**2, r"\sigma_i^{4}"),
        (sp.sqrt(V), r"\sigma_i"),
        (1 / sp.sqrt(V), r"\frac{1}{\sigma_i}"),
        (V ** symbol("m"), r"\sigma_i^{2 m}"),
        (OMEGA2**2, r"\omega^{4}"),
        (sp.sqrt(3) * T / 3, r"\frac{t}{\sqrt{3}}"),
        (-sp.sqrt(2) * T / 2, r"- \frac{t}{\sqrt{2}}"),
        (T / sp.sqrt(2 * sp.pi * V), r"\frac{t}{\sqrt{2 \pi} \sigma_i}"),
        (sp.sqrt(3) * T, r"\sqrt{3} t"),
        (sp.sqrt(3) * T / sp.pi, r"\frac{\sqrt{3} t}{\pi}"),
        (Mean(V * X**2), r"\frac{1}{d} \sum_i \sigma_i^{2} x_i^{2}"),
        (Total(1 + V), r"\sum_i \left[1 + \sigma_i^{2}\right]"),
        (Total(-V), r"\sum_i \left[- \sigma_i^{2}\right]"),
        (Total(V) ** 2, r"\left(\sum_i \sigma_i^{2}\right)^{2}"),
        (Total(V) * Total(X), r"\left(\sum_i \sigma_i^{2}\right) \sum_i x_i"),
        (sp.polygamma(0, T), r"\psi\left(t\right)"),
        (sp.polygamma(1, T) ** 2, r"\left(\psi^{(1)}\left(t\right)\right)^{2}"),
        (sp.EulerGamma + symbol("gamma"), r"\gamma_{\mathrm{E}} + \gamma"),
        (sp.Symbol("gap"), r"\operatorname{gap}"),
        (sp.Symbol("K_xx"), "K_{xx}"),
        (symbol("log_n"), r"\log N"),
        (sp.Integral(T * T ** (-1 - LAM), (T, 0, 1)), r"\int_{0}^{1} t^{- \lambda}\, dt"),
        (sp.Eq(T, V, evaluate=False), r"t = \sigma_i^{2}"),
    ],
)
def test_printed(expression: sp.Expr, text: str) -> None:
    assert latex(expression) == text
