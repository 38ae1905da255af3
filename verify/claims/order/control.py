r"""The control of infinite N: what the population loses in the same measurement, which is nothing.

-t J_ii of the population is t/(t + sigma_i^2): as t grows it passes 1/2 at sigma_i^2, lowest variance first. That is an
order of visibility, and N does not enter. Losses by memorization are measured against it: Var_w(y_i)/Var(y_i | x), the
share left, is 1 in every subspace at every t for N -> infinity, and 1 - 1/N where all weights are alike.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.order.subspaces import Share, ShareContrast
from simulate.experiments.view import View, views
from verify.claim import Claim, Correction
from verify.claims.order.displaced import NO_ORDER, PAPER, opposite
from verify.claims.order.share import exact_contrast, mean_contraction, population_contraction
from verify.claims.score.identities import POPULATION, contractions
from verify.claims.views import constant, each_view

Labels = Mapping[str, Any]
FEW = 50  # points, in the controls that see memorization where there is none


def share(view: View, t: np.ndarray, labels: Labels, log_n: float | None = None) -> np.ndarray:
    """E Var_w(y_i)/Var(y_i | x) in the subspace of the row, at N or at e^{log_n}."""
    chosen = view.subspaces[int(labels["subspace"])]
    own = mean_contraction(view, t) if log_n is None else contractions(t, view.x, view.energy_law, log_n, view.planted)
    return ((1 - own) / (1 - population_contraction(view, t)))[:, chosen].mean(axis=1)


def visible(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """sigma^2/(t + sigma^2), as if what noise hides were what memory loses."""
    chosen = view.subspaces[int(labels["subspace"])]
    return (1 - population_contraction(view, t))[:, chosen].mean(axis=1)


def to_population(observed: xr.Dataset) -> Correction:
    """Exact mean share at N = e^60 less that at the N of every row."""
    far = each_view(share, log_n=POPULATION)(observed)
    return Correction(np.asarray(far) - np.asarray(each_view(share)(observed)), np.zeros(observed.sizes["point"]))


def of_few(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The contrast of FEW points, whatever N."""
    return exact_contrast(View(view.law, view.query, FEW, float(t[0])), t, labels)


CONTROL = Claim(
    name="order-control",
    title="The control: infinitely many data lose nothing",
    statement="For N -> infinity the share of the posterior variance that is left is 1 in every subspace, at every t.",
    source="the posterior of the law itself; exact averages for what is missing at the N of the experiment",
    regime="N -> infinity (t above t_c), Gaussian data, from the origin, fresh points and data points",
    interpretation=(
        "That -t J reaches t/(t + sigma^2), lowest variance first, is noise and not memory: an order of losses is one "
        "only against this control. Singular values alone, without it, show an order at every N."
    ),
    formulas=("linear_energy_law",),
    estimate=Share(
        cases=(
            *views("gaussian 1*3 0.1*3", "typical", 2000, (0.2,)),
            *views("gaussian 1*3 0.1*3", "origin", 1000, (0.3,)),
            *views("gaussian 1*3 0.1*3", "training", 2000, (0.6,)),
        ),
        replicas=400,
    ),
    correction=to_population,
    prediction=constant(1.0),
    controls={
        "what noise hides taken for lost": each_view(visible),
        f"the share of {FEW} points": each_view(share, log_n=float(np.log(FEW))),
        "nothing left": constant(0.0),
    },
    statistic="t",
    equivalence_margin=0.03,
    series="query",
    value_label="share of the posterior variance left, N -> infinity",
)

FADING = Claim(
    name="order-fades",
    title="The order of losses fades as N grows",
    statement="At a fixed t the shares left in two subspaces differ by the exact average, which tends to 0 with N.",
    source=f"exact averages at finite N, against the control of infinite N; {PAPER} has the control at no N",
    regime="exact at every N; Gaussian data, fresh points and data points, t fixed",
    interpretation=(
        "The same measurement from 5 to 600 points: differences of 0.29 and 0.21 at fresh points for t near t_c or "
        "below, 0.03 at 4 t_c; at data points up to 0.10. Finer details go first at fresh points, the salient ones at "
        "data points, at each of these N."
    ),
    formulas=("linear_energy_law",),
    estimate=ShareContrast(
        cases=(
            *(View("gaussian 1*3 0.1*3", "typical", n, 0.15) for n in (5, 50, 600)),
            *(View("gaussian 1*3 0.1*3", "training", n, 0.4) for n in (5, 50, 600)),
        ),
        replicas=8000,
    ),
    prediction=each_view(exact_contrast),
    controls={
        f"that of {FEW} points at every N": each_view(of_few),
        "the other subspace first": opposite(each_view(exact_contrast)),
        "no order, as for N -> infinity": NO_ORDER,
    },
    statistic="t",
    equivalence_margin=0.07,
    axis="n",
    axis_label="N",
    series="query",
    value_label="share of the variance left, first subspace minus second",
)

CLAIMS = (CONTROL, FADING)
