"""Randomness comes in as an argument: points of every law are drawn from the generator that is given, and no other."""

from typing import NoReturn

import numpy as np
import pytest

from theory.laws import (
    REM,
    DatasetLaw,
    HiddenManifold,
    LinearGaussian,
    LowRankGaussian,
    Mixture,
    Product,
    Rotated,
    Sphere,
    Torus,
)
from theory.laws.copies import Copies
from theory.laws.law import EnergyLaw
from theory.laws.unit_norm import UnitNormGaussian

FEATURES = np.array([[1.0, 0.3], [0.4, -0.7], [-0.8, 0.2]])
AXES = np.array([[0.6, 0.8, 0.0]])
LAWS: dict[str, EnergyLaw] = {
    "gaussian": LinearGaussian([2.0, 0.5, 0.3]),
    "low rank": LowRankGaussian(np.zeros(3), AXES, np.array([2.0]), 0.3),
    "mixture": Mixture([0.3, 0.7], [LinearGaussian([0.2, 0.3, 0.4], -1.0), Sphere(2, 1.5)]),
    "product": Product([Sphere(1, 0.7), LinearGaussian([0.4])]),
    "rotated": Rotated([2.0, 0.5, 0.3], np.linalg.qr(FEATURES @ FEATURES.T + np.eye(3))[0]),
    "copies": Copies([0.7], 3),
    "torus": Torus([1.5], 3),
    "unit norm": UnitNormGaussian([2.0, 0.5, 0.3]),
    "data set": DatasetLaw(np.random.default_rng(0).random((50, 3))),
    "manifold": HiddenManifold(FEATURES, 50),
}


def refuse(*_: object) -> NoReturn:
    raise AssertionError("a generator was made beside the one that is given")


@pytest.mark.parametrize("law", LAWS.values(), ids=list(LAWS))
def test_a_law_makes_no_generator_of_its_own(law: EnergyLaw, monkeypatch: pytest.MonkeyPatch) -> None:
    """And its next points are others, of which a generator with the same seed gives the same."""
    rng, again = np.random.default_rng(5), np.random.default_rng(5)
    monkeypatch.setattr(np.random, "default_rng", refuse)
    first, second = law.sample(40, rng), law.sample(40, rng)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, law.sample(40, again))


def test_nor_do_sampled_manifolds_and_energies_without_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    monkeypatch.setattr(np.random, "default_rng", refuse)
    assert (HiddenManifold(FEATURES, 9, rng).points != HiddenManifold(FEATURES, 9, rng).points).all()
    assert (REM(5, 2.0).energies(9, rng) != REM(5, 2.0).energies(9, rng)).all()
