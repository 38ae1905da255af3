"""Exact in the limit log N -> infinity, and the paper's second-cumulant formulas beside it."""

from theory.limits.condensation import condensation_time, omega_squared, r4
from theory.limits.weights import effective_number

__all__ = ["condensation_time", "effective_number", "omega_squared", "r4"]
