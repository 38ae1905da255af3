"""One manifold, one small file: the energy laws."""

from theory.laws.combined import Mixture, Product, Rotated, RotatedGaussian
from theory.laws.dataset import DatasetLaw, HiddenManifold
from theory.laws.linear import LinearGaussian
from theory.laws.low_rank import LowRankGaussian
from theory.laws.rem import REM
from theory.laws.sphere import Sphere, Torus
from theory.laws.unit_norm import UnitNormGaussian

__all__ = [
    "REM",
    "DatasetLaw",
    "HiddenManifold",
    "LinearGaussian",
    "LowRankGaussian",
    "Mixture",
    "Product",
    "Rotated",
    "RotatedGaussian",
    "Sphere",
    "Torus",
    "UnitNormGaussian",
]
