"""Five events in the training of one kernel model: what each is, and in which order they come."""

import numpy as np
import pytest

from simulate.experiments.learned.five_times import FIVE, GRID, SPARSE, FiveTimes, reached, risen
from simulate.experiments.learned.kernels import losses, noised
from simulate.learned.kernels import Followed


def test_risk_is_least_and_has_risen_where_it_is_known_to_be():
    log = np.log(GRID)
    risk = 1 + np.where(log < 3, 3 - log, np.minimum(log - 3, 5.0))  # least at log tau = 3, its last from 8 on
    least, forgotten = risen(risk)
    step = log[1] - log[0]
    assert least == pytest.approx(3, abs=step)
    assert forgotten == pytest.approx(risk.min() - 1 + 3 + 0.9 * (6 - risk.min()), abs=1e-3)


def test_an_event_that_does_not_come_has_the_last_time():
    assert reached(np.linspace(1, 0.5, len(SPARSE)), 0.2, SPARSE) == pytest.approx(np.log(SPARSE[-1]))


def test_losses_are_those_of_the_model_at_each_time():
    rng = np.random.default_rng(0)
    y = np.repeat(rng.standard_normal((3, 4)), 2, axis=0)
    x = noised(y, 0.1, rng)
    flow = Followed("Gaussian", x, y)
    assert losses(flow, x, y, GRID)[7] == pytest.approx(((flow.at(x, GRID[7:8])[0] - y) ** 2).mean(), rel=1e-13)


def test_copies_come_before_the_law_is_forgotten():
    """On one model: with the Gaussian kernel samples are copies two decades before the risk is that of its end."""
    seen = FiveTimes(kernel="Gaussian", shapes=((8, 8),), replicas=3).run(progress=False)
    times = dict(zip(FIVE, seen["values"].values, strict=True))
    assert (times["copies"] + np.log(100) < times["forgotten"]).all()
    assert (times["memorized"] < times["fitted"]).all()
