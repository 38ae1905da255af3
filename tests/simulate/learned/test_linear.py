"""Linear denoisers: solved as by definition, trained to the same, and observed from offsets alone."""

import numpy as np
import pytest

from simulate.learned.linear import covariance, descended, solved
from simulate.learned.linear_observables import FittedDivergence, LinearJacobian, SplitDisagreement
from simulate.samplers import DataSets, Points
from theory.case import Case, origin, typical
from theory.laws.spectra import halves

RNG = np.random.default_rng(11)
DATA = RNG.standard_normal((12, 4)) * [2.0, 1.0, 0.5, 0.0] + [1.0, 0.0, -2.0, 3.0]


def test_the_solved_denoiser_has_the_least_loss() -> None:
    """Of all W: the loss over the points and all noise does not fall in any direction."""
    best = solved(DATA, 0.3)
    offsets = DATA - DATA.mean(axis=0)

    def loss(weights: np.ndarray) -> float:
        return float(((offsets @ weights.T - offsets) ** 2).sum(axis=1).mean() + 0.3 * (weights**2).sum())

    for _ in range(20):
        step = RNG.standard_normal((4, 4)) * 1e-3
        assert loss(best.weights + step) > loss(best.weights)
    assert best.weights[3] == pytest.approx(0, abs=1e-15)


def test_gradient_descent_comes_to_it_and_had_been_on_its_way() -> None:
    best, trained = solved(DATA, 0.3), descended(DATA, 0.3, rate=0.05, steps=3000)
    assert trained.weights == pytest.approx(best.weights, abs=1e-10)
    early = descended(DATA, 0.3, rate=0.05, steps=5)
    assert np.linalg.norm(early.weights - best.weights) > 0.1


def test_a_denoiser_and_its_jacobian_belong_together() -> None:
    best, x, step = solved(DATA, 0.3), RNG.standard_normal((5, 4)), np.array([1e-3, 0, 0, 0])
    moved = (best.denoise(x + step) - best.denoise(x)) / 1e-3
    assert best.jacobian(x)[:, :, 0] == pytest.approx(moved, abs=1e-9)
    assert best.jacobian(x).shape == (5, 4, 4)
    assert best.denoise(DATA.mean(axis=0)[None]) == pytest.approx(DATA.mean(axis=0)[None])


def test_observables_are_those_of_the_solved_denoiser() -> None:
    case = Case(halves(6), typical, np.log(9), 0.2)
    offsets = next(DataSets().parts(case, 3, np.random.default_rng(1))).offsets
    denoisers = [solved(one + case.x, case.t) for one in offsets]
    normalized = np.array([1 - np.diag(one.weights) for one in denoisers])
    assert LinearJacobian()(case, Points(offsets)) == pytest.approx(case.over_subspaces(normalized))
    halved = [[solved(part + case.x, case.t) for part in (one[:4], one[4:8])] for one in offsets]
    differences = np.array([[first.denoise(case.x) - second.denoise(case.x)] for first, second in halved])[:, 0]
    squares = case.over_subspaces(differences**2 / case.t)
    assert SplitDisagreement()(case, Points(offsets)) == pytest.approx(squares, rel=1e-9)


def test_the_divergence_of_a_fitted_gaussian_vanishes_where_it_is_the_law() -> None:
    case = Case(halves(4), origin, np.log(500), 1.0)
    drawn = np.random.default_rng(2).standard_normal((500, 4))
    columns = np.linalg.qr(drawn - drawn.mean(axis=0))[0] * np.sqrt(500)
    offsets = (columns * np.sqrt(case.variances))[None]
    assert covariance(offsets)[0] == pytest.approx(np.diag(case.variances))
    assert FittedDivergence()(case, Points(offsets)) == pytest.approx(0, abs=1e-12)
    moved = FittedDivergence()(case, Points(offsets + np.array([2.0, 0, 0, 0])))
    assert moved == pytest.approx(2.0**2 / 2 / 4)


@pytest.mark.parametrize("rate", [0.0, -1.0, 1.0])
def test_rates_at_which_descent_diverges_are_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=r"^rate must be between 0 and"):
        descended(DATA, 0.3, rate=rate, steps=3)


def test_bad_data_and_noise_are_named() -> None:
    with pytest.raises(ValueError, match=r"^data must have 2 dimensions"):
        solved(DATA[0], 0.3)
    with pytest.raises(ValueError, match=r"^t must be > 0"):
        solved(DATA, 0.0)
