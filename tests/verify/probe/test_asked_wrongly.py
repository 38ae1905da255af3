"""A model asked in the wrong coordinates gets no all-clear; full memory is found whatever the copies and precision."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from simulate.dimension import EmpiricalScore, PopulationScore
from simulate.engine.copies import near_copies
from simulate.images import digits
from theory.laws import LinearGaussian
from verify.probe import probe
from verify.probe.asked.gate import refuted, shown

Y = digits().data[:60]
MEMORY = EmpiricalScore(Y)
TIMES = (0.5, 0.1, 0.03)


@pytest.mark.parametrize("factor", [0.1, 0.7, 1.5])
def test_a_wrong_factor_is_told_by_the_slope(factor: float) -> None:
    found = probe(lambda x, t: factor * MEMORY(x, t), Y, times=TIMES)
    assert found.attrs["verdict"] == "not told"
    np.testing.assert_allclose(found.slope.sel(set="training"), 1 / factor, rtol=0.02)
    assert refuted(found).all()


@pytest.mark.parametrize(
    "score",
    [
        lambda x, t: EmpiricalScore(2 * Y - 1)(x, t),
        lambda x, t: EmpiricalScore((Y - Y.mean()) / Y.std())(x, t),
        lambda x, t: MEMORY(x, t**0.5),
        lambda x, t: MEMORY(x, t**2),
        lambda x, t: -(t**0.5) * MEMORY(x, t),
    ],
    ids=["range", "standardised", "std for variance", "square for variance", "noise for score"],
)
def test_a_wrong_range_clock_or_output_gets_no_verdict(score: Callable) -> None:
    assert probe(score, Y, times=TIMES).attrs["verdict"] in ("not told", "no score")


@pytest.mark.parametrize("shift", [1e-6, 1 / 255, 1 / 16])
def test_memory_of_near_copies_is_memory(shift: float) -> None:
    twice = np.concatenate([Y, np.clip(Y + shift, 0, 1)])
    found = probe(EmpiricalScore(twice), twice, times=TIMES)
    assert found.attrs["verdict"] == "memorizes"
    assert found.attrs["near_copies"] >= 55


def test_memory_in_half_precision_is_memory() -> None:
    def score(x: torch.Tensor, t: float) -> torch.Tensor:
        with torch.no_grad():
            return MEMORY(x.to(torch.bfloat16), t)

    assert probe(score, Y, times=TIMES).attrs["verdict"] == "memorizes"


def test_slopes_are_one_for_memory_and_below_at_held_out_points() -> None:
    found = probe(MEMORY, Y, digits().data[1000:1060], times=TIMES)
    np.testing.assert_allclose(found.slope.sel(set="training"), 1, atol=0.03)
    assert float(found.slope.sel(set="held-out").min()) < 0.5
    assert shown(found).all()
    assert found.attrs["verdict"] == "memorizes"
    assert found.attrs["copies_lower"] > 0.95


@pytest.mark.parametrize("time", [10.0, 1.0, 0.3])
def test_no_all_clear_from_times_at_which_memory_would_not_show(time: float) -> None:
    law = LinearGaussian([1.0, 1.0, 0.04, 0.04, 0.0, 0.0])
    data = law.sample(40, np.random.default_rng(0))
    found = probe(PopulationScore(law), data, times=[time], probes=1)
    assert found.attrs["verdict"] == "not told"
    assert "memory would not show" in found.attrs["reason"]
    assert probe(PopulationScore(law), data, times=[1e-4], probes=1).attrs["verdict"] == "does not memorize"
    assert probe(EmpiricalScore(data), data, times=[time], probes=1).attrs["verdict"].startswith("memorizes")


def test_a_sentinel_among_the_data_is_named() -> None:
    data = Y.copy()
    data[7] = 99999
    with pytest.raises(ValueError, match="data must hold no row far from all others, row 7 is"):
        probe(MEMORY, data, times=TIMES)


def test_draws_of_a_law_are_no_near_copies() -> None:
    rng = np.random.default_rng(0)
    for m in (2, 3, 10):
        points = np.pad(rng.standard_normal((300, m)), ((0, 0), (0, 12 - m)))
        assert (near_copies(points) == np.arange(300)).all()
        copied = np.concatenate([points, points[:50] + 1e-4 * rng.standard_normal((50, 12))])
        first = near_copies(copied)
        assert (first[300:] == np.arange(50)).mean() > 0.9
