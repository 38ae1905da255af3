r"""The frozen score in general: its variance and mean Jacobian below t_c for other spectra and alphas.

In `verify.claims.score.fluctuation` half of the variances are 1, half 0.09, at alpha = 0.4 and 0.58. Here they are
equal, of that kind at alpha = 0.8, and those of the paper's synthetic data (1 twice, 0.09 five times, 1e-4 five times,
and copies of these) at alpha = 0.5. Values are averaged over directions and data sets and have all moments ("t").
"""

from dataclasses import replace

from theory.case import Case, origin, typical
from theory.laws.spectra import equal, gaussian, halves
from verify.claims.score.fluctuation import JACOBIAN, LIMIT, jacobian_estimate, variance_estimate
from verify.claims.score.paper import PAPER

CASES = (
    Case(equal(48), typical, 24.0, 0.08),
    Case(halves(48), origin, 38.4, 0.01),
    Case(gaussian((1, 8), (0.09, 20), (1e-4, 20)), typical, 24.0, 0.006),
)
MEANS = (Case(equal(32), typical, 24.0, 0.06), Case(halves(32), typical, 25.6, 0.02))
REGIME = "log N -> infinity at fixed alpha and t/t_c < 1; equal and two variances, the paper's; alpha = 0.5 and 0.8"

VARIANCE = replace(
    LIMIT,
    name="score-variance-frozen-general",
    title="Variance of the score below t_c, over spectra and alphas",
    regime=REGIME,
    interpretation=r"The score varies with the posterior at $t_c$ for every spectrum.",
    estimate=variance_estimate(CASES, replicas=1500),
    full=variance_estimate(CASES, replicas=15_000),
)

CLAIMED = replace(
    PAPER,
    name="score-variance-paper-general",
    title="The paper's variance of the score, over spectra and alphas",
    regime=REGIME,
    estimate=VARIANCE.estimate,
    full=VARIANCE.full,
)

MEAN = replace(
    JACOBIAN,
    name="jacobian-frozen-general",
    title="The mean Jacobian below t_c, over spectra and alphas",
    regime="log N -> infinity at fixed alpha and t/t_c < 1; equal and two variances, alpha = 0.75 and 0.8",
    interpretation=r"On average over data sets the spectrum is frozen below $t_c$ at every $\alpha$ that was tried.",
    estimate=jacobian_estimate(MEANS, replicas=3000),
    full=jacobian_estimate(MEANS, replicas=20_000),
    equivalence_margin=0.12,
)

CLAIMS = (VARIANCE, CLAIMED, MEAN)
