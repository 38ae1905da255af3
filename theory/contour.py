r"""Averages over one energy level, to relative accuracy in the far tail, as integrals of e^K along vertical lines.

Asked: for E a random level of the law, lambda = 1/t and u = e^{lambda (e - E)},

    phi(e)   = E[ exp(-u) ] = 1 - omega(e),      psi_k(e) = E[ u^k exp(-u) ],   k = 1, 2, ...

at energies e where omega or psi_k may be e^{-1000}. The Mellin transform of the kernel is a gamma function, hence

    psi_k(e) = 1/(2 pi i) int e^{K(z) + z e} Gamma(k - z/lambda)/lambda dz,     Re z < k lambda,

phi is psi_0, and omega is minus the same integral over 0 < Re z < lambda. Method: the trapezoidal rule at half-integer
nodes z = theta + i (n + 1/2) h, on a line near the saddle point of the integrand, where it converges geometrically and
nothing cancels. Lines are shared by all e nearby and by all t. A pole p of the gamma function, at any distance from
the line, shifts the sum by Res / (1 + exp(2 pi (p - theta)/h)), so it is added back and no line has to avoid it.
Insertions g(z) under the integral are averages of functions of the level: g = (d_i K)/z inserts y_i - x_i.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.special import digamma, erfc, expit, factorial, gammaln, loggamma, polygamma

from theory.arguments import NotComputable
from theory.law import EnergyLaw

Insertion = Callable[[np.ndarray], np.ndarray]

SURVIVAL, LOSS = -1, 0  # orders that stand for phi and omega = 1 - phi; k >= 1 stands for psi_k

PERIOD = 18.0  # standard deviations of E before the trapezoidal rule repeats itself
STRIP = 0.17  # step over distance to the singularity of K: e^{-2 pi / 0.17} = e^{-37}
REACH = 32.0  # in units of lambda, where |Gamma| has fallen to e^{-50}
SPACING = 1.5  # distance of lines, in standard deviations of E: at most e^{0.3} is lost between them
APPROACH = 0.4  # share of the distance to the singularity of K that one line leaves to the next
NEGLIGIBLE = 1e-18
MOST_NODES = 200_000  # of a line; E sum w = 1 would tell if they are too few
FIRST = 512  # nodes of a line that is cut off
CUT = 6.0  # erfc(6) = 2e-17
SOME = 5  # energies that must not see the cut
UNSEEN = 1e-15  # of the sum of moduli: what rounding leaves of it
MOST_LINES = 4_000
CHUNK = 1_000_000  # entries of one phase matrix


@dataclass
class Line:
    """A vertical line Re z = theta: K, mean energy and 1/standard deviation of levels reweighted by e^{-theta E}."""

    theta: float
    log_mgf: float
    energy: float
    spread: float
    _values: dict[float, tuple[np.ndarray, bool]] = field(default_factory=dict)

    def values(self, law: EnergyLaw, x: np.ndarray, step: float, wanted: int) -> np.ndarray:
        """e^{K(z) - K(theta) + i y energy} on nodes z, at most `wanted`, up to where it is negligible."""
        known, decayed = self._values.get(step, (np.empty(0, complex), False))
        while len(known) < wanted and not decayed:
            z = self.nodes(step, min(max(64, 2 * len(known)), wanted))[len(known) :]
            new = np.exp(law.log_mgf(z, x) - self.log_mgf + 1j * z.imag * self.energy)
            known, decayed = np.append(known, new), bool((np.abs(new[-4:]) < NEGLIGIBLE).all())
        self._values[step] = known, decayed
        return known[:wanted]

    def nodes(self, step: float, count: int) -> np.ndarray:
        return self.theta + 1j * step * (np.arange(count) + 0.5)


@dataclass(frozen=True)
class Piece:
    """Points e (rows) that share a line, its nodes z with (h/pi) e^{K(z) - K(theta) + i y energy}, and poles nearby.

    Gamma functions on the line come in units of e^{log_unit}.
    """

    rows: np.ndarray
    line: Line
    log_unit: float
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
        residue = np.where(m >= 0, (1.0 - 2 * (m % 2)) / factorial(np.maximum(m, 0)), 0.0) * expit(-self.distance)
        if k != LOSS:
            return residue
        return np.where(self.n == 0, expit(self.distance), -residue)


class Contour:
    """The lines of one law seen from one point x (d,); omega keeps its relative accuracy down to e^{-depth}.

    A sum at step h adds what the average is at e + 2 pi/h, times e^{-2 pi theta/h}: the step is such that this stays
    below e^{-depth}; right of the pole at k lambda, where psi_k is about E u^k, below its k-th power.
    """

    def __init__(self, law: EnergyLaw, x: np.ndarray, depth: float) -> None:
        self.law, self.x, self.depth = law, x, depth
        self._cache: dict[float, Line] = {}
        first = 0.5 / float(np.sqrt(law.lam_derivative(0.0, x, order=2)))
        self.right, self.left = [self._at(first)], [self._at(-min(first, -law.lower / 3))]

    def average(
        self, e: np.ndarray, lam: float, orders: tuple[int, ...], insertion: Insertion | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Averages of the given orders at energies e, as (log_scale (n, orders), values (n, orders, *m)).

        The average is exp(log_scale) * values; m is the shape of what `insertion` returns behind its first axis.
        """
        insert = insertion or (lambda z: np.ones(len(z)))
        inserted = insert(np.empty(0, complex)).shape[1:]
        log_scale, values = np.empty((len(e), len(orders))), np.empty((len(e), len(orders), int(np.prod(inserted))))
        for piece in self._pieces(e, lam, orders):
            at, on_line, at_poles = e[piece.rows], _flat(insert(piece.z)), _flat(insert(piece.poles))
            kernels = _kernels(orders, piece.z, lam, piece.log_unit)
            columns = [(kernel * piece.values)[:, None] * on_line for kernel in kernels]
            sums = _fourier_sum(at - piece.line.energy, piece.z, np.concatenate(columns, axis=1))
            log_line = piece.log_unit + piece.line.log_mgf + piece.line.theta * at
            for column, (k, line_sum) in enumerate(zip(orders, np.split(sums, len(orders), axis=1), strict=True)):
                factors = piece.factors(k)
                passed = factors != 0
                log_pole = piece.log_poles[passed] + np.multiply.outer(at, piece.poles[passed])
                log_pole = log_pole + np.log(np.abs(factors[passed]))
                scale = np.maximum(log_line, log_pole.max(axis=1, initial=-np.inf))
                residues = np.sign(factors[passed])[:, None] * at_poles[passed]
                part = np.exp(log_line - scale)[:, None] * line_sum + np.exp(log_pole - scale[:, None]) @ residues
                log_scale[piece.rows, column], values[piece.rows, column] = scale, np.real(part)
        return log_scale, values.reshape(len(e), len(orders), *inserted)

    def measure(
        self, e: np.ndarray, log_weight: np.ndarray, lam: float, order: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Points z and weights W with sum_e exp(log_weight) psi_k(e)[g] = Re sum_z W g(z), for every insertion g."""
        for piece in self._pieces(e, lam, (order,)):
            at, log_own = e[piece.rows], log_weight[piece.rows]
            weight = np.exp(log_own + piece.log_unit + piece.line.log_mgf + piece.line.theta * at)
            phases = _phase_product(np.imag(piece.z), at - piece.line.energy, weight[:, None])
            yield piece.z, phases[:, 0] * piece.values * _kernels((order,), piece.z, lam, piece.log_unit)[0]
            log_pole = log_own[:, None] + piece.log_poles + np.multiply.outer(at, piece.poles)
            factors = piece.factors(order)
            yield piece.poles, np.exp(np.where(factors != 0, log_pole, -np.inf)).sum(axis=0) * factors

    def log_estimate(self, e: np.ndarray, lam: float, order: int) -> np.ndarray:
        """Log of the average to an error of order one: the Gaussian of the best line, and no more than E u^k."""
        pole = (order if order > 0 else order + 1) * lam
        lines = [line for line in self.lines(lam, order) if line.theta < pole and (order != LOSS or line.theta > 0)]
        bound = self._at(pole).log_mgf + pole * e
        if not lines:
            return bound
        theta, spread = np.array([(line.theta, line.spread) for line in lines]).T
        width = 1 / np.sqrt(spread**-2 + polygamma(1, max(order, 0) - theta / lam) / lam**2)
        gaussian = np.minimum(np.log(width / lam) - np.log(2 * np.pi) / 2, 0.0)
        return np.minimum(bound, (self._heights(lines, e, lam, order) + gaussian).min(axis=1))

    def saddles(self, lam: float, order: int) -> np.ndarray:
        """Energies, in increasing order, at which the lines well left of the pole k lambda are the best ones."""
        lines = [line for line in self.lines(lam, order) if line.theta < (order - 0.2) * lam]
        theta, energy = np.array([(line.theta, line.energy) for line in lines]).T
        return np.sort(energy + digamma(order - theta / lam) / lam)

    def lines(self, lam: float, order: int) -> list[Line]:
        """The shared lines up to a little right of the pole k lambda, and lines of its own for a high temperature."""
        reach = (order + 1.5) * lam
        while self.right[-1].theta < reach:
            last = self.right[-1]
            self.right.append(self._at(last.theta + SPACING * last.spread))
            self._check_count(lam)
        own = [self._at(theta) for theta in self._own(lam, order)]
        return [line for line in (*self.left, *own, *self.right) if line.theta <= reach]

    def extend_left(self, lam: float) -> None:
        """One more line towards the singularity of K, for higher energies."""
        last = self.left[-1]
        theta = last.theta - SPACING * last.spread
        self.left.append(self._at(max(theta, self.law.lower + APPROACH * (last.theta - self.law.lower))))
        self._check_count(lam)

    def _own(self, lam: float, order: int) -> list[float]:
        """One right of the last pole; and more on the scale of the kernel where the shared lines are too far apart."""
        right, left = [lam * (max(order, 0) + 0.5)], []
        if lam < SPACING * self._at(lam).spread:
            right = [*(lam * (np.arange(order + 1) + 0.5))]
        if lam < -self.left[0].theta:
            left = [*(-0.5 * lam * 2.0 ** np.arange(int(np.log2(-self.left[0].theta / lam)) + 1))]
        return left + right

    def _check_count(self, lam: float) -> None:
        if len(self.left) + len(self.right) > MOST_LINES:
            raise NotComputable(
                f"t must be within reach of the condensation time; t = {1 / lam:g} needs too many lines"
            )

    def _pieces(self, e: np.ndarray, lam: float, orders: tuple[int, ...]) -> Iterator[Piece]:
        """Groups of e that share a line, with its nodes and the poles near it or on its left."""
        order = max(orders)
        lines = self.lines(lam, order)
        best = self._heights(lines, e, lam, order).argmin(axis=1)
        for j in np.unique(best):
            line = lines[j]
            step = self._step(line, lam, order)
            wanted = int((REACH + 10 * np.sqrt(max(order - line.theta / lam, 0.0))) * lam / step) + 1
            rows = np.flatnonzero(best == j)
            log_unit = float(gammaln(max(order - line.theta / lam, 1.0)))
            z, values = self._on_line(line, step, min(wanted, MOST_NODES), lam, log_unit, orders, e[rows])
            passed = max(int((line.theta + 7 * step) / lam) + 1, int(LOSS in orders))  # omega needs the pole at 0
            n = np.arange(max(min(orders), 0), passed)
            yield Piece(
                rows=rows,
                line=line,
                log_unit=log_unit,
                z=z,
                values=values * (step / np.pi),
                n=n,
                poles=n * lam,
                log_poles=np.array([self._at(p).log_mgf for p in n * lam]),
                distance=(n * lam - line.theta) * 2 * np.pi / step,
            )

    def _on_line(
        self,
        line: Line,
        step: float,
        wanted: int,
        lam: float,
        log_unit: float,
        orders: tuple[int, ...],
        e: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Nodes and values of a line, no more than it takes.

        Where K falls slowly, as the transform of a density with an edge, the values are cut off smoothly: that changes
        averages near the edge alone, so the cut moves out until a few of the energies do not see it any more.
        """
        some, before = e[np.linspace(0, len(e) - 1, SOME).astype(int)] - line.energy, None
        count = min(FIRST, wanted)
        while True:
            values = line.values(self.law, self.x, step, count)
            z = line.nodes(step, len(values))
            if len(values) < count or count == wanted:
                return z, values
            cut = values * erfc(CUT * (2 * (np.arange(count) + 0.5) / count - 1)) / 2
            columns = np.stack([kernel * cut for kernel in _kernels(orders, z, lam, log_unit)], axis=1)
            sums = _phase_product(some, np.imag(z), columns)
            if before is not None and (np.abs(sums - before) < UNSEEN * np.abs(columns).sum(axis=0)).all():
                return z, cut
            before, count = sums, min(2 * count, wanted)

    def _heights(self, lines: list[Line], e: np.ndarray, lam: float, order: int) -> np.ndarray:
        """Log of the largest integrand on each line, (n, lines)."""
        theta = np.array([line.theta for line in lines])
        step = np.array([self._step(line, lam, order) for line in lines])
        kernel = loggamma(max(order, 0) - (theta + 0.5j * step) / lam).real
        return np.array([line.log_mgf for line in lines]) + kernel + np.multiply.outer(e, theta)

    def _step(self, line: Line, lam: float, order: int) -> float:
        """A step no larger than lambda / 2, halved as often as that needs: so times share their nodes."""
        step = min(2 * np.pi / PERIOD * line.spread, STRIP * (line.theta - self.law.lower))
        if line.theta > 0:
            depth = self.depth * (
                order if line.theta > order * lam > 0 else 1
            )  # there psi_k may be as small as omega^k
            step = min(step, 2 * np.pi * line.theta / depth)
        return step / 2 ** max(0, int(np.ceil(np.log2(2 * step / lam))))

    def _at(self, theta: float) -> Line:
        theta = float(theta)
        if theta not in self._cache:
            log_mgf, slope = self.law.log_mgf(theta, self.x), self.law.lam_derivative(theta, self.x)
            variance = self.law.lam_derivative(theta, self.x, order=2)
            self._cache[theta] = Line(theta, float(log_mgf), -float(slope), float(1 / np.sqrt(variance)))
        return self._cache[theta]


def _kernels(orders: tuple[int, ...], z: np.ndarray, lam: float, log_unit: float) -> list[np.ndarray]:
    """Gamma(k - z/lambda)/lambda for each order, in units of e^{log_unit}; each from the one before."""
    known = {0: np.exp(loggamma(-z / lam) - log_unit) / lam}
    for k in range(max(orders)):
        known[k + 1] = (k - z / lam) * known[k]
    return [-known[0] if k == LOSS else known[max(k, 0)] for k in orders]


def _flat(columns: np.ndarray) -> np.ndarray:
    return columns.reshape(len(columns), int(np.prod(columns.shape[1:])))


def _fourier_sum(a: np.ndarray, z: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """sum_n exp(i a Im z_n) columns_n for equidistant nodes.

    n = p + q Q: one product with the phases of p, one with those of q Q, so that few exponentials serve many nodes.
    """
    y = np.imag(z)
    group = 1 << (len(y).bit_length() // 2)
    missing = -len(y) % group
    padded = np.concatenate([columns, np.zeros((missing, columns.shape[1]), complex)])
    table = padded.reshape(-1, group, columns.shape[1])
    starts = y[0] + 2 * y[0] * group * np.arange(len(table))  # the step is twice the first node
    inner = np.tensordot(np.exp(2j * y[0] * np.multiply.outer(a, np.arange(group))), table, axes=(1, 1))
    return np.einsum("np,npm->nm", np.exp(1j * np.multiply.outer(a, starts)), inner)


def _phase_product(a: np.ndarray, b: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """exp(i a b) @ columns for the outer product a b, in pieces that fit in memory."""
    rows = max(1, CHUNK // max(1, len(b)))
    pieces = [np.exp(1j * np.multiply.outer(a[i : i + rows], b)) @ columns for i in range(0, len(a), rows)]
    return np.concatenate(pieces)
