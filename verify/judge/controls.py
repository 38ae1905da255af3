r"""Rules on negative controls: wrong predictions c that a claim tells from its own p, within an equivalence margin m.

    possible      c lies within the bounds of the observable
    near          for one c, at all points |c - p| <= NEAR m, or at all points |c - p| <= |p|/2; not for what is exact
    apart         for each c, at some point |c - p| >= APART m
    two           for some c and c', at some point |c - c'| >= TWO m

A control that is far from p falls to any noise, and one that lies within m says that m is wider than what the claim is
to tell apart.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

NEAR = 10.0  # equivalence margins
NEAR_SHARE = 0.5  # of a prediction
APART = 1 / 3  # of an equivalence margin
TWO = 0.25  # of an equivalence margin
ROUNDING = 1e-9  # relative


def broken_by_controls(
    name: str,
    predicted: np.ndarray,
    controls: Mapping[str, np.ndarray],
    margin: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
    exact: bool,
) -> Iterator[str]:
    """The rules on negative controls that a claim breaks, each as a sentence.

    Arguments:
        name: of the claim.
        predicted: (points,).
        controls: what the negative controls predict, (points,) each.
        margin: the equivalence margin, (points,).
        bounds: least and largest value of the observable at each point, (points,), infinite where it has none.
        exact: whether what was observed has no sampling error.
    """
    yield from _impossible(name, predicted, controls, *bounds)
    if not exact and not any(near(control, predicted, margin) for control in controls.values()):
        bound = f"{NEAR:g} equivalence margins, or half of the prediction,"
        yield f"controls of {name} must have one that is nowhere farther than {bound} from the prediction"
    for control, wrong in controls.items():
        if not _differ(wrong, predicted, APART * margin):
            yield f"control {control} of {name} must lie a third of an equivalence margin off the prediction, somewhere"
    if not any(_differ(one, other, TWO * margin) for one, other in combinations(controls.values(), 2)):
        yield f"controls of {name} must be two that differ, somewhere by a quarter of an equivalence margin"


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
    return bool((distance <= NEAR * margin).all() or (distance <= NEAR_SHARE * np.abs(predicted)).all())


def _impossible(
    name: str, predicted: np.ndarray, controls: Mapping[str, np.ndarray], lowest: np.ndarray, highest: np.ndarray
) -> Iterator[str]:
    slack = ROUNDING * (1 + np.abs(predicted))
    for control, wrong in controls.items():
        if (outside := (wrong < lowest - slack) | (wrong > highest + slack)).any():
            at = int(np.argmax(outside))
            within = f"within [{lowest[at]:.4g}, {highest[at]:.4g}] at point {at}"
            yield f"control {control} of {name} must lie {within}, as the observable does, got {wrong[at]:.4g}"


def _differ(one: np.ndarray, other: np.ndarray, distance: np.ndarray) -> bool:
    """Whether two predictions (points,) are so far from each other at some point, and not equal everywhere."""
    apart = np.abs(one - other)
    return bool(((apart > 0) & (apart >= distance * (1 - ROUNDING))).any())
