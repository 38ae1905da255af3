"""Data of one law, and what the probe finds of its own score and of that of full memory."""

import numpy as np
import pytest
import xarray as xr

from simulate.engine.posterior import empirical_score
from tests.verify.probe.laws import LAW, TIMES, law_score
from verify.probe import probe


@pytest.fixture(scope="session")
def data() -> np.ndarray:
    return LAW.sample(40, np.random.default_rng(0))


@pytest.fixture(scope="session")
def held_out() -> np.ndarray:
    return LAW.sample(40, np.random.default_rng(1))


@pytest.fixture(scope="session")
def memorizing(data: np.ndarray, held_out: np.ndarray) -> xr.Dataset:
    return probe(lambda x, t: empirical_score(x, data, t), data, held_out, TIMES)


@pytest.fixture(scope="session")
def knowing(data: np.ndarray, held_out: np.ndarray) -> xr.Dataset:
    return probe(law_score, data, held_out, TIMES)
