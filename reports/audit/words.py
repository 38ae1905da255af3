"""Words that the parts of the short report share."""

import re

import numpy as np

from reports.typesetting.words import count, number
from theory.sentence import literal


def noise(t: float) -> str:
    """A noise by its standard deviation and its variance."""
    return f"a standard deviation of {number(t**0.5)} (a variance of {number(t)})"


def deviation(t: float) -> str:
    """The standard deviation of a noise variance."""
    return number(t**0.5)


def about(n: float) -> str:
    """A number of points to two digits, or that it is beyond reach."""
    return count(float(f"{n:.2g}")) if np.isfinite(n) else "more than 65 000 times yours"


def between(lower: float, upper: float) -> str:
    """The ends of an interval of numbers of points, as far as they are within reach.

    Arguments:
        lower: the lower end; infinite beyond reach.
        upper: the upper end; infinite beyond reach.

    Returns:
        Words; none where the lower end is beyond reach.
    """
    if np.isinf(lower):
        return ""
    return f"{about(lower)} to {about(upper)}" if np.isfinite(upper) else f"at least {about(lower)}"


def unbroken(text: str) -> str:
    """A text whose numbers stay on one line."""
    return re.sub(r"(?<=\d) (?=\d{3}\b)", "\N{NO-BREAK SPACE}", text)


def shown(text: str) -> str:
    """A user's text as a sentence shows it, without the signs that no page can show."""
    return literal("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text))
