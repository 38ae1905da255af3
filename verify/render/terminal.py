r"""Sentences for a terminal: their mathematics in Unicode, by pylatexenc.

plain(r"The mean of $\frac{t}{2 \alpha}$ at $w_\mu^2 \ll 1$.")     The mean of t/(2 α) at w_μ^2 ≪ 1.
"""

import re
from functools import cache
from typing import Any

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, SpecialsTextSpec, get_default_latex_context_db
from pylatexenc.macrospec import LatexContextDb

from theory.macros import FENCES, FUNCTIONS, LACKING, SCRIPTS, WORDS, arguments, fence, inside, nodes, words
from theory.sentence import pieces

ALONE = re.compile(r"\d+|\w([_^]\w)*")  # what needs no brackets above or below a line
RELATION = re.compile("[\u2264\u2265\u226a\u226b\u2192\u2260\u2248\u221d\u223c\u2261\u2208]")  # spaces around it


def plain(sentence: str) -> str:
    """The sentence without dollar signs. Raises ValueError where it cannot be read (`theory.sentence`)."""
    return "".join(unicode(part) if kind == "math" else part for kind, part in pieces(sentence))


def unicode(latex: str) -> str:
    """LaTeX mathematics in one line. Raises ValueError where it cannot be read (`theory.macros`)."""
    printer = LatexNodes2Text(latex_context=_signs(), strict_latex_spaces="based-on-source")
    return " ".join(RELATION.sub(r" \g<0> ", printer.nodelist_to_text(nodes(latex))).split())


@cache
def _signs() -> LatexContextDb:
    """What each macro is: as pylatexenc has it, but for brackets that one line needs."""
    signs = get_default_latex_context_db()
    own = {"frac": _ratio, "sqrt": _root, **dict.fromkeys(FENCES, fence), **dict.fromkeys(WORDS, words), **LACKING}
    own |= dict.fromkeys(FUNCTIONS, _function)
    macros = [MacroTextSpec(name, replacement) for name, replacement in own.items()]
    scripts = [SpecialsTextSpec(sign, _script) for sign in SCRIPTS]
    signs.add_context_category("mathematics", macros=macros, specials=scripts, prepend=True)
    return signs


def _ratio(node: Any, l2tobj: LatexNodes2Text) -> str:
    return "/".join(_held(_text(part, l2tobj)) for part in arguments(node))


def _root(node: Any, l2tobj: LatexNodes2Text) -> str:
    order, argument = arguments(node)
    root = _text(argument, l2tobj)
    return f"({root})^{{1/{_text(order, l2tobj)}}}" if order else f"√{_held(root)}"


def _function(node: Any) -> str:
    return node.macroname + node.macro_post_space


def _script(node: Any, l2tobj: LatexNodes2Text) -> str:
    text = _text(arguments(node)[0], l2tobj)
    after = " " * node.latex_verbatim().endswith(" ")  # pylatexenc takes it for a part of the script
    return node.specials_chars + (text if len(text) == 1 else f"{{{text}}}") + after


def _held(text: str) -> str:
    return text if ALONE.fullmatch(text) else f"({text})"


def _text(argument: Any, l2tobj: LatexNodes2Text) -> str:
    return l2tobj.nodelist_to_text(inside(argument)).strip()
