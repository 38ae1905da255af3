r"""Gaps of one random manifold: the median over F, beside the mean of `verify.claims.spectrum.random_manifold`.

The edge of the spectrum of a random matrix fluctuates by d^{-2/3}: for d, m -> infinity one F has the gap of the mean.
Observed are pairs of F, at d and at 4 d, from which the leading power of 1/d is eliminated as in the mean.
"""

from dataclasses import replace

from verify.claims.spectrum.random_manifold import (
    EDGES,
    MARCHENKO_PASTUR,
    RANDOM_INTERMEDIATE,
    along,
    deterministic,
    marchenko_pastur,
)

FINAL = replace(
    MARCHENKO_PASTUR,
    name="gap-marchenko-pastur-typical",
    title="Final gap of one random manifold",
    statement=(
        r"For $y = F z/\sqrt{m}$ the median over $F$ of the population's final gap of $-t J$ tends to "
        r"$\gamma/(t + \gamma)$ with $\gamma = (1 - \sqrt{d/m})^2$ as $d, m \to \infty$."
    ),
    regime=(
        "N -> infinity, then d, m -> infinity at fixed d/m, one variance; medians over pairs of F in d and 4 d "
        "dimensions"
    ),
    interpretation="A single random manifold has the final gap of their mean, once its dimension is large.",
    controls={
        "F with orthogonal columns": along(EDGES, deterministic),
        "no root": along(EDGES, marchenko_pastur(power=2.0)),
    },
    statistic="median",
)

INTERMEDIATE = replace(
    RANDOM_INTERMEDIATE,
    name="gap-random-intermediate-typical",
    title="Intermediate gap of one random linear manifold",
    statement=(
        "With two variances far apart the median over $F$ of the population's intermediate gap of $-t J$ is that "
        "between the edges of the two bands of $F D F^T/m$."
    ),
    regime=(
        "N -> infinity, then d, m -> infinity at fixed d/m, the variances a factor 100 apart; medians over pairs of "
        "F in d and 4 d dimensions"
    ),
    interpretation="A single random manifold shows the intermediate gap of their mean.",
    statistic="median",
)

CLAIMS = (FINAL, INTERMEDIATE)
