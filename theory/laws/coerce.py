"""What may stand for a law: variances (d,) mean the centred linear Gaussian law that has them."""

import numpy as np

from theory.checks import points, variances
from theory.laws.law import EnergyLaw
from theory.laws.linear import LinearGaussian


def as_law(law: EnergyLaw | np.ndarray | list[float], name: str = "law") -> EnergyLaw:
    """An energy law, from a law or from the variances of linear Gaussian data.

    Arguments:
        law: an `EnergyLaw`, returned as it is; or variances (d,), each >= 0, in squared units of the data.
        name: the word by which an error calls `law`.

    Returns:
        The law itself, or `LinearGaussian(law)`.

    Raises:
        ValueError: where variances are negative, not finite or not of shape (d,).
    """
    return law if isinstance(law, EnergyLaw) else LinearGaussian(variances(law, name))


def as_points(x: np.ndarray, law: EnergyLaw) -> np.ndarray:
    """Locations x as float64, checked against the dimension d of a law.

    Arguments:
        x: (d,) or (batch, d), in units of the data.
        law: the law whose dimension d the last axis of `x` must have.

    Returns:
        `x` as an array of its own shape.

    Raises:
        ValueError: where `x` is not finite, or is not of shape (d,) or (batch, d).
    """
    return points("x", x, law.dimension)
