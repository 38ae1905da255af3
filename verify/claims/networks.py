r"""Trained networks: what they show at a point of their data, with few data and with many.

The exact score of N points has, at a data point and below the collapse time, the dimension 0 at every N. A network has
that score as its optimum, and reaches it with few data; with many it is, after the same training, still the score of
the law: it generalizes where its data alone would have it memorize.

Trained on shuffled labels a network can know t from x alone: in the empty directions |z|^2 = |x - y|^2/t is about their
number m, so the noise that it estimates is sqrt(m) (x - y)/|x - y|. Along x - y this does not change, as along a
direction of the data: such a network shows one dimension more than there is.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulate.experiments.networks_dimension import NetworkDimension
from simulate.experiments.view import View, views
from verify.claim import Claim
from verify.claims.dimension import NOTHING, of_the_law
from verify.claims.order import PAPER
from verify.claims.views import each_view

Labels = Mapping[str, Any]
FEW = 10  # data points; the cases have 3, or 300


def trained(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """0 with few data, the number of variances larger than t with many."""
    return np.where(view.n < FEW, 0, of_the_law(view, t, labels))


def affine(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The best affine score: the directions that N points span about their mean."""
    return np.minimum(view.n - 1, of_the_law(view, t, labels))


def untrained(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """A preconditioned network before its first step: isotropic, of a spread larger than t in every direction."""
    return np.full(t.shape, view.numbers.size)


def shuffled(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """Trained on labels of t that belong to other points of the batch (`Settings.shuffled`): one direction more."""
    return trained(view, t, labels) + 1


QUICK = NetworkDimension(
    cases=(
        *views("gaussian 1*3 0*5", "training", 3, (0.03,)),
        *views("gaussian 1*3 0*5", "training", 300, (0.005,)),
    ),
)
FULL = NetworkDimension(
    cases=(
        *QUICK.cases,
        *views("gaussian 2*2 0.4*2 0*4", "training", 3, (0.05,)),
        *views("gaussian 2*2 0.4*2 0*4", "training", 300, (0.01,)),
    ),
    replicas=64,
)

CLAIMS = (
    Claim(
        name="network-dimension",
        title="Dimension of trained networks",
        statement="At a data point a trained network shows dimension 0 with few data, and #{sigma^2 > t} with many.",
        source=f"{PAPER}, experiments on networks: dimension grows with N",
        regime="N = 3 and N = 300, t below a fourth of the collapse time; perceptrons of width 48, 1000 steps",
        meaning=(
            "A network is not the exact score of its data, which has the dimension 0 in all these cases. Given few "
            "data it memorizes them; given many it keeps, for as long as it is trained here, the dimension of the "
            "law. So the growth of dimension with N that networks show is not that of the exact score: N~ alone does "
            "not tell it."
        ),
        experiment=QUICK,
        full=FULL,
        prediction=each_view(trained),
        decoys={
            "the exact score": NOTHING,
            "the law's score at every N": each_view(of_the_law),
            "the affine control": each_view(affine),
            "an untrained network": each_view(untrained),
            "a network on shuffled labels of noise level": each_view(shuffled),
        },
        statistic="median",
        smallest_error=1.1,
        axis="n",
        axis_label="N",
        series="law",
        value_label="median dimension",
    ),
)
