r"""The nearest points of isotropic Gaussian data seen from their mean: energies, and one coordinate of each point.

A point of energy E lies anywhere on a sphere of radius :math:`(2E)^{1/2}`. One of its d coordinates is

.. math:: y_i = (2E)^{1/2} z/(z^2 + \chi^2)^{1/2},

z normal and :math:`\chi^2` of d - 1 degrees of freedom. Points that are not drawn enter at their mean, with the
coordinates of the last one that is drawn.
"""

from dataclasses import dataclass

import numpy as np

from simulate.levels.lowest import Levels


@dataclass(frozen=True, eq=False)
class OnSpheres:
    """The lowest energies of some data sets, and one coordinate of their points.

    Arguments:
        levels: the energies, (replicas, count).
        coordinate: y_i, (replicas, count).
    """

    levels: Levels
    coordinate: np.ndarray

    def coordinate_variance(self, t: float) -> np.ndarray:
        """Var_w(y_i) at noise variance t, (replicas,)."""
        weights = self.levels.weights(t)
        rest = np.exp(self.levels.log_rest(t) - self.levels.log_partition(t))
        mean = (weights * self.coordinate).sum(axis=1)
        among = (weights * (self.coordinate - mean[:, None]) ** 2).sum(axis=1)
        return among + rest * (2 * self.levels.energies[:, -1] / self.levels.law.dimension + mean**2)


def on_spheres(levels: Levels, rng: np.random.Generator) -> OnSpheres:
    """Points with given energies, as isotropic Gaussian data about x have them.

    Arguments:
        levels: the energies.
        rng: draws the coordinate.

    Returns:
        Energies with one coordinate of each point.
    """
    normal = rng.standard_normal(levels.energies.shape)
    squares = rng.chisquare(levels.law.dimension - 1, levels.energies.shape)
    return OnSpheres(levels, np.sqrt(2 * levels.energies / (normal**2 + squares)) * normal)
