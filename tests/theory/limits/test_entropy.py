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


@pytest.mark.parametrize("log_n", [0.9, 1.1])
def test_places_of_which_few_see_rare_data_are_solved_together(log_n: float) -> None:
    """log N is the relative entropy of the weights, from a place where the rare point is nearest and from another."""
    points, shares = np.array([[0.0, 0.0], [14.0, 0.0], [14.0, 1.0]]), np.array([1e-6, 0.7 - 1e-6, 0.3])
    x = np.array([[0.0, 0.0], [14.0, 5.0]])

    def left(log_lam: float, place: np.ndarray) -> float:
        factors = shares * np.exp(-np.exp(log_lam) * ((points - place) ** 2).sum(axis=1) / 2)
        weights = factors / factors.sum()
        return log_n - float(weights @ np.log(weights / shares))

    exact = np.exp(
        [brentq(left, *ends, args=(place,), xtol=1e-14) for place, ends in zip(x, ((-3, 0), (-3, 1)), strict=True)]
    )
    np.testing.assert_allclose(entropy_roots(x, DatasetLaw(points, shares), log_n), exact, rtol=1e-11)
