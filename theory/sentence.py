r"""A sentence: text, with LaTeX mathematics between dollar signs.

    The mean of $\sum_\mu w_\mu^2$ tends to $1 - t/t_c$.

Outside the dollar signs each letter stands for itself, and `\$` for a dollar sign; what may stand inside is in
`theory.macros`. A sentence that cannot be printed is refused when it is made, not when it is printed.
"""

import itertools
import re
from collections.abc import Mapping
from typing import Literal

from theory.macros import nodes

DOLLAR = re.compile(r"(?<!\\)\$")
MATHEMATICS = re.compile(r"(?<!\\)\$.*?(?<!\\)\$", re.DOTALL)
STOP = re.compile(r"(?<!et al)[.?!] (?=[A-Z])")
RULE = r"must have its mathematics between two dollar signs, no space at their inner sides, and \$ for the sign itself"
Piece = tuple[Literal["text", "math"], str]


def pieces(sentence: str) -> list[Piece]:
    """The sentence as ("text", ...) and ("math", LaTeX), in order. Raises ValueError for a dollar sign alone."""
    parts = DOLLAR.split(sentence)
    if len(parts) % 2 == 0 or any(not part or part != part.strip() for part in parts[1::2]):
        raise ValueError(f"{RULE}, got {sentence!r}")
    return [("math" if i % 2 else "text", part.replace(r"\$", "$")) for i, part in enumerate(parts) if part]


def literal(text: str) -> str:
    """The sentence that shows the text as it is, with its dollar signs."""
    return text.replace("$", r"\$")


def check(sentences: Mapping[str, str]) -> None:
    """Raises ValueError for the first sentence that cannot be printed, which it calls by its name."""
    for name, sentence in sentences.items():
        try:
            for kind, part in pieces(sentence):
                if kind == "math":
                    nodes(part)
        except ValueError as error:
            raise ValueError(f"{name} {error}") from None


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its full stop; stops within mathematics, and that of "et al.", end none."""
    masked = MATHEMATICS.sub(lambda found: "M" * len(found[0]), text)
    starts = [0, *(found.end() for found in STOP.finditer(masked)), len(text)]
    return [text[begin:end].rstrip() for begin, end in itertools.pairwise(starts)]


def first(text: str) -> str:
    """The first sentence of several, with a full stop."""
    return f"{sentences(text)[0].rstrip('.')}."
