"""The ledger: every claim, in the order of the report.

python -m verify.ledger                         the expected verdicts as Markdown
python -m verify.ledger --json                  the same as JSON
python -m verify.ledger --write docs/ledger.md  put the Markdown between the markers in that file
"""

import sys
from pathlib import Path
from types import ModuleType

from verify.claim import Claim
from verify.claims.condensation import assumed, clock, data_point, own_weight, sparse
from verify.claims.condensation import energies as condensation
from verify.claims.condensation import ratio as condensation_ratio
from verify.claims.condensation import time as condensation_time
from verify.claims.dimension import data_sets, estimators, memorized
from verify.claims.dimension import readings as dimension
from verify.claims.dimension import typical as dimension_typical
from verify.claims.learned import collision as learned_collision
from verify.claims.learned import collisions as network_collisions
from verify.claims.learned import edge as learned_edge
from verify.claims.learned import features as learned_features
from verify.claims.learned import features_bias as learned_bias
from verify.claims.learned import features_edges as learned_edges
from verify.claims.learned import features_ridge as learned_ridge
from verify.claims.learned import features_times as learned_times
from verify.claims.learned import fine as learned_fine
from verify.claims.learned import flow as learned_flow
from verify.claims.learned import kernels as learned_kernels
from verify.claims.learned import (
    kernels_doubling,
    kernels_few,
    kernels_memorized,
    kernels_times,
    linear_divergence,
    linear_splits,
    linear_training,
    own_half,
)
from verify.claims.learned import linear as learned_linear
from verify.claims.learned import lost as learned_lost
from verify.claims.learned import order as learned_order
from verify.claims.learned import tangent as learned_tangent
from verify.claims.manifolds import curved, curved_limit, hidden, torus
from verify.claims.manifolds import most as curved_most
from verify.claims.networks import generalization as network_generalization
from verify.claims.networks import shown as networks
from verify.claims.order import away, control, fading, reversal, share
from verify.claims.order import displaced as order
from verify.claims.order import most as order_most
from verify.claims.order import typical as order_in_data_sets
from verify.claims.related import collapse as neighbours
from verify.claims.related import order_of_times as times
from verify.claims.related import speciation
from verify.claims.score import fluctuation, frozen, identities, linear_manifold, paper, process
from verify.claims.spectrum import gap_count, gap_sizes, random_gap, random_manifold, random_typical, typical_gaps
from verify.claims.spectrum import gaps as spectrum
from verify.claims.spectrum import singular_values as coded
from verify.claims.transition import glass, growth, scaling
from verify.claims.weights import above, effective_number, participation
from verify.claims.weights import heavy_tails as heavy
from verify.claims.weights import order_statistics as extremes
from verify.claims.weights import poisson_dirichlet as weights
from verify.door import Flag, door, refusing
from verify.render.ledger import chapters_markdown, expected_json
from verify.render.markdown import write_between

MODULES = (
    identities,
    linear_manifold,
    condensation,
    condensation_time,
    sparse,
    condensation_ratio,
    data_point,
    own_weight,
    participation,
    weights,
    effective_number,
    extremes,
    above,
    fluctuation,
    paper,
    frozen,
    heavy,
    order,
    reversal,
    share,
    away,
    control,
    order_in_data_sets,
    order_most,
    fading,
    scaling,
    glass,
    growth,
    curved,
    torus,
    curved_limit,
    hidden,
    curved_most,
    spectrum,
    gap_sizes,
    gap_count,
    random_manifold,
    random_gap,
    typical_gaps,
    random_typical,
    coded,
    assumed,
    dimension,
    data_sets,
    estimators,
    dimension_typical,
    memorized,
    neighbours,
    speciation,
    times,
    learned_linear,
    linear_splits,
    linear_divergence,
    linear_training,
    learned_features,
    learned_bias,
    learned_edges,
    learned_ridge,
    learned_times,
    learned_kernels,
    kernels_memorized,
    own_half,
    kernels_times,
    kernels_few,
    kernels_doubling,
    learned_lost,
    learned_order,
    learned_fine,
    learned_tangent,
    learned_collision,
    learned_edge,
    learned_flow,
    network_collisions,
    networks,
    network_generalization,
    process,
    clock,
)
CLAIMS: tuple[Claim, ...] = tuple(claim for module in MODULES for claim in module.CLAIMS)

CHAPTERS = {  # a folder of verify/claims, and its heading
    "score": "Score and Jacobian",
    "condensation": "Condensation",
    "weights": "Weights",
    "order": "Order of losses",
    "transition": "Transition",
    "manifolds": "Manifolds",
    "spectrum": "Spectrum and gaps",
    "dimension": "Dimension",
    "related": "Related works",
    "learned": "The learned score",
    "networks": "Networks",
}


def chapter(module: ModuleType) -> str:
    """The heading of the chapter of a module."""
    return CHAPTERS[module.__name__.split(".")[-2]]


def by_chapter() -> dict[str, list[Claim]]:
    """The claims of each chapter, by its heading."""
    return {title: [claim for m in MODULES if chapter(m) == title for claim in m.CLAIMS] for title in CHAPTERS.values()}


@refusing(ValueError, OSError)
def expected(*, json: Flag = False, write: Path | None = None) -> int:
    """The expected verdicts, by chapter.

    Args:
        json: JSON in place of Markdown.
        write: a file in which to put the Markdown between the markers.
    """
    if write:
        write_between(write, chapters_markdown(by_chapter()))
    else:
        print(expected_json(CLAIMS) if json else chapters_markdown(by_chapter()))
    return 0


main = door("python -m verify.ledger", expected, __doc__)


if __name__ == "__main__":
    sys.exit(main())
