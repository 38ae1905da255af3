"""What a claim says of each point: its prediction and its negative controls, made before anything is observed.

The predictions of an `Estimate` need its cases alone. They are made first, so that what an observable leaves behind, in
a global or in a store of its own, cannot reach them. Those of an experiment that is no plain estimate read its table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import xarray as xr

from simulate.estimate import Estimate
from simulate.run.experiment import Experiment
from verify.judge.checks import BadClaim, along_points
from verify.judge.reads import nearly_judged, without_judged


class Predicting(Protocol):
    """A claim, as far as its predictions go."""

    @property
    def name(self) -> str: ...
    @property
    def prediction(self) -> Callable[[Any], Any]: ...
    @property
    def controls(self) -> Mapping[str, Callable[[Any], Any]]: ...
    @property
    def reads(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Told:
    """Numbers along the points of a claim.

    Arguments:
        predicted: (points,).
        controls: the wrong predictions by name, (points,) each.
    """

    predicted: np.ndarray
    controls: Mapping[str, np.ndarray]


def foretold(claim: Predicting, experiment: Experiment) -> Told | None:
    """What a claim says of the cases of an estimate, before it is run; None of an experiment that is none.

    Arguments:
        claim: what is claimed.
        experiment: that is to be run.

    Returns:
        Prediction and controls.

    Raises:
        BadClaim: as `verify.judge.checks.along_points`.
    """
    if not isinstance(experiment, Estimate):
        return None
    unseen = xr.Dataset(coords={"point": np.arange(experiment.predictions(lambda case: 0.0, xr.Dataset()).size)})
    return _told(claim, experiment, unseen, unseen)


def told(claim: Predicting, experiment: Experiment, observed: xr.Dataset) -> Told:
    """What a claim says of a table, of which its prediction sees less than its controls (`verify.judge.reads`).

    Arguments:
        claim: what is claimed.
        experiment: that was run.
        observed: what it observed, along `point`.

    Returns:
        Prediction and controls.

    Raises:
        BadClaim: as `verify.judge.checks.along_points`, and for a prediction that reads nearly what is judged.
    """
    readable, nearly = without_judged(claim.name, observed, claim.reads), nearly_judged(observed, claim.reads)
    try:
        return _told(claim, experiment, readable.drop_vars(nearly), readable)
    except (AttributeError, KeyError) as error:
        if nearly:
            raise BadClaim(f"reads of {claim.name} must not hold nearly what is judged, {nearly[0]} does") from error
        raise


def _told(claim: Predicting, experiment: Experiment, seen: xr.Dataset, readable: xr.Dataset) -> Told:
    predicted = along_points(claim.name, claim.prediction, seen, experiment)
    named = ((f"control {name} of {claim.name}", control) for name, control in claim.controls.items())
    rows = [along_points(name, control, readable, experiment) for name, control in named]
    return Told(predicted, dict(zip(claim.controls, rows, strict=True)))
