r"""Times of random features: when they generalize, and when they memorize.

All noise is averaged in closed form, and gradient flow is solved in the eigenvectors of the features' moments. A slope
of log times against log N is a difference of two logarithms with light tails: Student's t.
"""

import numpy as np
import xarray as xr

from simulate.learned.features_training import GrowthOfTimes
from verify.claim import Claim

WINDOW = "arXiv:2505.17638"


def exponents(observed: xr.Dataset) -> np.ndarray:
    """0 for the time to generalize, 1 for the time to memorize."""
    return (observed.happens == "memorize").values.astype(float)


CLAIMS = (
    Claim(
        name="learned-features-times",
        title="A window in training time",
        statement=(
            r"At $N$ from $3d$ to $6d$ the time to generalize does not depend on $N$, and the time to memorize grows "
            "as $N$."
        ),
        source=f"Bonnaire et al., {WINDOW}, random features with p much larger than N, and N of order d",
        reading_to_avoid=True,
        regime=(
            "stated for d -> infinity; here cosine features, p = 400, d = 16, isotropic data, t = 0.1, from N = 48 to "
            "N = 96, all noise averaged"
        ),
        interpretation=(
            "The window in which the network generalizes widens with N, with exponents near 0.2 and 0.9 in place of 0 "
            "and 1; how the exponents move with d has not been measured."
        ),
        estimate=GrowthOfTimes(sizes=(48, 96), d=16, p=400, t=0.1, replicas=80),
        prediction=exponents,
        controls={
            "both grow as N": lambda _: 1.0,
            "neither grows": lambda _: 0.0,
        },
        statistic="t",
        equivalence_margin=0.1,
        expected_verdict="disagrees",
        axis="d",
        series="happens",
        value_label="exponent of N",
    ),
)
