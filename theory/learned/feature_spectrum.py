r"""The spectrum of random features of noised data: two bulks, their edges, and the eigenvalues that end them.

U is the second moment of the features of N isotropic points with m noises each, as in `theory.learned.random_features`.
The mean over the noises of a point and the m - 1 differences between them are Gaussian columns f of two kinds,

.. math::

    \mathrm{Cov} f = \alpha\, \mu_1^2\, H + \beta\, \mu_*^2, \quad H = W W^T/d, \qquad
    (\alpha, \beta) = (1 + (m-1) c,\, 1 + (m-1) \kappa) \ \text{or}\ (1 - c,\, 1 - \kappa),

:math:`\kappa` the overlap of the rest of the activation. At given W such a sample covariance has the resolvent

.. math::

    (U - z)^{-1} \to (b + a H)^{-1}, \quad
    a = \frac{\mu_1^2}{m} \sum \frac{\alpha}{L}, \quad b = \frac{\mu_*^2}{m} \sum \frac{\beta}{L} - z, \quad
    L = 1 + \frac{\psi_p}{\psi_n m} (\alpha \mu_1^2 r + \beta \mu_*^2 q),

summed over one column of the first kind and m - 1 of the second, with
:math:`q = \mathrm{tr} (U - z)^{-1}/p` and :math:`r = \mathrm{tr}\, H (U - z)^{-1}/p`. H is itself a sample covariance,
of d columns: :math:`1/q = b + a r/q` and :math:`1/r = 1/q + \psi_p a`. These are `first_equivalent` and
`second_equivalent`, and the density of the eigenvalues is :math:`\mathrm{Im}\, q/\pi`.

On the curve of real (q, r) that solves the first, the second gives z. Bulks end where z is stationary: the equations
lose their independence, :math:`\det \partial(F_1, F_2)/\partial(q, r) = 0`. The density vanishes there as

.. math::

    \frac{1}{\pi} \sqrt{\frac{|z - z_0|}{\gamma^3}}, \qquad \gamma^3 = \frac12 \left| \frac{d^2 z}{dq^2} \right|,

so that the last eigenvalue of p lies :math:`\gamma\, p^{-2/3}` times a variable of Tracy and Widom inside, 1.2065 on
average. With p far above N far above d the d eigenvalues of the upper bulk are the law's, of order p/d, and those of
the lower one, of order p/N, single points: 1/(2 u) is the training time at which a mode u is learned.

References: T. Bonnaire, R. Urfin, G. Biroli and M. Mezard, 2025, arXiv:2505.17638, theorems 3.1 and 3.2 (m infinite);
J. Silverstein and S. Choi, 1995, for edges as stationary points; C. Tracy and H. Widom, 1996.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import fsolve

from theory import checks as arguments
from theory.checks import NotComputable
from theory.learned.random_features import (
    Activation,
    Equations,
    constants_of,
    first_equivalent,
    second_equivalent,
)

TRACY_WIDOM = -1.2065335745820  # mean of the largest eigenvalue of real symmetric matrices, in units of its scale
ALL_NOISE = 1e9  # noises that stand for infinitely many
PLACES, DEPTHS, STEPS = 160, 40, 60  # places along the axis, distances from it, and of Newton's method
CONVERGED = 1e-9  # of the logarithms of q and r
NEAREST, APART = 1e-10, 1e-4  # of the last distance in units of z, and of a density that is called one
HALVINGS = 14  # of the interval in which an edge lies, before Newton's method
ATOM = 0.01  # relative distance from an atom at which the search begins


@dataclass(frozen=True)
class Edge:
    """The end of a bulk of eigenvalues.

    Arguments:
        position: its limit for d -> infinity.
        scale: gamma, of the last eigenvalue's distance.
        upper: whether the bulk lies below.
    """

    position: float
    scale: float
    upper: bool

    def last(self, p: int) -> float:
        """The mean of the last eigenvalue of the bulk, of p in all, by the law of Tracy and Widom."""
        inside = TRACY_WIDOM * self.scale * arguments.integer("p", p) ** (-2 / 3)
        return self.position + (inside if self.upper else -inside)


def edges(
    t: float, points: float, width: float, noises: float = np.inf, activation: Activation = np.tanh
) -> tuple[Edge, ...]:
    """The edges of the bulks of the features' second moments, in the limit of many dimensions, ascending.

    Atoms, at 0 and for infinitely many noises at mu_*^2 (1 - overlap), are no bulks; gaps narrower than a hundredth of
    their place are not seen.

    Arguments:
        t: the noise variance > 0, in units of the variance of the isotropic data.
        points: N/d > 0.
        width: p/d > 0.
        noises: the number m >= 1 of noises for each point, `numpy.inf` for all noise averaged.
        activation: an odd function of arrays, as tanh.

    Returns:
        Edges by their position.

    Raises:
        ValueError: that names the argument and its bound.
        NotComputable: where the equations are not solved.

    Source: derived at the head of this module.
    """
    count = ALL_NOISE if noises == np.inf else min(arguments.scalar("noises", noises), ALL_NOISE)
    constants = constants_of(t, points, width, count, activation)
    equations, places = Equations.at(constants), _places(constants, count)
    inside = _in_bulk(places, equations)
    changes = np.flatnonzero(inside[1:] != inside[:-1])
    below, above, upper = places[changes], places[changes + 1], inside[changes]
    for _ in range(HALVINGS):
        middle = np.sqrt(below * above)
        same = _in_bulk(middle, equations) == upper
        below, above = np.where(same, middle, below), np.where(same, above, middle)
    starts = np.where(upper, below, above)
    found = zip(np.real(_resolvents(starts, equations)), starts.tolist(), upper.tolist(), strict=True)
    return tuple(_polished(root, place, last, equations) for root, place, last in found)


def density(lam: np.ndarray, constants: tuple[float, ...]) -> np.ndarray:
    """The density of the eigenvalues of U, all p of which have the weight 1.

    Arguments:
        lam: where, > 0, (n,).
        constants: by `theory.learned.random_features.constants_of`.

    Returns:
        (n,), per unit of lam.
    """
    equations = Equations.at(constants)
    return np.imag(_resolvents(arguments.positive("lam", lam), equations)[:, 0]) / np.pi


def _places(constants: tuple[float, ...], noises: float) -> np.ndarray:
    """Places between the least that is of interest and beyond the largest eigenvalue."""
    psi_n, psi_p, _, mu, rest, overlap, _ = constants
    linear = mu**2 * (1 + np.sqrt(psi_p)) ** 2 * (1 + psi_n**-0.5) ** 2
    highest = linear + rest * (1 + np.sqrt(psi_p / psi_n)) ** 2
    atom = rest * (1 - overlap) * (1 + ATOM)
    lowest = atom if noises == ALL_NOISE and psi_p > psi_n + 1 else 1e-4 * rest
    return np.geomspace(lowest, 2 * highest, PLACES)


def _in_bulk(places: np.ndarray, equations: Equations) -> np.ndarray:
    return np.imag(_resolvents(places, equations)[:, 0]) > APART * np.pi / places


def _resolvents(places: np.ndarray, equations: Equations) -> np.ndarray:
    """q and r just above the real axis, (places, 2), followed from far above it."""
    farthest = 100 * (places + equations.constants[1])
    logs = np.repeat(-np.log(-(places + 1j * farthest))[:, None], 2, axis=1)
    for depth in np.geomspace(farthest, NEAREST * places, DEPTHS):
        logs = _newton(logs, places + 1j * depth, equations)
    return np.exp(logs)


def _newton(logs: np.ndarray, z: np.ndarray, equations: Equations) -> np.ndarray:
    """log q and log r at every z, (n, 2), from guesses."""
    for _ in range(STEPS):
        q, r = np.exp(logs.T)
        slopes = equations.slope(q, r, z, "q", "r") * np.exp(logs)[:, None]
        step = np.linalg.solve(slopes, -equations.value(q, r, z).T[..., None])[..., 0]
        logs = logs + step / np.maximum(1.0, np.abs(step).max(axis=1, keepdims=True))
        if np.abs(step).max(initial=0.0) < CONVERGED:
            return logs
    raise NotComputable("width, points and noises must leave the equations of q and r roots that Newton's method finds")


def _polished(root: np.ndarray, place: float, upper: bool, equations: Equations) -> Edge:
    """The edge nearest to a place, from q and r there."""

    def missing(unknown: np.ndarray) -> np.ndarray:
        q, r, z = unknown
        return np.append(equations.value(q, r, z), np.linalg.det(equations.slope(q, r, z, "q", "r")))

    found, _, success, message = fsolve(missing, [*root, place], xtol=1e-12, full_output=True)
    if success != 1:
        raise NotComputable(f"width, points and noises must leave edges that are found near {place:.3g}: {message}")
    return Edge(float(found[2]), _scale(found[0], found[1], equations.constants), upper)


def _scale(q: float, r: float, constants: tuple[float, ...]) -> float:
    """gamma: the curvature of z along the curve of the first equation."""

    def at(equation: str, *names: str) -> float:
        part = {"first": first_equivalent, "second": second_equivalent}[equation]
        for name in names:
            part = part.derivative(name)
        return float(part.numeric(q, r, 0.0, 0.0, *constants))

    def along(equation: str) -> float:
        return at(equation, "q", "q") + 2 * turn * at(equation, "q", "r") + turn**2 * at(equation, "r", "r")

    turn = -at("first", "q") / at("first", "r")
    bend = -along("first") / at("first", "r")
    curvature = (along("second") + bend * at("second", "r")) / constants[1]
    return float(np.cbrt(abs(curvature) / 2))
