"""What can be done to a formula: one number, sign, exponent, term or factor at a time, on its SymPy tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from theory.formula import FORMULAS, CoordinateSum


@dataclass(frozen=True)
class Change:
    """One mutant of a formula: what was done to it, and the result.

    Arguments:
        formula: the name of the formula (`theory.formula`).
        what: the change in words, as "2 -> 4".
        expression: the changed formula, a SymPy expression of the same symbols.
    """

    formula: str
    what: str
    expression: sp.Expr


def changes(name: str) -> list[Change]:
    """Every mutant of the formula of that name, no two equal and none equal to the formula."""
    whole = FORMULAS[name].written
    seen = {whole}
    result = []
    for what, mutant in _mutants(whole):
        if mutant not in seen:
            seen.add(mutant)
            result.append(Change(name, what, mutant))
    return result


def _mutants(node: Any) -> Iterator[tuple[str, sp.Expr]]:
    """What can be done at this node, and inside each of its parts with the rest as it is."""
    yield from _at(node)
    for place, part in enumerate(node.args):
        for what, mutant in _mutants(part):
            if mutant.is_finite is not False:  # 1/0 is no formula
                yield what, node.func(*node.args[:place], mutant, *node.args[place + 1 :])


def _at(node: Any) -> Iterator[tuple[str, sp.Expr]]:
    if _is(node, sp.Number) and not node.is_zero:
        yield f"{node} becomes {2 * node}", 2 * node
    if _is(node, sp.Pow):
        yield f"{node} to one power more", node.base ** (node.exp + 1)
        yield f"{node} to half the power", node.base ** (node.exp / 2)
    if _is(node, sp.Add, sp.Mul):
        joined = "term" if _is(node, sp.Add) else "factor"
        for place, part in enumerate(node.args):
            rest = node.args[:place] + node.args[place + 1 :]
            yield f"{joined} {part} left out", node.func(*rest)
            if _is(node, sp.Add):
                yield f"term {part} changes sign", node.func(*rest, -part)
    if _is(node, CoordinateSum, sp.Mul, sp.Pow):
        yield f"{node} changes sign", -node
    if _is(node, sp.Symbol):
        yield f"{node} becomes 2 {node}", 2 * node


def _is(node: Any, *kinds: Any) -> bool:
    return isinstance(node, kinds)
