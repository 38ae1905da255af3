"""Local dimension from any score: how many directions the data are seen to vary in, from x, at the noise variance t."""

from simulate.dimension.estimators import METHODS, local_dimension
from simulate.dimension.field import Field
from simulate.dimension.reading import OUTCOMES
from simulate.dimension.refusals import (
    BadScore,
    NotDifferentiable,
    TimeOutOfRange,
)
from simulate.dimension.scores import EmpiricalScore, PopulationScore
from simulate.dimension.spectra import SPECTRA

__all__ = [
    "METHODS",
    "OUTCOMES",
    "SPECTRA",
    "BadScore",
    "EmpiricalScore",
    "Field",
    "NotDifferentiable",
    "PopulationScore",
    "TimeOutOfRange",
    "local_dimension",
]
