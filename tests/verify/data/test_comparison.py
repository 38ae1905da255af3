"""Real data: what is held out, what is measured, and what the Gaussian with the same covariance predicts."""

import numpy as np
import pytest

from simulate.experiments.real import RealData
from simulate.images import digits
from simulate.run.store import Store
from theory.checks import NotComputable
from verify.data import comparison as real
from verify.data.comparison import comparison, gaussian_prediction, half_time, principal_axes

DEVIATIONS = np.array([2.0, 1.0, 0.5, 0.1])


@pytest.fixture
def cloud() -> np.ndarray:
    return np.random.default_rng(3).standard_normal((102, 4)) * DEVIATIONS + 5


def experiment(data: np.ndarray, **settings: object) -> RealData:
    return RealData(data=data, source="test", **({"queries": 2, "parts": (4, 1), "octaves": 6} | settings))


def test_parts_are_disjoint_equal_and_without_the_queries(cloud: np.ndarray) -> None:
    made = experiment(cloud)
    assert [dict(point) for point in made.points()] == [
        *({"n": 25, "part": k} for k in range(4)),
        {"n": 100, "part": 0},
    ]
    assert sorted([*made.rows, *made.order[:2]]) == list(range(102))
    assert not (cloud[made.rows][:, None] == made.x).all(axis=-1).any()


def test_measured_is_the_definition(cloud: np.ndarray) -> None:
    made = experiment(cloud)
    observed = made.run(progress=False).participation_ratio
    part = cloud[made.rows[25:50]]
    energies = ((part - made.x[1]) ** 2).sum(axis=1) / 2
    weights = np.exp(-energies[:, None] / made.times)
    expected = (weights**2).sum(axis=0) / weights.sum(axis=0) ** 2
    np.testing.assert_allclose(observed.isel(point=1, query=1), expected, rtol=1e-9)


def test_times_reach_from_equal_weights_to_few(cloud: np.ndarray) -> None:
    ratio = experiment(cloud, octaves=12).run(progress=False).participation_ratio.isel(point=-1).mean("query")
    assert 1 / 100 < ratio[0] < 1.3 / 100
    assert ratio[-1] > 0.8
    assert (ratio.diff("time") > 0).all()


def test_scale_covariance(cloud: np.ndarray) -> None:
    one, ten = (experiment(c * cloud) for c in (1.0, 10.0))
    np.testing.assert_allclose(ten.times, 100 * one.times)
    np.testing.assert_allclose(*(e.run(progress=False).participation_ratio for e in (one, ten)), rtol=1e-6)


def test_same_seed_same_bits(cloud: np.ndarray) -> None:
    first, again, other = (experiment(cloud, seed=seed).run(progress=False) for seed in (1, 1, 2))
    assert first.identical(again)
    assert not first.participation_ratio.equals(other.participation_ratio)


def test_other_data_have_another_key(cloud: np.ndarray) -> None:
    keys = [set(experiment(data).keys().values()) for data in (cloud, cloud + 1e-12)]
    assert not keys[0] & keys[1]


@pytest.mark.parametrize("count", [1, 9])
def test_too_few_data_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="data must have at least 10 points, got"):
        experiment(np.random.default_rng(0).standard_normal((count, 3)))


def test_equal_data_are_refused() -> None:
    with pytest.raises(ValueError, match="data must differ"):
        experiment(np.ones((50, 3)))


@pytest.mark.parametrize("shape", [(40, 6), (6, 40)])
def test_principal_axes_keep_all_distances(shape: tuple[int, int]) -> None:
    data = np.random.default_rng(1).standard_normal(shape)
    variances, offsets = principal_axes(data, data)
    assert (np.diff(variances) <= 0).all()
    np.testing.assert_allclose(variances.sum(), data.var(axis=0, ddof=1).sum())
    np.testing.assert_allclose(np.linalg.norm(offsets, axis=1), np.linalg.norm(data - data.mean(axis=0), axis=1))
    np.testing.assert_allclose(offsets.var(axis=0, ddof=1), variances)


def test_directions_without_variance_are_left_out() -> None:
    data = np.random.default_rng(1).standard_normal((40, 3)) @ np.ones((3, 8))
    variances, offsets = principal_axes(data, data[:5])
    assert variances.shape == (1,)
    assert offsets.shape == (5, 1)


def test_half_time() -> None:
    times = np.geomspace(0.01, 10, 400)
    assert half_time(times, np.maximum(1 - times / 2, 0)) == pytest.approx(1, rel=1e-3)
    assert half_time(times[::-1], np.maximum(1 - times / 2, 0)[::-1]) == pytest.approx(1, rel=1e-3)
    assert np.isnan(half_time(times, np.full(400, 0.7)))


def test_gaussian_data_do_as_predicted() -> None:
    """The whole path against itself: data that are Gaussian agree within the error over data sets."""
    data = np.random.default_rng(5).standard_normal((3003, 4)) * DEVIATIONS
    made = experiment(data, queries=3, parts=(60,), octaves=9)
    prediction = gaussian_prediction(made, stride=3)
    compared = comparison(made.run(progress=False), prediction.run(progress=False))
    difference = compared.measured.isel(time=slice(None, None, 3)).values - compared.predicted.values
    assert compared.t_c.dims == ("size", "query")
    assert (np.abs(difference) < 5 * compared.stderr.isel(time=slice(None, None, 3)).values + 2e-3).all()
    assert abs(compared.t_half - compared.t_half_predicted) < 5 * compared.t_half_stderr


def test_one_data_set_has_no_error(cloud: np.ndarray) -> None:
    made = experiment(cloud, octaves=2)
    compared = comparison(made.run(progress=False), gaussian_prediction(made).run(progress=False))
    assert np.isnan(compared.stderr.sel(size=100)).all()
    assert np.isfinite(compared.stderr.sel(size=25)).all()
    assert compared.parts.values.tolist() == [4, 1]


def test_what_cannot_be_computed_is_said(cloud: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> float:
        raise NotComputable("t must be larger")

    monkeypatch.setattr(real, "participation_ratio", refuse)
    predicted = gaussian_prediction(experiment(cloud, octaves=1)).run(progress=False)
    assert np.isnan(predicted.participation_ratio).all()
    assert not predicted.computable.any()
    assert np.isfinite(predicted.t_c).all()


def test_stored_results_are_used(cloud: np.ndarray, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    store, prediction = Store(tmp_path), gaussian_prediction(experiment(cloud, octaves=1))
    first = prediction.run(store, progress=False)
    monkeypatch.setattr(real, "participation_ratio", lambda *_: pytest.fail("computed again"))
    assert first.equals(prediction.run(store, progress=False))


def test_digits_are_the_default() -> None:
    made = RealData.of(digits(), seed=4)
    assert (made.seed, made.data.shape, made.source) == (4, (1797, 64), "scikit-learn digits")
