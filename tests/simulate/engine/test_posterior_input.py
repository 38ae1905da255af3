"""What the engine takes: arrays, tensors, files and views of any kind; and what it refuses by name."""

from functools import partial

import dask.array
import numpy as np
import pytest
import torch
import zarr

from simulate.engine.posterior import empirical_score, posterior
from tests.simulate.engine.test_posterior import TIMES, definition, problem
from theory.checks import NotComputable


def test_single_precision_queries_get_single_precision_answers():
    x, data = problem(8, 20000, 40, 8)
    for t in TIMES:
        score = empirical_score(x.astype(np.float32), data.astype(np.float32), t)
        exact = empirical_score(x.astype(np.float32).astype(float), data.astype(np.float32), t)
        assert score.dtype == np.float32
        assert np.abs(score - exact).max() < 2e-4 * np.abs(exact).max()


def test_answers_come_in_the_kind_and_shape_of_x():
    x, data = problem(9)
    assert isinstance(empirical_score(x, data, 1.0), np.ndarray)
    one = empirical_score(torch.tensor(x[0]), data, 1.0)
    assert isinstance(one, torch.Tensor)
    assert one.shape == (6,)
    assert empirical_score(np.arange(6), data, 1.0).dtype == np.float64
    assert empirical_score(torch.tensor(x, dtype=torch.float32), torch.tensor(data), 1.0).dtype == torch.float32
    several = posterior(x, data, [0.1, 1.0, 10.0])
    assert several.log_partition.shape == (3, 5)
    assert several.jacobian.shape == (3, 5, 6, 6)
    assert several.weights.shape == (3, 5, 700)
    for i, t in enumerate((0.1, 1.0, 10.0)):
        assert np.allclose(several.covariance[i], posterior(x, data, t).covariance, rtol=1e-10, atol=1e-12)
        assert np.allclose(several.participation[i], posterior(x, data, t).participation, rtol=1e-10)


@pytest.mark.parametrize(
    "data_kind", [np.asarray, lambda data: dask.array.from_array(data, chunks="auto").rechunk((300, -1))]
)
def test_times_may_repeat_in_any_order(data_kind):
    x, data = problem(19)
    times = [0.5, 2.0, 0.5 * (1 + 1e-15), 0.1, 2.0, 0.5]
    several = posterior(x, data_kind(data), times)
    for i, t in enumerate(times):
        log_z, ratio, offset, covariance, _ = definition(x, data, t)
        assert np.allclose(several.log_partition[i], log_z, rtol=1e-12)
        assert np.allclose(several.participation[i], ratio, rtol=1e-10)
        assert np.allclose(several.score[i], offset / t, rtol=0, atol=1e-10 / t)
        assert np.allclose(several.mean[i], x + offset, rtol=0, atol=1e-11)
        assert np.allclose(several.covariance[i], covariance, rtol=0, atol=1e-11)


def test_queries_may_be_any_view():
    x, data = problem(22)
    same = partial(np.allclose, rtol=1e-12, atol=1e-12)
    straight = posterior(x, data, 0.5).score
    assert same(posterior(x[::-1], data, 0.5).score, straight[::-1])
    assert same(posterior(np.asfortranarray(x), data, 0.5).score, straight)
    assert same(posterior(np.broadcast_to(x[0], (3, 6)), data, 0.5).score, np.tile(straight[0], (3, 1)))
    leaf = torch.tensor([0.5, 2.0], requires_grad=True)
    assert same(posterior(x, data, leaf).score, posterior(x, data, [0.5, 2.0]).score)


def test_a_chunked_store_is_read_ahead_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("simulate.engine.blocks.SLAB", 8 * 7 * 2000)
    x, data = problem(10, 9001, 7)
    chunked = zarr.create_array(store=tmp_path / "data.zarr", shape=data.shape, chunks=(1000, 7), dtype=data.dtype)
    chunked[:] = data
    assert np.allclose(empirical_score(x, chunked, 0.5), empirical_score(x, data, 0.5), rtol=1e-12, atol=1e-13)
    chunked[8000] = np.nan
    with pytest.raises(ValueError, match="row 8000"):
        empirical_score(x, chunked, 0.5)


def test_data_may_lie_anywhere(tmp_path):
    x, data = problem(10, 9001, 7)
    data = data.astype(np.float32)
    expected = empirical_score(x, data, 0.5)
    np.save(tmp_path / "data.npy", data)
    chunked = zarr.create_array(store=tmp_path / "data.zarr", shape=data.shape, chunks=(1000, 7), dtype=data.dtype)
    chunked[:] = data
    sources = [np.load(tmp_path / "data.npy", mmap_mode="r"), chunked, torch.tensor(data), data[::1], data.tolist()]
    for source in sources:
        assert np.allclose(empirical_score(x, source, 0.5), expected, rtol=1e-12, atol=1e-13)
    assert np.allclose(empirical_score(x, np.asfortranarray(data), 0.5), expected, rtol=1e-12, atol=1e-13)
    assert np.allclose(empirical_score(x, data.astype(">f4"), 0.5), expected, rtol=1e-12, atol=1e-13)
    integers = np.arange(40, dtype=np.uint8).reshape(20, 2)
    assert np.allclose(
        empirical_score(np.ones((1, 2)), integers, 9.0), empirical_score(np.ones((1, 2)), integers.astype(float), 9.0)
    )


@pytest.mark.parametrize("kind", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_value_that_is_not_finite_is_named_with_its_row(kind, dtype):
    x, data = problem(12, 9000)
    data = data.astype(dtype)
    for row in (0, 5003):
        data[row, 2] = float(kind)
        with pytest.raises(ValueError, match=f"data must be finite, got {kind} in row {row}"):
            posterior(x, data, 1.0)
        data[row, 2] = 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"t": 0.0}, "t must be > 0"),
        ({"t": -1.0}, "t must be > 0"),
        ({"t": np.nan}, "t must be finite"),
        ({"t": np.inf}, "t must be finite"),
        ({"t": 5e-324}, "t must be between 1e-300"),
        ({"t": np.ones((2, 2))}, "t must be one number"),
        ({"t": np.array([])}, "t must be one number"),
        ({"x": np.zeros(5)}, "x must have 6 coordinates"),
        ({"x": np.zeros((2, 2, 6))}, "x must have 1 or 2 dimensions"),
        ({"x": np.zeros((0, 6))}, "x must have at least one point"),
        ({"x": np.full(6, np.nan)}, "x must be finite"),
        ({"data": [1.0, 2.0]}, "data must have 2 dimensions"),
        ({"data": np.zeros(6)}, "data must have 2 dimensions"),
        ({"data": np.zeros((0, 6))}, "data must have at least one row"),
        ({"data": np.zeros((3, 6), dtype=complex)}, "data must hold real numbers"),
        ({"data": np.full((3, 6), "a")}, "data must hold real numbers"),
        ({"data": 1e200 * np.eye(6)}, "data must lie within 1e"),
        ({"device": "abacus"}, "device must be auto"),
    ],
)
def test_bad_input_is_named(change, message):
    x, data = problem(13, 50)
    with pytest.raises(ValueError, match=message):
        posterior(**({"x": x, "data": data, "t": 1.0} | change))


def test_score_takes_one_time():
    x, data = problem(14, 50)
    with pytest.raises(ValueError, match="t must be one number"):
        empirical_score(x, data, np.ones(2))


def test_what_does_not_fit_is_refused():
    x, data = problem(15, 2, 6000)
    with pytest.raises(NotComputable, match="covariance must have at most"):
        _ = posterior(np.concatenate([x, x]), data, 1.0).covariance


def test_results_that_are_no_numbers_are_errors() -> None:
    data = np.random.default_rng(0).standard_normal((20, 3))
    with pytest.raises(NotComputable, match="x must lie within"):
        empirical_score(np.full(3, 1e100), data, 1.0)
    with pytest.raises(NotComputable, match="t must be larger"):
        empirical_score(np.ones(3, dtype=np.float32), data, 1e-40)
    assert np.isfinite(posterior(data[0], data, 1e-170).jacobian).all()
    assert np.isfinite(empirical_score(np.full(3, 1e14), data, 1.0)).all()
