r"""SymPy to LaTeX: how expressions of the theory are printed, with the symbols of the paper.

    (1 + lam * v) ** 2       \left(1 + \lambda \sigma_i^{2}\right)^{2}
    sqrt(v) / sqrt(3)        \frac{\sigma_i}{\sqrt{3}}
    Total(1 - v)             \sum_i \left[1 - \sigma_i^{2}\right]

It is `sympy.latex` but for four things: terms with a minus come last; a symbol that is a square by name (v is
$\sigma_i^2$) joins its exponent, so that its square is $\sigma_i^4$; roots of numbers stay below the line; and words
are upright.
"""

import re
from functools import cache

import sympy as sp
from sympy.printing.latex import LatexPrinter

from theory.sums import CoordinateSum

LETTERS = {
    "lam": r"\lambda",
    "x": "x_i",
    "mu": r"\mu_i",
    "t_c": "t_c",
    "r4": "r_4",
    "log_n": r"\log N",
    "n": "N",
    "radius": "R",
}
SQUARES = {"v": r"\sigma_i", "omega2": r"\omega"}  # symbols that stand for the square of what is printed
EULER = sp.Symbol(r"\gamma_{\mathrm{E}}")  # its constant: gamma is a symbol of the suite
HALF = sp.Rational(1, 2)
WORD = re.compile(r"^[A-Za-z]{2,}")


@cache  # joining powers takes a tenth of a second where an expression is long
def latex(expression: sp.Basic) -> str:
    """An expression or equation as LaTeX mathematics, powers of one base joined."""
    return Printer().doprint(sp.powsimp(expression.subs(sp.EulerGamma, EULER), deep=True))


class Printer(LatexPrinter):
    """The printer of SymPy with the symbols of the suite, and its terms in the order of the paper."""

    def __init__(self) -> None:
        super().__init__({"itex": True})  # bounds beside the sign of an integral

    def _as_ordered_terms(self, expr: sp.Add, order: str | None = None) -> list[sp.Expr]:
        """Numbers first, terms with a minus last."""
        terms = super()._as_ordered_terms(expr, order=order)
        return sorted(terms, key=lambda term: (term.could_extract_minus_sign(), not term.is_number))

    def _needs_mul_brackets(self, expr: sp.Expr, first: bool = False, last: bool = False) -> bool:
        """A sum that is not the last factor would run on over what follows it."""
        return (isinstance(expr, CoordinateSum) and not last) or super()._needs_mul_brackets(expr, first, last)

    def _print_Symbol(self, expr: sp.Symbol, style: str = "plain") -> str:
        if expr.name in SQUARES:
            return f"{SQUARES[expr.name]}^{{2}}"
        return LETTERS.get(expr.name) or WORD.sub(r"\\operatorname{\g<0>}", super()._print_Symbol(expr, style))

    def _print_Pow(self, expr: sp.Expr) -> str:
        """Powers of squares joined: v**2 is sigma_i^4, sqrt(v) is sigma_i."""
        root = SQUARES.get(getattr(expr.base, "name", ""))
        if root is None:
            return super()._print_Pow(expr)
        if expr.exp.could_extract_minus_sign():
            return rf"\frac{{1}}{{{self._print(1 / expr)}}}"
        return root if 2 * expr.exp == 1 else f"{root}^{{{self._print(2 * expr.exp)}}}"

    def _print_Mul(self, expr: sp.Expr) -> str:
        """Roots of numbers above and below the line: sqrt(3) * t / 3 is printed as t / sqrt(3)."""
        factors = sp.Mul.make_args(expr)
        roots = [factor for factor in factors if _is_root(factor)]
        numbers = [factor for factor in factors if factor in roots or isinstance(factor, sp.Rational)]
        above, below = sp.fraction(sp.Mul(*numbers) ** 2)
        if not roots or below == 1:
            return super()._print_Mul(expr)
        if expr.could_extract_minus_sign():
            return f"- {self._print(-expr)}"
        rest = [factor for factor in factors if factor not in numbers]
        return super()._print_Mul(sp.Mul(self._root(above), 1 / self._root(below), *rest))

    def _root(self, number: sp.Expr) -> sp.Expr:
        """The square root of a number as a symbol, which SymPy leaves where it stands."""
        return sp.Symbol(rf"\sqrt{{{self._print(number)}}}") if number != 1 else sp.S.One

    def _print_polygamma(self, expr: sp.Expr, exp: str | None = None) -> str:
        """The digamma function is psi, its derivatives carry their order."""
        order, argument = expr.args
        derived = "" if order == 0 else f"^{{({self._print(order)})}}"
        printed = rf"\psi{derived}\left({self._print(argument)}\right)"
        return printed if exp is None else rf"\left({printed}\right)^{{{exp}}}"


def _is_root(number: sp.Expr) -> bool:
    """Whether it is the square root of a number or one over it."""
    return number.is_Pow and number.base.is_number and abs(number.exp) == HALF
