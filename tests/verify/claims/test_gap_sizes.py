"""Gaps along N: the nearest points are those of whole data sets, a plane's gap is the engine's, limits are met."""

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.experiments.spectrum.random_gap import OnePlane, RandomGap
from simulate.experiments.spectrum.vicinity import DeepGap, edge_of, near
from simulate.experiments.transition.scaling import Deep
from simulate.experiments.view import View
from theory.checks import NotComputable
from verify.claims.spectrum import gap_count, gap_sizes, random_gap
from verify.claims.spectrum.gap_sizes import FLAT, FULL

LAW = "gaussian 1*6 0.1*6"


def test_nearest_points_are_those_of_whole_data_sets() -> None:
    """Numbers, energies and squared coordinates of the points within an edge, against 400 data sets of 1000 points."""
    case = Deep(LAW, "typical", float(np.log(1000)), 0.01)
    edge = edge_of(case, 40)
    offsets = near(case, edge, 40, 400, np.random.default_rng(1)).reshape(-1, 12)
    x = case.view.x
    all_offsets = case.view.energy_law.sample(400_000, np.random.default_rng(2)) - x
    found, expected = (part[(part**2).sum(axis=1) / 2 < edge] for part in (offsets, all_offsets))
    assert len(found) == pytest.approx(len(expected), abs=6 * np.sqrt(2 * 16_000))
    assert len(expected) == pytest.approx(16_000, rel=0.05)
    for of in (lambda y: (y**2).sum(axis=1), lambda y: y[:, 0] ** 2, lambda y: y[:, 11]):
        values = of(found), of(expected)
        error = np.hypot(*(v.std() / np.sqrt(v.size) for v in values))
        assert values[0].mean() == pytest.approx(values[1].mean(), abs=5 * error)


def test_points_left_out_must_not_matter() -> None:
    with pytest.raises(NotComputable, match=r"^count must be larger"):
        edge_of(Deep(LAW, "typical", 20.0, 0.1), 40)
    with pytest.raises(NotComputable, match=r"^law must be linear"):
        near(Deep("unit-norm 1*3", "typical", 10.0, 0.1), 0.1, 40, 3, np.random.default_rng(0))


def test_deep_gaps_are_of_all_replicas() -> None:
    """More than one chunk of them, and where a point carries most of the weight the gap is small in most."""
    observed = DeepGap(cases=(Deep(LAW, "typical", 7.0, 0.01),), replicas=9000, count=20).run(progress=False)
    assert observed.replicas.item() == 9000
    assert 0 < observed.stderr.item() < 0.05


def test_the_gap_of_a_plane_is_that_of_the_engine() -> None:
    case = OnePlane(6, 2, 3, "training", 9, 0.4)
    point, experiment = case.point, RandomGap(cases=(case,), replicas=4)
    data = case.draw(4, experiment.rng(point))
    u = case.thinnest
    gaps = [1 + case.t * u @ posterior(case.x, row, case.t).jacobian @ u for row in data]
    assert experiment.measure(point, experiment.rng(point)).observed.item() == pytest.approx(np.mean(gaps))
    assert (data[:, 0] == case.x).all()


def test_the_thinnest_direction_has_the_smallest_variance_of_the_plane() -> None:
    case = OnePlane(6, 2, 3, "typical", 9, 0.4)
    covariance = case.factors @ case.factors.T
    np.testing.assert_allclose(covariance @ case.thinnest, np.linalg.eigvalsh(covariance)[-2] * case.thinnest)
    assert OnePlane.of(case.point) == case


def test_many_points_on_a_plane_have_the_gap_of_the_population() -> None:
    case = OnePlane(6, 2, 3, "typical", 1_000_000, 0.5)
    assert random_gap.exact(case) == pytest.approx(random_gap.population(case), rel=1e-3)
    assert random_gap.exact(OnePlane(6, 2, 3, "training", 2, 0.01)) < 0.05


@pytest.mark.parametrize(
    ("arguments", "name"), [((4, 4, 1, "typical", 5, 1.0), "d"), ((6, 2, 1, "here", 5, 1.0), "query")]
)
def test_bad_planes_are_refused(arguments: tuple[int, int, int, str, int, float], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must"):
        OnePlane(*arguments)


def test_frozen_gaps_open_and_the_intermediate_one_closes_as_n_grows() -> None:
    """It is widest at t_c = 0.32, which is that of log N = 5."""
    final, between = (
        [gap_sizes.exact_deep(case.view, np.array([case.t]), {"log_n": case.log_n})[0] for case in cases]
        for cases in ([gap_sizes.deep(law, n) for n in sizes] for law, sizes in ((FLAT, (5, 45)), (FULL, (1, 5, 45))))
    )
    assert final[0] < 0.2 < 0.95 < final[1]
    assert between[0] < between[1] > 0.4 > 0.02 > between[2]


def test_frozen_counts_are_those_at_the_condensation_time() -> None:
    """t_c = 0.014 lies between the variances, and two gaps are open; at 0.30 only that of the larger one is."""
    counts = [
        gap_count.frozen(View("gaussian 1*2 0.01*2 0*1", "origin", n, 1e-6), np.array([1e-6]), {}) for n in (2, 30)
    ]
    assert counts == [1, 2]
