r"""One random linear manifold with finitely many points: the final gap of the empirical score of y = F z/m^{1/2}.

For N -> infinity it is gamma/(t + gamma), gamma the smallest squared singular value of this F, which for d, m ->
infinity is (1 - (d/m)^{1/2})^2. At finite N the mean over data sets on the manifold of this F is an exact average of
the Gaussian law with covariance F F^T/m: memorization closes the gap while F and its edge stay as they are.
"""

from functools import cache

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.spectrum import ThinnestGap, thinnest
from theory.case import Case, typical
from theory.checks import integer
from theory.exact.score import mean_jacobian
from theory.laws import RotatedGaussian
from theory.laws.spectra import gaussian
from theory.limits.spectrum import final_gap, marchenko_pastur_lower
from verify.claim import Claim
from verify.claims.spectrum.gaps import SPACES

PLANES = (8, 6)  # seeds of F: their smallest variances are 2.22 and 0.16, at an edge of 0.34
D, M = 10, 4  # dimensions of the space and of the manifold


def factors(plane: int, d: int = D, m: int = M) -> np.ndarray:
    """The random matrix F/m^{1/2} of a plane, (d, m).

    Arguments:
        plane: the seed of F.
        d: the dimension of the space.
        m: that of the manifold.
    """
    return np.random.default_rng(plane).standard_normal((d, m)) / np.sqrt(m)


def on_plane(plane: int, n: int, t: float, training: bool = False, d: int = D, m: int = M) -> Case:
    """N points of the manifold of F, seen from x = F (1, -1, 1, ..)/m^{1/2}, which may be one of the points.

    Raises ValueError unless the manifold has fewer dimensions m than the space, d.

    Arguments:
        plane: the seed of F.
        n: the number of points.
        t: the noise variance.
        training: whether x is one of the points.
        d: the dimension of the space.
        m: that of the manifold.
    """
    integer("d", d, least=integer("m", m) + 1)
    f = factors(plane, d, m)
    x = f @ (-1.0) ** np.arange(m)
    label = "training point" if training else "typical"
    return Case(RotatedGaussian.from_factors(f), x, np.log(n), t, training=training, label=label)


@cache
def exact(case: Case) -> float:
    """1 + t u^T E[J] u at finite N."""
    u = thinnest(case.law)
    return 1 + case.t * float(u @ np.asarray(mean_jacobian(case)) @ u)


def orthogonal(case: Case) -> float:
    """A control: the exact average of the final gap for F with orthogonal columns, all variances d/m."""
    d, m = case.d, _variances(case).size
    flat = Case(gaussian((d / m, m), (0, d - m)), typical, case.log_n, case.t, training=case.training)
    return 1 + case.t * float(np.asarray(mean_jacobian(flat))[0, 0])


def population(case: Case) -> float:
    """gamma/(t + gamma) of this F, no memorization."""
    return float(final_gap.numeric(case.t, _variances(case).min()))


def edge(case: Case) -> float:
    """A control: the final gap of the law at the edge of Marchenko and Pastur, N -> infinity."""
    return float(final_gap.numeric(case.t, marchenko_pastur_lower.numeric(case.d / _variances(case).size)))


def another(case: Case) -> float:
    """The exact average for the other F."""
    others = (on_plane(plane, case.n, case.t, case.training) for plane in PLANES)
    return exact(next(other for other in others if other != case))


def _variances(case: Case) -> np.ndarray:
    """The positive variances of the manifold, (m,)."""
    assert isinstance(case.law, RotatedGaussian)
    return case.law.law.variances[case.law.law.variances > 0]


RANDOM_GAP = Claim(
    name="gap-random-finite",
    title="Final gap of finitely many points on a random manifold",
    statement=(
        r"For $y = F z/\sqrt{m}$ the mean over data sets of the final gap of $-t J$ is the exact average "
        r"at every $N$ for that $F$."
    ),
    source=f"{SPACES} for N -> infinity; theory.exact.score, mean_jacobian, with the covariance F F^T/m",
    regime=(
        "exact at every N, d, m, t and for every F; N = 50, d = 10, m = 4; typical points and training "
        "points, where the paper does not say t_c(x)"
    ),
    interpretation=(
        "The edge of the spectrum of F sets the gap of the population, and N how much of the gap the mean "
        "keeps: in few dimensions each F has its own edge."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *(on_plane(plane, 50, t) for plane in PLANES for t in (0.3, 0.6)),
            on_plane(PLANES[0], 50, 0.6, training=True),
        ),
        observable=ThinnestGap(),
        replicas=8000,
    ),
    prediction=exact,
    controls={
        "the population's gap for this F": population,
        "the edge of Marchenko and Pastur": edge,
        "F with orthogonal columns": orthogonal,
        "another F": another,
        "half as many points": lambda case: exact(case.with_points(0.5)),
    },
    statistic="t",
    equivalence_margin=0.09,
    series="law",
    value_label="final gap of -t J",
)

CLAIMS = (RANDOM_GAP,)
