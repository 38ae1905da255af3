"""Condensation: the variance of the energies, which sets the paper's condensation time."""

import numpy as np

from simulate.experiments.condensation.energies import EnergyVariance
from simulate.experiments.setting import Setting
from theory.limits.condensation import omega_squared, r4
from verify.claim import Claim, each_setting


def energy_variance(setting: Setting, t: np.ndarray, common: float = 0.5, directional: float = 1.0) -> float:
    """d (r4/2 + omega^2(x)), or with other factors."""
    total = common * r4(setting.variances) + directional * omega_squared(setting.x, setting.variances)
    return float(setting.d * total)


ENERGY_VARIANCE = Claim(
    name="energy-variance",
    title="Variance of the energies",
    statement="The energy |x - y|^2/2 of a data point has the variance d (r4/2 + omega^2(x)) over the data.",
    source="arXiv:2410.08727, sec. 5",
    regime="exact for centred linear Gaussian data, any d and x",
    interpretation=(
        "The two ingredients of the paper's condensation time are right; what fails is stopping at the variance."
    ),
    formulas=("global_variance", "directional_variance"),
    estimate=EnergyVariance(
        settings=(
            Setting("halves", "origin", 20, 2),
            Setting("halves", "typical", 20, 2),
            Setting("paper", "typical", 30, 2),
            Setting("paper", "far", 30, 2),
            Setting("graded", "origin", 50, 2),
            Setting("graded", "typical", 50, 2),
            Setting("equal", "far", 5, 2),
        )
    ),
    prediction=each_setting(energy_variance),
    controls={
        "r4 for r4/2": each_setting(energy_variance, common=1.0),
        "no r4 (the published code for unit-norm data)": each_setting(energy_variance, common=0.0),
        "omega^2/2": each_setting(energy_variance, directional=0.5),
    },
    statistic="t",
    equivalence_margin=0.05,
    relative=True,
    axis="d",
    axis_label="dimension d",
    series="query",
    value_label="variance of the energy",
)

CLAIMS = (ENERGY_VARIANCE,)
