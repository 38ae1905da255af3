"""A section of the report that is made of Datasets and not of a claim: a title, paragraphs, tables and pictures.

Strings are sentences with LaTeX mathematics between dollar signs (`theory.sentence`); `reports.typesetting.sentences`
sets them.
Numbers in them are written by `number`, `with_error` and `span` of `reports.typesetting.words`. How to add a section:
see `reports.sections`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reports.figures.plot import Plot
from reports.typesetting.mathematics import typst
from reports.typesetting.sentences import rich
from reports.typesetting.words import SIGNS
from simulate.experiments.real import RealData
from simulate.run.store import Store
from theory.sentence import first
from verify.render.terminal import plain

Values = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What a section is given to observe and to say.

    Arguments:
        profile: "quick" or "full": how much is simulated.
        seed: of all random numbers, an integer >= 0.
        store: where results are kept.
        real: the images, and how they are measured.
        description: what the images are, in words.
        progress: show on stderr how far along it is.
    """

    profile: str
    seed: int
    store: Store
    real: RealData
    description: str
    progress: bool = True


@dataclass(frozen=True)
class Picture:
    """A figure with its caption.

    Arguments:
        plot: the figure.
        caption: a sentence or more below it.
    """

    plot: Plot
    caption: str


@dataclass(frozen=True)
class Table:
    """Rows of texts under `head`, with a caption. Raises ValueError for a row of another length.

    Arguments:
        head: the heading of each column.
        rows: one text for each column.
        caption: a sentence or more below it.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str

    def __post_init__(self) -> None:
        wrong = next((row for row in self.rows if len(row) != len(self.head)), None)
        if wrong is not None:
            raise ValueError(f"rows must have {len(self.head)} cells, as head has, got {wrong}")


@dataclass(frozen=True)
class Equation:
    """LaTeX mathematics on a line by itself; `alt` says it in words.

    Arguments:
        latex: the mathematics.
        alt: the same in words.
    """

    latex: str
    alt: str


@dataclass(frozen=True)
class Strip:
    """Statements with the claims that test them: rows of a sentence, the name of a claim, its verdict.

    Arguments:
        rows: a sentence, the name of the claim that tests it, and its verdict.
        caption: a sentence or more below it.
    """

    rows: tuple[tuple[str, str, str], ...]
    caption: str


Block = str | Table | Picture | Equation | Strip


@dataclass(frozen=True)
class Section:
    """A section of the report.

    Arguments:
        name: its address on the page, unique in the report.
        title: its heading.
        body: paragraphs, tables and pictures, in order.
    """

    name: str
    title: str
    body: tuple[Block, ...]


Maker = Callable[[Run], Section | None]


def section_page(section: Section) -> Values:
    """The section as plain values for Typst."""
    blocks = [_block(block, f"{section.name}-{i}") for i, block in enumerate(section.body, start=1)]
    return {"name": section.name, "title": rich(section.title), "blocks": blocks}


def _block(block: Block, name: str) -> Values:
    match block:
        case str():
            return {"kind": "text", "text": rich(block)}
        case Table():
            cells = {"head": list(map(rich, block.head)), "rows": [list(map(rich, row)) for row in block.rows]}
            label = plain(first(block.caption)).rstrip(".")  # of the box in which a wide table scrolls
            return {"kind": "table", "name": name, "label": label, "caption": rich(block.caption), **cells}
        case Equation():
            return {"kind": "equation", "lines": [typst(block.latex)], "alt": block.alt}
        case Strip():
            label = plain(first(block.caption)).rstrip(".")
            rows = [_statement(*row) for row in block.rows]
            head = ["Statement", "Verdict"]
            return {
                "kind": "strip",
                "name": name,
                "label": label,
                "caption": rich(block.caption),
                "head": head,
                "rows": rows,
            }
        case Picture():
            return {"kind": "picture", "name": name, "caption": rich(block.caption), **vars(block.plot)}


def _statement(sentence: str, name: str, verdict: str) -> Values:
    mark = {"word": verdict, "sign": SIGNS[verdict]}
    return {"text": rich(sentence), "address": f"ledger.html#claim-{name}", "verdict": mark}
