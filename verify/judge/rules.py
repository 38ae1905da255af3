r"""Rules that every claim keeps to, whoever writes it: a claim that breaks one is refused in one sentence.

    author        what disagrees is stated by somebody, or is said to be a reading to avoid
    tolerance     a stated tolerance is named in the statement, as a number or in per cent, after "within"
    correction    a finite-size correction larger than one equivalence margin is named
    possible      negative controls lie within the bounds of the observable: out of them anything falls
    near          one negative control is near: nowhere farther from the prediction than NEAR equivalence margins, or
                  than half of the prediction
    half          the equivalence margin is at most half of the range of the observable

What is exact has no noise in which a near control could hide, and needs none.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np
import xarray as xr

from verify.judge.checks import BadClaim
from verify.judge.corrections import Correction

NEAR = 10.0  # equivalence margins
HALF = 0.5  # of a prediction, and of the range of an observable
ROUNDING = 1e-9  # relative
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
    shift: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
) -> Iterator[str]:
    """The rules on what a claim predicts that it breaks, each as a sentence.

    Arguments:
        claim: what it says.
        predicted, margin, shift: prediction, equivalence margin and correction of each point, (points,), in one unit.
        controls: what the negative controls predict, (points,) each.
        bounds: least and largest value of the observable at each point, (points,), infinite where it has none.
    """
    lowest, highest = bounds
    if (np.abs(shift) > margin * (1 + ROUNDING)).any() and not claim.corrected_by:
        most = float(np.max(np.abs(shift) / margin))
        yield f"corrected_by of {claim.name} must say what shifts it by {most:.3g} equivalence margins, more than one"
    slack = ROUNDING * (1 + np.abs(predicted))
    for name, control in controls.items():
        if (outside := (control < lowest - slack) | (control > highest + slack)).any():
            at = int(np.argmax(outside))
            within = f"within [{lowest[at]:.4g}, {highest[at]:.4g}] at point {at}"
            yield f"control {name} of {claim.name} must lie {within}, as the observable does, got {control[at]:.4g}"
    if claim.statistic != "exact" and not any(near(control, predicted, margin) for control in controls.values()):
        bound = f"{NEAR:g} equivalence margins, or half of the prediction,"
        yield f"controls of {claim.name} must have one that is nowhere farther than {bound} from the prediction"
    if (margin > HALF * (highest - lowest) * (1 + ROUNDING)).any():
        yield f"equivalence_margin of {claim.name} must be at most half of the range of the observable"


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
    shift = np.zeros_like(predicted) if correction is None else correction.shift
    for sentence in broken_by_numbers(claim, predicted, controls, margin, shift, bounds_of(observed)):
        raise BadClaim(sentence)


def near(control: np.ndarray, predicted: np.ndarray, margin: np.ndarray) -> bool:
    """Whether a control stays within NEAR equivalence margins of a prediction, or within half of the prediction.

    Arguments:
        control: (points,).
        predicted: (points,).
        margin: the equivalence margin, (points,).

    Returns:
        Whether it does, at every point.
    """
    distance = np.abs(control - predicted) * (1 - ROUNDING)
    return bool((distance <= NEAR * margin).all() or (distance <= HALF * np.abs(predicted)).all())


def bounds_of(observed: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Least and largest value of the observable at each point, infinite where an observation does not say them."""
    points = observed.sizes["point"]
    ends = (observed.get("lowest", xr.DataArray(-np.inf)), observed.get("highest", xr.DataArray(np.inf)))
    lowest, highest = (np.broadcast_to(np.asarray(end.values, dtype=float), points) for end in ends)
    return lowest, highest
