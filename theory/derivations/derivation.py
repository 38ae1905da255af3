r"""Derivations: how each result follows, step by step, as equations that can be checked and printed.

A step is one equation, left = right, with a sentence that says why. Its left side is obtained from the step before or
from a definition by SymPy (a derivative, a substitution, an integral still to be done), its right side is what the text
claims; `residues` reduces every step to zero. The derivations themselves are in `theory.derivations.results`.

    for step in poisson_dirichlet().steps: print(step.text, step.equation)
"""

from dataclasses import dataclass

import sympy as sp

from theory.formula import expand

COORDINATES = 2  # in which sums over coordinates are written out to be checked


@dataclass(frozen=True)
class Step:
    """One equation and the sentence that leads to it.

    Arguments:
        text: the sentence (`theory.sentence`).
        left: obtained from the step before, or from a definition.
        right: what the text claims.
    """

    text: str
    left: sp.Expr
    right: sp.Expr

    @property
    def equation(self) -> sp.Equality:
        return sp.Eq(self.left, self.right, evaluate=False)

    @property
    def residue(self) -> sp.Expr:
        """left - right with all integrals done, sums written out and everything simplified: 0 if the step is right."""
        sides = [expand(side.doit(conds="none"), COORDINATES) for side in (self.left, self.right)]
        difference = sp.expand_log(sp.simplify(sides[0] - sides[1]), force=True)
        return sp.simplify(sp.gammasimp(difference))


@dataclass(frozen=True)
class Derivation:
    """What is shown, by which steps, after whom, and where it holds.

    Arguments:
        statement: what is shown, a sentence.
        steps: equations, in order.
        source: after whom, a sentence.
        regime: where it holds, a sentence.
    """

    statement: str
    steps: tuple[Step, ...]
    source: str
    regime: str

    @property
    def residues(self) -> tuple[sp.Expr, ...]:
        return tuple(step.residue for step in self.steps)
