r"""Two clusters of one variance on either side of the origin.

.. math:: y \sim N(\pm m e_1,\; s I), \qquad \operatorname{Var} y_1 = m^2 + s,

each sign with probability 1/2.
"""

import numpy as np

from theory.checks import positive, scalar
from theory.laws.combined import Mixture
from theory.laws.law import EnergyLaw
from theory.laws.linear import LinearGaussian


def two_clusters(square: float, variance: float, d: int) -> Mixture:
    """N(+-m e_1, s I) in d dimensions.

    Arguments:
        square: m^2 > 0, the squared distance of a cluster from the origin.
        variance: s > 0, the variance of a cluster along every direction.
        d: the dimension.

    Raises:
        ValueError: for numbers that are not positive.
    """
    mean = np.sqrt(positive("square", scalar("square", square))) * np.eye(d)[0]
    return Mixture([0.5, 0.5], [LinearGaussian(np.full(d, variance), sign * mean) for sign in (1, -1)])


def covariance_variances(law: EnergyLaw) -> np.ndarray:
    """Variances (d,) of the data along the axes: of linear Gaussian laws, and of mixtures of them.

    Raises:
        ValueError: for other laws.
    """
    components, weights = (law.laws, law.weights) if isinstance(law, Mixture) else ([law], np.ones(1))
    if not all(isinstance(component, LinearGaussian) for component in components):
        raise ValueError(f"law must be linear Gaussian or a mixture of such laws, got {type(law).__name__}")
    own, means = (np.array([getattr(part, name) for part in components]) for name in ("variances", "mean"))
    return weights @ (own + means**2) - (weights @ means) ** 2
