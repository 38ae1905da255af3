"""Named mutants: formulas made wrong on purpose, so that anyone can see the checks fail.

pytest verify/ --break omega2-halved
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sympy as sp

import theory.laws
import theory.limits.condensation
import theory.limits.weights  # noqa: F401  the formulas are registered by their modules
from theory.checks import choice
from theory.formula import FORMULAS, Total, replaced


@dataclass(frozen=True)
class Mutant:
    """The formula that is changed, and how.

    Arguments:
        formula: the name of the formula (`theory.formula`).
        change: from its SymPy expression to a wrong one.
    """

    formula: str
    change: Callable[[sp.Expr], sp.Expr]


PREDICTING = ("theory.exact.", "verify.claims.", "own_claims_")  # modules that may keep predictions
MUTANTS = {
    "omega2-halved": Mutant("directional_variance", lambda e: e / 2),
    "r4-halved": Mutant("global_variance", lambda e: e / 2),
    "t_c": Mutant("linear_energy_law", lambda e: Total(2 * e.args[0])),
    "t_c-paper-doubled": Mutant("second_cumulant_time", lambda e: 2 * e),
    "participation-squared": Mutant("condensed_participation", lambda e: e**2),
}


@contextmanager
def broken(name: str | None) -> Iterator[None]:
    """The theory with the mutant of that name in force; as it is for None. ValueError for an unknown name."""
    if name is None:
        yield
        return
    mutant = MUTANTS[choice("break", name, tuple(MUTANTS))]
    with replaced(mutant.formula, mutant.change(FORMULAS[mutant.formula].written)), forgetful():
        yield


@contextmanager
def forgetful() -> Iterator[None]:
    """What claims keep of earlier predictions (functools.cache) is dropped before and after."""
    forget()
    try:
        yield
    finally:
        forget()


def forget() -> None:
    """Empty the caches of exact averages and of the modules of claims."""
    modules = [module for name, module in sys.modules.items() if name.startswith(PREDICTING)]
    for kept in [value for module in modules for value in vars(module).values() if hasattr(value, "cache_clear")]:
        kept.cache_clear()
