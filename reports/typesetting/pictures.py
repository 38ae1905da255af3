"""Figures in files of their own: a page names them, and a browser loads one when it comes into sight.

The page of the ledger has some two hundred figures, of which a reader looks at a few.
"""

import re
from typing import Any

FOLDER = "figures"


def apart(values: Any) -> tuple[Any, dict[str, str]]:
    """The values of a page with addresses in place of its figures, and the figures, as SVG by their addresses."""
    files: dict[str, str] = {}
    return _apart(values, files), files


def _apart(values: Any, files: dict[str, str]) -> Any:
    if isinstance(values, list):
        return [_apart(value, files) for value in values]
    if not isinstance(values, dict):
        return values
    kept = {key: _apart(value, files) for key, value in values.items() if key != "svg"}
    return kept | _address(values, files) if "svg" in values else kept


def _address(picture: dict[str, Any], files: dict[str, str]) -> dict[str, str]:
    """Where the figure lies and how large it is, so that the page does not move when it comes."""
    address = f"{FOLDER}/{picture['name']}.svg"
    files[address] = picture["svg"]
    width, height = size(picture["svg"])
    return {"src": address, "width": width, "height": height}


def size(svg: str) -> tuple[str, str]:
    """Width and height in whole pixels. Raises ValueError where the figure does not say them in points."""
    sides = [re.search(rf'<svg[^>]*?\s{side}="([\d.]+)pt"', svg) for side in ("width", "height")]
    if None in sides:
        raise ValueError(f"svg must say its width and height in points, got {svg[:80]!r}")
    width, height = (str(round(float(found[1]) * 4 / 3)) for found in sides if found)
    return width, height
