r"""Sentences on the page and in figures: text with LaTeX mathematics between dollar signs (`theory.sentence`).

rich(r"$\frac{t}{t_c} \to 1$ in time")     [["math", "frac(t, t_(c)) → 1"], ["text", " in time"]]
rich("t_c -> sigma_i^2")                   letters, arrows, minus signs and scripts of a sentence without any
"""

import re

from reports.typesetting.mathematics import typst
from reports.typesetting.words import MINUS, TIMES
from theory.macros import symbol
from theory.sentence import DOLLAR, pieces
from verify.render.terminal import plain

GREEK = re.compile(r"(?<![A-Za-z])(alpha|beta|gamma|kappa|lambda|mu|rho|sigma|tau|omega)(?![A-Za-z])")
ARROWS = {"->": "→", ">=": "≥", "<=": "≤", "+-": "±"}
SIGNS = (
    (r"(?<=\d) x (?=\d)", f" {TIMES} "),
    (r"(?<=[\w)'}]) - (?=[\w(])", f" {MINUS} "),
    (r"(?<![\w)\]}'.-])-(?=[\w(])", MINUS),
)
SCRIPTS = re.compile(
    r"(?<=[\w)\]|])\^(\{[^}]*\}|\([^)]*\)|[\w\u2212-]+(?:\.\d+)?)"
    r"|(?<=[A-Za-z\u03b1-\u03c9])(?<![A-Za-z]{2})_(\{[^}]*\}|\w|[a-z][a-z0-9]|(?<=[\u03b1-\u03c9]_)[a-z]+)(?!\w)"
)
MATHEMATICS, FIXED = r"(?<!\\)\$.*?(?<!\\)\$", "\N{NO-BREAK SPACE}"
HELD = re.compile(rf"({MATHEMATICS})| ([=/]) ", re.DOTALL)
WORD = re.compile(rf"(?:{MATHEMATICS}|\S|{FIXED})+", re.DOTALL)
UNKNOWN = re.compile(r"\\(le|ge|lt|gt|[lr]vert|[lr]Vert)(?![A-Za-z])")  # to matplotlib
Segments = list[list[str]]


def rich(sentence: str) -> Segments:
    """Segments for Typst: ["text", ...] and ["math", ...]; without mathematics ["sub", ...] and ["sup", ...] too.

    Raises ValueError where the sentence cannot be read.
    """
    found = pieces(sentence)
    if all(kind == "text" for kind, _ in found):
        return [segment for _, part in found for segment in _of_signs(part)]
    return [[kind, typst(part) if kind == "math" else part] for kind, part in found]


def mathtext(sentence: str) -> str:
    """A sentence as matplotlib takes it, its mathematics between dollar signs."""
    if DOLLAR.search(sentence):
        return UNKNOWN.sub(lambda found: symbol(found[1]), sentence)
    marks = {"text": "{}", "sub": "$_{{{}}}$", "sup": "$^{{{}}}$"}
    return "".join(marks[kind].format(part.replace("$", r"\$")) for kind, part in rich(sentence))


def wrapped(sentence: str, width: int) -> str:
    """The sentence in lines of about `width` letters, as they are seen; mathematics, and "t = 1", stay in one line.

    Arguments:
        sentence: with mathematics between dollar signs.
        width: of a line, in letters.
    """
    held = HELD.sub(lambda found: found[1] or f"{FIXED}{found[2]}{FIXED}", sentence)
    lines: list[str] = []
    for word in WORD.findall(held):
        longer = " ".join([*lines[-1:], word])
        lines[-1:] = [longer] if len(plain(longer)) <= width else [*lines[-1:], word]
    return "\n".join(lines)


def _of_signs(text: str) -> Segments:
    """A sentence in plain signs, as "t_c -> sigma_i^2", with its letters and scripts."""
    text = GREEK.sub(lambda found: symbol(found[1]), text)
    for sign, glyph in ARROWS.items():
        text = text.replace(sign, glyph)
    for pattern, glyph in SIGNS:
        text = re.sub(pattern, glyph, text)
    segments, last = [], 0
    for found in SCRIPTS.finditer(text):
        segments.append(["text", text[last : found.start()]])
        segments.append(["sup", found[1].strip("{}()").replace("_", "")] if found[1] else ["sub", found[2].strip("{}")])
        last = found.end()
    segments.append(["text", text[last:]])
    return [segment for segment in segments if segment[1]]
