r"""SymPy to Typst: how a `Formula` is printed, with the symbols of the paper.

    2 * sqrt(a) / b     frac(2 sqrt(a), b)
    Total(x * v)        sum_i [x_i sigma_i^2]

Fractions and roots are drawn, powers of a variance sigma_i^2 are joined (its square is sigma_i^4), and a sum begins
with a term without minus where it has one. Nodes without a rule of their own raise ValueError.
"""

from typing import Any

import sympy as sp
from sympy.printing.pretty.pretty_symbology import greek_letters
from sympy.printing.printer import Printer

from theory.formula import CoordinateSum, Formula, Mean

SYMBOLS = {
    "lam": "lambda",
    "x": "x_i",
    "v": "sigma_i^2",
    "mu": "mu_i",
    "omega2": "omega^2",
    "log_n": "log N",
    "n": "N",
    "radius": "R",
}
LEFT = {
    "linear_energy_law": "K(lambda\\; x)",
    "global_variance": "r_4",
    "directional_variance": "omega^2(x)",
    "second_cumulant_time": "t_c (x)",
    "linear_entropy_loss": "lambda K' - K",
    "directional_entropy_loss": "Delta(lambda K' - K)",
    "mean_entropy_loss": 'op("E") [lambda K\' - K]',
    "condensed_participation": 'op("E") sum_mu w_mu^2',
    "poisson_dirichlet_moment": 'op("E") sum_mu w_mu^k',
    "condensed_entropy": '-op("E") sum_mu w_mu log w_mu',
    "frozen_normalized_jacobian": 'op("E") [-t J_(i i)]',
    "frozen_score_variance": 'op("Var") s_i (x)',
    "paper_normalized_jacobian": 'op("E") [-t J_(i i)]',
    "paper_score_variance": 'op("Var") s_i (x)',
    "coded_time": "t_c (x)",
    "coded_time_unit_norm": "t_c (x)",
    "coded_order": 'op("order")',
    "coded_fluctuation": 'op("fluctuation")',
    "fluctuation_square": 'op("fluctuation")^2',
    "coded_singular_value": 'op("singular value")_i',
    "equal_collapse_time": "t_c",
    "equal_collapse_clock": "tau_c",
    "speciation_time": "t_s",
    "onset_entropy": 'S_op("onset")',
    "held_out_entropy_loss": 'S_op("held-out")',
    "held_out_lowest_energy": 'E_op("held-out")',
    "marchenko_pastur_lower": "rho_-",
    "marchenko_pastur_upper": "rho_+",
}
GREEK = frozenset(greek_letters) | {"lambda"}
FUNCTIONS = {
    "log": "log",
    "gamma": "Gamma",
    "loggamma": "log Gamma",
    "cos": "cos",
    "sin": "sin",
    "cosh": "cosh",
    "sinh": "sinh",
    "tanh": "tanh",
    "erf": 'op("erf")',
    "erfc": 'op("erfc")',
    "Min": "min",
    "Max": "max",
}
SUM, PRODUCT, POWER = 1, 2, 3  # how tightly a printed node holds together


def typeset(formula: Formula) -> str:
    """The formula as Typst mathematics, with what it stands for on the left."""
    return f"{LEFT.get(formula.name, _upright(formula.name))} = {typst(formula.expression)}"


def typst(expression: sp.Expr | sp.Equality) -> str:
    """A SymPy expression or equation as Typst mathematics. Raises ValueError for a node without a rule."""
    if isinstance(expression, sp.Equality):
        return f"{typst(expression.lhs)} = {typst(expression.rhs)}"
    return TypstPrinter().doprint(sp.powsimp(expression, deep=True))


class TypstPrinter(Printer):
    """Prints the node types in use; `_grip` says where brackets are needed."""

    printmethod = "_typst"

    def emptyPrinter(self, expr: Any) -> str:
        raise ValueError(f"expression must be made of nodes that can be typeset, got {type(expr).__name__}: {expr}")

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return SYMBOLS.get(expr.name) or _plain_symbol(expr.name)

    def _print_Integer(self, expr: sp.Integer) -> str:
        return str(expr)

    def _print_Rational(self, expr: sp.Rational) -> str:
        return f"-{self._print(-expr)}" if expr < 0 else f"frac({expr.p}, {expr.q})"

    def _print_Float(self, expr: sp.Float) -> str:
        return f"{float(expr):.6g}"

    def _print_NumberSymbol(self, expr: sp.NumberSymbol) -> str:
        return {"Pi": "pi", "EulerGamma": "gamma_E", "Exp1": "e"}.get(type(expr).__name__) or self.emptyPrinter(expr)

    def _print_Add(self, expr: sp.Add) -> str:
        terms = sorted(expr.as_ordered_terms(), key=lambda term: (term.could_extract_minus_sign(), not term.is_number))
        first, *others = terms
        pieces = [self._print(first)]
        for term in others:
            minus = term.could_extract_minus_sign()
            pieces.append(f"{'-' if minus else '+'} {self._held(-term if minus else term, PRODUCT)}")
        return " ".join(pieces)

    def _print_Mul(self, expr: sp.Mul) -> str:
        if expr.could_extract_minus_sign():
            return f"-{self._held(-expr, PRODUCT)}"
        number, _ = expr.as_independent(*expr.free_symbols, as_Add=False)
        radical = sp.fraction(number**2) if number.has(sp.Pow) else None  # sqrt(3)/3 is shown as 1/sqrt(3)
        rest = expr / number if radical else expr
        parts = [_fraction(factor) for factor in rest.as_ordered_factors()]  # one by one: 2 (1 + x) stays
        sides = [[part[side] for part in parts if part[side] != 1] for side in (0, 1)]
        above, below = (self._factors(sides[i], radical[i] if radical else sp.S.One) for i in (0, 1))
        return f"frac({above}, {below})" if below != "1" else above

    def _factors(self, factors: list[sp.Expr], square: sp.Expr) -> str:
        """The product of the factors and the square root of `square`."""
        front = [f"sqrt({self._print(square)})"] if square != 1 else []
        if len(factors) + len(front) < 2:
            return self._print(factors[0]) if factors else "".join(front) or "1"
        return " ".join([*front, *(self._held(factor, PRODUCT) for factor in factors)])

    def _print_Pow(self, expr: sp.Pow) -> str:
        base, exponent = expr.as_base_exp()
        if exponent.is_number and exponent.could_extract_minus_sign():
            return f"frac(1, {self._print(sp.Pow(base, -exponent))})"
        if base.is_Symbol and base.name in ("v", "omega2"):  # both are squares by name
            root = SYMBOLS[base.name].removesuffix("^2")
            return root if exponent == sp.Rational(1, 2) else f"{root}^({self._print(2 * exponent)})"
        if exponent == sp.Rational(1, 2):
            return f"sqrt({self._print(base)})"
        return f"{self._held(base, POWER)}^({self._print(exponent)})"

    def _print_exp(self, expr: sp.exp) -> str:
        return f"e^({self._print(expr.args[0])})"

    def _print_expm1(self, expr: sp.Expr) -> str:
        return f"e^({self._print(expr.args[0])}) - 1"

    def _print_log1p(self, expr: sp.Expr) -> str:
        return self._print(sp.log(1 + expr.args[0], evaluate=False))

    def _print_besseli(self, expr: Any) -> str:
        return f"I_({self._print(expr.order)}) ({self._print(expr.argument)})"

    def _print_Abs(self, expr: sp.Abs) -> str:
        return f"abs({self._print(expr.args[0])})"

    def _print_Function(self, expr: sp.Function) -> str:
        if isinstance(expr, CoordinateSum):
            front = "frac(1, d) sum_i" if isinstance(expr, Mean) else "sum_i"
            inner = self._print(expr.args[0])
            return f"{front} {f'[{inner}]' if expr.args[0].is_Add or '-' in inner[:1] else inner}"
        name = FUNCTIONS.get(type(expr).__name__) or _upright(type(expr).__name__)
        return f"{name} ({', '.join(self._print(argument) for argument in expr.args)})"

    _print_Min = _print_Max = _print_Function

    def _print_polygamma(self, expr: sp.polygamma) -> str:
        order, argument = expr.args
        return f"psi{'' if order == 0 else f'^(({self._print(order)}))'} ({self._print(argument)})"

    def _print_Integral(self, expr: sp.Integral) -> str:
        signs, ends = "", ""
        for variable, *bounds in expr.limits:
            low, high = (self._print(bound) for bound in bounds) if len(bounds) == 2 else ("", "")
            signs = f"integral{f'_({low})^({high})' if low else ''} {signs}"
            ends += f" dif {self._print(variable)}"
        return f"{signs}{self._held(expr.function, PRODUCT)}{ends}"

    def _print_Derivative(self, expr: sp.Derivative) -> str:
        below = " ".join(f"partial {self._print(s)}{f'^({n})' if n > 1 else ''}" for s, n in expr.variable_count)
        order = sum(n for _, n in expr.variable_count)
        return f"frac(partial{f'^({order})' if order > 1 else ''}, {below}) {self._held(expr.expr, PRODUCT)}"

    def _print_Infinity(self, expr: sp.Expr) -> str:
        return "infinity"

    def _print_NegativeInfinity(self, expr: sp.Expr) -> str:
        return "-infinity"

    def _held(self, expr: sp.Expr, grip: int) -> str:
        text = self._print(expr)
        return f"({text})" if _grip(expr) < grip else text


def _fraction(factor: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Above and below the line; exponentials stay above, and what has a letter in its exponent where it is written."""
    if isinstance(factor, sp.exp) or (factor.is_Pow and not factor.exp.is_number):
        return factor, sp.S.One
    return sp.fraction(factor)


def _grip(expr: sp.Expr) -> int:
    if expr.is_Add or type(expr).__name__ == "expm1":
        return SUM
    if expr.is_Symbol or (expr.is_Integer and not expr.could_extract_minus_sign()) or expr.is_NumberSymbol:
        return POWER + (not _is_square(expr))
    if expr.is_Mul or expr.is_Pow or isinstance(expr, CoordinateSum) or expr.is_Rational:
        return PRODUCT
    return POWER if not isinstance(expr, sp.exp) else PRODUCT


def _is_square(expr: sp.Expr) -> bool:
    return expr.is_Symbol and "^" in SYMBOLS.get(expr.name, "")


def _plain_symbol(name: str) -> str:
    """`t_c` as t with subscript c, `x1` as x_1, `beta` as the letter, other words upright."""
    stem, _, low = name.partition("_")
    if not low and stem[-1:].isdigit() and stem.rstrip("0123456789").isalpha():
        stem, low = stem.rstrip("0123456789"), stem[len(stem.rstrip("0123456789")) :]
    return f"{_letter(stem)}_({_index(low)})" if low else _letter(stem)


def _index(word: str) -> str:
    return " ".join(word) if len(word) == 2 else _letter(word)  # K_xx has two indices


def _letter(word: str) -> str:
    return word if len(word) == 1 or word in GREEK or word.isdigit() else _upright(word)


def _upright(name: str) -> str:
    return f'op("{name.replace("_", " ")}")'
