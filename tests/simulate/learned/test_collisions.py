"""Collisions of a network's clones: the exact score in its place, what is measured beside, and repetition."""

import numpy as np
import pytest

from simulate.experiments.learned.collisions import NetworkCollisions, _posterior
from simulate.training import Settings

SHORT = Settings(steps=3, batch=8, times=2, rate=1e-3, shortest=1e-3, longest=4.0)
SMALL = NetworkCollisions(against="exact", sizes=(3,), replicas=3, seen=30, count=20, steps=32, training=SHORT)


def test_the_exact_score_collides_as_its_weights_say_and_is_near_itself() -> None:
    rng, t = np.random.default_rng(0), 0.5
    data = SMALL.law.sample(12, rng).reshape(3, 4, 4)

    def exact(x: np.ndarray, at: float) -> np.ndarray:
        return _posterior(x, data, at)[0]

    found = SMALL._at(t, exact, data, rng)
    assert found["collisions"] == pytest.approx(found["exact"], abs=0.12)
    assert found["nearness"] == pytest.approx(1)
    assert found["gap"] == pytest.approx(1)


def test_the_law_has_no_gap_of_the_exact_score_and_no_nearness() -> None:
    rng, t = np.random.default_rng(0), 0.1
    data = SMALL.law.sample(12, rng).reshape(3, 4, 4)

    def law(x: np.ndarray, at: float) -> np.ndarray:
        return x * SMALL.law.variances / (SMALL.law.variances + at)

    found = SMALL._at(t, law, data, rng)
    assert found["nearness"] == pytest.approx(0, abs=1e-12)
    assert np.abs(found["gap"]).max() < 0.2
    assert found["collisions"].max() < 0.5


def test_the_same_seed_gives_the_same_collisions() -> None:
    first, second = SMALL.run(progress=False), SMALL.run(progress=False)
    assert (first["values"] == second["values"]).all()
    assert first["values"].values == pytest.approx(first.collisions.values - first.exact.values)
