"""Pairs of cloned runs: those of memory collide as its weights have it, those of densities by chance alone."""

import numpy as np
import pytest
import torch

from simulate.dimension import EmpiricalScore, PopulationScore
from simulate.engine.posterior import posterior
from theory.laws import LinearGaussian
from verify.probe.budget import Budget, rows_of
from verify.probe.known.training_set import TrainingSet
from verify.probe.sampled.collisions import STARTS, chance_of, collisions, interval
from verify.probe.sampled.runs import RATE
from verify.probe.sampled.samples import UNSURE, sampled

LAW = LinearGaussian([1.0] * 4 + [0.1] * 2)


@pytest.mark.parametrize("n", [20, 200])
def test_clones_of_memory_collide_by_its_weights_and_those_of_the_law_do_not(n: int) -> None:
    rng = np.random.default_rng(n)
    data = LAW.sample(n, rng)
    known, like = TrainingSet.of(data), torch.as_tensor(data[:1])
    memory, law = (collisions(one, known, data, like, rng) for one in (EmpiricalScore(data), PopulationScore(LAW)))
    t = float(memory.clone_time[0])
    noised = data[rng.integers(n, size=4000)] + t**0.5 * rng.standard_normal((4000, 6))
    expected = posterior(noised, data, t).participation.mean()
    off = 5 * np.sqrt(expected * (1 - expected) / STARTS)
    assert float(memory.collided[0].mean()) == pytest.approx(expected, abs=off)
    assert chance_of(memory) < 1e-20
    assert chance_of(law) > 1e-3
    assert law.collided[-1].sum() <= STARTS * 5 * UNSURE * RATE


def test_runs_of_what_is_no_score_go_astray_and_end() -> None:
    rng = np.random.default_rng(0)
    data = LAW.sample(30, rng)
    known, like = TrainingSet.of(data), torch.as_tensor(data[:1])
    found = collisions(lambda x, t: x**3 / t, known, data, like, rng)
    assert np.isfinite(found.clone).all()
    assert chance_of(found) == 1
    assert float(sampled(lambda x, t: x**3 / t, known, like, rng, 16).sample_square.min()) > 100


def test_the_interval_of_the_effective_number_is_that_of_a_binomial() -> None:
    low, high = interval(0, 64)
    assert high == np.inf
    assert low == pytest.approx(1 / (1 - 0.025 ** (1 / 64)))
    low, high = interval(64, 64)
    assert low == 1
    assert high == pytest.approx(0.025 ** (-1 / 64))


def test_a_spent_budget_looks_at_the_ends_and_the_middle() -> None:
    assert sorted(Budget.of(1e-9).as_many(list(range(12)), "")) == [0, 5, 11]
    assert sorted(Budget.of(None).as_many(list(range(12)), "")) == list(range(12))
    assert list(Budget.of(1e-9).as_many([7], "")) == [7]
    with pytest.raises(ValueError, match="minutes"):
        Budget.of(0)


def test_rows_grow_with_times_and_probes() -> None:
    assert rows_of(64, 12, 4) < rows_of(64, 24, 4) < rows_of(64, 24, 8)
