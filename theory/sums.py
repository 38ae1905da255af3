r"""Sums over the d coordinates as SymPy nodes: linear, differentiable, printed as sums, evaluated along the last axis.

    Total(v * x**2)     \sum_i \sigma_i^2 x_i^2
    Mean(v**2)          \frac{1}{d} \sum_i \sigma_i^4

`expand` writes them out for a small d: so tests prove things.
"""

from typing import Any

import sympy as sp

DIMENSION = sp.Symbol("d", positive=True, integer=True)


class CoordinateSum(sp.Function):
    """Linear functional of an expression in the coordinate symbols x, v, mu; evaluated along the last axis."""

    nargs = 1
    numpy_name = ""
    latex_prefix = ""

    @classmethod
    def eval(cls, argument: sp.Expr) -> sp.Expr | None:
        return sp.S.Zero if argument == 0 else None

    def _eval_derivative(self, symbol: sp.Symbol) -> sp.Expr:
        return self.func(sp.diff(self.args[0], symbol))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        inner = printer._print(self.args[0])
        held = self.args[0].is_Add or inner.startswith("-")
        text = self.latex_prefix + (rf" \left[{inner}\right]" if held else f" {inner}")
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"

    def _numpycode(self, printer: Any) -> str:
        return f"{self.numpy_name}({printer._print(self.args[0])}, axis=-1)"

    def expand_to(self, d: int) -> sp.Expr:
        """The same sum with its coordinates written out: x -> x1, x2, ..."""
        names = {s: s.name for s in self.args[0].free_symbols if s.name in ("x", "v", "mu")}
        terms = [
            self.args[0].subs({s: sp.Symbol(f"{name}{i}", **s.assumptions0) for s, name in names.items()})
            for i in range(1, d + 1)
        ]
        return sp.Add(*terms)


class Total(CoordinateSum):
    """Sum over the coordinates i = 1..d."""

    numpy_name = "numpy.sum"
    latex_prefix = r"\sum_i"


class Mean(CoordinateSum):
    """Mean over the coordinates, (1/d) sum over i."""

    numpy_name = "numpy.mean"
    latex_prefix = r"\frac{1}{d} \sum_i"

    def expand_to(self, d: int) -> sp.Expr:
        return super().expand_to(d) / d


def expand(expression: sp.Expr, d: int) -> sp.Expr:
    """An expression with every coordinate sum written out, for proofs at a small d.

    Arguments:
        expression: with `Total` and `Mean` of x, v and mu.
        d: how many coordinates x1 ... xd, v1 ... vd, mu1 ... mud.

    Returns:
        An expression without sums.
    """
    return expression.replace(lambda e: isinstance(e, CoordinateSum), lambda e: e.expand_to(d)).subs(DIMENSION, d)
