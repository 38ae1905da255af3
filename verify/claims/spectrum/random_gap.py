r"""One random linear manifold with finitely many points: the final gap of the empirical score of y = F z/m^{1/2}.

For N -> infinity it is gamma/(t + gamma), gamma the smallest squared singular value of this F, which for d, m ->
infinity is (1 - (d/m)^{1/2})^2. At finite N the mean over data sets on the manifold of this F is an exact average of
the Gaussian law with covariance F F^T/m: memorization closes the gap while F and its edge stay as they are.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from simulate.experiments.spectrum.random_gap import OnePlane, RandomGap
from theory.exact.averages import mean_jacobian
from theory.laws import RotatedGaussian
from theory.limits.spectrum import final_gap, marchenko_pastur_lower
from verify.claim import Claim, Prediction, each_row
from verify.claims.spectrum.gaps import SPACES

PLANES = (8, 6)  # seeds of F: their smallest variances are 2.22 and 0.16, at an edge of 0.34


def of_plane(predict: Callable[..., float], **fixed: float) -> Prediction:
    """A prediction from `predict(case, **fixed)` for each row."""
    return each_row(lambda labels: predict(OnePlane.of(labels), **fixed))


@cache
def exact(case: OnePlane, share: float = 1.0) -> float:
    """1 + t u^T E[J] u at finite N; `share` of N, for a control."""
    law, u = RotatedGaussian.from_factors(case.factors), case.thinnest
    return 1 + case.t * float(u @ mean_jacobian(case.t, case.x, law, np.log(share * case.n), case.planted) @ u)


def orthogonal(case: OnePlane) -> float:
    """The same for F with orthogonal columns: all variances d/m."""
    variances = np.where(np.arange(case.d) < case.m, case.d / case.m, 0.0)
    x = np.sqrt(variances) * (-1.0) ** np.arange(case.d)
    own = None if case.planted is None else x
    return 1 + case.t * float(mean_jacobian(case.t, x, variances, np.log(case.n), own)[0, 0])


def population(case: OnePlane) -> float:
    """gamma/(t + gamma) of this F, no memorization."""
    gamma = np.linalg.svd(case.factors, compute_uv=False)[-1] ** 2
    return float(final_gap.numeric(case.t, gamma))


def edge(case: OnePlane) -> float:
    """The same at the edge of Marchenko and Pastur."""
    return float(final_gap.numeric(case.t, marchenko_pastur_lower.numeric(case.d / case.m)))


def planes(plane: int, query: str, n: int, times: tuple[float, ...]) -> tuple[OnePlane, ...]:
    """In 10 dimensions, of 4."""
    return tuple(OnePlane(10, 4, plane, query, n, t) for t in times)


def another(case: OnePlane) -> float:
    """The exact average for the other F."""
    return exact(replace(case, plane=next(plane for plane in PLANES if plane != case.plane)))


RANDOM_GAP = Claim(
    name="gap-random-finite",
    title="Final gap of finitely many points on a random manifold",
    statement="For y = F z/m^{1/2} the mean final gap of N points is the exact average for that F.",
    source=f"{SPACES} for N -> infinity; theory.exact.averages, mean_jacobian, with the covariance F F^T/m",
    regime="exact at every N, d, m, t and for every F; fresh points and data points",
    interpretation=(
        "The edge of the spectrum of F sets where the gap of the population is, N how much of it is left: at fresh "
        "points it is frozen, at data points it closes. In few dimensions each F has an edge of its own."
    ),
    formulas=("linear_energy_law",),
    estimate=RandomGap(
        cases=(
            *(case for plane in PLANES for case in planes(plane, "typical", 50, (0.3, 0.6))),
            *planes(PLANES[0], "training", 50, (0.6,)),
        ),
        replicas=8000,
    ),
    prediction=of_plane(exact),
    controls={
        "the population's gap for this F": of_plane(population),
        "the edge of Marchenko and Pastur": of_plane(edge),
        "F with orthogonal columns": of_plane(orthogonal),
        "another F": of_plane(another),
        "half as many points": of_plane(exact, share=0.5),
    },
    statistic="t",
    equivalence_margin=0.09,
    series="plane",
    value_label="final gap of -t J",
)

CLAIMS = (RANDOM_GAP,)
