"""Parts of the pages of a probe, as HTML. All texts of a user are escaped."""

import base64
import html
from collections.abc import Iterable
from pathlib import Path

import reports.typesetting
from reports.figures.plot import Plot

STYLES = (Path(reports.typesetting.__file__).with_name("report.css"), Path(__file__).with_name("page.css"))


def document(title: str, parts: Iterable[str]) -> str:
    """A page of one file, which needs no network.

    Arguments:
        title: of the window.
        parts: HTML, in order.

    Returns:
        The page.
    """
    style = "\n".join(path.read_text() for path in STYLES)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>\n'
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def folded(title: str, content: str) -> str:
    """HTML that a reader opens by its title.

    Arguments:
        title: HTML that is always shown.
        content: HTML that is shown when opened.

    Returns:
        HTML.
    """
    return f"<details><summary>{title}</summary>{content}</details>"


def table(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """A table of cells that are HTML already.

    Arguments:
        heads: texts of the head.
        lines: HTML of the cells, line by line.

    Returns:
        HTML.
    """
    head = "".join(f"<th>{text(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def figure(plot: Plot) -> str:
    """A figure with the sentence that stands for it."""
    address = base64.b64encode(plot.svg.encode()).decode()
    image = f'<img alt="{html.escape(plot.alt)}" src="data:image/svg+xml;base64,{address}">'
    return f"<figure>{image}<figcaption>{text(plot.alt)}</figcaption></figure>"


def verdict(word: str, colour: str) -> str:
    """A verdict in its colour.

    Arguments:
        word: the text.
        colour: "agrees", "disagrees" or "inconclusive".

    Returns:
        HTML.
    """
    return f'<span class="verdict {colour}">{text(word)}</span>'


def capital(said: str) -> str:
    """A sentence from its words."""
    return said[:1].upper() + said[1:]


def text(said: object) -> str:
    """A text of anybody, which no browser takes for markup."""
    return html.escape(str(said))
