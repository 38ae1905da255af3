"""Claims in the chapters of the ledger, their formulas numbered through.

A chapter is a folder of verify/claims. In it the claims of a module stand together, under the first paragraph of its
docstring: the heading ends at the first colon or comma, and what follows is the opening. Formulas get their numbers in
the order of their first use, and are printed there.
"""

import re
from collections.abc import Sequence
from functools import cache

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
    number = Numbers()
    return [
        {
            "title": rich(title),
            "parts": [
                {"title": rich(heading), "text": rich(text), "claims": [number.through(claim) for claim in group]}
                for (heading, text), group in parts.items()
            ],
        }
        for title, parts in found.items()
    ]


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


class Numbers:
    """Numbers of formulas, in the order in which claims name them."""

    def __init__(self) -> None:
        self.given: dict[str, int] = {}

    def through(self, claim: Values) -> Values:
        """The claim with the formulas that no claim before it rests on, and the numbers of the others."""
        names = claim["rests_on"]
        earlier = [self.given[name] for name in names if name in self.given]
        new = [name for name in dict.fromkeys(names) if name not in self.given]
        self.given |= {name: i for i, name in enumerate(new, start=len(self.given) + 1)}
        return claim | {"formulas": [_formula(name, self.given[name]) for name in new], "earlier": earlier}


def _formula(name: str, i: int) -> Values:
    formula = FORMULAS[name]
    texts = {key: rich(getattr(formula, key)) for key in ("statement", "source", "regime")}
    return {"number": i, "typst": typst(formula.equation), "alt": plain(formula.statement), **texts}
