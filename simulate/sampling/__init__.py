"""Samples that a score makes: reverse runs of the variance-exploding process, and where they end among given data."""

from simulate.sampling.ends import collision_rate, nearest_ratio, nearest_two
from simulate.sampling.reverse import clones, sample

__all__ = ["clones", "collision_rate", "nearest_ratio", "nearest_two", "sample"]
