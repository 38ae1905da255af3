"""Without its training data a model of few points is found by its own runs, and none is cleared."""

import numpy as np
import pytest
import torch

from simulate.dimension import EmpiricalScore, PopulationScore
from theory.laws import LinearGaussian
from verify.probe import probe_alone
from verify.probe.sampled.alone import lines
from verify.probe.told.record import json_of_alone

LAW = LinearGaussian([1.0] * 4 + [0.1] * 2)
DATA = LAW.sample(20, np.random.default_rng(0))


def test_memory_is_found_by_its_own_runs() -> None:
    found = probe_alone(EmpiricalScore(DATA), 6, largest=100.0)
    assert found.attrs["verdict"] == "memorizes"
    assert found.attrs["number_upper"] < 4
    assert "it chooses from few points" in lines(found)[0]
    assert '"memorizes"' in json_of_alone(found)


def test_a_law_is_not_accused_nor_cleared() -> None:
    found = probe_alone(PopulationScore(LAW), 6, largest=100.0)
    assert found.attrs["verdict"] == "not told"
    assert found.attrs["number_lower"] > 5
    assert 2 < found.attrs["intrinsic_dimension"] < 7


def test_a_score_that_is_not_one_of_its_own_samples_is_named() -> None:
    def halved(x: torch.Tensor, t: float) -> torch.Tensor:
        return -0.5 * x / (1 + t)

    found = probe_alone(halved, 6, largest=100.0)
    assert found.attrs["verdict"] == "not told"
    assert "slope" in found.attrs["reason"]


def test_where_to_start_must_be_known() -> None:
    with pytest.raises(ValueError, match="largest must be given"):
        probe_alone(PopulationScore(LAW), 6)
