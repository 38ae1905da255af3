"""The question, and the theory in five equations."""

from reports.section import Equation, Run, Section
from reports.typesetting.words import number
from verify.judge.statistics import FALSE_ALARM, MISS
from verify.numbers import r4_of_the_paper

QUESTION = (
    "A diffusion model that is trained on $N$ points can learn their law, or learn the points by heart. The "
    "paper 'Losing dimensions' (arXiv:2410.08727) reads memory as the freezing of random energies: with "
    "falling noise the score comes to rest on few points, and directions of the data are lost one after the "
    "other. Its formulas say when, how much of the weight few points carry, how the score varies from data set "
    "to data set, and which directions go first.",
    "Each formula was written down as a claim: a prediction for a case ($N$ points of a law, seen from $x$ at "
    "noise variance $t$), a measurement of the same on random data sets, and negative controls, plausible "
    "wrong theories that the measurement has to reject. A claim disagrees where the prediction lies outside an "
    f"interval that misses the truth with a probability of at most {number(FALSE_ALARM)} over the whole "
    "ledger; it agrees where the prediction lies inside, and an error of one equivalence margin, which each "
    f"claim states, would pass with a probability of at most {number(MISS)}; else it cannot be told. Three "
    "theories are compared throughout: the paper, in grey or dashed; its limit of large $N$ without the "
    "paper's approximation; and the exact average at finite $N$ and $d$. The ledger has each claim with its "
    "equations and its figure. To run one claim again: losing-dimensions verify NAME --seed 0, with its NAME "
    "from Appendix A.",
)
LEVELS = (
    "$N$ points $y_\\mu$ of a law in $d$ dimensions, seen from $x$ at the noise variance $t$, are energy "
    "levels with Boltzmann weights $w_\\mu$, and the score is the mean of the points under them:",
    Equation(
        r"w_\mu = \frac{1}{Z} e^{-\lvert x - y_\mu \rvert^2/2t}, \quad s(x) = \nabla \log Z = "
        r"\frac{1}{t} \left(\sum_\mu w_\mu y_\mu - x\right)",
        "The weight of a data point is its Boltzmann factor over Z, the score the gradient of log Z.",
    ),
    "$t$ is a variance, in squared units of the data. A model of noised data $a y + b z$, $z$ standard normal, is seen "
    "at $t = (b/a)^2$ and $x/a$: $a = 1$ and $t$ is the square of the noise level $b$ where the variance explodes, "
    "$a^2 + b^2 = 1$ where it is preserved, $a + b = 1$ in flow matching. All that matters of the law is the logarithm "
    "of one mean, over a data point $y$:",
    Equation(
        r"K(\lambda; x) = \log \mathbb{E} e^{-\lambda \lvert x - y \rvert^2/2}",
        "K is the logarithm of the mean Boltzmann factor of one data point at inverse temperature lambda.",
    ),
)
AVERAGES = (
    Equation(
        r"\log N + K(\lambda_c) - \lambda_c K'(\lambda_c) = 0, \quad t_c = \frac{1}{\lambda_c}; \quad "
        r"t_c(x) \approx \sqrt{\frac{r_4/2 + \omega^2(x)}{2 \alpha}}",
        "The entropy of the levels vanishes at the inverse of t_c; the paper's t_c is that to second cumulant.",
    ),
    "The participation ratio $\\sum_\\mu w_\\mu^2$ is one over the effective number $\\tilde N$ of points: $\\tilde N$ "
    "is 1 where one point carries the score, $N$ where all do alike. Its mean is one integral at any $N$ and $d$, with "
    "$\\phi_k(s)$ the mean of $e^{-k \\lambda E} \\exp(-s e^{-\\lambda E})$ and $\\lambda = 1/t$; it has a limit below "
    "$t_c$:",
    Equation(
        r"\mathbb{E} \sum_\mu w_\mu^2 = N \int_0^\infty s \phi_2(s) \phi_0(s)^{N-1} ds \to 1 - \frac{t}{t_c}",
        "The mean of the sum of squared weights is an integral over s, and tends to one less t over t_c.",
    ),
    "A direction of variance $\\sigma_i^2$ shows in the Jacobian $J$ of the score; it is lost where $-t "
    "J_{ii}$ comes to 1, and the mean over data sets tends to a value that is frozen below $t_c$:",
    Equation(
        r"-t J_{ii} = 1 - \frac{\operatorname{Var}_w(y_i)}{t}, \quad \mathbb{E}[-t J_{ii}] \to "
        r"\frac{t}{t + \sigma_i^2} \, (t > t_c), \quad \frac{t_c}{t_c + \sigma_i^2} \, (t < t_c)",
        "The normalized Jacobian is one less the posterior variance over t; its mean is frozen below t_c.",
    ),
)


def question(run: Run) -> Section:
    """What is asked, and how it is answered."""
    return Section("question", "The question", QUESTION)


def section(run: Run) -> Section:
    """Five equations, with what each symbol is."""
    return Section("theory", "The theory in five equations", (*LEVELS, _times(), *AVERAGES))


def _times() -> str:
    return (
        "Below the condensation time $t_c$ few points carry the score. The first form is exact for large $N$; the "
        "second, the paper's, takes the energies for Gaussian, with $\\alpha = \\log(N)/d$, $r_4 = \\sum_i "
        f"\\sigma_i^4/d$ (of its synthetic data {number(r4_of_the_paper())}) and $\\omega^2 = \\sum_i "
        "\\sigma_i^2 x_i^2/d$:"
    )
