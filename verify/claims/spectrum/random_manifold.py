r"""Random linear manifolds y = F D^{1/2} z/m^{1/2}, F (d, m) standard normal: gaps of the population's -t J.

For one variance the spectrum of F F^T/m begins at (1 - (d/m)^{1/2})^2 (Marchenko and Pastur), for several it is that of
a free sum (`theory.limits.spectrum.RandomSum`). Bands take the place of lines, and gaps are measured from edge to edge.
"""

import numpy as np
import xarray as xr

from simulate.experiments.spectrum.gaps import RandomManifold, RandomSpectrum
from simulate.experiments.view import View
from theory.limits.spectrum import RandomSum, final_gap, intermediate_gap, marchenko_pastur_lower, random_manifold
from verify.claim import Claim, Correction
from verify.claims.spectrum.gaps import SPACES, constant

ABOVE_AXIS = 1e-9  # imaginary part of an energy off the spectrum


def marchenko_pastur(observed: xr.Dataset, power: float = 1.0) -> np.ndarray:
    """gamma/(t + gamma), gamma the variance times the lower edge for d/m, or for a power of d/m."""
    rows = zip(*(observed[name].values for name in ("variances", "d", "t")), strict=True)
    latent = [(_latent(str(text)), float(d), float(t)) for text, d, t in rows]
    edges = [v[0] * marchenko_pastur_lower.numeric((d / v.size) ** power) for v, d, _ in latent]
    return np.array([float(final_gap.numeric(t, edge)) for (_, _, t), edge in zip(latent, edges, strict=True)])


def next_power(observed: xr.Dataset) -> Correction:
    """No shift; what a term of the next power of 1/d could have changed."""
    return Correction(np.zeros(observed.sizes["point"]), observed.rest.values)


def random_spectrum(observed: xr.Dataset, power: float = 1.0, one_variance: bool = False) -> np.ndarray:
    """Mean, final or intermediate gap for F D F^T/m in high dimension; controls: D^power, or its mean for all."""
    rows = zip(*(observed[name].values for name in ("variances", "d", "t", "quantity")), strict=True)
    return np.array([_of_random(str(v), float(d), float(t), str(q), power, one_variance) for v, d, t, q in rows])


def deterministic(observed: xr.Dataset) -> np.ndarray:
    """The same for a covariance D d/m: F with orthogonal columns of length d^{1/2}."""
    result = []
    rows = zip(*(observed[name].values for name in ("variances", "d", "t", "quantity")), strict=True)
    for text, d, t, quantity in rows:
        latent = _latent(str(text))
        scaled = latent * d / latent.size
        mean = 1 - (scaled / (t + scaled)).sum() / d
        gaps = {"final gap": final_gap.numeric(t, scaled[-1]), "mean": mean}
        gaps["intermediate gap"] = intermediate_gap.numeric(t, scaled[-1], scaled[0])
        result.append(float(gaps[str(quantity)]))
    return np.array(result)


def _of_random(text: str, d: float, t: float, quantity: str, power: float, one_variance: bool) -> float:
    latent = _latent(text) ** power
    latent = np.full(latent.size, latent.mean()) if one_variance else latent
    variances, counts = np.unique(latent, return_counts=True)
    covariance = random_manifold(variances, counts, d)
    if quantity == "mean":
        return t * float(np.real(covariance.stieltjes(-t + ABOVE_AXIS * 1j)))
    return _random_gap(covariance, t, quantity)


def _random_gap(covariance: RandomSum, t: float, quantity: str) -> float:
    bands = covariance.edges()
    if quantity == "final gap":
        return float(final_gap.numeric(t, bands[0, 0]))
    return float(intermediate_gap.numeric(t, bands[0, 1], bands[1, 0])) if len(bands) > 1 else 0.0


def _latent(text: str) -> np.ndarray:
    return View(f"gaussian {text}", "origin", 1, 1.0).numbers


MARCHENKO_PASTUR = Claim(
    name="gap-marchenko-pastur",
    title="Final gap of a random manifold",
    statement="For y = F z/m^{1/2} the final gap is gamma/(t + gamma) with gamma = (1 - (d/m)^{1/2})^2.",
    source=f"{SPACES}; Marchenko and Pastur",
    regime="d, m -> infinity at fixed d/m, one variance",
    interpretation=(
        "Of a random manifold it is the edge of the spectrum and not its mean that sets the time of the final gap."
    ),
    formulas=("final_gap", "marchenko_pastur_lower"),
    estimate=RandomSpectrum(
        cases=(RandomManifold("1*20", 80, 1.0), RandomManifold("1*20", 50, 0.5), RandomManifold("2*10", 90, 4.0)),
        quantities=("final gap",),
    ),
    correction=next_power,
    prediction=marchenko_pastur,
    controls={
        "F with orthogonal columns": deterministic,
        "m/d for d/m": lambda observed: marchenko_pastur(observed, power=-1.0),
        "no root": lambda observed: marchenko_pastur(observed, power=2.0),
    },
    statistic="t",
    equivalence_margin=0.08,
    axis="t",
    series="variances",
    value_label="final gap of -t J",
)

RANDOM = Claim(
    name="gap-random-manifold",
    title="Random linear manifolds",
    statement="For y = F D^{1/2} z/m^{1/2} and random F free probability gives the spectrum of -t J and its gap.",
    source=f"{SPACES}; Marchenko and Pastur",
    regime="d, m -> infinity at fixed d/m; one variance or two",
    interpretation=(
        "A random manifold has bands in place of lines: two variances open an intermediate gap only if far apart."
    ),
    formulas=("final_gap",),
    estimate=RandomSpectrum(
        cases=(
            RandomManifold("1*10 0.1*10", 60, 0.5),
            RandomManifold("2*24 0.05*16", 80, 0.3),
        ),
        quantities=("mean", "final gap"),
    ),
    correction=next_power,
    prediction=random_spectrum,
    controls={
        "F with orthogonal columns": deterministic,
        "one variance, their mean": lambda observed: random_spectrum(observed, one_variance=True),
        "standard deviations for variances": lambda observed: random_spectrum(observed, power=0.5),
    },
    statistic="t",
    equivalence_margin=0.05,
    axis="t",
    series="variances",
    value_label="mean, or final gap, of -t J",
)

RANDOM_INTERMEDIATE = Claim(
    name="gap-random-intermediate",
    title="Intermediate gap of a random linear manifold",
    statement="With two variances far apart the spectrum of F D F^T/m has two bands, and -t J an intermediate gap.",
    source=f"{SPACES}; free probability",
    regime="d, m -> infinity at fixed d/m, the variances a factor 100 apart",
    interpretation=(
        "The gap lies between the edges of the bands, and is narrower than that of the two variances themselves."
    ),
    formulas=("intermediate_gap",),
    estimate=RandomSpectrum(
        cases=(RandomManifold("1*20 0.01*20", 80, 0.1), RandomManifold("4*10 0.02*30", 100, 0.3)),
        quantities=("intermediate gap",),
    ),
    correction=next_power,
    prediction=random_spectrum,
    controls={
        "F with orthogonal columns": deterministic,
        "one band": constant(0.0),
        "standard deviations for variances": lambda observed: random_spectrum(observed, power=0.5),
    },
    statistic="t",
    equivalence_margin=0.05,
    axis="t",
    series="variances",
    value_label="intermediate gap of -t J",
)

CLAIMS = (MARCHENKO_PASTUR, RANDOM, RANDOM_INTERMEDIATE)
