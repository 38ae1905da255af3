r"""Integrals over e of averages over N independent levels, by Gauss-Legendre sums that know when they are done.

With phi and psi_k from `theory.exact.contour`, n independent levels and perhaps a training point of energy E_1,
u_1 = e^{lambda (e - E_1)}, every average over data sets is an integral of terms like

    term_k(e) = lambda/Gamma(k) [ n psi_k phi^{n-1} + u_1^k phi^n ] e^{-u_1},        int term_k de = E sum w^k.

Panels of e are bisected until the Legendre series of each term ends. E sum w = 1 is one of the integrals and is held
to: what cannot be computed raises `NotComputable`, and is never a silent 0.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.polynomial import legendre
from scipy.special import gammaln

from theory.checks import NotComputable
from theory.exact.contour import Contour
from theory.exact.kernels import LOSS, SURVIVAL
from theory.laws.law import EnergyLaw

POINTS = 20  # per panel
PANELS = 10  # to begin with
DEPTH = 40.0  # terms are followed until they have fallen by e^{-40}
CAUTION = 0.5  # by which a hazard is taken smaller than estimated, to find the right end of the window
ENDED = 1e-14  # last Legendre coefficients, in units of the largest term
ROUNDING = 1e-15  # relative error of a term, for each unit of log N and of lambda E
NOISE = 1e-11  # the most that the latter may cost
MOST_PANELS = 400  # at a time
LARGEST_LOG = 700.0  # e^700 is still a float
UNIT_TOLERANCE = 1e-9  # on E sum w = 1
ELSEWHERE = "nearer to t_c it is possible, and as t -> 0 the nearest point carries all the weight: E sum w^2 -> 1"

NODES, WEIGHTS = legendre.leggauss(POINTS)
LAST_TERMS = (legendre.legvander(NODES, POINTS - 1).T * WEIGHTS * (np.arange(POINTS) + 0.5)[:, None])[-2:]


@dataclass(frozen=True)
class Ensemble:
    """Data sets of N points of one law, seen from x.

    Arguments:
        law: the energy law.
        x: location, (d,), in units of the data.
        log_n: log N >= 0.
        training_point: a data point (d,) of every data set, besides N - 1 random ones, or None.
    """

    law: EnergyLaw
    x: np.ndarray
    log_n: float
    training_point: np.ndarray | None = None

    @property
    def log_others(self) -> float:
        """log n: of all points but the training point."""
        with np.errstate(divide="ignore"):  # the training point may be the only one
            return self.log_n if self.training_point is None else self.log_n + float(np.log(-np.expm1(-self.log_n)))

    @property
    def training_energy(self) -> float:
        return np.inf if self.training_point is None else float(np.sum((self.training_point - self.x) ** 2) / 2)


@dataclass(frozen=True)
class Levels:
    """One-level averages at the energies of a quadrature.

    Arguments:
        ensemble: the data sets.
        lam: inverse temperature 1/t > 0.
        orders: k of the psi_k, (orders,).
        e: energies, (n,).
        weight: of the quadrature, (n,).
        log_psi: log psi_k(e), (n, orders).
        log_hazard: log(-log phi(e)), (n,).
    """

    ensemble: Ensemble
    lam: float
    orders: tuple[int, ...]
    e: np.ndarray
    weight: np.ndarray
    log_psi: np.ndarray
    log_hazard: np.ndarray

    @property
    def log_training(self) -> np.ndarray:
        """log u_1, minus infinity without a training point."""
        return self.lam * (self.e - self.ensemble.training_energy)

    def log_survival(self, removed: int) -> np.ndarray:
        """log of phi^{n - removed} e^{-u_1}; n may exceed any float."""
        log_n = self.ensemble.log_others
        share = 1 - removed * np.exp(-log_n) if log_n > -np.inf else 0.0
        none = -np.exp(np.minimum(log_n + self.log_hazard, LARGEST_LOG)) * share
        return none - np.exp(np.minimum(self.log_training, LARGEST_LOG))

    @cached_property
    def log_terms(self) -> np.ndarray:
        """log term_k per unit of lambda e, so that no unit of energy costs digits: (n, orders)."""
        k = np.array(self.orders)
        others = self.ensemble.log_others + self.log_psi + self.log_survival(1)[:, None]
        own = np.multiply.outer(self.log_training, k) + self.log_survival(0)[:, None]
        return np.logaddexp(others, own) - gammaln(k)

    def log_moment(self, k: int) -> float:
        """log E sum w^k."""
        log_term = self.log_terms[:, self.orders.index(k)]
        top = log_term.max()
        return float(top + np.log(self.lam * self.weight @ np.exp(log_term - top)))

    def log_single(self, k: int) -> np.ndarray:
        """Log weights of psi_k in integrals over one of the n independent levels."""
        return self.ensemble.log_others + self.log_survival(1) + np.log(self.lam * self.weight) - gammaln(k)

    def log_pairs(self) -> np.ndarray:
        """Log weights of psi_1 psi_1 in integrals over two of them; minus infinity where there is but one."""
        log_n = self.ensemble.log_others
        both = 2 * log_n + np.log(-np.expm1(-log_n)) if log_n > 0 else -np.inf
        return both + self.log_survival(2) + np.log(self.lam * self.weight)

    def log_training_weight(self, k: int) -> np.ndarray:
        """Log weights in integrals over the k-th power of the training point's weight."""
        return k * self.log_training + self.log_survival(0) + np.log(self.lam * self.weight)

    def rows(self, chosen: np.ndarray) -> "Levels":
        parts = (self.e, self.weight, self.log_psi, self.log_hazard)
        return Levels(self.ensemble, self.lam, self.orders, *(part[chosen] for part in parts))


class Panels:
    """Levels of one ensemble at any time, on panels of energies wide and fine enough for its integrals.

    Arguments:
        ensemble: the data sets.

    Raises:
        ValueError: where all levels are equal, as seen from x.
    """

    def __init__(self, ensemble: Ensemble) -> None:
        self.ensemble = ensemble
        self.mean_energy = -float(ensemble.law.lam_derivative(0.0, ensemble.x))
        variance = float(ensemble.law.lam_derivative(0.0, ensemble.x, order=2))
        if not variance > 0:
            raise ValueError(
                "law must give the energies a positive variance: from x all levels are equal, or too close for floats"
            )
        self.energy_deviation = variance**0.5  # standard deviation
        self.contour = Contour(ensemble.law, ensemble.x, ensemble.log_n + DEPTH)

    def levels(self, lam: float, orders: tuple[int, ...] = (1, 2)) -> Levels:
        """One-level averages for moments of the given orders, on panels that are fine enough: E sum w = 1 is held to.

        Arguments:
            lam: inverse temperature 1/t > 0.
            orders: k of the moments, 1 among them.

        Returns:
            The averages at the energies of the quadrature.

        Raises:
            NotComputable: where double precision does not suffice.
        """
        levels = self._resolved(lam, orders)
        error = abs(np.expm1(levels.log_moment(1)))
        if not error < UNIT_TOLERANCE:
            raise NotComputable(
                f"t must be a time at which double precision suffices: at t = {1 / lam:g}, log N = "
                f"{self.ensemble.log_n:g} the mean weights sum to 1 with an error of {error:.1g}; {ELSEWHERE}"
            )
        return levels

    def _resolved(self, lam: float, orders: tuple[int, ...]) -> Levels:
        """Levels on panels that are bisected until the terms of all orders are resolved."""
        edges = self._window(lam, orders)
        left, right, finished = edges[:-1], edges[1:], []
        peak = np.full(len(orders), -np.inf)
        noise = min(ROUNDING * lam * abs(self.mean_energy), NOISE)
        tolerance = ENDED + ROUNDING * self.ensemble.log_n + noise
        while len(left) < MOST_PANELS:
            half = (right - left) / 2
            e = (left + half)[:, None] + half[:, None] * NODES
            levels = self._levels(e.ravel(), np.outer(half, WEIGHTS).ravel(), lam, orders)
            terms = levels.log_terms.reshape(len(half), POINTS, -1)
            peak = np.maximum(peak, terms.max(axis=(0, 1)))
            rough = (np.abs(LAST_TERMS @ np.exp(terms - peak)) > tolerance).any(axis=(1, 2))
            finished.append(levels.rows(np.repeat(~rough, POINTS)))
            if not rough.any():
                return _joined(finished)
            middle = (left + half)[rough]
            left, right = np.append(left[rough], middle), np.append(middle, right[rough])
        raise NotComputable(
            f"t must be a time at which the integrals converge; they do not at t = {1 / lam:g}; {ELSEWHERE}"
        )

    def _levels(self, e: np.ndarray, weight: np.ndarray, lam: float, orders: tuple[int, ...]) -> Levels:
        log_psi, log_hazard = np.empty((len(e), len(orders))), np.empty(len(e))
        below = e < self.mean_energy
        for rows, first in ((below, LOSS), (~below, SURVIVAL)):
            if rows.any():
                log_scale, values = self.contour.average(e[rows], lam, (first, *orders))
                with np.errstate(divide="ignore"):  # what is lost to rounding is far below the largest term
                    logs = log_scale + np.log(np.maximum(values, 0.0))
                log_psi[rows], log_hazard[rows] = logs[:, 1:], _log_hazard(logs[:, 0], first)
        return Levels(self.ensemble, lam, orders, e, weight, log_psi, log_hazard)

    def _window(self, lam: float, orders: tuple[int, ...]) -> np.ndarray:
        """Edges of panels over which the terms, as estimated, vary equally, and outside of which they vanish."""
        while True:
            saddles = self.contour.saddles(lam, max(orders))
            depth = (self.ensemble.log_n + 2 * DEPTH) / lam
            e = np.concatenate([saddles[0] - depth + np.arange(0, depth, 0.5 / lam), _refined(saddles)])
            height = self._estimated(e, lam, orders).log_terms
            height = (height - height.max(axis=0, initial=-1e300)).max(axis=1)
            inside = np.flatnonzero(height > -DEPTH)
            if inside[-1] < len(e) - 1:
                break
            self.contour.extend_left(lam)
        chosen = slice(max(inside[0] - 1, 0), inside[-1] + 2)
        e, height = e[chosen], np.maximum(height[chosen], -DEPTH)
        travelled = np.append(0.0, np.cumsum(np.abs(np.diff(height)) + DEPTH * np.diff(e) / (e[-1] - e[0])))
        return np.interp(np.linspace(0, travelled[-1], PANELS + 1), travelled, e)

    def _estimated(self, e: np.ndarray, lam: float, orders: tuple[int, ...]) -> Levels:
        log_psi = np.stack([self.contour.log_estimate(e, lam, k) for k in orders], axis=1)
        log_loss = np.minimum(self.contour.log_estimate(e, lam, LOSS), np.log(0.5))
        log_survival = np.minimum(self.contour.log_estimate(e, lam, SURVIVAL), np.log(0.5))
        below = e < self.mean_energy
        hazard = np.where(below, _log_hazard(log_loss, LOSS), _log_hazard(log_survival, SURVIVAL))
        return Levels(self.ensemble, lam, orders, e, np.ones(len(e)), log_psi, hazard + np.log(CAUTION))


def _log_hazard(log_average: np.ndarray, order: int) -> np.ndarray:
    """log(-log phi), from log omega (LOSS) or from log phi (SURVIVAL)."""
    if order == SURVIVAL:
        return np.log(-np.minimum(log_average, -1e-300))
    omega = np.exp(np.minimum(log_average, -1e-16))
    with np.errstate(divide="ignore", invalid="ignore"):
        return log_average + np.where(omega > 0, np.log(-np.log1p(-omega) / omega), 0.0)


def _refined(points: np.ndarray) -> np.ndarray:
    """Eight steps between each two neighbours."""
    return np.interp(np.arange(0, 8 * len(points) - 7) / 8, np.arange(len(points)), points)


def _joined(parts: list[Levels]) -> Levels:
    columns = zip(*((p.e, p.weight, p.log_psi, p.log_hazard) for p in parts), strict=True)
    first = parts[0]
    return Levels(first.ensemble, first.lam, first.orders, *(np.concatenate(column) for column in columns))
