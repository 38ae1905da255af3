r"""What networks learn beside their data: do two agree, and does the effective number predict it?

Two networks on disjoint data are compared at noised held-out points with the exact scores of the same data. Their
difference in units of that of the exact scores is 0 where both have found one function, 1 where both have memorized
(arXiv:2310.02557 compares samples). The loss that one network adds from its data to held-out points, in the same units,
is its generalization gap. N~ is made from the data alone; if it told what a network does with them, the gap would be
the share sum w^2 = 1/N~ of the exact score at the same noise. Ratios have tails: what is judged is their median.
"""

from dataclasses import replace

import numpy as np
import xarray as xr

from simulate.experiments.networks_pairs import OfPairs
from simulate.experiments.view import View
from verify.claim import Claim
from verify.claims.networks import FEW, MANY, PAIRS, Labels, shows
from verify.claims.order import PAPER
from verify.claims.views import constant, each_view

DIFFERENCE = OfPairs(of="difference", rows=((FEW, 1.0), (MANY, 0.005), (MANY, 0.03), (MANY, 0.1)), pairs=PAIRS["quick"])
GAP = OfPairs(
    of="gap",
    rows=(*((FEW, t) for t in (0.005, 0.03, 0.1, 0.3, 1.0)), (MANY, 0.005), (MANY, 0.03)),
    pairs=PAIRS["quick"],
)


def differ(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """As the exact scores with few data, not at all with many."""
    return np.where(view.n == FEW, np.ones_like(t), 0)


def share(observed: xr.Dataset) -> np.ndarray:
    """1/N~ of the exact score of the same data, observed beside the gap."""
    return observed.share.median("replica").values


CLAIMS = (
    Claim(
        name="network-agreement",
        title="Two networks on disjoint data",
        statement=(
            "Two networks on disjoint data are one function where N is large, and differ as the exact scores of their "
            "data do where N is small, both within 25 % of that difference."
        ),
        source="arXiv:2310.02557, strong generalization, there for samples of images",
        regime="N = 3 at t = 1, N = 300 at t = 0.005 to 0.1; perceptrons of width 48, 500 steps",
        meaning=(
            "With many data it does not matter which ones a network has seen: it has learnt the law. With few it has "
            "learnt them. At t below 1 networks on few data differ less than exact scores: far from their data they do "
            "not follow them. Agreement says that the data do not matter, not that the law is learnt: the affine "
            "control and networks on shuffled labels agree and differ likewise, so they are no decoys here; the "
            "dimension tells them apart (network-dimension)."
        ),
        experiment=DIFFERENCE,
        full=replace(DIFFERENCE, pairs=PAIRS["full"]),
        prediction=each_view(differ),
        decoys={
            "as the exact scores at every N": constant(1.0),
            "one function at every N": constant(0.0),
            "untrained networks": shows("untrained"),
        },
        statistic="median",
        smallest_error=0.5,
        allowance=0.25,
        axis="t",
        series="n",
        value_label="median difference",
    ),
    Claim(
        name="network-effective-number",
        title="Does the effective number predict generalization?",
        statement="The generalization gap of a network is the share sum w^2 = 1/N~ of the exact score of its data.",
        source=f"{PAPER}, effective number of data points, read as a prediction on networks",
        regime="N = 3 at t = 0.005 to 1, N = 300 at t = 0.005 and 0.03; perceptrons of width 48, 500 steps",
        meaning=(
            "It does not predict it. With N~ = 1 there is no gap at N = 300, and at N = 3 one that falls with t where "
            "1/N~ rises. N~ says where the exact score condenses; what a network memorizes is said by its own gap, "
            "which takes held-out data, or by the dimension that it shows at its data."
        ),
        experiment=GAP,
        full=replace(GAP, pairs=PAIRS["full"]),
        prediction=share,
        decoys={
            "the exact score: all is memorized": constant(1.0),
            "no gap": constant(0.0),
            "the affine control, at its optimum": shows("affine"),
            "an untrained network": shows("untrained"),
            "a network on shuffled labels of noise level": shows("shuffled"),
        },
        statistic="median",
        smallest_error=0.3,
        recorded="disagrees",
        axis="t",
        series="n",
        value_label="median gap",
    ),
)
