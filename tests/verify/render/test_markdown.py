"""Tables in Markdown: nothing in a cell ends it, and mathematics reaches LaTeX as it was written."""

from verify.render.markdown import markdown_table


def row(cell: str) -> str:
    return markdown_table(("head",), [(cell,)]).splitlines()[2]


def test_bars_are_escaped_in_text_and_named_in_mathematics() -> None:
    assert row(r"a | b at $p(x | y)$") == r"| a \| b at $p(x \vert  y)$ |"


def test_signs_that_markdown_takes_for_its_own_are_named_in_mathematics() -> None:
    assert row(r"$\{x\} < y\,\|z\|\!*$ <") == r"| $\lbrace x\rbrace  \lt  y\thinspace \Vert z\Vert \ast $ < |"
    assert row(r"$\left| x \right|$ and $\frac{a}{b}$") == r"| $\left\vert  x \right\vert $ and $\frac{a}{b}$ |"
