r"""The tails of the law of one energy level, to relative accuracy at e^{-5000}, by inversion along a tilted line.

For a level E with K(z) = log E exp(-z E) and a pole p, closing the line Re z = theta to the right or the left gives

    1/(2 pi i) int e^{K(z) + (z - p) e} dz/(z - p)  =    E[ exp(-p E); E < e ]     for theta > p
                                                    =  - E[ exp(-p E); E > e ]     for theta < p

so p = 0 is the distribution function and p = lambda the partition sum of the levels on one side of e. On the line
through the saddle point of the integrand nothing cancels, and the trapezoidal rule at half-integer nodes converges
geometrically: its step is a sixth of the distance to the next singularity (e^{-2 pi 6} = e^{-38}), and small enough to
keep 18 standard deviations of E apart.
"""

from dataclasses import dataclass

import numpy as np

from theory.checks import NotComputable
from theory.laws.law import EnergyLaw
from theory.roots import falling_root

SHARE = 6.0
PERIOD = 18.0
NEGLIGIBLE = 1e-14
MOST_NODES = 300_000


@dataclass(frozen=True)
class Line:
    """K along a vertical line Re z = theta, away from a pole, for the tails of the law of one energy.

    Arguments:
        theta: its abscissa.
        pole: p.
        log_mgf: K(theta).
        z: nodes, (nodes,).
        values: e^{K(z) - K(theta)} times step/pi, (nodes,).
    """

    theta: float
    pole: float
    log_mgf: float
    z: np.ndarray
    values: np.ndarray

    def log_integral(self, energy: np.ndarray) -> np.ndarray:
        """Log of |1/(2 pi i) int e^{K + (z - p) e} dz/(z - p)| at energies of any shape."""
        return self._log_sum(energy, self.values / (self.z - self.pole))

    def log_density(self, energy: np.ndarray) -> np.ndarray:
        """Log of the same integral without the pole: exp(-p e) times the density of E."""
        return self._log_sum(energy, self.values)

    def _log_sum(self, energy: np.ndarray, values: np.ndarray) -> np.ndarray:
        phases = np.exp(1j * np.multiply.outer(energy, np.imag(self.z)))
        total = np.abs(np.real(phases @ values))
        if not (total > 0).all():
            raise NotComputable("energies must lie near each other to share a line: these are too far apart")
        return np.log(total) + self.log_mgf + (self.theta - self.pole) * energy


def line(law: EnergyLaw, x: np.ndarray, theta: float, pole: float) -> Line:
    """The line through theta, with as many nodes as its integrand takes to vanish.

    Arguments:
        law: the energy law.
        x: location, (d,), in units of the data.
        theta: its abscissa, not the pole.
        pole: p.

    Returns:
        The line.

    Raises:
        NotComputable: where the integrand does not vanish within MOST_NODES nodes.
    """
    deviation = np.sqrt(float(law.lam_derivative(theta, x, order=2)))
    nearest = min(abs(theta - pole), theta - law.lower)
    step = min(nearest / SHARE, 2 * np.pi / (PERIOD * deviation)) if deviation > 0 else nearest / SHARE
    log_mgf, count = float(law.log_mgf(theta, x)), 128
    while count <= MOST_NODES:
        z = theta + 1j * step * (np.arange(count) + 0.5)
        values = np.exp(law.log_mgf(z, x) - log_mgf) * (step / np.pi)
        if (np.abs(values[-4:] / (z[-4:] - pole)) * count < NEGLIGIBLE * np.abs(values[0] / (z[0] - pole))).all():
            return Line(theta, pole, log_mgf, z, values)
        count *= 2
    raise NotComputable("law must extend over more dimensions: the tail of its energies does not converge")


def saddle_energy(law: EnergyLaw, x: np.ndarray, theta: float) -> float:
    """The energy whose distribution function has its saddle point on a line: 1/theta - K'(theta).

    Arguments:
        law: the energy law.
        x: location, (d,), in units of the data.
        theta: > 0.

    Returns:
        In squared units of the data.
    """
    return 1 / theta - float(law.lam_derivative(theta, x))


def saddle_above(law: EnergyLaw, x: np.ndarray, energy: float, lam: float) -> float:
    """The line through the saddle point of the partition sum of all levels above an energy.

    Arguments:
        law: the energy law.
        x: location, (d,), in units of the data.
        energy: in squared units of the data.
        lam: inverse temperature 1/t > 0.

    Returns:
        theta < lam.
    """

    def slope(log_gap: float) -> float:
        theta = lam - np.exp(log_gap)
        return float(law.lam_derivative(theta, x)) + energy + np.exp(-log_gap)

    start = np.log(lam - law.lower) - 1e-9 if np.isfinite(law.lower) else np.log(lam)
    return lam - float(np.exp(falling_root(slope, start)))
