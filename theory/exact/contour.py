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

import numpy as np
from scipy.special import digamma, gammaln, loggamma, zeta

from theory.checks import NotComputable
from theory.exact.kernels import LOSS, Kernels
from theory.exact.line import Group, Line, Lines, flat, fourier_sum, phase_product
from theory.laws.law import EnergyLaw

Insertion = Callable[[np.ndarray], np.ndarray]

PERIOD = 18.0  # standard deviations of E before the trapezoidal rule repeats itself
STRIP = 0.17  # step over distance to the singularity of K: e^{-2 pi / 0.17} = e^{-37}
REACH = 32.0  # in units of lambda, where |Gamma| has fallen to e^{-50}
SPACING = 1.5  # distance of lines, in standard deviations of E: at most e^{0.3} is lost between them
APPROACH = 0.4  # share of the distance to the singularity of K that one line leaves to the next
MOST_NODES = 200_000  # of a line; E sum w = 1 would tell if they are too few
MOST_LINES = 4_000


class Contour:
    """The vertical lines of one law seen from one point, for averages over one energy level.

    A sum at step h adds what the average is at e + 2 pi/h, times e^{-2 pi theta/h}: the step is such that this stays
    below e^{-depth}; right of the pole at k lambda, where psi_k is about E u^k, below its k-th power.

    Arguments:
        law: the energy law.
        x: location, (d,), in units of the data.
        depth: omega keeps its relative accuracy down to e^{-depth}.
    """

    def __init__(self, law: EnergyLaw, x: np.ndarray, depth: float) -> None:
        self.law, self.x, self.depth, self.lower = law, x, depth, law.lower
        self._cache: dict[float, Line] = {}
        self._lines: dict[tuple[float, int], Lines] = {}
        self._kernels: dict[tuple[float, float, tuple[int, ...]], Kernels] = {}
        first = 0.5 / float(np.sqrt(law.lam_derivative(0.0, x, order=2)))
        self.right, self.left = self._at(first), self._at(-min(first, -self.lower / 3))

    def average(
        self, e: np.ndarray, lam: float, orders: tuple[int, ...], insertion: Insertion | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Averages of the given orders at energies e: psi_k(e)[g], as exp(log_scale) * values.

        Arguments:
            e: energies, (n,).
            lam: inverse temperature 1/t > 0.
            orders: each k >= 1, or SURVIVAL or LOSS of `theory.exact.kernels`.
            insertion: g of points z (m,) of the plane of K, (m, *shape); 1 where None.

        Returns:
            log_scale, (n, orders), and values, (n, orders, *shape).
        """
        insert = insertion or (lambda z: np.ones(len(z)))
        inserted = insert(np.empty(0, complex)).shape[1:]
        log_scale, values = np.empty((len(e), len(orders))), np.empty((len(e), len(orders), int(np.prod(inserted))))
        for group in self._groups(e, lam, orders):
            at, on_line, at_poles = e[group.rows], flat(insert(group.z)), flat(insert(group.poles))
            columns = [(kernel * group.values)[:, None] * on_line for kernel in group.kernels(group.z)]
            sums = fourier_sum(at - group.line.energy, group.z, np.concatenate(columns, axis=1))
            log_line = group.kernels.log_unit + group.line.log_mgf + group.line.theta * at
            for column, (k, line_sum) in enumerate(zip(orders, np.split(sums, len(orders), axis=1), strict=True)):
                factors = group.factors(k)
                passed = factors != 0
                log_pole = group.log_poles[passed] + np.multiply.outer(at, group.poles[passed])
                log_pole = log_pole + np.log(np.abs(factors[passed]))
                scale = np.maximum(log_line, log_pole.max(axis=1, initial=-np.inf))
                residues = np.sign(factors[passed])[:, None] * at_poles[passed]
                part = np.exp(log_line - scale)[:, None] * line_sum + np.exp(log_pole - scale[:, None]) @ residues
                log_scale[group.rows, column], values[group.rows, column] = scale, np.real(part)
        return log_scale, values.reshape(len(e), len(orders), *inserted)

    def measure(
        self, e: np.ndarray, log_weight: np.ndarray, lam: float, order: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Points and weights of the plane of K: sum_e exp(log_weight) psi_k(e)[g] = Re sum_z W g(z) for every g.

        Arguments:
            e: energies, (n,).
            log_weight: logs of their weights, (n,).
            lam: inverse temperature 1/t > 0.
            order: k >= 1.

        Returns:
            Pairs of points z and weights W, (m,) each.
        """
        for group in self._groups(e, lam, (order,)):
            at, log_own = e[group.rows], log_weight[group.rows]
            weight = np.exp(log_own + group.kernels.log_unit + group.line.log_mgf + group.line.theta * at)
            phases = phase_product(np.imag(group.z), at - group.line.energy, weight[:, None])
            yield group.z, phases[:, 0] * group.values * group.kernels(group.z)[0]
            log_pole = log_own[:, None] + group.log_poles + np.multiply.outer(at, group.poles)
            factors = group.factors(order)
            yield group.poles, np.exp(np.where(factors != 0, log_pole, -np.inf)).sum(axis=0) * factors

    def log_estimate(self, e: np.ndarray, lam: float, order: int) -> np.ndarray:
        """Log of an average to an error of order one: the Gaussian of the best line, and no more than E u^k.

        Arguments:
            e: energies, (n,).
            lam: inverse temperature 1/t > 0.
            order: as of `average`.

        Returns:
            (n,).
        """
        pole = (order if order > 0 else order + 1) * lam
        bound = self._at(pole)[0].log_mgf + pole * e
        lines = self.lines(lam, order)
        usable = (lines.theta < pole) & ((lines.theta > 0) | (order != LOSS))
        if not usable.any():
            return bound
        variance = lines.width[usable] ** -2 + zeta(2, max(order, 0) - lines.theta[usable] / lam) / lam**2  # trigamma
        gaussian = np.minimum(-np.log(2 * np.pi * variance * lam**2) / 2, 0.0)
        return np.minimum(bound, (lines.heights(e)[:, usable] + gaussian).min(axis=1))

    def saddles(self, lam: float, order: int) -> np.ndarray:
        """Energies at which the lines well left of the pole k lambda are the best ones.

        Arguments:
            lam: inverse temperature 1/t > 0.
            order: k.

        Returns:
            In increasing order, (m,).
        """
        lines = self.lines(lam, order)
        left = lines.theta < (order - 0.2) * lam
        return np.sort(lines.energy[left] + digamma(order - lines.theta[left] / lam) / lam)

    def lines(self, lam: float, order: int) -> Lines:
        """The shared lines up to a little right of the pole k lambda, and lines of its own for a high temperature.

        Arguments:
            lam: inverse temperature 1/t > 0.
            order: k.

        Returns:
            The lines as columns, made once.

        Raises:
            NotComputable: where too many lines are needed.
        """
        if (lam, order) not in self._lines:
            self._lines[lam, order] = self._opened(lam, order)
        return self._lines[lam, order]

    def _opened(self, lam: float, order: int) -> Lines:
        reach = (order + 1.5) * lam
        while self.right[-1].theta < reach:
            last = self.right[-1]
            self.right += self._at(last.theta + SPACING * last.width)
            self._check_count(lam)
        self._at(*lam * np.arange(2 * order + 6) / 2)  # the poles and the lines between them, at once
        own = self._at(*self._own(lam, order))
        lines = [line for line in (*self.left, *own, *self.right) if line.theta <= reach]
        columns = [(line.theta, line.log_mgf, line.energy, line.width) for line in lines]
        theta, log_mgf, energy, width = np.array(columns).T
        step = self._steps(theta, width, lam, order)
        log_gamma = loggamma(max(order, 0) - (theta + 0.5j * step) / lam).real
        return Lines(lines, theta, log_mgf, energy, width, step, log_gamma)

    def extend_left(self, lam: float) -> None:
        """One more line towards the singularity of K, for higher energies."""
        self._lines.clear()
        last = self.left[-1]
        theta = last.theta - SPACING * last.width
        self.left += self._at(max(theta, self.lower + APPROACH * (last.theta - self.lower)))
        self._check_count(lam)

    def _own(self, lam: float, order: int) -> list[float]:
        """One right of the last pole; and more on the scale of the kernel where the shared lines are too far apart."""
        right, left = [lam * (max(order, 0) + 0.5)], []
        if lam < SPACING * self._at(lam)[0].width:
            right = [*(lam * (np.arange(order + 1) + 0.5))]
        if lam < -self.left[0].theta:
            left = [*(-0.5 * lam * 2.0 ** np.arange(int(np.log2(-self.left[0].theta / lam)) + 1))]
        return left + right

    def _check_count(self, lam: float) -> None:
        if len(self.left) + len(self.right) > MOST_LINES:
            raise NotComputable(
                f"t must be within reach of the condensation time; t = {1 / lam:g} needs too many lines"
            )

    def _groups(self, e: np.ndarray, lam: float, orders: tuple[int, ...]) -> Iterator[Group]:
        """Groups of e that share a line, with its nodes and the poles near it or on its left."""
        order = max(orders)
        lines = self.lines(lam, order)
        best = lines.heights(e).argmin(axis=1)
        for j in np.unique(best):
            line, step = lines.each[j], float(lines.step[j])
            wanted = int((REACH + 10 * np.sqrt(max(order - line.theta / lam, 0.0))) * lam / step) + 1
            rows = np.flatnonzero(best == j)
            own = self._kernels_of(line, step, lam, orders)
            z, values = line.enough(self.law, self.x, step, min(wanted, MOST_NODES), own, e[rows])
            passed = max(int((line.theta + 7 * step) / lam) + 1, int(LOSS in orders))  # omega needs the pole at 0
            n = np.arange(max(min(orders), 0), passed)
            yield Group(
                rows=rows,
                line=line,
                kernels=own,
                z=z,
                values=values * (step / np.pi),
                n=n,
                poles=n * lam,
                log_poles=np.array([pole.log_mgf for pole in self._at(*n * lam)]),
                distance=(n * lam - line.theta) * 2 * np.pi / step,
            )

    def _kernels_of(self, line: Line, step: float, lam: float, orders: tuple[int, ...]) -> Kernels:
        """The kernels on a line, which are kept until another lambda is asked for."""
        if any(known.lam != lam for known in self._kernels.values()):
            self._kernels.clear()
        if (line.theta, step, orders) not in self._kernels:
            log_unit = float(gammaln(max(max(orders) - line.theta / lam, 1.0)))
            self._kernels[line.theta, step, orders] = Kernels(orders, lam, log_unit)
        return self._kernels[line.theta, step, orders]

    def _steps(self, theta: np.ndarray, width: np.ndarray, lam: float, order: int) -> np.ndarray:
        """Steps no larger than lambda / 2, halved as often as that needs: so times share their nodes."""
        step = np.minimum(2 * np.pi / PERIOD * width, STRIP * (theta - self.lower))
        power = np.where((theta > order * lam) & (order > 0), order, 1)  # there psi_k may be as small as omega^k
        step = np.where(theta > 0, np.minimum(step, 2 * np.pi * theta / (self.depth * power)), step)
        return step / 2.0 ** np.maximum(0, np.ceil(np.log2(2 * step / lam)))

    def _at(self, *thetas: float) -> list[Line]:
        """Lines at these abscissas; K and its derivatives are asked once, for all that are not known."""
        new = np.array([theta for theta in dict.fromkeys(thetas) if theta not in self._cache])
        if new.size:
            log_mgf, slope = self.law.log_mgf(new, self.x), self.law.lam_derivative(new, self.x)
            variance = self.law.lam_derivative(new, self.x, order=2)
            if not (variance > 0).all():
                raise NotComputable(
                    "law must have energies that differ down to the lowest: those of a data set end in one level, "
                    "and only a larger t or a smaller log_n stays clear of it"
                )
            for columns in np.stack([new, log_mgf, -slope, 1 / np.sqrt(variance)], axis=1).tolist():
                self._cache[columns[0]] = Line(*columns)
        return [self._cache[theta] for theta in thetas]
