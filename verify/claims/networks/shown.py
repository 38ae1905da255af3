r"""Trained networks: what they show at a point of their data, with few data and with many.

The exact score of N points has, at a data point and below the collapse time, the dimension 0 at every N. A network has
that score as its optimum, and reaches it with few data; with many it is, after the same training, still the score of
the law: it generalizes where its data alone would have it memorize.

Controls are trained, or evaluated, beside the networks: the value of such a control is the median of what its networks
show at the same points. A network trained on shuffled labels can know t from x alone: in the empty directions
|z|^2 = |x - y|^2/t is about their number m, so the noise that it estimates is sqrt(m) (x - y)/|x - y|. Along x - y this
does not change, as along a direction of the data: with many data it shows one dimension more than there is.

Readings are whole numbers, or nearly so, and their law is unknown: what is judged is their median.
"""

from dataclasses import replace

import numpy as np
import xarray as xr

from simulate.experiments.networks.pairs import DIRECTIONS, NetworkPairs, OfPairs, at_training_points
from simulate.experiments.networks.tuned import NetworksTuned
from theory.laws.spectra import gaussian
from verify.claim import Claim, Prediction
from verify.claims.order.displaced import PAPER

FEW, MANY = 3, 300  # data points
LAWS = (DIRECTIONS, gaussian((2, 2), (0.4, 2), (0, 4)))  # the second in the full profile alone
PAIRS = {"quick": NetworkPairs(), "full": NetworkPairs(cases=at_training_points(LAWS, (FEW, MANY)), replicas=64)}


def shows(name: str) -> Prediction:
    """The median of what the networks of a control show at each point."""
    return lambda observed: observed.control_values.sel(control=name).median("trial").values


UNTAUGHT = {
    "the affine control, at its optimum": shows("affine"),
    "an untrained network": shows("untrained"),
    "a network on shuffled labels of noise level": shows("shuffled"),
}


def nothing(observed: xr.Dataset) -> float:
    """Dimension 0: what the exact score shows at its data."""
    return 0.0


def of_the_law(observed: xr.Dataset) -> np.ndarray:
    """The number of variances larger than t."""
    return (observed.variances > observed.t).sum("direction").values


def trained(observed: xr.Dataset) -> np.ndarray:
    """0 with few data, the number of variances larger than t with many."""
    return np.where(observed.n == FEW, 0, of_the_law(observed))


def tuned(observed: xr.Dataset) -> np.ndarray:
    """0 after tuning on few data, else the number of variances larger than t."""
    return np.where((observed.steps > 0) & (observed.n == FEW), 0, of_the_law(observed))


def lost_anyway(observed: xr.Dataset) -> np.ndarray:
    """0 after tuning on any data."""
    return np.where(observed.steps > 0, 0, of_the_law(observed))


DIMENSION = OfPairs(
    rows=tuple(("dimension", n, t) for n in (FEW, MANY) for t in (0.005, 0.03, 0.1)), pairs=PAIRS["quick"]
)
TUNED = NetworksTuned()

CLAIMS = (
    Claim(
        name="network-dimension",
        title="Dimension of trained networks",
        statement=(
            r"At a data point the median over networks of the dimension shown is 0 after training on $N = 3$ "
            r"points, and the number of variances $\sigma_i^2 > t$ on $N = 300$."
        ),
        source=f"{PAPER}, experiments on networks: dimension grows with N",
        stated_by=f"{PAPER}v2, abstract: with scarce data networks lose directions; no N, no network of this size",
        regime=(
            "N = 3 and N = 300 alone, told apart as 0 and 3 (4 for the second law), a difference of one "
            "dimension not resolved; t = 0.005 to 0.1; perceptrons of width 48, 500 steps; x a training "
            "point, where the paper does not say t_c(x)"
        ),
        interpretation=(
            "Given few data a network memorizes them, and given many it keeps, for as long as it is trained "
            "here, the dimension of the law, where the exact score at N = 300 has, for the least t, the "
            "dimension 0."
        ),
        estimate=DIMENSION,
        reads=("control_values", "variances"),
        full=replace(DIMENSION, pairs=PAIRS["full"]),
        prediction=trained,
        controls={
            "the exact score": nothing,
            "the law's score at every N": of_the_law,
            **UNTAUGHT,
        },
        statistic="median",
        equivalence_margin=1.6,
        axis="t",
        series="n",
        value_label="median dimension",
    ),
    Claim(
        name="network-fine-tuning",
        title="Fine-tuning on few data",
        statement=(
            r"Tuning on $N = 3$ further points takes the median over networks of the dimension shown at them "
            r"from the number of variances $\sigma_i^2 > t$ to 0, and tuning on $N = 300$ leaves that number."
        ),
        source="arXiv:2410.08727: memorized directions are lost; its networks are trained from the start",
        regime=(
            "trained on 300 points for 500 steps, then on 3 or 300 others for 800, these sizes alone; 0 and 3 "
            "(4 for the second law) are told apart, a difference of one dimension is not; t = 0.005 to 0.1; x "
            "a training point"
        ),
        interpretation=(
            "What a network has learnt of the law does not protect it: shown three points for long enough a "
            "network forgets all directions at these, more slowly than from the start, as after 400 further "
            "steps the median is still 1."
        ),
        estimate=TUNED,
        reads=("control_values", "variances"),
        full=replace(TUNED, cases=at_training_points(LAWS, (MANY,)), replicas=64),
        prediction=tuned,
        controls={
            "what was learnt first is kept": of_the_law,
            "tuning on any data loses all": lost_anyway,
            "the exact score": nothing,
            **UNTAUGHT,
        },
        statistic="median",
        equivalence_margin=1.6,
        axis="t",
        series="n",
        value_label="median dimension",
    ),
)
