r"""Vertical lines Re z = theta in the plane of K, their nodes, and sums over them (see `theory.exact.contour`).

A sum over half-integer nodes, h/pi Re sum_n e^{K(z) + z e} Gamma(k - z/lambda)/lambda, converges geometrically in the
step h. It ends where K has fallen, where Gamma has, or, for a density of energies with an edge, whose K falls as a
power, at a smooth cut: half an error function of z, which blurs the edge and leaves alone what is far from it.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import erfc, expit, rgamma

from theory.exact.kernels import LOSS, Kernels
from theory.laws.law import EnergyLaw

NEGLIGIBLE = 1e-18
FIRST = 512  # nodes of a line that is cut off
CUT = 6.0  # erfc(6) = 2e-17
SOME = 5  # energies that must not see the cut
UNSEEN = 1e-15  # of the sum of moduli: what rounding leaves of it
CHUNK = 1_000_000  # entries of one phase matrix


@dataclass
class Line:
    """A vertical line Re z = theta in the plane of K, through levels reweighted by e^{-theta E}.

    Arguments:
        theta: its abscissa.
        log_mgf: K(theta).
        energy: mean energy of the reweighted levels.
        width: one over their standard deviation, the scale of theta.
    """

    theta: float
    log_mgf: float
    energy: float
    width: float
    _values: dict[float, tuple[np.ndarray, bool]] = field(default_factory=dict)

    def values(self, law: EnergyLaw, x: np.ndarray, step: float, wanted: int) -> np.ndarray:
        """e^{K(z) - K(theta) + i y energy} on the nodes z = theta + i y of the line, up to where it is negligible.

        Arguments:
            law: the energy law.
            x: location, (d,).
            step: distance of the nodes.
            wanted: the most nodes.

        Returns:
            Complex, (nodes,).
        """
        known, decayed = self._values.get(step, (np.empty(0, complex), False))
        while len(known) < wanted and not decayed:
            z = self.nodes(step, min(max(64, 2 * len(known)), wanted))[len(known) :]
            new = np.exp(law.log_mgf(z, x) - self.log_mgf + 1j * z.imag * self.energy)
            known, decayed = np.append(known, new), bool((np.abs(new[-4:]) < NEGLIGIBLE).all())
        self._values[step] = known, decayed
        return known[:wanted]

    def enough(
        self, law: EnergyLaw, x: np.ndarray, step: float, wanted: int, kernels: Kernels, e: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Nodes and values of a line, no more than sums at the energies e need.

        Where K falls slowly, as the transform of a density with an edge, the values are cut off smoothly: that changes
        averages near the edge alone, so the cut moves out until a few of the energies do not see it any more.

        Arguments:
            law: the energy law.
            x: location, (d,).
            step: distance of the nodes.
            wanted: the most nodes.
            kernels: of each order, on the nodes.
            e: energies, (n,).

        Returns:
            Nodes z and values on them, both complex, (nodes,).
        """
        some, before = e[np.linspace(0, len(e) - 1, SOME).astype(int)] - self.energy, None
        count, phases = min(FIRST, wanted), np.empty((SOME, 0), complex)
        while True:
            values = self.values(law, x, step, count)
            z = self.nodes(step, len(values))
            if len(values) < count or count == wanted:
                return z, values
            cut = values * erfc(CUT * (2 * (np.arange(count) + 0.5) / count - 1)) / 2
            columns = np.stack([kernel * cut for kernel in kernels(z)], axis=1)
            phases = np.concatenate([phases, _phases(some, np.imag(z[phases.shape[1] :]))], axis=1)
            sums = phases @ columns
            if before is not None and (np.abs(sums - before) < UNSEEN * np.abs(columns).sum(axis=0)).all():
                return z, cut
            before, count = sums, min(2 * count, wanted)

    def nodes(self, step: float, count: int) -> np.ndarray:
        """Half-integer nodes of the line: z = theta + i (n + 1/2) step, n = 0 ... count - 1.

        Arguments:
            step: their distance.
            count: how many.

        Returns:
            Complex, (count,).
        """
        return self.theta + 1j * step * (np.arange(count) + 0.5)


@dataclass(frozen=True)
class Lines:
    """The lines that serve one lambda and order, as columns.

    Arguments:
        each: the lines.
        theta: their abscissas, (n,).
        log_mgf: K there, (n,).
        energy: mean energies, (n,).
        width: one over standard deviations of the energy, (n,).
        step: distance of the nodes on each, (n,).
        log_gamma: log of the largest |Gamma| on each, (n,).
    """

    each: list[Line]
    theta: np.ndarray
    log_mgf: np.ndarray
    energy: np.ndarray
    width: np.ndarray
    step: np.ndarray
    log_gamma: np.ndarray

    def heights(self, e: np.ndarray) -> np.ndarray:
        """Log of the largest integrand on each line, (n, lines)."""
        return self.log_mgf + self.log_gamma + np.multiply.outer(e, self.theta)


@dataclass(frozen=True)
class Group:
    """Energies e that share a line, its nodes and the poles nearby.

    Arguments:
        rows: indices of the energies.
        line: the line.
        kernels: on its nodes.
        z: nodes, (nodes,).
        values: (h/pi) e^{K(z) - K(theta) + i y energy} on them, (nodes,).
        n: numbers of the poles, (poles,).
        poles: n lambda, (poles,).
        log_poles: K there, (poles,).
        distance: of each pole from the line, in steps over 2 pi, (poles,).
    """

    rows: np.ndarray
    line: Line
    kernels: Kernels
    z: np.ndarray
    values: np.ndarray
    n: np.ndarray
    poles: np.ndarray
    log_poles: np.ndarray
    distance: np.ndarray

    def factors(self, k: int) -> np.ndarray:
        """What the sum on the line must be given back for each pole, in units of e^{K(p) + p e}.

        (-1)^m / m! at the pole z = (k + m) lambda as far as the line has passed it; the strip of omega (which has the
        opposite sign) lies right of the pole at 0, which is passed by lines on its left.
        """
        m = self.n - max(k, 0)
        residue = (1.0 - 2 * (m % 2)) * rgamma(m + 1.0) * expit(-self.distance)  # 1/m! is 0 for m < 0
        if k != LOSS:
            return residue
        return np.where(self.n == 0, expit(self.distance), -residue)


def flat(columns: np.ndarray) -> np.ndarray:
    """Columns of any shape (n, ...) as a matrix, (n, columns)."""
    return columns.reshape(len(columns), int(np.prod(columns.shape[1:])))


def fourier_sum(a: np.ndarray, z: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """sum_n exp(i a Im z_n) columns_n for equidistant nodes.

    n = p + q Q: one product with the phases of p, one with those of q Q, so that few exponentials serve many nodes.

    Arguments:
        a: differences of energies, (n,).
        z: equidistant half-integer nodes of one line, (nodes,).
        columns: complex, (nodes, m).

    Returns:
        Complex, (n, m).
    """
    y = np.imag(z)
    group = 1 << (len(y).bit_length() // 2)
    missing = -len(y) % group
    padded = np.concatenate([columns, np.zeros((missing, columns.shape[1]), complex)])
    table = padded.reshape(-1, group, columns.shape[1])
    starts = y[0] + 2 * y[0] * group * np.arange(len(table))  # the step is twice the first node
    inner = np.tensordot(np.exp(2j * y[0] * np.multiply.outer(a, np.arange(group))), table, axes=(1, 1))
    return np.einsum("np,npm->nm", np.exp(1j * np.multiply.outer(a, starts)), inner)


def _phases(a: np.ndarray, y: np.ndarray) -> np.ndarray:
    """exp(i a y) for equidistant y: of each block of them the first, times those of one block, (n, nodes)."""
    block = 1 << (len(y).bit_length() // 2)
    first = np.exp(1j * np.multiply.outer(a, y[::block]))
    inside = np.exp(1j * np.multiply.outer(a, y[:block] - y[0]))
    return (first[:, :, None] * inside[:, None, :]).reshape(len(a), -1)[:, : len(y)]


def phase_product(a: np.ndarray, b: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """exp(i a b) @ columns for the outer product a b, in pieces that fit in memory.

    Arguments:
        a: (n,).
        b: (m,).
        columns: complex, (m, k).

    Returns:
        Complex, (n, k).
    """
    rows = max(1, CHUNK // max(1, len(b)))
    pieces = [np.exp(1j * np.multiply.outer(a[i : i + rows], b)) @ columns for i in range(0, len(a), rows)]
    return np.concatenate(pieces)
