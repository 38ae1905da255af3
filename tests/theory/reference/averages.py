r"""Reference values of E sum w^2 by another road: python -m tests.theory.reference.averages

Isotropic data y ~ N(0, I_d): 2E is a noncentral chi-square variable with d degrees of freedom and noncentrality
|x|^2, whose log density mpmath gives with 40 digits. From it phi, omega and psi_k are plain integrals over E of
positive terms, and the moment is a plain integral over e: Gauss-Legendre on fixed panels, no contour, no Fourier
inversion, nothing that cancels. E sum w = 1 checks each case. The values go to quenched.json beside this file.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import mpmath
import numpy as np
from scipy.special import logsumexp

from theory.limits.condensation import condensation_time

PATH = Path(__file__).with_suffix(".json")
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
CHUNK = 4_000_000
MOST_PANELS = 1_500


@dataclass(frozen=True)
class Case:
    """x = sqrt(square / d) (1, ..., 1), t = ratio times the exact condensation time."""

    dimension: int
    square: float
    log_n: float
    ratio: float

    @property
    def x(self) -> np.ndarray:
        return np.full(self.dimension, np.sqrt(self.square / self.dimension))

    @property
    def t(self) -> float:
        alpha = self.log_n / self.dimension
        return self.ratio * float(condensation_time(self.x, np.ones(self.dimension), alpha))


def cases() -> list[Case]:
    """d x log N x t/t_c at x = (1, ..., 1), and some at the origin."""
    grid = [Case(d, d, n, r) for d in (2, 20, 400) for n in (1.0, 7.0, 160.0) for r in (0.05, 1.0, 3.0)]
    origin = [Case(20, 0, 7.0, r) for r in (0.05, 1.0, 3.0)]
    return grid + origin + [Case(10_000, 0, 5000.0, r) for r in (0.05, 1.0, 3.0)]


def log_density(case: Case, energy: np.ndarray) -> np.ndarray:
    """Log density of E at energies > 0."""
    mpmath.mp.dps = 40
    half = mpmath.mpf(case.dimension) / 2

    def at(e: float) -> float:
        e = mpmath.mpf(e)
        central = (half - 1) * mpmath.log(e) - e - mpmath.loggamma(half)
        if case.square == 0:
            return float(central)
        bend = mpmath.hyp0f1(half, mpmath.mpf(case.square) * e / 2)
        return float(central - mpmath.mpf(case.square) / 2 + mpmath.log(bend))

    return np.array([at(e) for e in energy])


def log_moments(case: Case) -> tuple[float, float]:
    """log E sum w (an error, it is 0) and log E sum w^2."""
    lam = 1 / case.t
    energy, log_weight = _nodes(_energy_edges(case, lam))
    log_weight = log_weight + log_density(case, energy)
    edges = _level_edges(case, lam, energy, log_weight)
    e, log_e_weight = _nodes(edges)
    log_one, log_two, log_hazard = _levels(e, lam, energy, log_weight)
    survival = -np.exp(np.minimum(case.log_n + log_hazard, 700.0)) * (1 - np.exp(-case.log_n))
    common = case.log_n + survival + np.log(lam) + log_e_weight
    return float(logsumexp(common + log_one)), float(logsumexp(common + log_two))


def _levels(e: np.ndarray, lam: float, energy: np.ndarray, log_weight: np.ndarray) -> list[np.ndarray]:
    """log psi_1, log psi_2 and log(-log phi) at e."""
    parts = []
    rows = max(1, CHUNK // len(energy))
    for i in range(0, len(e), rows):
        log_u = np.minimum(lam * (e[i : i + rows, None] - energy), 700.0)
        u = np.exp(log_u)
        one, two = (logsumexp(log_weight + k * log_u - u, axis=1) for k in (1, 2))
        with np.errstate(divide="ignore"):
            log_omega = logsumexp(log_weight + np.where(u > 1e-300, np.log(-np.expm1(-u)), log_u), axis=1)
        log_phi = logsumexp(log_weight - u, axis=1)
        omega = np.exp(np.minimum(log_omega, -1e-17))
        with np.errstate(divide="ignore", invalid="ignore"):
            small = log_omega + np.log(np.where(omega > 1e-300, -np.log1p(-omega) / np.maximum(omega, 1e-300), 1.0))
            parts.append((one, two, np.where(log_omega < np.log(0.5), small, np.log(-log_phi))))
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def _energy_edges(case: Case, lam: float) -> np.ndarray:
    """Panels over all energies: geometric towards 0, and finer than the kernel where the lowest levels stand."""
    mean, deviation = (case.dimension + case.square) / 2, np.sqrt(case.dimension / 2 + case.square)
    last = mean + 60 + 12 * deviation
    geometric = np.geomspace(1e-4 / lam, last, int(np.log(last * lam * 1e4) / np.log(1.35)) + 2)
    first, stop, width = 0.0, last, min(2.0 / lam, deviation)
    if last / width > MOST_PANELS:
        first, stop = _standing(case, lam, geometric)
        stop = min(last, stop + 60 / lam)
    return np.unique(np.concatenate([[0.0], geometric, np.arange(first, stop, width), [last]]))


def _standing(case: Case, lam: float, energy: np.ndarray) -> tuple[float, float]:
    """Where the expected number of levels below is e^{-60} to 80, or where E e^{-lam E}, E e^{-2 lam E} come from."""
    log_mass = np.log(energy) + log_density(case, energy)
    log_number = np.maximum.accumulate(case.log_n + log_mass - np.log(case.dimension))
    inside = (log_number > -60) & (log_number < np.log(80.0))
    for k in (1, 2):
        height = log_mass - k * lam * energy
        inside |= height > height.max() - 60
    first, last = np.flatnonzero(inside)[[0, -1]]
    return float(energy[max(first - 1, 0)]), float(energy[min(last + 1, len(energy) - 1)])


def _level_edges(case: Case, lam: float, energy: np.ndarray, log_weight: np.ndarray) -> np.ndarray:
    """Panels over e on which the integrands are above e^{-45} of their maximum."""
    far = (case.log_n + 100) / lam
    coarse = np.unique(np.concatenate([np.linspace(-far, far, 400), _energy_edges(case, lam)[1::2]]))
    log_one, log_two, log_hazard = _levels(coarse, lam, energy, log_weight)
    survival = -np.exp(np.minimum(case.log_n + log_hazard, 700.0)) * (1 - np.exp(-case.log_n))
    inside = np.zeros(len(coarse), bool)
    for log_psi in (log_one, log_two):
        height = log_psi + survival
        inside |= height > height.max() - 45
    first, last = np.flatnonzero(inside)[[0, -1]]
    kept = coarse[max(first - 1, 0) : last + 2]
    return np.interp(np.linspace(0, len(kept) - 1, max(len(kept), 60)), np.arange(len(kept)), kept)


def _nodes(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    half = np.diff(edges) / 2
    return ((edges[:-1] + half)[:, None] + half[:, None] * NODES).ravel(), np.log(np.outer(half, WEIGHTS)).ravel()


def main() -> None:
    rows = []
    for case in cases():
        unit, log_participation = log_moments(case)
        print(case, f"error of sum w {np.expm1(unit):.1e}, log E sum w^2 = {log_participation!r}", flush=True)
        rows.append(asdict(case) | {"log_participation": log_participation, "unit_error": float(np.expm1(unit))})
    PATH.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
