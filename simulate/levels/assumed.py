r"""Data sets as the paper describes them, made true by construction: what its formulas say, where they must hold.

Assumed is, for centred Gaussian data of variances :math:`v_i`, seen from x at a noise variance t below
:math:`t_c(x)`:

    energies that are Gaussian, so that the entropy log N - Var(E)/(2 t^2) vanishes at t_c(x)
    weights w_k of the Poisson-Dirichlet law of parameter m = t/t_c: broken sticks, w_k = V_k prod_{l<k} (1 - V_l) with
        V_k ~ Beta(1 - m, k m)
    points y_k from the posterior at t, of mean x_i v_i/(t + v_i) and variance t v_i/(t + v_i), whatever their weights
    independence of the data sets that are seen from any two x

What is left of the stick after `count` pieces is taken for infinitely many points, which enter by their means: of
sum w^2 that leaves out less than 1/(1 + count m).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from theory.case import Case
from theory.checks import NotComputable
from theory.laws.linear import LinearGaussian

LARGEST = 20_000  # replicas drawn at once


@dataclass(frozen=True, kw_only=True)
class AssumedData:
    """A sampler of data sets as the paper describes them, below t_c(x): Poisson-Dirichlet weights, posterior at t.

    Arguments:
        count: points of each data set with weights of their own.
    """

    count: int = 100

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator["AssumedPoints"]:
        """Data sets as the paper describes them, at most LARGEST at a time.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            Parts, `replicas` data sets in all.

        Raises:
            NotComputable: for a law that is not centred linear Gaussian, and for t from t_c(x) on.
        """
        for start in range(0, replicas, LARGEST):
            yield drawn(case, self.count, min(LARGEST, replicas - start), rng)


@dataclass(frozen=True, eq=False)
class AssumedPoints:
    """Data sets of one case, at its noise variance alone.

    Arguments:
        case: the case that they are of.
        weight: weights (replicas, count) of the pieces.
        rest: what the pieces leave of 1, (replicas,).
        deviations: y - E[y | x], (replicas, count, d).
        rng: of data sets that are seen from elsewhere.
    """

    case: Case
    weight: np.ndarray
    rest: np.ndarray
    deviations: np.ndarray
    rng: np.random.Generator

    def participation_ratio(self, t: float) -> np.ndarray:
        """sum w^2 over the pieces, (replicas,)."""
        return (self._weight(t) ** 2).sum(axis=1)

    def mean(self, t: float) -> np.ndarray:
        """sum w (y - x), (replicas, d): t times the score."""
        return self._deviation(t) + (self.case.variances / (t + self.case.variances) - 1) * self.case.x

    def variances(self, t: float) -> np.ndarray:
        """Var_w(y_i), (replicas, d)."""
        squares = np.einsum("rn,rnd->rd", self._weight(t), self.deviations**2)
        return squares + np.outer(self.rest, posterior_variances(self.case)) - self._deviation(t) ** 2

    def seen_from(self, step: np.ndarray) -> "AssumedPoints":
        """Independent data sets, seen from x + step (d,)."""
        return drawn(self.case.moved(step), self.weight.shape[1], len(self.weight), self.rng)

    def _deviation(self, t: float) -> np.ndarray:
        return np.einsum("rn,rnd->rd", self._weight(t), self.deviations)

    def _weight(self, t: float) -> np.ndarray:
        if t != self.case.t:
            raise NotComputable(f"t must be that of the case, {self.case.t:g}, got {t:g}: points are drawn for it")
        return self.weight


def drawn(case: Case, count: int, replicas: int, rng: np.random.Generator) -> AssumedPoints:
    """Data sets as the paper describes them, at once.

    Arguments:
        case: the law, x, N and t < t_c(x).
        count: points of each data set with weights of their own.
        replicas: number of data sets.
        rng: draws them.

    Returns:
        The data sets.

    Raises:
        NotComputable: for a law that is not centred linear Gaussian, and for t from t_c(x) on.
    """
    m = parameter(case)
    pieces = rng.beta(1 - m, m * np.arange(1, count + 1), (replicas, count))
    left = np.cumprod(1 - pieces, axis=1)
    weight = pieces * np.column_stack([np.ones(replicas), left[:, :-1]])
    noise = rng.standard_normal((replicas, count, case.d))
    return AssumedPoints(case, weight, left[:, -1], noise * np.sqrt(posterior_variances(case)), rng)


def parameter(case: Case) -> float:
    """m = t/t_c(x), t_c^2 = Var(E)/(2 log N). Raises NotComputable unless the data are centred and m < 1."""
    law = case.law
    if not isinstance(law, LinearGaussian) or law.mean.any() or case.own_point is not None:
        raise NotComputable("law must be centred linear Gaussian, and x no training point, for the paper's assumptions")
    if not case.log_n > 0:
        raise NotComputable("log_n must be > 0: one point is condensed at all times")
    t_c = float(np.sqrt(law.lam_derivative(0.0, case.x, order=2) / (2 * case.log_n)))
    if not case.t < t_c:
        raise NotComputable(f"t must be < {t_c:g} (the condensation time of Gaussian energies), got {case.t:g}")
    return case.t / t_c


def posterior_variances(case: Case) -> np.ndarray:
    """Var(y_i | x) = t v_i/(t + v_i), (d,)."""
    return case.t * case.variances / (case.t + case.variances)
