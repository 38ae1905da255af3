r"""The site of the documentation, offline: `make docs` writes it into build/docs.

Guides are Markdown (MyST), the reference is read from docstrings (autodoc). Mathematics becomes MathML, which browsers
show and screen readers read without a script: :math:`\sum_\mu w_\mu = 1`.
"""

import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert

ROOT = Path(__file__).parents[1]
HOUSES = ("theory", "simulate", "verify", "reports")
sys.path.insert(0, str(ROOT))

project = "Losing Dimensions"
author = "the Losing Dimensions authors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.apidoc"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
exclude_patterns = ["figure.svg"]
html_theme = "alabaster"
html_theme_options = {
    "page_width": "70rem",
    "sidebar_width": "15rem",
    "description": "Memorization in diffusion models",
}
html_show_copyright = False
html_copy_source = False
math_number_all = False
html_math_renderer = "mathml"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True, "ignore-module-all": True}  # each name once
autodoc_typehints = "description"
napoleon_numpy_docstring = False
napoleon_use_rtype = False
apidoc_modules = [
    {"path": str(ROOT / house), "destination": f"api/{house}", "max_depth": 1, "separate_modules": True}
    for house in HOUSES
]
suppress_warnings = ["docutils", "ref.python", "myst.xref_missing", "autodoc.mocked_object"]


def inline(writer: Any, node: nodes.math) -> None:
    """A formula within a sentence."""
    writer.body.append(convert(node.astext(), display="inline"))
    raise nodes.SkipNode


def displayed(writer: Any, node: nodes.math_block) -> None:
    """A formula of its own; several lines are aligned at &."""
    text = node.astext()
    if r"\\" in text or "&" in text:
        text = rf"\begin{{aligned}}{text}\end{{aligned}}"
    writer.body.append(f'<div class="math">{convert(text, display="block")}</div>')
    raise nodes.SkipNode


def shapes(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """The star of a shape, as in (*shape of t, d), begins no emphasis."""
    lines[:] = [line.replace("*shape", r"\*shape") for line in lines]


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.add_html_math_renderer("mathml", (inline, None), (displayed, None))
    app.connect("autodoc-process-docstring", shapes)
