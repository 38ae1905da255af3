"""The target of flow matching: one point tells it, many are as the law, and it is the exploding process."""

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.estimate import Estimate
from simulate.learned.flow_matching import FlowClock, TargetVariance
from simulate.samplers import Probed
from theory.case import Case, origin
from theory.laws.spectra import equal


def _mean(case: Case, replicas: int = 200) -> tuple[float, float]:
    table = Estimate(cases=(case,), observable=TargetVariance(), sampler=Probed(probes=16), replicas=replicas).run(
        progress=False
    )
    return float(table.observed[0]), float(table.stderr[0])


def test_one_point_tells_the_target_and_many_points_are_as_the_law() -> None:
    assert _mean(Case(equal(3), origin, 0.0, 0.7), 3)[0] == pytest.approx(0, abs=1e-12)
    assert _mean(Case(equal(1), origin, np.log(3000), 0.5), 40)[0] == pytest.approx(1, abs=0.1)


def test_it_is_the_variance_of_the_exploding_process() -> None:
    case, rng = Case(equal(4), origin, np.log(6), 0.8), np.random.default_rng(0)
    probed = next(iter(Probed(probes=6).parts(case, 1, rng)))
    y = probed[0].data[probed[0].chosen]
    missed = posterior(y + np.sqrt(case.t) * probed[0].noise, probed[0].data, case.t).mean - y
    share = (missed**2).sum(axis=1).mean() / (4 * case.t / (1 + case.t))
    assert TargetVariance()(case, probed) == pytest.approx(share, rel=1e-9)


def test_the_clock_of_equal_weights_has_the_noise_of_the_exploding_process() -> None:
    table = FlowClock(times=(0.2, 3.0)).run(progress=False)
    noise = (1 - table.observed.values) / table.observed.values
    assert noise**2 == pytest.approx(np.array([0.2, 3.0]), rel=1e-7)
