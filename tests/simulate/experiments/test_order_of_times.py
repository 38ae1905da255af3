"""Times of a data set against the same conditions written out, exact averages against the measured means."""

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.experiments.related.collapse import Clusters
from simulate.experiments.related.order_of_times import (
    PROBES,
    OrderOfTimes,
    Pair,
    best,
    collapse,
    draw,
    onset,
    speciation,
)
from verify.claims.related import order_of_times as times

CASE = Clusters(4.0, 1.0, 3, PROBES)  # every data point is a probe: no choice is left


def test_at_the_onset_the_own_weights_are_as_large_as_the_others() -> None:
    data = draw(CASE, CASE.n, np.random.default_rng(0))
    t = onset(CASE, data, np.random.default_rng(1))
    own = np.array([posterior(y, data, t).weights[i] for i, y in enumerate(data)])
    assert np.log(own / (1 - own)).mean() == pytest.approx(0, abs=1e-6)


def test_at_the_collapse_they_are_so_from_noised_copies() -> None:
    data, seed = draw(CASE, CASE.n, np.random.default_rng(2)), 3
    t, rng = collapse(CASE, data, np.random.default_rng(seed)), np.random.default_rng(seed)
    order = rng.choice(len(data), PROBES, replace=False)
    noise = rng.standard_normal(data.shape)
    own = [posterior(data[i] + np.sqrt(t) * z, data, t).weights[i] for i, z in zip(order, noise, strict=True)]
    odds = np.log(np.array(own)) - np.log1p(-np.array(own))
    assert odds.mean() == pytest.approx(0, abs=1e-6)


def test_fresh_data_are_best_explained_at_the_best_time() -> None:
    case = Clusters(0.0, 1.0, 2, 200)
    data = draw(case, case.n, np.random.default_rng(4))
    t, fresh = best(case, data, np.random.default_rng(5)), draw(case, PROBES, np.random.default_rng(5))

    def likelihood(time: float) -> float:
        return float(np.mean([posterior(x, data, time).log_partition - np.log(time) for x in fresh]))  # d/2 = 1

    assert likelihood(t) > max(likelihood(0.8 * t), likelihood(1.25 * t))


def test_clusters_have_a_valley_up_to_their_distance_and_one_cluster_has_none() -> None:
    case = Clusters(20.0, 0.3, 3, 4000)
    assert speciation(case, draw(case, case.n, np.random.default_rng(6)), np.random.default_rng(0)) == pytest.approx(
        19.7, rel=0.05
    )
    middle = np.zeros((3, 2))
    assert speciation(Clusters(1.0, 1.0, 2, 3), middle, np.random.default_rng(0)) == 0


def test_exact_averages_are_the_means_of_what_is_measured() -> None:
    case, rng = Clusters(0.0, 1.0, 3, 60), np.random.default_rng(7)
    sets = [draw(case, case.n, rng) for _ in range(40)]
    t = times._collapse(1.0, 3, 60)
    logs = np.log([collapse(case, data, rng) for data in sets])
    assert np.log(t) == pytest.approx(logs.mean(), abs=5 * logs.std() / np.sqrt(40) + 0.1)  # 0.1: log of a mean
    logs = np.log([best(case, data, rng) for data in sets])
    excess = [times._closeness(1.0, 3, 60, float(np.exp(logs.mean())) * factor) - 1 for factor in (0.8, 1.25)]
    assert excess[0] > 0 > excess[1]


def test_order_is_that_of_the_times_and_of_the_theory() -> None:
    case = Clusters(9.0, 1.0, 20, 256)
    observed = OrderOfTimes(cases=(Pair(case, "onset", "collapse"), Pair(case, "collapse", "onset")), replicas=20)
    table = observed.run(progress=False)
    assert table.observed.values.tolist() == [1.0, 0.0]
    row = {**vars(case), "first": "onset", "second": "collapse"}
    assert times.in_order(row) == 1
    assert times.in_order({**row, "first": "collapse", "second": "best"}) == 1
    few = {**vars(Clusters(9.0, 1.0, 120, 64)), "first": "speciation", "second": "collapse"}
    assert times.in_order(few) == 0
    assert times.in_order({**few, "d": 20, "n": 256}) == 1


def test_the_exact_order_turns_with_dimension() -> None:
    """At d = 3, N = 60 the means of the test above are reused."""
    rows = [{"spread": 1.0, "separation": 0.0, "d": d, "n": n} for d, n in ((3, 60), (8, 6))]
    assert [times.exactly(row) for row in rows] == [0.0, 1.0]


def test_unknown_times_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^second must be one of speciation"):
        Pair(CASE, "onset", "tomorrow")
