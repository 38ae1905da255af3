"""Samples of a model in place of a training set: the scales that its runs need."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import pdist

from verify.probe.known.training_set import TrainingSet


@dataclass(frozen=True, eq=False)
class OwnPoints:
    """Samples of a model in place of a training set: data (n, d), and the scales that runs need.

    Arguments:
        data: the samples, (n, d).
        intrinsic_dimension: how the number of samples within a distance grows with it, an exponent.
        typical_spacing: distance of a sample to its nearest, typically, in units of the data.
        variances: the largest variance of the samples along any direction, (1,).
    """

    data: np.ndarray
    intrinsic_dimension: float
    typical_spacing: float
    variances: np.ndarray

    @classmethod
    def of(cls, data: np.ndarray) -> "OwnPoints":
        """The scales of samples (n, d)."""
        few, half = np.quantile(pdist(data), [0.2, 0.5])
        m = max(1.0, float(np.log(2.5) / np.log(half / max(few, 1e-12 * half)))) if few < half else float(data.shape[1])
        spacing = float(half) * (2 * np.log(2) / len(data)) ** (1 / m)
        return cls(data, m, spacing, np.array([np.linalg.norm(data - data.mean(axis=0), 2) ** 2 / len(data)]))


Scales = TrainingSet | OwnPoints  # points with their dimension, distances and variances
