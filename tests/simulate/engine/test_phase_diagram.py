"""Phase diagrams against the posterior of each prefix, and the laws that they obey."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp

from simulate.engine.phase_diagram import phase_diagram
from simulate.engine.posterior import posterior

TIMES = 100 * 2.0 ** (-np.arange(60) / 3)


def problem(seed=0, n=3000, d=6, queries=5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((queries, d)), rng.standard_normal((n, d))


def definition(x, data, times):
    exponent = -((data - x[:, None]) ** 2).sum(-1)[:, None] / (2 * times[:, None])
    log_z = logsumexp(exponent, axis=-1)
    return np.exp(logsumexp(2 * exponent, axis=-1) - 2 * log_z), log_z


@pytest.mark.parametrize("d", [2, 40])
def test_every_cell_is_that_of_the_definition(d):
    x, data = problem(1, d=d)
    sizes = [1, 31, 32, 1000, 2999, 3000]
    diagram = phase_diagram(x, data, TIMES, sizes)
    assert diagram.sizes == {"query": 5, "time": 60, "size": 6}
    for size in sizes:
        ratio, log_z = definition(x, data[:size], TIMES)
        cell = diagram.sel(size=size)
        assert np.allclose(cell.participation_ratio, ratio, rtol=1e-9)
        assert np.allclose(cell.log_partition, log_z, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("times", [TIMES[::-1], TIMES[[40, 3, 17, 3]], np.array([1.0]), np.geomspace(1e-9, 1e9, 23)])
def test_times_may_come_in_any_order_on_any_grid(times):
    x, data = problem(2)
    diagram = phase_diagram(x, data, times)
    ratio, log_z = definition(x, data, times)
    assert np.array_equal(diagram.time, times)
    assert np.allclose(diagram.participation_ratio[..., 0], ratio, rtol=1e-9)
    assert np.allclose(diagram.log_partition[..., 0], log_z, rtol=1e-11, atol=1e-11)


def test_single_precision_is_within_a_few_digits_of_double():
    x, data = problem(3, 20000, 40, 30)
    x, data = x.astype(np.float32), data.astype(np.float32)
    single, double = phase_diagram(x, data, TIMES), phase_diagram(x.astype(float), data, TIMES)
    assert np.allclose(single.participation_ratio, double.participation_ratio, rtol=1e-3)
    assert np.allclose(single.log_partition, double.log_partition, rtol=1e-5, atol=1e-5)
    assert not np.array_equal(single.log_partition, double.log_partition)  # or there is nothing to compare


def test_sizes_keep_their_order_and_default_to_all():
    x, data = problem(4, 100)
    diagram = phase_diagram(x, data, TIMES, [100, 7, 50])
    assert diagram["size"].values.tolist() == [100, 7, 50]
    whole = phase_diagram(x, data, TIMES)
    assert np.allclose(whole.participation_ratio, diagram.participation_ratio[..., [0]], rtol=1e-12)
    assert phase_diagram(x[0], data, TIMES).sizes["query"] == 1


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 200), d=st.integers(1, 5))
def test_participation_grows_from_one_over_n_to_one_as_t_falls(seed, n, d):
    x, data = problem(seed, n, d)
    times = np.append(1e12, TIMES)
    ratio = phase_diagram(x, data, times).participation_ratio.values[..., 0]
    assert np.allclose(ratio[:, 0], 1 / n, rtol=1e-9)
    assert ((ratio >= 1 / n) & (ratio <= 1)).all()
    assert (np.diff(ratio, axis=1) > -1e-10).all()


def test_the_posterior_says_the_same():
    x, data = problem(5)
    diagram, p = phase_diagram(x, data, [0.3, 2.0]), posterior(x, data, [0.3, 2.0])
    assert np.allclose(diagram.participation_ratio[..., 0].T, p.participation, rtol=1e-10)
    assert np.allclose(diagram.log_partition[..., 0].T, p.log_partition, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"times": [1.0, 0.0]}, "times must be > 0"),
        ({"times": []}, "times must be a sequence"),
        ({"times": 1.0}, "times must be a sequence"),
        ({"times": [1.0, np.nan]}, "times must be finite"),
        ({"sizes": [0]}, "sizes must be integers from 1 to the 50 rows"),
        ({"sizes": [51]}, "sizes must be integers from 1 to the 50 rows"),
        ({"sizes": [2.5]}, "sizes must be integers from 1 to the 50 rows of data, got 2.5"),
        ({"sizes": []}, "sizes must be a sequence"),
        ({"sizes": 50}, "sizes must be a sequence"),
        ({"sizes": [np.nan]}, "sizes must be finite"),
        ({"x": np.zeros(5)}, "x must have 6 coordinates"),
        ({"data": np.where(np.arange(300).reshape(50, 6) == 20, np.nan, 1.0)}, "data must be finite, got nan in row 3"),
    ],
)
def test_bad_input_is_named(change, message):
    x, data = problem(6, 50)
    with pytest.raises(ValueError, match=message):
        phase_diagram(**({"x": x, "data": data, "times": TIMES} | change))
