"""The derivations on the page: each step its sentence and its equation, which SymPy has checked."""

from collections.abc import Iterable
from typing import Any

import sympy as sp

from reports.section import Values
from reports.typesetting.mathematics import typst
from reports.typesetting.sentences import rich
from theory.derivations.derivation import Derivation, Step
from theory.derivations.results import DERIVATIONS
from theory.latex import latex
from verify.render.terminal import plain

DERIVES = {  # the formulas, or the claims, that each derivation ends in
    "second cumulant": ("second_cumulant_time", "global_variance", "directional_variance"),
    "linear condensation": (
        "linear_energy_law",
        "linear_entropy_loss",
        "directional_entropy_loss",
        "mean_entropy_loss",
    ),
    "Poisson-Dirichlet": ("poisson_dirichlet_moment", "condensed_participation"),
    "frozen Jacobian": ("frozen_normalized_jacobian", "frozen_score_variance"),
    "exponents above t_c": ("participation-typical", "participation-average", "participation-paper-above"),
}
LONG = 220  # letters of Typst mathematics that go on one line


def derivation_pages() -> list[Values]:
    """Every entry of `theory.derivations.results.DERIVATIONS`, in its order."""
    return [derivation_page(name, derive()) for name, derive in DERIVATIONS.items()]


def derived(names: Iterable[str]) -> list[list[Any]]:
    """Address and title of each derivation that ends in one of these formulas or claims, in their order."""
    asked = set(names)
    return [[address(name), rich(_title(name))] for name, ends in DERIVES.items() if asked & set(ends)]


def address(name: str) -> str:
    """Where a derivation stands on its page."""
    return "derivation-" + "".join(c if c.isalnum() else "-" for c in name.lower())


def derivation_page(name: str, derivation: Derivation) -> Values:
    """One derivation, step by step, as its page shows it.

    Arguments:
        name: of `theory.derivations.results.DERIVATIONS`.
        derivation: its steps.

    Returns:
        Plain values for Typst.
    """
    return {
        "name": address(name),
        "title": rich(_title(name)),
        "steps": [_step_page(step) for step in derivation.steps],
        **{key: rich(getattr(derivation, key)) for key in ("statement", "source", "regime")},
    }


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]


def equation_lines(step: Step) -> list[str]:
    """The equation in one line or two. Sides that SymPy has made the same are one, and none where they say nothing."""
    left, right = (typst(latex(side)) for side in (step.left, step.right))
    if left == right:
        return [] if isinstance(step.right, sp.Symbol | sp.Integer) else [right]
    return [f"{left} = {right}"] if len(left + right) < LONG else [left, f"= {right}"]


def _step_page(step: Step) -> Values:
    lines = equation_lines(step)
    return {"text": rich(step.text if lines else step.text.rstrip(":,") + "."), "lines": lines, "alt": plain(step.text)}
