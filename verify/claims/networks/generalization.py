r"""What networks learn beside their data: do two agree, and does the effective number predict it?

Two networks on disjoint data are compared at noised held-out points with the exact scores of the same data. Their
squared difference in units of that of the exact scores is 0 where both have found one function, 1 where both have
memorized (arXiv:2310.02557 compares samples). The squared distance of one from the exact score of its data, near these
and in units of that of the score of the law, is 0 where it has memorized them and 1 where it has found the law. The
loss that one network adds from its data to held-out points, in units of what the exact score adds, is its
generalization gap. N~ is made from the data alone; if it told what a network does with them, the gap would be the share
sum w^2 = 1/N~ of the exact score at the same noise. Ratios have tails: what is judged is their median.

Seen beside the statements:

    network-agreement: far from their data two networks differ by 0.03 of the squared distance of the exact scores
        at t = 0.005.
"""

from dataclasses import replace

import numpy as np
import xarray as xr

from simulate.experiments.networks.pairs import OfPairs
from verify.claim import Claim
from verify.claims.networks.shown import FEW, MANY, PAIRS, UNTAUGHT, shows
from verify.claims.order.displaced import PAPER

AGREEMENT = OfPairs(
    rows=(
        ("difference", FEW, 1.0),
        *(("difference", MANY, t) for t in (0.005, 0.03, 0.1)),
        *(("departure", FEW, t) for t in (0.005, 0.03, 0.1, 0.3, 1.0)),
        *(("departure", MANY, t) for t in (0.005, 0.03)),
    ),
    pairs=PAIRS["quick"],
)
GAP = OfPairs(
    rows=(*(("gap", FEW, t) for t in (0.005, 0.03, 0.1, 0.3, 1.0)), ("gap", MANY, 0.005), ("gap", MANY, 0.03)),
    pairs=PAIRS["quick"],
)


def exact(observed: xr.Dataset) -> np.ndarray:
    """Networks that are the exact scores of their data: they differ as these do, and depart from them nowhere."""
    return (observed.quantity == "difference").values.astype(float)


def one_function(observed: xr.Dataset) -> np.ndarray:
    """Networks that are the score of the law: they do not differ, and depart from the exact scores as it does."""
    return 1 - exact(observed)


def agree(observed: xr.Dataset) -> np.ndarray:
    """Exact scores with few data, one function with many."""
    return np.where(observed.n == FEW, exact(observed), one_function(observed))


def share(observed: xr.Dataset) -> np.ndarray:
    """1/N~ of the exact score of the same data, observed beside the gap."""
    return observed.share.median("replica").values


CLAIMS = (
    Claim(
        name="network-agreement",
        title="Two networks on disjoint data",
        statement=(
            "Two networks on disjoint data are, within 25 %, one function at $N = 300$ and, near their data, "
            "the exact scores of these at $N = 3$."
        ),
        source="arXiv:2310.02557, strong generalization, there for samples of images",
        regime=(
            "median over pairs, in units of the squared distance of the exact scores from each other, or from "
            "the law's; difference at held-out points: N = 3 at t = 1, N = 300 at t = 0.005 to 0.1; departure "
            "near their data: N = 3 at t = 0.005 to 1, N = 300 at t = 0.005 and 0.03, where it is that of the "
            "law's score; perceptrons of width 48, 500 steps"
        ),
        interpretation=(
            "With many data and t up to 0.1 the data that a network has seen do not matter; few data are learnt "
            "near the data alone: far away and below t = 1 two networks differ less than exact scores do."
        ),
        estimate=AGREEMENT,
        reads=("control_values",),
        full=replace(AGREEMENT, pairs=PAIRS["full"]),
        prediction=agree,
        controls={
            "the exact scores at every N": exact,
            "one function at every N": one_function,
            "the affine control, at its optimum": shows("affine"),
            "untrained networks": shows("untrained"),
            "networks on shuffled labels of noise level": shows("shuffled"),
        },
        statistic="median",
        equivalence_margin=0.5,
        stated_tolerance=0.25,
        axis="t",
        series="n",
        value_label="median",
    ),
    Claim(
        name="network-effective-number",
        title="Does the effective number predict generalization?",
        statement=(
            r"The generalization gap of a network is the mean of $\sum_\mu w_\mu^2 = 1/\tilde{N}$ of the exact "
            r"score of its data."
        ),
        source=f"{PAPER}, effective number of data points: its open question, read as a prediction on networks",
        reading_to_avoid=True,
        regime=(
            "median over networks; N = 3 at t = 0.005 to 1, N = 300 at t = 0.005 and 0.03; perceptrons of "
            "width 48, 500 steps"
        ),
        interpretation=(
            r"The effective number does not predict the gap, which with $\tilde N = 1$ is absent at N = 300 and at "
            r"N = 3 falls with t where $1/\tilde N$ rises: held-out data, or the dimension shown at the data, tell "
            "what a network has memorized."
        ),
        estimate=GAP,
        reads=("control_values", "share"),
        full=replace(GAP, pairs=PAIRS["full"]),
        prediction=share,
        controls={
            "the exact score: all is memorized": lambda _: 1.0,
            "no gap": lambda _: 0.0,
            **UNTAUGHT,
        },
        statistic="median",
        equivalence_margin=0.3,
        expected_verdict="disagrees",
        axis="t",
        series="n",
        value_label="median gap",
    ),
)
