"""Cases: places and subspaces of every law, and what makes two cases the same."""

import numpy as np
import pytest

from theory.case import Case, displaced, grid, held_out, noised, origin, typical
from theory.checks import NotComputable
from theory.laws import HiddenManifold, LinearGaussian, Sphere, Torus
from theory.laws.dataset import random_features
from theory.laws.law import EnergyLaw
from theory.laws.spectra import gaussian, unit_norm
from theory.laws.subspaces import law_label

LAWS: dict[str, EnergyLaw] = {
    "gaussian 1*2 0.5": gaussian((1, 2), (0.5, 1)),
    "unit-norm 1*2 0.5": unit_norm((1, 2), (0.5, 1)),
    "sphere 3": Sphere(3),
    "torus 1*2 0.3": Torus([1.0, 1.0, 0.3]),
    "hidden 1 in 4": HiddenManifold(random_features(4, 1), 600),
}


@pytest.mark.parametrize("text", LAWS)
def test_a_law_is_called_by_its_kind_and_its_numbers(text: str) -> None:
    assert law_label(LAWS[text]) == text


@pytest.mark.parametrize(
    ("law", "length"), [(unit_norm((4, 2), (1, 1)), 1.0), (Sphere(3), 1.0), (Torus([3.0, 4.0]), 5.0)]
)
def test_typical_points_lie_on_the_manifold(law: EnergyLaw, length: float) -> None:
    assert np.linalg.norm(Case(law, typical, 1.0, 1.0).x) == pytest.approx(length)


def test_noised_points_are_typical_of_the_noised_law() -> None:
    np.testing.assert_allclose(Case([3, 0], noised, 1.0, 1.0).x, [2, -1])
    with pytest.raises(ValueError, match=r"^law must be linear Gaussian"):
        Case(Sphere(2), noised, 1.0, 1.0)


@pytest.mark.parametrize("law", LAWS.values(), ids=list(LAWS))
def test_held_out_points_are_the_same_in_every_run_and_displaced_ones_at_the_square_root_of_t(law: EnergyLaw) -> None:
    np.testing.assert_array_equal(Case(law, held_out, 1.0, 1.0).x, Case(law, held_out, 2.0, 0.1).x)
    assert np.linalg.norm(Case(law, displaced, 1.0, 0.3).x) == pytest.approx(np.sqrt(0.3))


def test_held_out_points_of_a_sphere_lie_on_it() -> None:
    assert np.linalg.norm(Case(Sphere(3), held_out, 1.0, 1.0).x) == pytest.approx(1.0)


def test_subspaces_are_the_directions_that_a_law_treats_alike_or_those_of_given_sizes() -> None:
    three, circles = gaussian((1, 2), (0.5, 1), (0.1, 2)), Torus([1.0, 1.0, 0.5])
    assert [part.tolist() for part in Case(three, origin, 1.0, 1.0).subspaces] == [[0, 1], [2], [3, 4]]
    assert [part.tolist() for part in Case(circles, origin, 1.0, 1.0).subspaces] == [[0, 2], [4]]
    equal = Case(gaussian((1, 5)), origin, 1.0, 1.0, sizes=(2, 3))
    assert [part.tolist() for part in equal.subspaces] == [[0, 1], [2, 3, 4]]
    with pytest.raises(ValueError, match=r"^sizes must add up"):
        Case(gaussian((1, 5)), origin, 1.0, 1.0, sizes=(2, 2))


def test_means_over_subspaces_are_over_the_last_axis() -> None:
    case = Case(gaussian((1, 2), (0.5, 1)), origin, 1.0, 1.0)
    np.testing.assert_array_equal(case.over_subspaces(np.array([1.0, 3.0, 5.0])), [2, 5])
    np.testing.assert_array_equal(case.over_subspaces(np.array([[1.0, 3.0, 5.0], [0.0, 0.0, 1.0]])), [[2, 0], [5, 1]])


def test_one_case_for_each_time_and_the_same_case_is_equal() -> None:
    cases = grid(Sphere(2), typical, (0.1, 0.2), n=5)
    assert [case.t for case in cases] == [0.1, 0.2]
    assert cases == grid(Sphere(2), typical, (0.1, 0.2), n=5)
    assert cases[0] != grid(Sphere(2), typical, (0.1,), n=5, training=True)[0]


@pytest.mark.parametrize(("log_n", "t", "name"), [(-1.0, 1.0, "log_n"), (1.0, 0.0, "t")])
def test_bad_cases_are_refused(log_n: float, t: float, name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must"):
        Case(Sphere(2), origin, log_n, t)


def test_a_case_is_its_own_copy_of_what_it_was_given() -> None:
    x, variances = np.ones(2), np.array([1.0, 2.0])
    case = Case(LinearGaussian(variances), x, 1.0, 0.5)
    x[0], variances[0] = 9, 9
    assert case.x.tolist() == [1, 1]
    assert case.variances.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        case.x[0] = 3


def test_one_case_has_one_form() -> None:
    law = gaussian((1, 2))
    assert Case(law, [0.0, -0.0], 1.0, 0.5) == Case(law, [0.0, 0.0], 1.0, 0.5)
    at_home = Case(law, [1.0, 2.0], 1.0, 0.5, training=True)
    assert Case(law, [1.0, 2.0], 1.0, 0.5, training_point=np.array([1.0, 2.0])) == at_home
    assert at_home.moved(np.ones(2)).moved(-np.ones(2)) == at_home
    with pytest.raises(ValueError, match=r"^training_point must be left out where x itself is a training point"):
        Case(law, [1.0, 2.0], 1.0, 0.5, training=True, training_point=np.zeros(2))


def test_numbers_of_points_are_whole_or_refused() -> None:
    law = gaussian((1, 1))
    assert [Case(law, origin, np.log(n), 1.0).n for n in (1, 10**6 + 1, 10**13)] == [1, 10**6 + 1, 10**13]
    assert Case(law, origin, 5.0, 1.0).n == 148
    with pytest.raises(NotComputable, match="log_n must be at most 30 for N to be counted"):
        _ = Case(law, origin, 40.0, 1.0).n


@pytest.mark.parametrize("law", [unit_norm((1, 2)), LinearGaussian([1.0, 1.0], mean=1.0), Sphere(1)])
def test_only_what_is_made_of_copies_is_enlarged(law: EnergyLaw) -> None:
    with pytest.raises(ValueError, match=r"^law must be centred linear Gaussian to be made of copies"):
        Case(law, [0.5, 0.5], 1.0, 0.5).enlarged(2)


def test_a_training_point_elsewhere_is_not_copied() -> None:
    with pytest.raises(ValueError, match=r"^training_point must be x itself"):
        Case(gaussian((1, 2)), origin, 1.0, 0.5, training_point=np.ones(2)).enlarged(2)


@pytest.mark.parametrize("sizes", [(3, -1), (1, 2), (0, 2)])
def test_sizes_of_subspaces_are_checked(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^sizes must"):
        Case(gaussian((1, 2)), origin, 1.0, 0.5, sizes=sizes)
