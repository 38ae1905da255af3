"""What every law has from its base: words for readers, doors of its methods, and the entropy lost by its levels."""

import numpy as np
import pytest

from theory.checks import NotComputable
from theory.laws import REM, DatasetLaw, LinearGaussian, Mixture, Rotated, Sphere, Torus
from theory.laws.copies import Copies
from theory.laws.law import EnergyLaw, inner, short

POINTS = np.array([[0.5, 1.0], [0.0, -1.0], [2.0, 0.3]])
MIXTURE = Mixture([1.0, 3.0], [LinearGaussian([0.7, 0.2]), LinearGaussian([0.4, 1.5], [0.3, -1.0])])
X = np.array([0.6, -0.4])


@pytest.mark.parametrize(
    ("law", "text"),
    [
        (LinearGaussian([0.7, 0.2]), "LinearGaussian(variances=[0.7, 0.2], mean=[0., 0.])"),
        (LinearGaussian(np.full(7, 0.123456)), "LinearGaussian(variances=[0.1235, 0.1235, ..., 0.1235, 0.1235], "
         "mean=[0., 0., ..., 0., 0.])"),
        (LinearGaussian(np.full(6, 3.0)), "LinearGaussian(variances=[3., 3., 3., 3., 3., 3.], "
         "mean=[0., 0., 0., 0., 0., 0.])"),
        (DatasetLaw(POINTS), "DatasetLaw(points=array(3, 2), probabilities=[0.3333, 0.3333, 0.3333])"),
        (Sphere(3, 1.5, 7), "Sphere(3, radius=1.5, ambient=7)"),
        (Torus([1.0, 0.3], 5), "Torus([1. , 0.3], ambient=5)"),
        (Copies(Sphere(2), 4), "Copies(law=Sphere(2, radius=1.0, ambient=3), count=4)"),
        (Rotated(Sphere(1), np.eye(2)), "Rotated(law=Sphere(1, radius=1.0, ambient=2), basis=array(2, 2))"),
    ],
)  # fmt: skip
def test_a_law_is_written_with_its_settings(law: EnergyLaw, text: str) -> None:
    assert repr(law) == text


def test_a_value_is_written_in_a_few_words() -> None:
    assert (short(0.25), short("word"), short(np.ones((2, 3, 1)))) == ("0.25", "'word'", "array(2, 3, 1)")


def test_points_of_another_dimension_are_refused() -> None:
    class Flat(LinearGaussian):
        def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
            return rng.standard_normal((n, 3))

    with pytest.raises(ValueError, match=r"^sample must give points of shape \(5, 2\), got \(5, 3\)"):
        Flat([0.7, 0.2]).sample(5, np.random.default_rng(0))


@pytest.mark.parametrize("law", [MIXTURE, LinearGaussian([0.7, 0.2], 0.4), Sphere(1, 1.5), DatasetLaw(POINTS)])
def test_the_entropy_lost_is_the_relative_entropy_of_the_tilted_levels(law: EnergyLaw) -> None:
    """lambda K' - K is the integral of l K''(l) from 0 to lambda: Gauss-Legendre, in every row of a batch."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    places, lams = np.stack([X, -2 * X, X[::-1]]), np.array([0.3, 1.7, 4.0, 6.5])
    found = law.entropy_loss(lams, places)
    assert found.shape == (3, 4)
    for row, x in enumerate(places):
        for column, lam in enumerate(lams):
            at = lam * (nodes + 1) / 2
            expected = (weights * at * law.lam_derivative(at, x, 2)).sum() * lam / 2
            assert found[row, column] == pytest.approx(expected, rel=1e-9)


def test_the_first_derivative_is_what_is_given_without_an_order() -> None:
    for law in (MIXTURE, Sphere(1, 1.5), DatasetLaw(POINTS), REM(2), Copies([0.7], 2)):
        assert law.lam_derivative(1.3, X) == law.lam_derivative(1.3, X, 1) != law.lam_derivative(1.3, X, 2)


def test_what_is_beside_the_methods_of_all_laws_has_a_door_too() -> None:
    law = DatasetLaw(POINTS)
    weights = np.exp(-1.5 * ((POINTS - X) ** 2).sum(axis=1) / 2)
    weights /= weights.sum()
    assert law.error([1.5], X.tolist()) == pytest.approx(np.sqrt((weights**2).sum() - 1 / 3))
    for lam, x, name in ((np.nan, X, "lam"), (1.0, X[:1], "x"), (1.0, [np.inf, 0.0], "x")):
        with pytest.raises(ValueError, match=f"^{name} must"):
            law.error(lam, x)
    for n, rng, name in ((2.5, np.random.default_rng(0), "n"), (3, None, "rng")):
        with pytest.raises(ValueError, match=f"^{name} must"):
            REM(3).energies(n, rng)
    assert law.sample(0, np.random.default_rng(0)).shape == (0, 2)


def test_an_inner_law_is_asked_without_its_door() -> None:
    law = LinearGaussian([0.5])
    with pytest.raises(ValueError, match="lam must be > -2"):
        law.log_mgf(-2.0, np.zeros(1))
    with pytest.raises(NotComputable, match="must keep all its numbers within the floats"):
        inner(law, "log_mgf")(np.array(-2.0), np.zeros(1))
    assert inner(law, "log_mgf")(np.array(1.5), np.ones(1)) == law.log_mgf(1.5, np.ones(1))


def test_copies_have_the_variances_of_their_law_over_and_over() -> None:
    np.testing.assert_array_equal(Copies([0.7, 0.2], 3).variances, [0.7, 0.2] * 3)
    assert Copies([0.7, 0.2], 3).lower == pytest.approx(-1 / 0.7)
    assert not hasattr(Copies(Sphere(2), 3), "variances")
