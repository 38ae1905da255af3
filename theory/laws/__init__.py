"""One manifold, one small file: the energy laws."""

from theory.laws.linear import LinearGaussian
from theory.laws.sphere import Sphere, Torus

__all__ = ["LinearGaussian", "Sphere", "Torus"]
