"""What is observed of a data set: one frozen dataclass for one formula."""

from simulate.observables.displaced import (
    DisplacedContrast,
    ParticipationGain,
    PositiveInBatch,
)
from simulate.observables.energies import EnergyGap, LowestEnergy
from simulate.observables.jacobian import NormalizedJacobian, PartlyVisible, RemainingVariance, VisibleDirections
from simulate.observables.observable import Contrast, Logarithm, Observable, UpTo
from simulate.observables.weights import (
    EffectiveExponent,
    InverseTime,
    LargestWeight,
    OwnParticipation,
    OwnWeight,
    ParticipationRatio,
    PickedWeight,
    RelativeVariance,
    SquaredParticipation,
    WeightMoments,
)

__all__ = [
    "Contrast",
    "DisplacedContrast",
    "EffectiveExponent",
    "EnergyGap",
    "InverseTime",
    "LargestWeight",
    "Logarithm",
    "LowestEnergy",
    "NormalizedJacobian",
    "Observable",
    "OwnParticipation",
    "OwnWeight",
    "ParticipationGain",
    "ParticipationRatio",
    "PartlyVisible",
    "PickedWeight",
    "PositiveInBatch",
    "RelativeVariance",
    "RemainingVariance",
    "SquaredParticipation",
    "UpTo",
    "VisibleDirections",
    "WeightMoments",
]
