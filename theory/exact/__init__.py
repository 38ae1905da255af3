"""Exact averages over data sets at finite N and d."""

from theory.exact.averages import entropy, log_participation_ratio, log_partition, mean_energy, participation_ratio
from theory.exact.score import mean_jacobian, mean_score, score_variance

__all__ = [
    "entropy",
    "log_participation_ratio",
    "log_partition",
    "mean_energy",
    "mean_jacobian",
    "mean_score",
    "participation_ratio",
    "score_variance",
]
