"""Effects in units that compare between claims, and experiments in words.

An effect is observed less predicted, where it speaks most against the claim: as a share of the prediction, or in
standard errors where the prediction is below the equivalence margin, a share of which says nothing.
"""

import re
from inspect import getdoc
from typing import Any

import xarray as xr

from reports.typesetting.words import MINUS, number


def effect_in_words(claim: Any, row: xr.Dataset) -> str:
    """The effect at one point of a claim with its interval, and the unit of both.

    Arguments:
        claim: its equivalence margin, and whether that is relative.
        row: one row of the table of the claim, of `verify.claim.judge`.

    Returns:
        Words.
    """
    low, middle, high = (float(row[name]) for name in ("effect_lower", "effect", "effect_upper"))
    predicted, error = abs(float(row.predicted)), float(row.stderr)
    margin = claim.equivalence_margin * (predicted if claim.relative else 1.0)
    if predicted > margin > 0:
        unit, name = predicted / 100, " % of the prediction"
    elif error > 0:
        unit, name = error, " standard errors"
    else:
        unit, name = 1.0, ", in the units of the claim"
    return f"{signed(middle / unit)}{name} (interval {signed(low / unit)} to {signed(high / unit)})"


def signed(value: float) -> str:
    """A number with its sign, to three digits at most."""
    text = number(value, 2 if abs(value) < 99.5 else 3)
    return text if text.startswith((MINUS, "not")) or value == 0 else f"+{text}"


def experiment_in_words(experiment: Any) -> str:
    """What is measured of what is drawn, by the first sentences of the classes that do it."""
    parts = [getattr(experiment, name, None) for name in ("observable", "sampler")]
    said = [_said(part) for part in parts if part is not None] or [_said(experiment)]
    return " ".join(said)


def _said(part: Any) -> str:
    """The first sentence of a docstring, without its marks."""
    text = " ".join((getdoc(type(part)) or type(part).__name__).split("\n\n")[0].split())
    return re.sub(r":\w+:|`", "", text).replace("sum_mu w_mu^2", "sum w^2").rstrip(".:") + "."
