"""Times of a data set against the same conditions written out, exact averages against the measured means."""

from typing import Any

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.estimate import Estimate
from simulate.observables.order_of_times import OrderOfTimes, best, collapse, onset, speciation
from simulate.samplers import Probed, ProbedSet
from theory.case import Case
from theory.laws.clusters import two_clusters
from theory.laws.spectra import equal
from theory.limits.crossovers import isotropic_closeness, isotropic_collapse_time
from verify.claims.related import order_of_times as times
from verify.claims.related.order_of_times import of_law

PROBES = 48
CASE = of_law(two_clusters(4.0, 1.0, 3), PROBES)  # every data point is a probe: no choice is left


def drawn(case: Case, seed: Any, replicas: int = 1) -> list[ProbedSet]:
    """Data sets with their probes, all in one part."""
    (part,) = Probed(probes=PROBES).parts(case, replicas, np.random.default_rng(seed))
    return part


def test_probes_are_data_points_and_points_of_the_law() -> None:
    (seen,) = drawn(of_law(two_clusters(4.0, 1.0, 3), 100), 8)
    assert len(set(seen.chosen.tolist())) == PROBES
    assert seen.noise.shape == seen.held_out.shape == (PROBES, 3)
    assert not (seen.held_out[:, None] == seen.data).all(axis=-1).any()
    points, (energies, products) = seen.data[seen.chosen], seen.of_others()
    distances = ((points[:, None] - seen.data) ** 2).sum(axis=-1) / 2
    distances[np.arange(PROBES), seen.chosen] = np.inf
    np.testing.assert_allclose(energies, distances, atol=1e-12)
    written_out = np.einsum("md,mnd->mn", seen.noise, points[:, None] - seen.data)
    np.testing.assert_allclose(products, written_out, atol=1e-12)


def test_at_the_onset_the_own_weights_are_as_large_as_the_others() -> None:
    (seen,) = drawn(CASE, 0)
    t, data = onset(CASE, seen), seen.data
    own = np.array([posterior(y, data, t).weights[i] for i, y in enumerate(data)])
    assert np.log(own / (1 - own)).mean() == pytest.approx(0, abs=1e-6)


def test_at_the_collapse_they_are_so_from_noised_copies() -> None:
    (seen,) = drawn(CASE, 2)
    t, data = collapse(CASE, seen), seen.data
    pairs = zip(seen.chosen, seen.noise, strict=True)
    own = [posterior(data[i] + np.sqrt(t) * z, data, t).weights[i] for i, z in pairs]
    odds = np.log(np.array(own)) - np.log1p(-np.array(own))
    assert odds.mean() == pytest.approx(0, abs=1e-6)


def test_held_out_data_are_best_explained_at_the_best_time() -> None:
    case = of_law(equal(2), 200)
    (seen,) = drawn(case, 4)
    t = best(case, seen)

    def likelihood(time: float) -> float:
        logs = [posterior(x, seen.data, time).log_partition - np.log(time) for x in seen.held_out]  # d/2 = 1
        return float(np.mean(logs))

    assert likelihood(t) > max(likelihood(0.8 * t), likelihood(1.25 * t))


def test_clusters_have_a_valley_up_to_their_distance_and_one_cluster_has_none() -> None:
    case = of_law(two_clusters(20.0, 0.3, 3), 4000)
    assert speciation(case, drawn(case, 6)[0]) == pytest.approx(19.7, rel=0.05)
    middle = ProbedSet(np.zeros((3, 2)), np.arange(3), np.zeros((3, 2)), np.zeros((3, 2)))
    assert speciation(of_law(two_clusters(1.0, 1.0, 2), 3), middle) == 0


def test_exact_averages_are_the_means_of_what_is_measured() -> None:
    case = of_law(equal(3), 60)
    sets = drawn(case, 7, replicas=40)
    t = isotropic_collapse_time(1.0, 3, 60)
    logs = np.log([collapse(case, seen) for seen in sets])
    assert np.log(t) == pytest.approx(logs.mean(), abs=5 * logs.std() / np.sqrt(40) + 0.1)  # 0.1: log of a mean
    logs = np.log([best(case, seen) for seen in sets])
    excess = [isotropic_closeness(1.0, 3, 60, float(np.exp(logs.mean())) * factor) - 1 for factor in (0.8, 1.25)]
    assert excess[0] > 0 > excess[1]


def test_order_is_that_of_the_times_and_of_the_theory() -> None:
    case = of_law(two_clusters(9.0, 1.0, 20), 256)
    both = OrderOfTimes((("onset", "collapse"), ("collapse", "onset")))
    table = Estimate(cases=(case,), observable=both, sampler=Probed(), replicas=20).run(progress=False)
    assert table.observed.values.tolist() == [1.0, 0.0]
    assert list(zip(table["first"].values, table["second"].values, strict=True)) == list(both.pairs)
    assert times.in_order(case, (("onset", "collapse"), ("collapse", "best"))).tolist() == [1, 1]
    few, first = of_law(two_clusters(9.0, 1.0, 120), 64), (("speciation", "collapse"),)
    assert times.in_order(few, first) == 0
    assert times.in_order(case, first) == 1


def test_the_exact_order_turns_with_dimension() -> None:
    """At d = 3, N = 60 the means of the test above are reused."""
    assert [times.exactly(of_law(equal(d), n)) for d, n in ((3, 60), (8, 6))] == [0.0, 1.0]


def test_unknown_times_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^second must be one of speciation"):
        OrderOfTimes((("onset", "tomorrow"),))
