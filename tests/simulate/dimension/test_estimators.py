"""Estimators on known truth: the manifolds are what they are said to be, published figures are met, tables add up."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from simulate.experiments.dimension import from_data as estimators_data
from simulate.experiments.dimension.estimators import PUBLISHED_FLIPD, PUBLISHED_STD, Estimators, summary
from simulate.experiments.dimension.from_data import FromData, from_data
from simulate.experiments.dimension.known import TRUTH, draw, law_of
from simulate.experiments.networks.estimators import NetworkEstimators


@pytest.mark.parametrize("manifold", ["linear-15", "unequal", "sphere-2", "union-2", "union-6", "hidden", "curve"])
def test_data_lie_on_a_manifold_of_the_dimension_that_is_stated(manifold):
    """The differences to the nearest of many data span as many directions as the manifold has."""
    data = draw(manifold, 40_000, np.random.default_rng(0))
    near = data[np.argsort(((data - data[0]) ** 2).sum(axis=1))[1 : 4 * TRUTH[manifold] + 1]] - data[0]
    values = np.linalg.svd(near, compute_uv=False)
    assert values[TRUTH[manifold]] < 0.3 * values[TRUTH[manifold] - 1]


@pytest.mark.parametrize("manifold", TRUTH)
def test_the_law_is_that_of_the_data(manifold):
    law, rng = law_of(manifold), np.random.default_rng(1)
    data = draw(manifold, 20_000, rng)
    x, lam = data[0] + 0.1, 0.5
    levels = np.exp(-lam * ((data - x) ** 2).sum(axis=1) / 2)
    error = levels.std() / np.sqrt(len(levels)) / levels.mean()
    assert law.log_mgf(lam, x) == pytest.approx(np.log(levels.mean()), abs=5 * error)


def test_published_figures_of_flipd_are_met():
    times = tuple(std**2 for std in PUBLISHED_STD)
    found = Estimators(manifolds=("linear-15",), times=times, methods=("flipd",), queries=12).run(progress=False)
    mean = found.dimension.mean("query").squeeze()
    np.testing.assert_allclose(mean.sel(size=np.inf), PUBLISHED_FLIPD[np.inf], atol=0.6)
    np.testing.assert_allclose(mean.sel(size=500), PUBLISHED_FLIPD[500], atol=0.6)


def test_the_test_is_right_or_silent_on_population_scores_and_finds_memorization():
    manifolds, times = ("unequal", "torus", "union-2", "hidden"), (1e-4, 1e-3, 0.01)
    found = Estimators(manifolds=manifolds, times=times, methods=("test", "gap"), queries=2).run(progress=False)
    table = summary(found)
    population = table.sel(size=np.inf, estimator="test")
    assert (population.right == 1).all()
    answers = found.outcome.sel(estimator="test") == "dimension"
    small = found.sel(size=500, estimator="test").isel(time=0)
    assert (small.outcome.sel(manifold=["unequal", "torus", "union-2"]) == "memorized").all()
    assert (found.dimension.sel(size=500, estimator="gap").isel(time=0) > 0).all()
    assert answers.any()


def test_the_table_holds_bias_deviation_and_failures():
    reading = xr.Dataset(
        {
            "dimension": (("manifold", "query"), [[7.0, 9.0], [0.0, 10.4]]),
            "outcome": (("manifold", "query"), [["dimension", "dimension"], ["memorized", "dimension"]]),
            "truth": ("manifold", [7, 10]),
        }
    )
    table = summary(reading)
    np.testing.assert_allclose(table.bias, [1.0, -4.8])
    np.testing.assert_allclose(table.standard_deviation, [np.sqrt(2), 10.4 / np.sqrt(2)])
    np.testing.assert_allclose(table.memorized, [0, 0.5])
    np.testing.assert_allclose(table.failure, [0.5, 0])
    np.testing.assert_allclose(table.right, [0.5, 0.5])


def test_scikit_dimension_is_called_as_it_is():
    skdim = pytest.importorskip("skdim")
    data = draw("unequal", 500, np.random.default_rng(2))
    for method in ("lPCA", "MLE", "TwoNN"):
        with np.errstate(divide="ignore", invalid="ignore"):
            expected = getattr(skdim.id, method)().fit(data).dimension_
        assert from_data(method, data) == expected
    found = FromData(manifolds=("unequal", "sphere-2"), sizes=(300,), replicas=2).run(progress=False)
    assert found.dimension.sel(manifold="unequal", estimator="lPCA").values.ravel().tolist() == [7, 7]


def test_without_scikit_dimension_the_remedy_is_named(monkeypatch):
    monkeypatch.setattr(estimators_data, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"pip install 'losing-dimensions\[peers\]'"):
        from_data("lPCA", np.zeros((10, 2)))
    with pytest.raises(ValueError, match="method must be one of lPCA"):
        from_data("DANCo", np.zeros((10, 2)))


def test_a_manifold_must_be_known():
    with pytest.raises(ValueError, match="manifold must be one of linear-15"):
        law_of("klein")


def test_the_same_seed_gives_the_same_bits():
    few = Estimators(manifolds=("torus",), sizes=(50,), times=(0.01, 1.0), queries=2)
    once, again = (few.run(progress=False) for _ in range(2))
    xr.testing.assert_identical(once, again)


def test_a_trained_network_shows_directions_where_the_exact_score_of_its_data_has_memorized_them():
    experiment = NetworkEstimators(
        manifolds=("unequal",),
        size=500,
        times=(0.01,),
        methods=("test",),
        queries=2,
        training=replace(NetworkEstimators().training, steps=300),
    )
    found = experiment.run(progress=False).squeeze()
    assert found.truth == 7
    assert (found.sel(score="exact").dimension <= 1).all()
    network = found.sel(score="network")
    assert (network.lower >= 7).all()
    assert (network.upper < 30).all()
