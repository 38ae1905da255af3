"""One manifold, one small file: the energy laws."""

from theory.laws.linear import LinearGaussian

__all__ = ["LinearGaussian"]
