r"""Averages over one energy level, to relative accuracy in the far tail, as integrals of e^K along vertical lines.

Asked: for E a random level of the law, lambda = 1/t and s = e^{lambda e},

    omega(e)  = E[ 1 - exp(-s e^{-lambda E}) ]                  (k = 0)
    psi_k(e)  = E[ (s e^{-lambda E})^k exp(-s e^{-lambda E}) ]    (k = 1, 2, ...)

at values e where they may be e^{-1000}. The Mellin transform of the kernel in s is a gamma function, hence

    psi_k(e) = 1/(2 pi i) int e^{K(z) + z e} Gamma(k - z/lambda)/lambda dz,     Re z < k lambda
    omega(e) = the same with -Gamma(-z/lambda)/lambda,                      0 < Re z < lambda

Method: the trapezoidal rule at half-integer nodes z = theta + i (n + 1/2) h, on the line through the saddle point
K'(theta) = -e, where it converges geometrically and nothing cancels. Lines are shared by all e nearby and all t. A
pole p of the gamma function, at any distance from the line, shifts the sum by Res / (1 + exp(2 pi (p - theta)/h)), so
it is added back and no line has to avoid it. Insertions g(z) under the integral are averages of functions of the level:
g = (d_i K)/z inserts y_i - x_i.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit, gamma, loggamma

from theory.arguments import NotComputable
from theory.law import EnergyLaw

Insertion = Callable[[np.ndarray], np.ndarray]

PERIOD = 18.0  # standard deviations of E before the trapezoidal rule repeats itself
STRIP = 0.17  # step over distance to the singularity of K: e^{-2 pi / 0.17} = e^{-37}
REACH = 32.0  # in units of lambda, where |Gamma| has fallen to e^{-50}
SPACING = 1.5  # distance of lines, in standard deviations of E: at most e^{0.3} is lost between them
NEGLIGIBLE = 1e-18
MOST_NODES = 400_000
CHUNK = 2_000_000  # entries of one phase matrix


@dataclass
class Line:
    """One vertical line Re z = theta, with K on as many of its nodes as were needed so far."""

    theta: float
    step: float
    log_mgf: float
    centre: float
    values: np.ndarray = field(default_factory=lambda: np.empty(0, complex))
    decayed: bool = False

    def nodes(self, count: int) -> np.ndarray:
        return self.theta + 1j * self.step * (np.arange(count) + 0.5)


@dataclass(frozen=True)
class Passed:
    """Poles n lambda of the gamma functions: K there, and their distance right of the line in units of h/2 pi."""

    n: np.ndarray
    log_size: np.ndarray
    distance: np.ndarray


class Contour:
    """The lines of one law seen from one point x (d,)."""

    def __init__(self, law: EnergyLaw, x: np.ndarray) -> None:
        self.law, self.x = law, x
        self._lattice = np.empty((0, 2))
        self._lines: dict[tuple[int, int], Line] = {}
        self._append(SPACING / 3 / np.sqrt(self.law.lam_derivative(0.0, x, order=2)))

    def average(
        self, e: np.ndarray, lam: float, orders: tuple[int, ...], insertion: Insertion | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """psi_k(e) for k in `orders` (0 stands for omega), as (log_scale (n, orders), values (n, orders, *m)).

        The average is exp(log_scale) * values; m is the shape of what `insertion` returns behind its first axis.
        """
        insert = insertion or (lambda z: np.ones(len(z)))
        log_scale = np.empty((len(e), len(orders)))
        values = np.empty((len(e), len(orders), *insert(np.array([lam + 0j])).shape[1:]))
        for rows, line, z, shape, poles, passed in self._pieces(e, lam, max(orders)):
            log_line = line.log_mgf + line.theta * e[rows]
            log_pole = passed.log_size + np.multiply.outer(e[rows], poles)
            for column, k in enumerate(orders):
                factors = _pole_factors(k, passed)
                scale = np.maximum(log_line, np.where(factors != 0, log_pole, -np.inf).max(axis=1))
                on_line = _phase_product(e[rows] - line.centre, z.imag, _outer(shape * _kernel(k, z, lam), insert(z)))
                at_poles = np.exp(log_pole - scale[:, None]) @ _outer(factors, insert(poles))
                part = np.exp(log_line - scale)[:, None] * on_line.real + at_poles.real
                log_scale[rows, column], values[rows, column] = scale, part.reshape(values[rows, column].shape)
        return log_scale, values

    def measure(
        self, e: np.ndarray, log_weight: np.ndarray, lam: float, order: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Points z and weights W with sum_e exp(log_weight) psi_k(e)[g] = Re sum_z W g(z), for every insertion g."""
        for rows, line, z, shape, poles, passed in self._pieces(e, lam, order):
            weight = np.exp(log_weight[rows] + line.log_mgf + line.theta * e[rows])
            phases = _phase_product(z.imag, e[rows] - line.centre, weight[:, None])
            yield z, phases[:, 0] * shape * _kernel(order, z, lam)
            log_pole = log_weight[rows][:, None] + passed.log_size + np.multiply.outer(e[rows], poles)
            yield poles, np.exp(log_pole).sum(axis=0) * _pole_factors(order, passed)

    def _pieces(self, e: np.ndarray, lam: float, order: int) -> Iterator[tuple]:
        """Groups of e that share a line, with its nodes and the poles near it or on its left."""
        nearest = self._nearest(e, lam * (order + 1.5))
        for j in np.unique(nearest):
            line = self._line(j, lam)
            z, shape = self._on_nodes(line, lam)
            passed = self._passed(line, lam)
            yield np.flatnonzero(nearest == j), line, z, shape, passed.n * lam, passed

    def _on_nodes(self, line: Line, lam: float) -> tuple[np.ndarray, np.ndarray]:
        """Nodes and (h/pi) e^{K(z) - K(theta) + i y e_0}, up to where e^K or the gamma function is negligible."""
        wanted = int(REACH * lam / line.step) + 1
        while len(line.values) < wanted and not line.decayed:
            if len(line.values) >= MOST_NODES:
                raise NotComputable(
                    f"t must not be this far below the condensation time: t = {1 / lam:g} needs more than {MOST_NODES} "
                    "nodes in a space of so few dimensions; the participation ratio tends to 1 as t -> 0"
                )
            z = line.nodes(len(line.values) + min(max(32, len(line.values)), wanted))[len(line.values) :]
            line.values = np.append(line.values, np.exp(self.law.log_mgf(z, self.x) - line.log_mgf + 1j * z.imag * line.centre))
            line.decayed = bool((np.abs(line.values[-4:]) < NEGLIGIBLE).all())
        count = min(wanted, len(line.values))
        return line.nodes(count), line.values[:count] * line.step / np.pi

    def _passed(self, line: Line, lam: float) -> "Passed":
        n = np.arange(int((line.theta + 7 * line.step) / lam) + 1)
        return Passed(n, self.law.log_mgf(n * lam, self.x), (n * lam - line.theta) * 2 * np.pi / line.step)

    def _line(self, j: int, lam: float) -> Line:
        """Line j with a step no larger than lambda / 2, halved as often as that needs."""
        theta, spread = self._lattice[j][0], self._lattice[j][1]
        step = min(2 * np.pi / PERIOD * spread, STRIP * (theta - self.law.lower))
        halvings = max(0, int(np.ceil(np.log2(2 * step / lam))))
        if (j, halvings) not in self._lines:
            log_mgf, slope = self.law.log_mgf(theta, self.x), self.law.lam_derivative(theta, self.x)
            self._lines[j, halvings] = Line(theta, step / 2**halvings, float(log_mgf), -float(slope))
        return self._lines[j, halvings]

    def _nearest(self, e: np.ndarray, largest: float) -> np.ndarray:
        """Index of the line whose saddle point lies nearest to each e, none beyond `largest`."""
        while self._centres[-1] > e.min() and self._lattice[-1][0] < largest:
            self._append(self._lattice[-1][0] + SPACING * self._lattice[-1][1])
        middles = (self._centres[1:] + self._centres[:-1]) / 2
        allowed = max(int(np.searchsorted(self._lattice[:, 0], largest)) - 1, 0)
        return np.minimum(np.searchsorted(-middles, -e), allowed)

    def _append(self, theta: float) -> None:
        """A line at theta; `spread` is 1/standard deviation of the energies reweighted by e^{-theta E}."""
        spread = 1 / np.sqrt(self.law.lam_derivative(theta, self.x, order=2))
        self._lattice = np.vstack([self._lattice, [theta, spread]])
        centre = -self.law.lam_derivative(theta, self.x)
        self._centres = np.append(getattr(self, "_centres", np.empty(0)), centre)


def _kernel(k: int, z: np.ndarray, lam: float) -> np.ndarray:
    value = np.exp(loggamma(k - z / lam)) / lam
    return -value if k == 0 else value


def _pole_factors(k: int, passed: Passed) -> np.ndarray:
    """What the sum on the line must be given back for each pole, in units of e^{K(p) + p e}.

    (-1)^m / m! at the pole z = (k + m) lambda as far as the line has passed it; omega's own strip (the opposite sign)
    lies right of the pole at 0, which is passed by lines on its left.
    """
    m = passed.n - k
    residue = np.where(m >= 0, (1.0 - 2 * (m % 2)) / gamma(np.maximum(m, 0) + 1.0), 0.0) * expit(-passed.distance)
    if k == 0:
        residue = -residue
        residue[0] = expit(passed.distance[0])
    return residue


def _outer(coefficients: np.ndarray, inserted: np.ndarray) -> np.ndarray:
    return coefficients[:, None] * inserted.reshape(len(coefficients), -1)


def _phase_product(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """exp(i a b) @ weights for the outer product a b, in pieces that fit in memory."""
    rows = max(1, CHUNK // max(1, len(b)))
    pieces = [np.exp(1j * np.multiply.outer(a[i : i + rows], b)) @ weights for i in range(0, len(a), rows)]
    return np.concatenate(pieces)
