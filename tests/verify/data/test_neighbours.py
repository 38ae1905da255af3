"""How much closer neighbours in the data lie than in a law, and intervals that reach so far."""

import numpy as np
import pytest

from theory.laws import LinearGaussian
from verify.data import Audit, audit, prediction, report
from verify.data.answer import several
from verify.data.energies import Energies
from verify.data.held_out import HeldOut
from verify.data.measured import measure
from verify.data.neighbours import slope, steeper

GAUSSIAN = LinearGaussian([1.0, 0.6, 0.3, 0.2, 0.1, 0.1])
FEW, MANY = 200, 3000


def torus(n: int, rng: np.random.Generator) -> np.ndarray:
    """Points of three dimensions in six, whose covariance does not tell so."""
    angles = rng.uniform(0, 2 * np.pi, (n, 3))
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1)


@pytest.mark.parametrize("m", [1, 2, 3])
def test_the_slope_is_that_of_the_dimension(m: int) -> None:
    points = np.pad(np.random.default_rng(m).uniform(size=(2000, m)), ((0, 0), (0, 2)))
    found = slope(points)
    assert abs(found.value - 2 / m) < 4 * found.stderr < 1 / m


def test_a_torus_is_steeper_than_its_gaussian_and_a_gaussian_is_not() -> None:
    rng = np.random.default_rng(0)
    known = steeper(GAUSSIAN.sample(FEW, rng), GAUSSIAN, rng)
    curved = steeper(torus(FEW, rng), LinearGaussian(np.full(6, 0.5)), rng)
    assert abs(known.value) < 4 * known.stderr
    assert curved.value > 4 * curved.stderr
    assert curved.value == pytest.approx(2 / 3 - 2 / 6, abs=0.15)


@pytest.fixture(scope="module")
def curved() -> Audit:
    """What an audit finds in few points of a torus."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prediction, "EXACT", 4)
        found = audit(torus(FEW, np.random.default_rng(1)), sizes=(MANY,), seed=0)
        assert report(found)  # evaluates every prediction that is reported
        return found


def test_the_interval_holds_what_few_points_do_not_show(curved: Audit) -> None:
    rng = np.random.default_rng(2)
    seen = HeldOut(torus(300, rng), rng.standard_normal((300, 6)))
    time = measure(Energies.of(seen, torus(MANY, rng)), 0.05)[-1].time
    half, law = curved.prediction.half(MANY), curved.prediction.law_alone(MANY)[0]
    assert half.lower < time < half.upper
    assert np.exp(law) / time > 1.5  # of the law alone it is far off


def test_what_is_not_known_is_said_to_be_not_known(curved: Audit) -> None:
    assert not curved.prediction.half(MANY).known
    assert curved.prediction.half(2 * FEW).known
    assert FEW < curved.known_to < MANY
    said = report(curved)
    assert f"at which noise a score of {MANY} such points condenses is not known" in said
    assert f"beyond {several(curved.known_to)} points the noise at which a score condenses is not known" in report(
        curved
    )
