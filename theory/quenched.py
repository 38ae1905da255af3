r"""Exact averages over data sets at finite N and d.

N independent levels of one law; x is fixed, the data set is random. Writing 1/Z^k as an integral over s and averaging
the independent levels one by one, with phi(s) = E exp(-s e^{-lambda E}) = 1 - omega and s = e^{lambda e},

    E sum w^k           = N / Gamma(k) int psi_k(e) phi^{N-1} lambda de
    E log Z             = int ( exp(-e^{lambda e}) - phi^N ) lambda de
    E sum w g(y)        = N int psi_1(e)[g] phi^{N-1} lambda de
    E (sum w g(y))^2    = N int psi_2(e)[g^2] phi^{N-1} lambda de + N (N-1) int (psi_1(e)[g])^2 phi^{N-2} lambda de

for any N, 2 or e^5000: no Monte Carlo and no asymptotics. The averages psi_k, omega over one level come from
`theory.contour`. A planted level E_1 (x is a noised training point) multiplies every integrand by
exp(-e^{lambda (e - E_1)}) and adds its own weight. With g = y - x - c: score, its variance, and the mean Jacobian.
The integrands are analytic and die off on both sides: the trapezoidal rule, its step halved until nothing changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln

from theory.arguments import NotComputable, finite, integer, log_size, numpy_inside, positive
from theory.condensation import condensation_lambda
from theory.contour import Contour
from theory.law import EnergyLaw, as_law, as_points

TOLERANCE = 1e-13
DEPTH = 42.0  # the integrand is followed until it has fallen by e^{-42}
BLOCK = 24  # points of e added at a time
MOST_POINTS = 60_000
LAW = np.ndarray | EnergyLaw


@dataclass
class Quenched:
    """One law, one point x (d,), one size log N, and perhaps one planted level: averages at any time."""

    law: EnergyLaw
    x: np.ndarray
    log_n: float
    planted: np.ndarray | None = None

    def __post_init__(self) -> None:
        self.contour = Contour(self.law, self.x)
        self.condensed = float(condensation_lambda(self.x, self.law, max(self.log_n, 0.1)))
        others = self.log_n + np.log1p(-np.exp(-self.log_n)) if self.planted is not None else self.log_n
        self.log_others = float(others)

    @cached_property
    def planted_offset(self) -> np.ndarray:
        assert self.planted is not None
        return self.planted - self.x

    @cached_property
    def planted_energy(self) -> float:
        return float(np.sum(self.planted_offset**2) / 2) if self.planted is not None else np.inf

    def grid(self, lam: float, order: int) -> "Grid":
        """Points e for the integrals of psi_k at this temperature: wide and fine enough for `TOLERANCE`."""
        grid = Grid(self, lam, order, *self._window(lam, order))
        total = grid.moment()
        while grid.e.size < MOST_POINTS:
            grid = grid.halved()
            before, total = total, grid.moment()
            if abs(total - before) <= TOLERANCE * abs(total):
                return grid
        raise NotComputable(f"t must be a time at which the integral converges; it did not at t = {1 / lam:g}")

    def _window(self, lam: float, order: int) -> tuple[np.ndarray, float]:
        """A coarse grid of e on which the integrand rises from and falls to e^{-DEPTH} of its maximum."""
        step = 0.5 / min(lam, self.condensed)
        lam_star = min(lam, self.condensed)
        start = -(self.log_n + float(self.law.log_mgf(lam_star, self.x))) / lam_star
        ends = {}
        for side in (-1, 1):
            e = start + side * step * np.arange(BLOCK)
            values = Grid(self, lam, order, e, step).log_integrand
            while values[-1] > values.max() - DEPTH or values.argmax() > len(e) - 3:
                e = e[-1] + side * step * np.arange(1, BLOCK + 1)
                values = np.append(values, Grid(self, lam, order, e, step).log_integrand)
                if len(values) > MOST_POINTS:
                    raise NotComputable(f"t must be a time at which the integrand is bounded; it is not at {1 / lam:g}")
            ends[side] = int(np.argmax(values < values.max() - DEPTH) or len(values) - 1)
        return start + step * np.arange(-ends[-1], ends[1] + 1), step


@dataclass
class Grid:
    """Integrands on points e, `step` apart, at inverse temperature `lam`, for moments of one order."""

    problem: Quenched
    lam: float
    order: int
    e: np.ndarray
    step: float
    _log_one: np.ndarray | None = None

    @cached_property
    def log_one(self) -> np.ndarray:
        """log omega and log psi_k, (n, 2)."""
        if self._log_one is not None:
            return self._log_one
        log_scale, values = self.problem.contour.average(self.e, self.lam, (0, self.order))
        with np.errstate(divide="ignore"):
            return log_scale + np.log(np.maximum(values, 0.0))

    def halved(self) -> "Grid":
        """The same interval at half the step; what is known is kept."""
        between = Grid(self.problem, self.lam, self.order, (self.e[1:] + self.e[:-1]) / 2, self.step)
        e = _interleave(self.e, between.e)
        return Grid(self.problem, self.lam, self.order, e, self.step / 2, _interleave(self.log_one, between.log_one))

    def log_survival(self, removed: int) -> np.ndarray:
        """log phi^{N - removed}, with the planted level's own factor."""
        log_omega = np.minimum(self.log_one[:, 0], -1e-16)
        omega = np.exp(log_omega)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(omega > 0, -np.log1p(-omega) / omega, 1.0)
        # N log(1 - omega) = -(N omega) (1 - removed/N) ratio, with N omega as a logarithm: N may exceed any float
        log_n = self.problem.log_others
        exponent = np.exp(np.minimum(log_n + log_omega, 700.0)) * (1 - removed * np.exp(-log_n)) * ratio
        return -exponent - np.exp(np.minimum(self.lam * (self.e - self.problem.planted_energy), 700.0))

    @cached_property
    def log_integrand(self) -> np.ndarray:
        """Log of (N psi_k + planted) phi^{N-1} lambda / Gamma(k)."""
        ours = self.problem.log_others + self.log_one[:, 1] + self.log_survival(1)
        if self.problem.planted is not None:
            ours = np.logaddexp(ours, self.log_planted(self.order) + self.log_survival(0))
        return ours + np.log(self.lam) - gammaln(self.order)

    def log_planted(self, k: int) -> np.ndarray:
        """Log of the planted level's (s e^{-lambda E_1})^k."""
        return k * self.lam * (self.e - self.problem.planted_energy)

    def moment(self) -> float:
        """E sum w^k."""
        return float(np.exp(self.log_integrand).sum() * self.step)


def _interleave(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    result = np.empty((len(a) + len(b), *a.shape[1:]))
    result[::2], result[1::2] = a, b
    return result


def participation_ratio(
    t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, order: int = 2
) -> np.ndarray:
    """E sum w^order over data sets of N points, at times t (any shape) and points x (d,) or (batch, d)."""
    times = positive("t", t)
    law, size, order = as_law(law), log_size(log_n), integer("order", order, least=2)
    x = as_points(x, law)
    if size == 0:
        return np.ones(x.shape[:-1] + times.shape)[()]
    rows = [Quenched(law, row, size) for row in np.atleast_2d(x)]
    values = [[row.grid(1 / time, order).moment() for time in times.ravel()] for row in rows]
    return np.array(values).reshape(x.shape[:-1] + times.shape)[()]
