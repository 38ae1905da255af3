"""The nearest points are those of whole data sets, and the points left out do not matter."""

import numpy as np
import pytest

from simulate.estimate import Estimate
from simulate.levels.nearby import edge_of, near
from simulate.observables.spectrum import SPECTRAL_GAP
from simulate.samplers import NearestPoints
from theory.case import Case, typical
from theory.checks import NotComputable
from theory.laws.spectra import gaussian, unit_norm

LAW = gaussian((1, 6), (0.1, 6))


def test_nearest_points_are_those_of_whole_data_sets() -> None:
    """Numbers, energies and squared coordinates of the points within an edge, against 400 data sets of 1000 points."""
    case = Case(LAW, typical, np.log(1000), 0.01)
    edge = edge_of(case, 40)
    offsets = near(case, edge, 40, 400, np.random.default_rng(1)).reshape(-1, 12)
    all_offsets = case.law.sample(400_000, np.random.default_rng(2)) - case.x
    found, expected = (part[(part**2).sum(axis=1) / 2 < edge] for part in (offsets, all_offsets))
    assert len(found) == pytest.approx(len(expected), abs=6 * np.sqrt(2 * 16_000))
    assert len(expected) == pytest.approx(16_000, rel=0.05)
    for of in (lambda y: (y**2).sum(axis=1), lambda y: y[:, 0] ** 2, lambda y: y[:, 11]):
        values = of(found), of(expected)
        error = np.hypot(*(v.std() / np.sqrt(v.size) for v in values))
        assert values[0].mean() == pytest.approx(values[1].mean(), abs=5 * error)


def test_points_left_out_must_not_matter() -> None:
    with pytest.raises(NotComputable, match=r"^count must be larger"):
        edge_of(Case(LAW, typical, 20.0, 0.1), 40)
    with pytest.raises(NotComputable, match=r"^law must be linear"):
        near(Case(unit_norm((1, 3)), typical, 10.0, 0.1), 0.1, 40, 3, np.random.default_rng(0))


def test_a_training_point_is_refused() -> None:
    with pytest.raises(NotComputable, match=r"x no training point"):
        near(Case(LAW, typical, 10.0, 0.01, training=True), 0.1, 40, 3, np.random.default_rng(0))


def test_gaps_of_nearest_points_are_of_all_replicas() -> None:
    """More than one chunk of them, and where a point carries most of the weight the gap is small in most."""
    estimate = Estimate(
        cases=(Case(LAW, typical, 7.0, 0.01),),
        observable=SPECTRAL_GAP,
        sampler=NearestPoints(count=20),
        replicas=9000,
    )
    observed = estimate.run(progress=False)
    assert observed.replicas.item() == 9000
    assert 0 < observed.stderr.item() < 0.05
