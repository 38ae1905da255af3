"""The score that a model learns from N points, in closed form: linear denoisers, random features, kernels."""

from theory.learned.linear import mean_jacobian, renormalized_noise

__all__ = ["mean_jacobian", "renormalized_noise"]
