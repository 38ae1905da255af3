"""Error rates are shared out among at least as many points as run, in both profiles: counted from cases and components.

A point is a row of a table, with a verdict of its own. Estimates have one for each case and component; how many another
experiment has is said here, and compared with its table where that is quick to make.
"""

from collections.abc import Callable
from functools import singledispatch

import pytest

from simulate.estimate import Estimate
from simulate.experiments.learned.collisions import NetworkCollisions
from simulate.experiments.learned.course import LinearCourse
from simulate.experiments.learned.doubling import RiskDoubling
from simulate.experiments.learned.fine import FineNumber, FinePreference, FineSlopes
from simulate.experiments.learned.kernel_losses import KernelLosses
from simulate.experiments.learned.kernel_memory import MemoryTime
from simulate.experiments.learned.kernel_samples import KernelSamples
from simulate.experiments.learned.kernel_scaling import KernelScaling
from simulate.experiments.learned.kernels import KernelRisk, KernelTimes
from simulate.experiments.learned.lost import LostRule
from simulate.experiments.learned.own_half import OwnHalf
from simulate.experiments.learned.shown import ShownShares
from simulate.experiments.learned.tangent import TangentDescent, TangentShare
from simulate.experiments.learned.trained import Descent
from simulate.experiments.learned.wide import WideLimit
from simulate.experiments.networks.pairs import OfPairs
from simulate.experiments.networks.tuned import NetworksTuned
from simulate.experiments.over_laws import OverLaws
from simulate.experiments.score.identities import OneDataSet
from simulate.experiments.spectrum.random_manifold import RandomSpectrum
from simulate.learned.feature_edges import FeatureEdges
from simulate.learned.features_bias import FeatureParts
from simulate.learned.features_experiment import FeatureLosses, LossPeak
from simulate.learned.features_training import GrowthOfTimes
from simulate.learned.flow_matching import FlowClock
from simulate.learned.linear_training import EmergenceTimes, LinearTraining
from simulate.observables.observable import component_count
from simulate.run.experiment import Experiment
from tests.verify.test_claim import Coin
from theory.laws.subspaces import subspaces
from verify.claim import Claim
from verify.judge.statistics import FALSE_ALARM, LARGEST, Rates
from verify.ledger import CLAIMS

QUICK = (OneDataSet, LinearTraining, EmergenceTimes)


@singledispatch
def rows_of(experiment: Experiment) -> int:
    """The number of rows that an experiment observes, without a run of it."""
    raise TypeError(f"say here how many rows {type(experiment).__name__} observes")


@rows_of.register
def _(estimate: Estimate) -> int:
    return sum(component_count(estimate.observable, case) for case in estimate.cases)


@rows_of.register
def _(one: OneDataSet) -> int:
    return len(one.points()) * (2 if one.quantity == "jacobian" else 1)


@rows_of.register
def _(pairs: OfPairs) -> int:
    return sum(case.n == n for case in pairs.pairs.cases for _, n, _ in pairs.rows)


@rows_of.register
def _(tuned: NetworksTuned) -> int:
    return len(tuned.cases) * len(tuned.moments)


@rows_of.register
def _(spectrum: RandomSpectrum) -> int:
    return len(spectrum.cases) * len(spectrum.quantities)


@rows_of.register
def _(training: LinearTraining) -> int:
    return len(training.points()) * len(training.variances) * len(training.taus)


@rows_of.register
def _(times: EmergenceTimes) -> int:
    return len(times.points()) * len(times.variances)


@rows_of.register(OverLaws)
@rows_of.register(FeatureLosses)
@rows_of.register(LossPeak)
@rows_of.register(KernelSamples)
@rows_of.register(MemoryTime)
@rows_of.register(RiskDoubling)
def _(one: Experiment) -> int:
    return len(one.points())


@rows_of.register(GrowthOfTimes)
@rows_of.register(Descent)
@rows_of.register(FeatureParts)
def _(two: Experiment) -> int:
    return 2 * len(two.points())


@rows_of.register
def _(edges: FeatureEdges) -> int:
    return 3 * len(edges.points())


@rows_of.register
def _(times: KernelTimes) -> int:
    return 3 * len(times.points())


@rows_of.register
def _(scaling: KernelScaling) -> int:
    return len(scaling.points()) * len(scaling.events)


@rows_of.register
def _(shown: ShownShares) -> int:
    return len(shown.points()) * len(shown.taus) * (1 if shown.compared else 2)


@rows_of.register
def _(risk: KernelRisk) -> int:
    return len(risk.points()) * len(risk.taus)


@rows_of.register
def _(losses: KernelLosses) -> int:
    return len(losses.points()) * len(losses.taus) * 2


@rows_of.register
def _(rule: LostRule) -> int:
    return len(rule.points()) * len(subspaces(rule.law))


@rows_of.register
def _(course: LinearCourse) -> int:
    return len(course.points()) * course.law.dimension


@rows_of.register
def _(number: FineNumber) -> int:
    return 2 * len(number.points())


@rows_of.register
def _(preference: FinePreference) -> int:
    return len(preference.points())


@rows_of.register
def _(halves: OwnHalf) -> int:
    return len(halves.points())


@rows_of.register
def _(limit: WideLimit) -> int:
    return len(limit.points())


@rows_of.register
def _(slopes: FineSlopes) -> int:
    return len(slopes.points())


@rows_of.register
def _(descent: TangentDescent) -> int:
    return len(descent.points()) * descent.d


@rows_of.register
def _(clock: FlowClock) -> int:
    return len(clock.points())


@rows_of.register
def _(share: TangentShare) -> int:
    return 4 * len(share.points())


@rows_of.register
def _(clones: NetworkCollisions) -> int:
    return len(clones.points()) * len(clones.times)


@pytest.mark.parametrize("profile", ["quick", "full"])
def test_error_rates_are_shared_out_among_all_points_that_run(profile: str) -> None:
    points = {claim.name: rows_of(claim.estimate_for(profile, 0)) for claim in CLAIMS}
    assert min(points.values()) >= 1
    assert sum(points.values()) <= LARGEST


def small(experiment: Experiment) -> bool:
    return isinstance(experiment, QUICK)


@pytest.mark.parametrize("claim", [one for one in CLAIMS if small(one.estimate)], ids=lambda one: one.name)
def test_what_is_counted_is_what_is_observed(claim: Claim) -> None:
    assert rows_of(claim.estimate) == claim.estimate.run(progress=False).sizes["point"]


def test_an_experiment_of_another_kind_must_say_how_many_rows_it_has() -> None:
    with pytest.raises(TypeError, match="how many rows Coin"):
        rows_of(Coin())


@pytest.mark.parametrize("of", [lambda: Rates().false_alarm, lambda: FALSE_ALARM / LARGEST])
def test_every_point_has_its_share_of_the_rate_of_the_ledger(of: Callable[[], float]) -> None:
    assert of() * LARGEST == pytest.approx(1e-6, rel=1e-12)
