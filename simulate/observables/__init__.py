"""What is observed of a data set: one frozen dataclass for one formula."""

from simulate.observables.displaced import (
    CircleContrast,
    DisplacedContrast,
    OutwardMinusInward,
    ParticipationGain,
    PositiveInBatch,
    PrincipalContrast,
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
    "CircleContrast",
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
    "OutwardMinusInward",
    "OwnParticipation",
    "OwnWeight",
    "ParticipationGain",
    "ParticipationRatio",
    "PartlyVisible",
    "PickedWeight",
    "PositiveInBatch",
    "PrincipalContrast",
    "RelativeVariance",
    "RemainingVariance",
    "SquaredParticipation",
    "UpTo",
    "VisibleDirections",
    "WeightMoments",
]
