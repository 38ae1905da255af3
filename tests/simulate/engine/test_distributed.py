"""Dask arrays give what one machine gives, to 1e-12, on a cluster of two workers."""

import dask.array as da
import numpy as np
import pytest
from distributed import Client, LocalCluster

from simulate.engine.phase_diagram import phase_diagram
from simulate.engine.posterior import empirical_score, posterior

TIMES = 30 * 2.0 ** (-np.arange(40) / 3)


@pytest.fixture(scope="module")
def cluster():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as workers,
        Client(workers) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    return rng.standard_normal((7, 9)), rng.standard_normal((5003, 9))


def test_scores_of_two_workers_are_those_of_one_machine(cluster, problem):
    x, data = problem
    for chunks in ((700, 9), (1300, 4), (6000, 9)):
        for t in (1e-4, 0.3, 20.0):
            there, here = empirical_score(x, da.from_array(data, chunks), t), empirical_score(x, data, t)
            assert np.allclose(there, here, rtol=1e-12, atol=1e-12 * np.abs(here).max())


def test_phase_diagrams_of_two_workers_are_those_of_one_machine(cluster, problem):
    x, data = problem
    sizes = [1, 700, 701, 3000, 5003]
    there = phase_diagram(x, da.from_array(data, (700, 9)), TIMES, sizes)
    here = phase_diagram(x, data, TIMES, sizes)
    assert np.allclose(there.participation_ratio, here.participation_ratio, rtol=1e-12)
    assert np.allclose(there.log_partition, here.log_partition, rtol=1e-12, atol=1e-12)


def test_second_moments_merge_too(problem):
    x, data = problem  # no cluster: Dask's own threads
    there, here = posterior(x, da.from_array(data, (700, 9)), 0.5), posterior(x, data, 0.5)
    assert np.allclose(there.covariance, here.covariance, rtol=1e-10, atol=1e-12)
    assert np.allclose(there.weights, here.weights, rtol=1e-12)


def test_a_value_that_is_not_finite_is_named_with_its_row_in_the_whole(problem):
    x, data = problem
    data = data.copy()
    data[2345, 1] = np.nan
    with pytest.raises(ValueError, match="got nan in row 2345"):
        empirical_score(x, da.from_array(data, (700, 9)), 1.0)


def test_chunks_of_unknown_size_are_named(problem):
    x, data = problem
    unknown = da.from_array(data, (700, 9))
    unknown = unknown[unknown[:, 0] > 0]
    with pytest.raises(ValueError, match="data must have chunks of known size"):
        empirical_score(x, unknown, 1.0)
    known = unknown.compute_chunk_sizes()
    assert np.allclose(empirical_score(x, known, 1.0), empirical_score(x, data[data[:, 0] > 0], 1.0), rtol=1e-12)
