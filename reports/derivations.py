"""The derivations on the page: each step its sentence and its equation, which SymPy has checked."""

import sympy as sp

from reports.section import Values
from reports.typesetting.mathematics import typst
from reports.typesetting.sentences import rich
from theory.derivations.derivation import Derivation, Step
from theory.derivations.results import DERIVATIONS
from theory.latex import latex
from verify.render.terminal import plain

LONG = 220  # letters of Typst mathematics that go on one line


def derivation_pages() -> list[Values]:
    """Every entry of `theory.derivations.results.DERIVATIONS`, in its order."""
    return [derivation_page(name, derive()) for name, derive in DERIVATIONS.items()]


def derivation_page(name: str, derivation: Derivation) -> Values:
    """One derivation as plain values for Typst."""
    return {
        "name": "derivation-" + "".join(c if c.isalnum() else "-" for c in name.lower()),
        "title": rich(name[:1].upper() + name[1:]),
        "steps": [_step_page(step) for step in derivation.steps],
        **{key: rich(getattr(derivation, key)) for key in ("statement", "source", "regime")},
    }


def equation_lines(step: Step) -> list[str]:
    """The equation in one line or two. Sides that SymPy has made the same are one, and none where they say nothing."""
    left, right = (typst(latex(side)) for side in (step.left, step.right))
    if left == right:
        return [] if isinstance(step.right, sp.Symbol | sp.Integer) else [right]
    return [f"{left} = {right}"] if len(left + right) < LONG else [left, f"= {right}"]


def _step_page(step: Step) -> Values:
    lines = equation_lines(step)
    return {"text": rich(step.text if lines else step.text.rstrip(":,") + "."), "lines": lines, "alt": plain(step.text)}
