r"""Random linear manifolds y = F D^{1/2} z/m^{1/2}, F (d, m) standard normal: gaps of the population's -t J.

For one variance the spectrum of F F^T/m begins at (1 - (d/m)^{1/2})^2 (Marchenko and Pastur), for several it is that of
a free sum (`theory.limits.spectrum.RandomSum`). Bands take the place of lines, and gaps are measured from edge to edge.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from simulate.experiments.spectrum.random_manifold import RandomSpectrum, latent
from theory.case import Case, origin
from theory.laws.spectra import gaussian
from theory.limits.spectrum import RandomSum, final_gap, intermediate_gap, marchenko_pastur_lower, random_manifold
from verify.claim import Claim, Correction, Prediction
from verify.claims.population import POPULATION
from verify.claims.spectrum.gaps import SPACES

ABOVE_AXIS = 1e-9  # imaginary part of an energy off the spectrum
Run = tuple[float, int]


def manifold(*variances: Run, d: int, t: float) -> Case:
    """Data of some latent variances in d dimensions, of which N does not enter.

    Arguments:
        *variances: a variance and how often it comes, in pairs.
        d: the dimension of the space.
        t: the noise variance.
    """
    m = sum(count for _, count in variances)
    return Case(gaussian(*variances, (0, d - m)), origin, POPULATION, t)


def along(of: RandomSpectrum, predict: Callable[[Case, str], float]) -> Prediction:
    """A prediction for each row of an experiment, in order.

    Arguments:
        of: the experiment.
        predict: a case and the name of a quantity to a number.
    """
    return lambda observed: np.array([predict(case, quantity) for case in of.cases for quantity in of.quantities])


def marchenko_pastur(power: float = 1.0) -> Callable[[Case, str], float]:
    """gamma/(t + gamma), gamma the variance times the lower edge for d/m, or for a power of d/m."""

    def predict(case: Case, quantity: str) -> float:
        v = latent(case)
        edge = v[0] * marchenko_pastur_lower.numeric((case.d / v.size) ** power)
        return float(final_gap.numeric(case.t, edge))

    return predict


def next_power(observed: xr.Dataset) -> Correction:
    """No shift; what a term of the next power of 1/d could have changed."""
    return Correction(np.zeros(observed.sizes["point"]), observed.rest.values)


def random_spectrum(power: float = 1.0, one_variance: bool = False) -> Callable[[Case, str], float]:
    """A prediction of the mean, or of a gap, of the spectrum of a random manifold in high dimension.

    Arguments:
        power: of D, for a control.
        one_variance: whether all of D is replaced by its mean, for a control.
    """

    def predict(case: Case, quantity: str) -> float:
        variances = latent(case) ** power
        variances = np.full(variances.size, variances.mean()) if one_variance else variances
        covariance = random_manifold(*np.unique(variances, return_counts=True), float(case.d))
        if quantity == "mean":
            return case.t * float(np.real(covariance.stieltjes(-case.t + ABOVE_AXIS * 1j)))
        return _random_gap(covariance, case.t, quantity)

    return predict


def deterministic(case: Case, quantity: str) -> float:
    """The mean, or a gap, where F has orthogonal columns of length d^{1/2}: the covariance is D d/m, a control.

    Arguments:
        case: the variances and t.
        quantity: "mean", "final gap" or "intermediate gap".
    """
    scaled = latent(case) * case.d / latent(case).size
    of = {
        "final gap": final_gap.numeric(case.t, scaled[-1]),
        "mean": 1 - (scaled / (case.t + scaled)).sum() / case.d,
        "intermediate gap": intermediate_gap.numeric(case.t, scaled[-1], scaled[0]),
    }
    return float(of[quantity])


def _random_gap(covariance: RandomSum, t: float, quantity: str) -> float:
    bands = covariance.edges()
    if quantity == "final gap":
        return float(final_gap.numeric(t, bands[0, 0]))
    return float(intermediate_gap.numeric(t, bands[0, 1], bands[1, 0])) if len(bands) > 1 else 0.0


EDGES = RandomSpectrum(
    cases=(
        manifold((1, 20), d=80, t=1.0),
        manifold((1, 20), d=50, t=0.5),
        manifold((2, 10), d=90, t=4.0),
    ),
    quantities=("final gap",),
)
SPECTRA = RandomSpectrum(
    cases=(manifold((1, 10), (0.1, 10), d=60, t=0.5), manifold((2, 24), (0.05, 16), d=80, t=0.3)),
    quantities=("mean", "final gap"),
)
BANDS = RandomSpectrum(
    cases=(manifold((1, 20), (0.01, 20), d=80, t=0.1), manifold((4, 10), (0.02, 30), d=100, t=0.3)),
    quantities=("intermediate gap",),
)

MARCHENKO_PASTUR = Claim(
    name="gap-marchenko-pastur",
    title="Final gap of a random manifold",
    statement=(
        r"For $y = F z/\sqrt{m}$ the population's final gap of $-t J$, averaged over $F$, tends to "
        r"$\gamma/(t + \gamma)$ with $\gamma = (1 - \sqrt{d/m})^2$ as $d, m \to \infty$."
    ),
    source=f"{SPACES}; Marchenko and Pastur",
    regime=(
        "N -> infinity, then d, m -> infinity at fixed d/m, one variance; the gap of one F is that of the "
        "mean in this limit"
    ),
    interpretation="The edge of the spectrum of a random manifold, not the mean, sets the time of the final gap.",
    formulas=("final_gap", "marchenko_pastur_lower"),
    estimate=EDGES,
    correction=next_power,
    reads=("rest",),
    prediction=along(EDGES, marchenko_pastur()),
    controls={
        "F with orthogonal columns": along(EDGES, deterministic),
        "m/d for d/m": along(EDGES, marchenko_pastur(power=-1.0)),
        "no root": along(EDGES, marchenko_pastur(power=2.0)),
    },
    statistic="t",
    equivalence_margin=0.08,
    axis="t",
    series="law",
    value_label="final gap of -t J",
)

RANDOM = Claim(
    name="gap-random-manifold",
    title="Random linear manifolds",
    statement=(
        r"For $y = F \sqrt{D} z/\sqrt{m}$ with random $F$ free probability gives the mean of the "
        r"population's $-t J$ and the final gap, as $d, m \to \infty$."
    ),
    source=f"{SPACES}; Marchenko and Pastur",
    regime="N -> infinity, then d, m -> infinity at fixed d/m; two variances",
    interpretation=(
        "A random manifold has bands in place of lines, so that two variances open an intermediate gap "
        "only if far apart."
    ),
    formulas=("final_gap",),
    estimate=SPECTRA,
    correction=next_power,
    reads=("rest",),
    prediction=along(SPECTRA, random_spectrum()),
    controls={
        "F with orthogonal columns": along(SPECTRA, deterministic),
        "one variance, their mean": along(SPECTRA, random_spectrum(one_variance=True)),
        "standard deviations for variances": along(SPECTRA, random_spectrum(power=0.5)),
    },
    statistic="t",
    equivalence_margin=0.05,
    axis="t",
    series="law",
    value_label="mean, or final gap, of -t J",
)

RANDOM_INTERMEDIATE = Claim(
    name="gap-random-intermediate",
    title="Intermediate gap of a random linear manifold",
    statement=(
        "With two variances far apart the spectrum of $F D F^T/m$ has two bands, and the population's $-t "
        "J$ an intermediate gap between their edges."
    ),
    source=f"{SPACES}; free probability",
    regime="N -> infinity, then d, m -> infinity at fixed d/m, the variances a factor 100 apart",
    interpretation="The gap lies between the edges of the bands, and is narrower than that of the two variances.",
    formulas=("intermediate_gap",),
    estimate=BANDS,
    correction=next_power,
    reads=("rest",),
    prediction=along(BANDS, random_spectrum()),
    controls={
        "F with orthogonal columns": along(BANDS, deterministic),
        "one band": lambda observed: 0.0,
        "standard deviations for variances": along(BANDS, random_spectrum(power=0.5)),
    },
    statistic="t",
    equivalence_margin=0.05,
    axis="t",
    series="law",
    value_label="intermediate gap of -t J",
)

CLAIMS = (MARCHENKO_PASTUR, RANDOM, RANDOM_INTERMEDIATE)
