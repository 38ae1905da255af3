"""Where the entropy of the levels vanishes for data of which few lie far nearer to x than the others."""

import numpy as np
import pytest
from scipy.optimize import brentq

from theory.laws import DatasetLaw
from theory.limits.entropy import entropy_roots

RARE, FAR = 1e-6, np.sqrt(200.0)


@pytest.mark.parametrize("log_n", [0.3, 5.0, 12.0])
def test_two_energies_lose_their_binary_relative_entropy(log_n: float) -> None:
    """One point in 10^6 is nearer, by the energy FAR (FAR/2 - x): from two places at once."""
    law, x = DatasetLaw(np.array([[0.0], [FAR]]), np.array([RARE, 1 - RARE])), np.array([[0.0], [-1.0]])

    def left(lam: float, place: float) -> float:
        share = RARE / (RARE + (1 - RARE) * np.exp(-lam * FAR * (FAR / 2 - place)))  # of the nearer at lambda
        return log_n - share * np.log(share / RARE) - (1 - share) * np.log((1 - share) / (1 - RARE))

    exact = [brentq(left, 0.05, 0.3, args=(place,), xtol=1e-15) for place in x[:, 0]]
    np.testing.assert_allclose(entropy_roots(x, law, log_n), exact, rtol=1e-12)
