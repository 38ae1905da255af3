r"""The LaTeX mathematics that sentences and formulas are written in, parsed by pylatexenc.

    \frac{t}{t_c}     \sum_\mu w_\mu^2     \operatorname{Var} s_i(x)     \left(1 - \sqrt{\alpha}\right)^2

Letters, numbers, `_`, `^`, `{}`, and the macros of ARGUMENTS, FUNCTIONS, SPACES and SYMBOLS, which Typst, matplotlib,
GitHub and a terminal can all show. Any other macro is refused by its name.
"""

from functools import cache
from itertools import accumulate
from typing import Any

from pylatexenc import latex2text
from pylatexenc.latexwalker import LatexCharsNode, LatexGroupNode, LatexMacroNode, LatexSpecialsNode, LatexWalker
from pylatexenc.latexwalker import LatexWalkerParseError as NotParsed
from pylatexenc.macrospec import LatexContextDb, MacroStandardArgsParser, SpecialsSpec, std_macro

WORDS = ("operatorname", "text", "mathrm")  # their argument is text
FONTS = ("mathbf", "mathbb", "mathcal")
ACCENTS = ("tilde", "hat", "bar", "vec", "dot", "ddot", "overline")
FENCES = ("left", "right")
ARGUMENTS = {  # "{" for each argument, "[" for one that may be left out
    "frac": "{{",
    "sqrt": "[{",
    **dict.fromkeys((*WORDS, *FONTS, *ACCENTS, *FENCES), "{"),
}
FUNCTIONS = (
    *("arg", "cos", "cosh", "det", "dim", "exp", "inf", "lim", "ln"),
    *("log", "max", "min", "sin", "sinh", "sup", "tan", "tanh"),
)
SPACES = (",", ":", ";", "!", " ", "quad", "qquad")
SIGNS = r"""
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    sum prod int partial nabla infty ell hbar forall exists emptyset prime dots ldots cdots
    le leq ge geq ne neq lt gt ll gg lesssim gtrsim equiv sim simeq approx propto in notin subset subseteq mid
    parallel perp to rightarrow leftarrow leftrightarrow Rightarrow Leftrightarrow mapsto uparrow downarrow
    pm mp times cdot circ ast star oplus otimes cup cap setminus dagger
    langle rangle lfloor rfloor lceil rceil lvert rvert vert lVert rVert Vert lbrace rbrace { } | % # _
"""
SYMBOLS = frozenset(SIGNS.split())
LACKING = {"ne": "≠", "lt": "<", "gt": ">", "|": "‖", "%": "%"}  # what pylatexenc has no sign for
KNOWN = frozenset((*ARGUMENTS, *FUNCTIONS, *SPACES, *SYMBOLS))
SCRIPTS = ("_", "^")
DELIMITERS = frozenset(("", *"()[]{}|‖⟨⟩⌊⌋⌈⌉"))
REFUSED = frozenset('#&~"@`')  # letters that mean something else in LaTeX, or nothing
Nodes = list[Any]


def nodes(latex: str) -> Nodes:
    """LaTeX mathematics as nodes of pylatexenc. Raises ValueError where it is none, which names an unknown macro."""
    try:
        found = LatexWalker(latex, latex_context=_grammar(), tolerant_parsing=False).get_latex_nodes()[0]
        _refuse(found)
    except (NotParsed, ValueError) as error:
        raise ValueError(f"must be LaTeX mathematics, got {latex}: {getattr(error, 'msg', error)}") from None
    return found


def symbol(name: str) -> str:
    r"""The letter or sign of a macro of SYMBOLS: of `\alpha`, the letter alpha."""
    return LACKING.get(name) or latex2text.get_default_latex_context_db().get_macro_spec(name).simplify_repl


def arguments(node: Any) -> Nodes:
    """The arguments of a macro or of a script, each a node; None for one left out."""
    return list(node.nodeargd.argnlist) if getattr(node, "nodeargd", None) else []


def inside(node: Any) -> Nodes:
    """The nodes in a pair of braces, or the node itself where it has none."""
    return node.nodelist if isinstance(node, LatexGroupNode) else [node]


def words(node: Any) -> str:
    r"""The text of a macro of WORDS, as of `\text{held out}`."""
    return "".join(_letters(part) for part in inside(arguments(node)[0]))


def fence(node: Any) -> str:
    r"""The sign behind `\left` or `\right`, nothing for a full stop."""
    return "".join(map(_letters, arguments(node))).strip(".")


def _letters(node: Any) -> str:
    if isinstance(node, LatexCharsNode):
        return node.chars
    return symbol(node.macroname) if node.macroname in SYMBOLS else " "


@cache
def _grammar() -> LatexContextDb:
    grammar = LatexContextDb()
    macros = [std_macro(name, ARGUMENTS.get(name, "")) for name in KNOWN]
    scripts = [SpecialsSpec(sign, MacroStandardArgsParser("{")) for sign in SCRIPTS]
    grammar.add_context_category("mathematics", macros=macros, specials=scripts)
    return grammar


def _refuse(found: Nodes) -> None:
    """Raises ValueError for the first node that has no place in the grammar."""
    for node in found:
        if not _has_place(node):
            raise ValueError(f"{node.latex_verbatim().strip()} is unknown or out of place")
        for part in _parts(node):
            _refuse(part)
    steps = [1 if node.macroname == "left" else -1 for node in found if getattr(node, "macroname", "") in FENCES]
    if min(accumulate(steps), default=0) < 0 or sum(steps):
        raise ValueError(r"each \left must have its \right")


def _parts(node: Any) -> list[Nodes]:
    """The mathematics within a node."""
    if isinstance(node, LatexGroupNode):
        return [node.nodelist]
    if getattr(node, "macroname", "") in WORDS:
        return []
    return [inside(argument) for argument in arguments(node) if argument]


def _has_place(node: Any) -> bool:
    if isinstance(node, LatexCharsNode):
        return REFUSED.isdisjoint(node.chars)
    if not isinstance(node, LatexMacroNode):
        return isinstance(node, LatexGroupNode | LatexSpecialsNode)
    name = node.macroname
    if name in ARGUMENTS and not arguments(node):
        return False
    if name in WORDS:
        return all(isinstance(part, LatexCharsNode) or _is_sign(part) for part in inside(arguments(node)[0]))
    return name in KNOWN and (name not in FENCES or fence(node) in DELIMITERS)


def _is_sign(node: Any) -> bool:
    return isinstance(node, LatexMacroNode) and node.macroname in {*SYMBOLS, *SPACES}
