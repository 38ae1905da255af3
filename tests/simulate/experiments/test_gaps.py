"""Gaps: the engine measures the same, counts are counts, random manifolds have the spectra they should."""

import numpy as np
import pytest

from simulate.engine.posterior import empirical_score, posterior
from simulate.experiments.spectrum.gaps import (
    Gap,
    GapCount,
    RandomManifold,
    RandomSpectrum,
    Stretch,
    StretchOrder,
    contractions,
    quantity_of,
)
from simulate.experiments.view import View, views
from verify.claims.spectrum import gaps as spectrum

VIEW = View("gaussian 1*2 0.2*2 0*1", "typical", 30, 0.5)


def test_contractions_are_the_eigenvalues_of_the_engines_jacobian() -> None:
    data = VIEW.draw(3, np.random.default_rng(3))
    for row, values in zip(data, contractions(VIEW, data), strict=True):
        jacobian = posterior(VIEW.x, row, VIEW.t).jacobian
        np.testing.assert_allclose(values, np.linalg.eigvalsh(-VIEW.t * jacobian), rtol=1e-9, atol=1e-12)


def test_gaps_are_between_the_last_subspaces() -> None:
    data = VIEW.draw(4, np.random.default_rng(4))
    contraction = np.array([1 - np.diagonal(posterior(VIEW.x, row, VIEW.t).covariance) / VIEW.t for row in data])
    values = Gap(cases=(VIEW,)).values(VIEW.point, data)
    np.testing.assert_allclose(values, contraction[:, 4] - contraction[:, 2:4].mean(axis=1), rtol=1e-9)


def test_stretch_is_the_change_of_the_engines_score() -> None:
    data = VIEW.draw(2, np.random.default_rng(4))
    point = Stretch(cases=(VIEW,)).points()[1]
    steps = np.sqrt(VIEW.t) * np.eye(5)[2:4]
    for row, value in zip(data, Stretch().values(point, data), strict=True):
        change = empirical_score(VIEW.x + steps, row, VIEW.t) - empirical_score(VIEW.x, row, VIEW.t)
        np.testing.assert_allclose(value, VIEW.t * (change**2).sum(axis=1).mean(), rtol=1e-9)


def test_order_of_stretch_is_a_share_of_batches() -> None:
    cases = views("gaussian 0.1*2 3*2", "origin", 20, (0.05,))
    observed = StretchOrder(cases=cases, batch=60, replicas=5).run(progress=False)
    assert observed.observed.item() == 0.0
    assert observed["values"].shape == (1, 5)


def test_two_flat_directions_out_of_five_make_one_gap() -> None:
    observed = GapCount(cases=views("gaussian 1*3 0*2", "origin", 400, (0.25,)), replicas=20).run(progress=False)
    assert (observed["values"] == 1).all()
    assert observed.highest.item() == 4


def test_far_below_condensation_a_single_point_leaves_no_gap() -> None:
    observed = GapCount(cases=views("gaussian 1*3 0*2", "training", 5, (1e-3,)), latest=2e-3, replicas=20).run(
        progress=False
    )
    assert (observed["values"] == 0).all()


def test_random_manifold_is_the_one_of_its_text() -> None:
    case = RandomManifold("4*3 1*2", 20, 0.5)
    eigenvalues = case.eigenvalues(50, np.random.default_rng(0))
    assert eigenvalues.shape == (250,)
    assert eigenvalues.sum() / 1000 == pytest.approx(14 / 5, rel=0.02)  # trace of F D F^T/m over d: mean of D


@pytest.mark.parametrize(("quantity", "value"), [("mean", 0.75), ("final gap", 0.5), ("intermediate gap", 0.25)])
def test_quantities_of_known_eigenvalues(quantity: str, value: float) -> None:
    case = RandomManifold("3*1 1*1", 5, 1.0)  # contractions 1/2, 1/4 and three times 1
    assert quantity_of(quantity, case, 1, np.array([1.0, 3.0])) == pytest.approx(value)


def test_extrapolation_removes_the_leading_power() -> None:
    """The smallest eigenvalue at one size lies beyond the edge by ten errors, the extrapolated one does not."""
    case = RandomManifold("1*20", 80, 1.0)
    rng = np.random.default_rng(5)
    raw = [quantity_of("final gap", case, 1, case.eigenvalues(1, rng)) for _ in range(200)]
    assert np.mean(raw) - 0.5 > 10 * np.std(raw) / np.sqrt(200)
    observed = RandomSpectrum(cases=(case,), quantities=("final gap",)).run(progress=False)
    assert abs(observed.observed.item() - 0.5) < 4 * observed.stderr.item() + observed.rest.item()


def test_correction_to_the_population_vanishes_with_n() -> None:
    near, far = (
        Gap(cases=views("gaussian 1*2 0.2*2 0*1", "typical", n, (1.0,)), replicas=2).run(progress=False)
        for n in (20, 20_000)
    )
    shifts = [spectrum.to_population(observed).shift[0] for observed in (near, far)]
    assert abs(shifts[1]) < abs(shifts[0]) / 300
