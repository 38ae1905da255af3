"""Claims in the chapters of the ledger, each with its equations and their derivations.

A chapter is a folder of verify/claims. In it the claims of a module stand together, under the first paragraph of its
docstring: the heading ends at the first colon or comma, and what follows is the opening.
"""

import re
from collections.abc import Sequence
from functools import cache

from reports.derivations import derived
from reports.section import Values
from reports.typesetting.mathematics import typst
from reports.typesetting.sentences import rich
from theory.formula import FORMULAS
from verify.ledger import CHAPTERS, MODULES, chapter
from verify.render.terminal import plain

OTHER = "Further claims"  # those of no chapter of the ledger, as a user's own
Place = tuple[str, tuple[str, str]]


def chapters(claims: Sequence[Values]) -> list[Values]:
    """The claims by chapter and module, in the order of the ledger, those of neither last."""
    found: dict[str, dict[tuple[str, str], list[Values]]] = {}
    for title in (*CHAPTERS.values(), OTHER):
        for claim in claims:
            of, heading = places().get(claim["name"], (OTHER, ("", "")))
            if of == title:
                found.setdefault(title, {}).setdefault(heading, []).append(claim)
    return [
        {
            "name": title,
            "title": rich(title),
            "parts": [
                {"title": rich(heading), "text": rich(text), "claims": [_placed(claim, title) for claim in group]}
                for (heading, text), group in parts.items()
            ],
        }
        for title, parts in found.items()
    ]


def _placed(claim: Values, chapter: str) -> Values:
    """The claim with its chapter, its equations, and the derivations that end in them."""
    formulas = [formula_page(name) for name in claim["rests_on"]]
    derivations = derived([claim["name"], *claim["rests_on"]])
    return claim | {"chapter": chapter, "formulas": formulas, "derivations": derivations}


@cache
def places() -> dict[str, Place]:
    """Chapter, heading and opening of each claim of the ledger, by its name."""
    return {
        claim.name: (chapter(module), _heading(module.__doc__ or "")) for module in MODULES for claim in module.CLAIMS
    }


def _heading(text: str) -> tuple[str, str]:
    title, *rest = re.split("[:,] ", " ".join(text.split("\n\n")[0].split()), maxsplit=1)
    opening = "".join(rest)
    return title.rstrip("."), opening[:1].upper() + opening[1:]


def formula_page(name: str) -> Values:
    """A formula of `theory.formula.FORMULAS` as plain values for Typst."""
    formula = FORMULAS[name]
    texts = {key: rich(getattr(formula, key)) for key in ("statement", "source", "regime")}
    return {"typst": typst(formula.equation), "alt": plain(formula.statement), **texts}
