"""What is observed of a data set: one frozen dataclass for one formula."""

from simulate.observables.jacobian import NormalizedJacobian, RemainingVariance
from simulate.observables.observable import Contrast, Observable
from simulate.observables.weights import ParticipationRatio

__all__ = ["Contrast", "NormalizedJacobian", "Observable", "ParticipationRatio", "RemainingVariance"]
