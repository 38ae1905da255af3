r"""A formula is written once: a SymPy expression with its source and regime, and a numeric twin generated from it.

    @formula(source="arXiv:2410.08727, sec. 5.3", regime="alpha -> 0")
    def t_c(r4, omega2, alpha):
        '''Condensation time of the positional REM, to second cumulant.'''
        return sp.sqrt((r4 / 2 + omega2) / (2 * alpha))

    t_c.latex                    what the report prints
    t_c.numeric(r4, omega2, a)   arrays in, arrays out
    t_c.derivative("alpha")      another Formula, derived and not retyped

Sums over the d coordinates are SymPy nodes of their own, `Total` and `Mean`: linear, differentiable, printed as sums,
and evaluated along the last axis of the arrays. `expand` writes them out for a small d: so tests prove things.
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

DIMENSION = sp.Symbol("d", positive=True, integer=True)
LATEX_NAMES = {
    "lam": r"\lambda",
    "x": "x_i",
    "v": r"\sigma_i^2",
    "mu": r"\mu_i",
    "omega2": r"\omega^2",
    "r4": "r_4",
    "t_c": "t_c",
    "log_n": r"\log N",
    "n": "N",
}
POSITIVE = {"lam", "t", "t_c", "v", "alpha", "log_n", "n", "r4", "omega2", "d", "radius", "m"}

_replacements: dict[str, sp.Expr] = {}


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
        text = rf"{self.latex_prefix}\left[{printer._print(self.args[0])}\right]"
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
    latex_prefix = r"\frac{1}{d}\sum_i"

    def expand_to(self, d: int) -> sp.Expr:
        return super().expand_to(d) / d


def expand(expression: sp.Expr, d: int) -> sp.Expr:
    """`expression` with every coordinate sum written out in d coordinates x1..xd, v1..vd, mu1..mud."""
    return expression.replace(lambda e: isinstance(e, CoordinateSum), lambda e: e.expand_to(d)).subs(DIMENSION, d)


@dataclass(frozen=True)
class Formula:
    """One expression, its symbols in the order of its arguments, where it comes from and where it holds."""

    name: str
    symbols: tuple[sp.Symbol, ...]
    written: sp.Expr
    statement: str
    source: str
    regime: str

    @property
    def expression(self) -> sp.Expr:
        """The expression in force: as written, unless `replaced` put a mutant in its place."""
        return _replacements.get(self.name, self.written)

    def __call__(self, *arguments: Any) -> sp.Expr:
        """The expression at symbolic or exact arguments."""
        return self.expression.subs(dict(zip(self.symbols, arguments, strict=True)), simultaneous=True)

    @property
    def latex(self) -> str:
        return sp.latex(self.expression, symbol_names={s: LATEX_NAMES.get(s.name, sp.latex(s)) for s in self.symbols})

    @property
    def numeric(self) -> Callable[..., Any]:
        """The NumPy twin: float64 arrays in and out, with log1p and expm1 where the expression has room for them."""
        return numeric_twin(self.symbols, self.expression)

    def derivative(self, name: str, order: int = 1) -> "Formula":
        """The derivative in the symbol called `name`, as a formula with the same arguments."""
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


def formula(source: str, regime: str) -> Callable[[Callable[..., sp.Expr]], Formula]:
    """Turn a function of SymPy symbols into a registered `Formula`; its docstring is the statement."""

    def build(function: Callable[..., sp.Expr]) -> Formula:
        names = inspect.signature(function).parameters
        symbols = tuple(symbol(name) for name in names)
        statement = inspect.cleandoc(function.__doc__ or "")
        result = Formula(function.__name__, symbols, sp.sympify(function(*symbols)), statement, source, regime)
        FORMULAS[result.name] = result
        return result

    return build


def symbol(name: str) -> sp.Symbol:
    """The suite's symbol of that name, with the assumptions that hold for it everywhere."""
    return sp.Symbol(name, positive=True) if name in POSITIVE else sp.Symbol(name, real=True)


@contextmanager
def replaced(name: str, expression: sp.Expr) -> Iterator[None]:
    """Put a mutant in place of a formula: every numeric twin and derivative made inside follows it."""
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
    """NumPy function of the symbols, in their order, with log(1 + .) and exp(.) - 1 kept accurate near zero."""
    accurate = optimize(expression, (expm1_opt,)).replace(_is_log_of_one_more, lambda e: log1p(e.args[0] - 1))
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
    "FORMULAS",
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
