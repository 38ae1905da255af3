r"""LaTeX mathematics to Typst: how formulas, and the mathematics of sentences, are set in the report.

    \frac{t}{2 \alpha}           frac(t, 2 α)
    \sum_\mu w_{\mu}^{2}         ∑_(μ) w_(μ)^(2)
    \operatorname{Var} s_i(x)    op("Var") s_(i) \( x \)

`theory.macros` parses, and refuses what it does not know. Each letter, number and sign is one word of Typst, escaped
where Typst would read more into it.
"""

import json
import re
from functools import cache
from itertools import pairwise
from typing import Any

from pylatexenc.latexwalker import LatexCharsNode, LatexGroupNode, LatexSpecialsNode

from theory.macros import DELIMITERS, FENCES, SYMBOLS, WORDS, arguments, fence, inside, nodes, symbol, words

CALLS = {
    "frac": "frac({}, {})",
    "overline": "overline({})",
    "mathbf": "upright(bold({}))",
    "mathbb": "bb({})",
    "mathcal": "cal({})",
    "tilde": "tilde({})",
    "hat": "hat({})",
    "bar": "macron({})",
    "vec": "arrow({})",
    "dot": "dot({})",
    "ddot": "dot.double({})",
    ",": "thin",
    ":": "med",
    ";": "thick",
    "!": "#h(-0.17em)",
    " ": "space",
    "qquad": "wide",
}  # others are called in Typst as in LaTeX: quad, and functions
SIDES = {"lvert": "opening", "lVert": "opening", "rvert": "closing", "rVert": "closing"}
PIECE = re.compile(r"\d+(?:\.\d+)?|'+|\S")
EMPTY = '""'
PLAIN = "+-=<>*!?.:'"  # signs that are themselves in Typst where they stand alone


@cache  # many claims rest on one formula
def typst(latex: str) -> str:
    """LaTeX mathematics as Typst mathematics. Raises ValueError for what `theory.macros` does not know."""
    return _row(nodes(latex))


def _row(found: list[Any]) -> str:
    """Nodes beside each other: spaces between words, none before scripts and beside texts."""
    row = ""
    for node, after in pairwise([*found, None]):
        part = _part(node)
        if isinstance(node, LatexGroupNode) and isinstance(after, LatexSpecialsNode):
            part = f'class("normal", {part or EMPTY})'
        if not row and part.startswith(("_", "^")):
            row = EMPTY
        touches = not row or not part or part[0] in "_^'\"" or row.endswith('"')
        row += part if touches else f" {part}"
    return row


def _part(node: Any) -> str:
    if isinstance(node, LatexCharsNode):
        return " ".join(map(_escaped, PIECE.findall(node.chars))).replace(" '", "'")
    if isinstance(node, LatexGroupNode):
        return _row(node.nodelist)
    if isinstance(node, LatexSpecialsNode):
        return f"{node.specials_chars}({_argument(arguments(node)[0])})"
    return _macro(node, node.macroname)


def _macro(node: Any, name: str) -> str:
    if name in SYMBOLS:
        sign = _escaped(symbol(name))
        return f'class("{SIDES[name]}", {sign})' if name in SIDES else sign
    if name in WORDS:
        text = json.dumps(words(node), ensure_ascii=False)
        return f"op({text})" if name == "operatorname" else text
    if name in FENCES:
        return _fence(name, fence(node))
    if name == "sqrt":
        order, argument = arguments(node)
        return f"root({_argument(order)}, {_argument(argument)})" if order else f"sqrt({_argument(argument)})"
    return CALLS.get(name, name).format(*map(_argument, arguments(node)))


def _fence(name: str, sign: str) -> str:
    r"""`\left(` opens a pair whose size is that of what stands between, and `\right)` ends it."""
    shown = _escaped(sign) if sign else ""
    return f"lr({shown}" if name == "left" else f"{shown})"


def _argument(node: Any) -> str:
    return _row(inside(node)) or EMPTY


def _escaped(piece: str) -> str:
    """A letter, number or sign as Typst mathematics that is nothing else."""
    held = piece in DELIMITERS or (piece.isascii() and not piece[0].isalnum() and piece[0] not in PLAIN)
    return f"\\{piece}" if held else piece
