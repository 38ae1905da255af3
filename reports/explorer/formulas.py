r"""The formulas of the theory as JavaScript: what the explorer draws is printed from the SymPy expressions in force.

    theory.second_cumulant_time = (r4, omega2, alpha) => Math.sqrt((1/2)*(...)/alpha);
    theory.linear_energy_law = (lam, x, v, counts) => total(counts, [x, v], (x, v) => ...);

A sum over coordinates becomes a sum over subspaces: `x` and `v` hold one number for each subspace, `counts` how many
directions it has. At complex :math:`z = a + ib` a coordinate of the energy law is printed as its two real parts, and so
are the moments of a level reweighted by :math:`e^{-zE}`,

.. math::

    \mathbb{E}_z[y - x] = \frac{\partial_x K}{z}, \qquad
    \mathrm{Var}_z(y) = \frac{\partial_x^2 K + z}{z^2}
"""

from typing import Any

import sympy as sp
from sympy.printing.jscode import JavascriptCodePrinter

from theory.formula import Formula, symbol
from theory.laws.linear import linear_energy_law
from theory.learned.linear import noise_of_renormalized, renormalized_jacobian
from theory.learned.training import one_layer_weight, optimal_weight
from theory.limits.condensation import (
    directional_variance,
    global_variance,
    linear_entropy_loss,
    second_cumulant_time,
)
from theory.limits.fluctuation import frozen_normalized_jacobian, paper_normalized_jacobian
from theory.limits.weights import condensed_participation
from theory.sums import CoordinateSum

FORMULAS: tuple[Formula, ...] = (
    global_variance,
    directional_variance,
    second_cumulant_time,
    linear_entropy_loss,
    condensed_participation,
    paper_normalized_jacobian,
    frozen_normalized_jacobian,
    optimal_weight,
    one_layer_weight,
    noise_of_renormalized,
    renormalized_jacobian,
    linear_energy_law,
    linear_energy_law.derivative("lam"),
    linear_energy_law.derivative("lam", 2),
)
COORDINATES = ("x", "v")


class Printer(JavascriptCodePrinter):
    """SymPy's printer of JavaScript, with sums over subspaces, and with log(1 + u) kept accurate near u = 0."""

    def _print_log(self, expr: sp.Expr) -> str:
        rest = expr.args[0] - 1
        return f"Math.log1p({self._print(rest)})" if sp.S.One in expr.args[0].args else self._print_Function(expr)

    def _print_CoordinateSum(self, expr: sp.Expr) -> str:
        names = ", ".join(sorted((s.name for s in expr.free_symbols if s.name in COORDINATES), reverse=True))
        return f"{type(expr).__name__.lower()}(counts, [{names}], ({names}) => {self._print(expr.args[0])})"

    _print_Total = _print_Mean = _print_CoordinateSum


def javascript() -> str:
    """A script that defines `theory`: its real formulas, and `theory.level`, those of one coordinate at complex z."""
    lines = [f"theory.{formula.name} = {real(formula)};" for formula in FORMULAS]
    lines += [f"theory.level.{name} = {of_complex(term)};" for name, term in level_terms().items()]
    return "\n".join(["const theory = { level: {} };", *lines])


def real(formula: Formula) -> str:
    """A formula as an arrow function of its symbols, and of `counts` where it has sums over coordinates."""
    names = [s.name for s in formula.symbols]
    if formula.expression.has(CoordinateSum):
        names.append("counts")
    return f"({', '.join(names)}) => {Printer().doprint(formula.expression)}"


def level_terms() -> dict[str, sp.Expr]:
    """The terms of one coordinate by name: K, and mean and variance of y - x in levels reweighted by e^{-lam E}."""
    lam, x, _ = linear_energy_law.symbols
    term: Any = linear_energy_law.expression.args[0]
    variance = sp.cancel((sp.diff(term, x, 2) + lam) / lam**2)
    return {"log_mgf": term, "offset": sp.cancel(sp.diff(term, x) / lam), "variance": variance}


def of_complex(term: sp.Expr) -> str:
    """A term of lam, x and v as an arrow function (a, b, x, v) => [real part, imaginary part] at lam = a + i b."""
    lam = linear_energy_law.symbols[0]
    a, b = symbol("a"), symbol("b")
    parts = [_angles(part) for part in term.subs(lam, a + sp.I * b).as_real_imag()]
    return f"(a, b, x, v) => [{', '.join(Printer().doprint(part) for part in parts)}]"


def _angles(expression: sp.Expr) -> sp.Expr:
    return expression.replace(sp.arg, lambda z: sp.atan2(sp.im(z), sp.re(z)))
