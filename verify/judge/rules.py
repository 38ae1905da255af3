r"""Rules that every claim keeps to, whoever writes it: a claim that breaks one is refused in one sentence.

    author        what disagrees is stated by somebody, or is said to be a reading to avoid
    tolerance     a stated tolerance is named in the statement, as a number or in per cent, after "within"
    correction    a finite-size correction larger than one equivalence margin is named
    error         the error of a correction, which widens the interval, is at most half an equivalence margin
    possible      negative controls lie within the bounds of the observable: out of them anything falls
    near          one negative control is near: nowhere farther from the prediction than NEAR equivalence margins, or
                  than half of the prediction
    apart         no negative control is a prediction under another name: each lies somewhere farther from the
                  prediction than APART of an equivalence margin, which a margin as wide as the effect forbids
    two           two negative controls at least differ from each other, somewhere by TWO of an equivalence margin
    half          the equivalence margin is at most half of the range of the observable
    whole         where the observable has no bounds, the equivalence margin is at most the largest prediction, unless
                  0 is predicted at every point

What is exact has no noise in which a near control could hide, and needs none. The rules on negative controls are in
`verify.judge.controls`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np
import xarray as xr

from verify.judge.checks import BadClaim
from verify.judge.controls import ROUNDING, broken_by_controls
from verify.judge.corrections import Correction

HALF = 0.5  # of the range of an observable, and of an equivalence margin
NUMBER = re.compile(r"10\^\{(?P<power>-?\d+)\}|(?P<number>\d+(?:\.\d+)?(?:e-?\d+)?)")


class Said(Protocol):
    """What a claim says, as far as the rules go."""

    @property
    def name(self) -> str: ...
    @property
    def statement(self) -> str: ...
    @property
    def statistic(self) -> str: ...
    @property
    def expected_verdict(self) -> str: ...
    @property
    def stated_by(self) -> str: ...
    @property
    def reading_to_avoid(self) -> bool: ...
    @property
    def corrected_by(self) -> str: ...
    @property
    def stated_tolerance(self) -> float: ...


def broken_by_words(claim: Said) -> Iterator[str]:
    """The rules on what a claim says that it breaks, each as a sentence."""
    if claim.expected_verdict == "disagrees" and not (claim.stated_by or claim.reading_to_avoid):
        yield f"stated_by of {claim.name} must name who states what disagrees, or reading_to_avoid be True"
    if claim.stated_tolerance > 0 and not names(claim.statement, claim.stated_tolerance):
        tolerance = f"{claim.stated_tolerance:g}, or {100 * claim.stated_tolerance:g} %"
        yield f"statement of {claim.name} must say within what it holds: stated_tolerance is {tolerance}"


def names(statement: str, tolerance: float) -> bool:
    """Whether a statement says "within", and behind it a number, or as many per cent.

    Arguments:
        statement: a sentence.
        tolerance: the number.

    Returns:
        Whether it does.
    """
    _, _, behind = statement.partition("within")
    said = [float(found["number"] or f"1e{found['power']}") for found in NUMBER.finditer(behind)]
    return any(np.isclose(number, (tolerance, 100 * tolerance), atol=0).any() for number in said)


def broken_by_numbers(
    claim: Said,
    predicted: np.ndarray,
    controls: Mapping[str, np.ndarray],
    margin: np.ndarray,
    correction: Correction,
    bounds: tuple[np.ndarray, np.ndarray],
) -> Iterator[str]:
    """The rules on what a claim predicts that it breaks, each as a sentence.

    Arguments:
        claim: what it says.
        predicted, margin: prediction and equivalence margin of each point, (points,), in one unit.
        controls: what the negative controls predict, (points,) each.
        correction: what was added to the observation, (points,), zeros for nothing.
        bounds: least and largest value of the observable at each point, (points,), infinite where it has none.
    """
    yield from _broken_by_correction(claim, margin, correction)
    yield from broken_by_controls(claim.name, predicted, controls, margin, bounds, exact=claim.statistic == "exact")
    yield from _broken_by_margin(claim, predicted, margin, bounds[1] - bounds[0])


def _broken_by_correction(claim: Said, margin: np.ndarray, correction: Correction) -> Iterator[str]:
    shift, error = np.abs(correction.shift), correction.error
    if (error < 0).any():
        yield f"correction of {claim.name} must have an error >= 0, got {error.min():.3g}"
    if (shift > margin * (1 + ROUNDING)).any() and not claim.corrected_by:
        most = float(np.max(shift / margin))
        yield f"corrected_by of {claim.name} must say what shifts it by {most:.3g} equivalence margins, more than one"
    if (error > HALF * margin * (1 + ROUNDING)).any():
        yield f"correction of {claim.name} must have an error of at most half an equivalence margin"


def _broken_by_margin(claim: Said, predicted: np.ndarray, margin: np.ndarray, size: np.ndarray) -> Iterator[str]:
    if (margin > HALF * size * (1 + ROUNDING)).any():
        yield f"equivalence_margin of {claim.name} must be at most half of the range of the observable"
    largest = float(np.abs(predicted).max())
    if largest and np.isinf(size).any() and (margin > largest * (1 + ROUNDING)).any():
        yield f"equivalence_margin of {claim.name} must be at most the largest prediction, {largest:.4g}"


def refuse_broken(claim: Said) -> None:
    """Raise ValueError for the first rule that what a claim says breaks."""
    for sentence in broken_by_words(claim):
        raise ValueError(sentence)


def refuse_unfair(
    claim: Said,
    observed: xr.Dataset,
    predicted: np.ndarray,
    controls: Mapping[str, np.ndarray],
    margin: np.ndarray,
    correction: Correction | None,
) -> None:
    """Refuses a claim for the first rule that what it predicts breaks.

    Arguments:
        claim: what it says.
        observed: the observation, along `point`.
        predicted: (points,).
        controls: wrong predictions by name, (points,) each.
        margin: the equivalence margin, (points,).
        correction: what was added to the observation, or None.

    Raises:
        BadClaim: in one sentence.
    """
    added = Correction(np.zeros_like(predicted), np.zeros_like(predicted)) if correction is None else correction
    bounds = bounds_of(observed, claim.statistic)
    for sentence in broken_by_numbers(claim, predicted, controls, margin, added, bounds):
        raise BadClaim(sentence)


def bounds_of(observed: xr.Dataset, statistic: str) -> tuple[np.ndarray, np.ndarray]:
    """The bounds of what is judged, infinite where an observation does not say them.

    Arguments:
        observed: the observation, along `point`.
        statistic: a key of STATISTICS; a share lies between 0 and 1.

    Returns:
        Least and largest value at each point, (points,).
    """
    points = observed.sizes["point"]
    if statistic == "share":
        return np.zeros(points), np.ones(points)
    ends = (observed.get("lowest", xr.DataArray(-np.inf)), observed.get("highest", xr.DataArray(np.inf)))
    lowest, highest = (np.broadcast_to(np.asarray(end.values, dtype=float), points) for end in ends)
    return lowest, highest
