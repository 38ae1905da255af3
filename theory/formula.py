r"""A formula is written once: a SymPy expression with its source and regime, and a numeric twin generated from it.

    @formula(source="arXiv:2410.08727, sec. 5.3", regime="alpha -> 0")
    def t_c(r4, omega2, alpha):
        '''Condensation time of the positional REM, to second cumulant.'''
        return sp.sqrt((r4 / 2 + omega2) / (2 * alpha))

    t_c.latex                    the expression, as the report prints it
    t_c.numeric(r4, omega2, a)   arrays in, arrays out
    t_c.derivative("alpha")      another Formula, derived and not retyped

Sums over the d coordinates are nodes of `theory.sums`; `theory.latex` prints all with the symbols of the paper.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from scipy.special import gamma, gammaln, polygamma
from sympy.codegen.cfunctions import expm1, log1p
from sympy.codegen.rewriting import expm1_opt, optimize

from theory.checks import numpy_inside
from theory.latex import latex
from theory.sentence import check
from theory.sums import DIMENSION, CoordinateSum, Mean, Total, expand

POSITIVE = {"lam", "t", "t_c", "v", "alpha", "log_n", "n", "r4", "omega2", "d", "radius", "m", "kappa", "tau", "eta"}

_replacements: dict[str, sp.Expr] = {}


@dataclass(frozen=True)
class Formula:
    """One expression, where it comes from and where it holds; its numeric twin and its LaTeX are generated.

    Arguments:
        name: its key in `FORMULAS`.
        symbols: in the order of its arguments.
        written: the expression.
        statement: what it says, a sentence (`theory.sentence`).
        source: where it comes from, a sentence.
        regime: where it holds, a sentence.
        quantity: what the expression is of, as LaTeX mathematics; without one the equation names the formula.

    Raises:
        ValueError: where a text cannot be printed.
    """

    name: str
    symbols: tuple[sp.Symbol, ...]
    written: sp.Expr
    statement: str
    source: str
    regime: str
    quantity: str = ""

    def __post_init__(self) -> None:
        texts = {"statement": self.statement, "source": self.source, "regime": self.regime}
        check({f"{text} of {self.name}": sentence for text, sentence in texts.items()})

    @property
    def expression(self) -> sp.Expr:
        """The expression in force: as written, unless `replaced` put a mutant in its place."""
        return _replacements.get(self.name, self.written)

    def __call__(self, *arguments: Any) -> sp.Expr:
        """The expression at symbolic or exact arguments."""
        return self.expression.subs(dict(zip(self.symbols, arguments, strict=True)), simultaneous=True)

    @property
    def latex(self) -> str:
        """The expression in force as LaTeX mathematics."""
        return latex(self.expression)

    @property
    def equation(self) -> str:
        """What the formula is of, and the expression in force, as LaTeX mathematics."""
        left = self.quantity or rf"\text{{{self.name.replace('_', ' ')}}}"
        return f"{left} = {self.latex}"

    @property
    def numeric(self) -> Callable[..., Any]:
        """The NumPy twin: float64 arrays in and out, with log1p and expm1 where the expression has room for them."""
        return numeric_twin(self.symbols, self.expression)

    def derivative(self, name: str, order: int = 1) -> "Formula":
        """The derivative of a formula, as a formula with the same arguments.

        Arguments:
            name: the symbol in which it is taken.
            order: of the derivative, >= 1.

        Returns:
            A formula that is derived and not retyped.
        """
        symbol = next(s for s in self.symbols if s.name == name)
        return Formula(
            f"{self.name}_d{name}{order}",
            self.symbols,
            sp.diff(self.expression, symbol, order),
            f"Derivative of order {order} in {name}. {self.statement}",
            self.source,
            self.regime,
        )


FORMULAS: dict[str, Formula] = {}


def formula(source: str, regime: str, quantity: str = "") -> Callable[[Callable[..., sp.Expr]], Formula]:
    """A decorator that makes a registered `Formula` of a function of SymPy symbols; its docstring is the statement.

    Arguments:
        source: where the formula comes from, a sentence.
        regime: where it holds, a sentence.
        quantity: what the expression is of, as LaTeX mathematics; without one its equation names the formula.

    Returns:
        The decorator.

    Raises:
        ValueError: where a text cannot be printed (`theory.sentence`).
    """

    def build(function: Callable[..., sp.Expr]) -> Formula:
        names = inspect.signature(function).parameters
        symbols = tuple(symbol(name) for name in names)
        statement = inspect.cleandoc(function.__doc__ or "")
        written = sp.sympify(function(*symbols))
        result = Formula(function.__name__, symbols, written, statement, source, regime, quantity)
        FORMULAS[result.name] = result
        return result

    return build


def symbol(name: str) -> sp.Symbol:
    """The suite's symbol of that name, with the assumptions that hold for it everywhere."""
    return sp.Symbol(name, positive=True) if name in POSITIVE else sp.Symbol(name, real=True)


@contextmanager
def replaced(name: str, expression: sp.Expr) -> Iterator[None]:
    """Puts a mutant in place of a formula: every numeric twin and derivative made inside follows it.

    Arguments:
        name: a key of `FORMULAS`.
        expression: what stands for it, of the same symbols.

    Returns:
        A context.

    Raises:
        ValueError: for a name that no formula has.
    """
    if name not in FORMULAS:
        raise ValueError(f"name must be a formula, one of {', '.join(sorted(FORMULAS))}; got {name!r}")
    before = dict(_replacements)
    _replacements[name] = expression
    try:
        yield
    finally:
        _replacements.clear()
        _replacements.update(before)


@lru_cache(maxsize=512)
def numeric_twin(symbols: tuple[sp.Symbol, ...], expression: sp.Expr) -> Callable[..., Any]:
    """A NumPy function of symbols, with log(1 + .) and exp(.) - 1 kept accurate near zero.

    Arguments:
        symbols: in the order of the function's arguments.
        expression: of these symbols.

    Returns:
        Arrays or tensors in, the same out, broadcast.
    """
    rewritten = optimize(expression, (expm1_opt,)) if expression.has(sp.exp) else expression  # it factorizes: slow
    accurate = rewritten.replace(_is_log_of_one_more, lambda e: log1p(e.args[0] - 1))
    modules = [
        {"log1p": np.log1p, "expm1": np.expm1, "gamma": gamma, "loggamma": gammaln, "polygamma": polygamma},
        "numpy",
    ]
    twin = sp.lambdify(symbols, accurate, modules=modules, cse=True)
    twin.__name__ = str(expression)
    return numpy_inside(twin)


def _is_log_of_one_more(expression: sp.Expr) -> bool:
    """Whether it is log(1 + u) as written; SymPy's own log1p_opt splits log(1 + v/t) into logs that cancel."""
    return isinstance(expression, sp.log) and expression.args[0].is_Add and sp.S.One in expression.args[0].args


__all__ = [
    "DIMENSION",
    "FORMULAS",
    "CoordinateSum",
    "Formula",
    "Mean",
    "Total",
    "expand",
    "expm1",
    "formula",
    "log1p",
    "numeric_twin",
    "replaced",
    "symbol",
]
