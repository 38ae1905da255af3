"""The derivations on the page: each step its sentence and its equation, which SymPy has checked."""

from reports.mathematics import typst
from reports.section import Values
from reports.words import rich
from theory.derivation import Derivation
from theory.derivations import DERIVATIONS


def derivation_pages() -> list[Values]:
    """Every entry of `theory.derivations.DERIVATIONS`, in its order."""
    return [derivation_page(name, derive()) for name, derive in DERIVATIONS.items()]


def derivation_page(name: str, derivation: Derivation) -> Values:
    """One derivation as plain values for Typst."""
    return {
        "name": "derivation-" + "".join(c if c.isalnum() else "-" for c in name.lower()),
        "title": rich(name[:1].upper() + name[1:]),
        "steps": [
            {"text": rich(step.text), "typst": typst(step.equation), "alt": step.text} for step in derivation.steps
        ],
        **{key: rich(getattr(derivation, key)) for key in ("statement", "source", "regime")},
    }
