r"""Lost in two ways, by model class: the loss of a denoiser beside its slope, at the end of training and before.

At the end of training on all noise the loss along a direction follows from the slope, -t J_ii = j, alone: a direction
that is lost then is memorized (`theory.learned.lost`). The rule is an identity between two quantities that are measured
apart, the loss and central differences, and what is judged is what it leaves of both in each data set: beside a rule at
the mean slope, a mean loss would have an interval without the error of the slope. Means over a few hundred noised
points of each data set have light tails: Student's t.

Seen beside the statements:

    learned-lost-rule: an unresolved direction, whose loss is above that of the law, is one that training has not
        come to.
    learned-linear-held-out: with fewer points than directions the loss is more: at N = 30 and t = 0.05 by 6 % along
        the variance 1.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr

from simulate.estimate import Estimate
from simulate.experiments.learned.course import LinearCourse
from simulate.experiments.learned.lost import LostRule
from simulate.experiments.networks.trained import Architecture
from simulate.learned.lost import LinearShare
from theory.case import Case, grid, origin
from theory.laws.spectra import halves
from theory.learned.linear import renormalized_noise
from theory.learned.lost import linear_shares, one_layer_share, trained_share, unresolved_share
from verify.claim import Claim
from verify.claims.predictions import constant, scaled

Along = Callable[[xr.Dataset], np.ndarray]
BY_PARTS = "the error is orthogonal to x and to D, and by parts in the noise: theory.learned.lost"


def above_rule(loss: Along) -> Along:
    """A loss in units of that of the law, less what the sum rule makes of the slope that is observed beside it."""
    return lambda table: loss(table) - of_slope(trained_share.numeric)(table)


def of_slope(formula: Callable[..., np.ndarray]) -> Along:
    """A formula of j, v and t at the mean slope of each row."""
    return lambda table: formula(table.slope.mean("replica").values, table.variance.values, table.t.values)


def in_noise(table: xr.Dataset) -> np.ndarray:
    """The loss t dD/dx as a share of t, as if v were far above it."""
    return 1 - table.slope.mean("replica").values


def at_training_points(case: Case) -> np.ndarray:
    """R of the linear denoiser at noised training points, for each subspace."""
    return case.over_subspaces(linear_shares(case.t, case.variances, case.n)[0])


def at_held_out_points(case: Case) -> np.ndarray:
    """R of the linear denoiser at noised held-out points, for each subspace."""
    return case.over_subspaces(linear_shares(case.t, case.variances, case.n)[1])


def unresolved(case: Case) -> np.ndarray:
    """R of a denoiser with the slope of the linear one, that knows no point: of the renormalized noise."""
    kappa = renormalized_noise(case.t, case.variances, case.n)
    v = case.variances
    return case.over_subspaces(unresolved_share.numeric(kappa / (kappa + v), v, case.t))


def in_training(share: float, noise: float = 1.0) -> Along:
    """A prediction of R, the loss of one layer in training.

    Arguments:
        share: factor on the training time.
        noise: factor on the noise variance, for a control.
    """
    return lambda table: one_layer_share.numeric(
        share * table.tau.values, noise * table.t.values, table.eigenvalue.values
    )


def _linear(at: str, sizes: tuple[int, ...], replicas: int) -> Estimate:
    cases = grid(halves(40), origin, (0.05, 0.3), n=sizes)
    return Estimate(cases=cases, observable=LinearShare(at=at), replicas=replicas)


CONTROLS = {
    "unresolved: a slope alone": above_rule(of_slope(unresolved_share.numeric)),
    "the loss of the law": above_rule(lambda table: np.ones(table.sizes["point"])),
    "1 - j": above_rule(in_noise),
}
RULE = Claim(
    name="learned-lost-rule",
    title="What is lost at the end of training is memorized",
    statement=(
        r"At the end of training on all noise the loss at noised training points is "
        r"$\mathrm E|D_i-y_i|^2=t\,\mathrm E\,\partial D_i/\partial x_i$: $R_i=(1-j_i)(t+v_i)/v_i$ with "
        r"$j_i=-tJ_{ii}$."
    ),
    source=BY_PARTS,
    regime=(
        "exact for the empirical score, and for models linear in their parameters that have linear functions of x; 300 "
        "cosine features of length 2, tau = 1e5, d = 8, variances 1 and 0.09, N = 10 and 40, t = 0.1"
    ),
    interpretation=(
        "At the end of training the slope alone tells why a direction is lost: where -t J is near 1 the loss is "
        "near 0, and the direction is memorized, first along the smaller variances, which features lose first."
    ),
    estimate=LostRule(replicas=80),
    prediction=constant(0.0),
    reads=("slope",),
    controls=CONTROLS,
    statistic="t",
    equivalence_margin=0.06,
    axis="n",
    axis_label="N",
    series="variance",
    value_label="R - (1 - j)(t + v)/v",
)

NETWORKS = LostRule(
    law=halves(4), models=("network",), sizes=(20,), architecture=Architecture("mlp", 24), replicas=40, seen=300
)

CLAIMS = (
    RULE,
    replace(
        RULE,
        name="network-lost-rule",
        title="What a trained network has lost is memorized",
        statement=(
            r"A trained network has, within 0.1, the loss $R_i=(1-j_i)(t+v_i)/v_i$ at noised training points, "
            r"$j_i=-tJ_{ii}$."
        ),
        regime=(
            "to leading order in what training has left undone; preconditioned perceptrons of width 24, d = 4, in the "
            "full profile U-Nets of width 8 on 4 x 4 pixels too; variances 1 and 0.09, N = 20, t = 0.1, 400 steps of "
            "Adam at this noise; the median over data sets, of which 40 are too few for the tail of a mean"
        ),
        interpretation=(
            "The fine directions that such a network does not follow are memorized, as the network returns the "
            "training point's coordinates there, with a loss that is 0.05 below that of the rule, and less below "
            "after longer training."
        ),
        estimate=NETWORKS,
        full=replace(NETWORKS, models=("network", "U-Net")),
        statistic="median",
        equivalence_margin=0.12,
        stated_tolerance=0.1,
    ),
    Claim(
        name="learned-linear-lost",
        title="What a linear denoiser loses",
        statement=(
            r"A linear denoiser has at noised training points, on average, the loss $R_i=(1-j_i)(t+v_i)/v_i$, near "
            r"$(t+v_i)/(\kappa+v_i)$: below that of the law."
        ),
        source=f"{BY_PARTS}, at the mean slope to second order in 1/N",
        regime="exact in the slope; d = 40, variances 1 and 0.09, N = 30 to 200, t = 0.05 and 0.3",
        interpretation=(
            r"Where $\kappa$ exceeds $v_i$ a linear denoiser does not leave the direction unresolved: it fits the "
            "noise of the data's covariance, and errs less at its data than the law would."
        ),
        formulas=("trained_share", "linear_finite_size", "renormalization_rate", "renormalized_jacobian"),
        estimate=_linear("training", (30, 60, 200), 5000),
        prediction=at_training_points,
        controls={
            "unresolved": unresolved,
            "the loss of the law": constant(1.0),
            "held-out points": at_held_out_points,
            "a tenth more points": lambda case: at_training_points(case.with_points(1.1)),
        },
        statistic="t",
        equivalence_margin=0.003,
        axis="n",
        axis_label="N",
        series="t",
        value_label="loss over that of the law",
    ),
    Claim(
        name="learned-linear-held-out",
        title="What a linear denoiser loses at new points",
        statement=(
            r"The loss of a linear denoiser at noised held-out points is, within 3 %, that of two-point equivalents at "
            r"the noise $\kappa$."
        ),
        source="theory.learned.lost, linear_held_out_share",
        regime="leading order in 1/N; d = 40, variances 1 and 0.09, N = 60 and 200, t = 0.05 and 0.3",
        interpretation=(
            "The generalization gap of the linear denoiser, the loss at held-out points less that at training "
            "points, follows direction by direction, and is greatest along the smaller variances."
        ),
        formulas=("linear_held_out_share",),
        estimate=_linear("held-out", (60, 200), 300),
        prediction=at_held_out_points,
        controls={
            "training points": at_training_points,
            "the loss of the law": constant(1.0),
            "a tenth more": scaled(1.1, at_held_out_points),
        },
        statistic="t",
        equivalence_margin=0.06,
        stated_tolerance=0.03,
        relative=True,
        axis="n",
        axis_label="N",
        series="t",
        value_label="loss over that of the law",
    ),
    Claim(
        name="learned-linear-unresolved",
        title="Unresolved before it is learned",
        statement=(
            r"In training time a linear layer has at noised training points the loss "
            r"$R=1+\frac{s}{t}\,e^{-4(s+t)\tau}$ along an eigenvector of variance $s$ of its data."
        ),
        source="theory.learned.lost, one_layer_share; trained by plain descent",
        regime="exact for every data set, from the weight 0; N = 12, d = 4, t = 0.1, tau = 0.05, 0.5 and 5",
        interpretation=(
            r"A direction is unresolved, with more than twice the loss of the law, until $\tau=\log(s/t)/(4(s+t))$: "
            "of the two ways to be lost one stands at the start of training, and the other at its end, where the loss "
            "follows from the slope."
        ),
        formulas=("one_layer_share",),
        estimate=LinearCourse(),
        prediction=in_training(1.0),
        reads=("eigenvalue",),
        controls={
            "half the training time": in_training(0.5),
            "twice the noise": in_training(1.0, 2.0),
            "the end of training": in_training(1e3),
        },
        statistic="exact",
        equivalence_margin=0.05,
        axis="tau",
        axis_label="training time tau",
        series="rank",
        value_label="loss over that of the law",
    ),
)
