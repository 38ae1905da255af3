"""Condensation: the variance of the energies, which sets the paper's condensation time."""

import math

from simulate.estimate import Estimate
from simulate.observables.condensation import EnergyVariance
from simulate.samplers import FirstPoints
from theory.case import Case, Place, far, origin, typical
from theory.laws.law import EnergyLaw
from theory.laws.spectra import equal, graded, halves, paper
from theory.limits.condensation import omega_squared, r4
from verify.claim import Claim


def energy_variance(case: Case, common: float = 0.5, directional: float = 1.0) -> float:
    """The variance of one energy, d (r4/2 + omega^2(x)).

    Arguments:
        case: the variances and x.
        common: factor on r4, 1/2 in the claim.
        directional: factor on omega^2, 1 in the claim.
    """
    total = common * r4(case.variances) + directional * omega_squared(case.x, case.variances)
    return float(case.d * total)


def energies(law: EnergyLaw, at: Place) -> Case:
    """A case of two points, at a noise variance that does not matter.

    Arguments:
        law: of the data.
        at: the place x.
    """
    return Case(law, at, math.log(2), t=1.0)


ENERGY_VARIANCE = Claim(
    name="energy-variance",
    title="Variance of the energies",
    statement=r"The energy $|x - y|^2/2$ of a data point has the variance $d\, (r_4/2 + \omega^2(x))$ over the data.",
    source="arXiv:2410.08727, sec. 5",
    regime="exact for centred linear Gaussian data, any d and x",
    interpretation="The two ingredients of the paper's condensation time, both variances of energies, are right.",
    formulas=("global_variance", "directional_variance"),
    estimate=Estimate(
        cases=(
            energies(halves(20), origin),
            energies(halves(20), typical),
            energies(paper(30), typical),
            energies(paper(30), far),
            energies(graded(50), origin),
            energies(graded(50), typical),
            energies(equal(5), far),
        ),
        observable=EnergyVariance(),
        sampler=FirstPoints(),
        replicas=200_000,
    ),
    prediction=energy_variance,
    controls={
        "r4 for r4/2": lambda case: energy_variance(case, common=1.0),
        "no r4 (the published code for unit-norm data)": lambda case: energy_variance(case, common=0.0),
        "omega^2/2": lambda case: energy_variance(case, directional=0.5),
    },
    statistic="t",
    equivalence_margin=0.05,
    relative=True,
    axis="d",
    axis_label="dimension d",
    series="x",
    value_label="variance of the energy",
)

CLAIMS = (ENERGY_VARIANCE,)
