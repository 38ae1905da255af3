"""The nearest points are those of whole data sets, and the points left out do not matter."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import gamma

from simulate.estimate import Estimate
from simulate.levels.nearby import edge_of, near
from simulate.observables.spectrum import SPECTRAL_GAP
from simulate.samplers import NearestPoints
from theory.case import Case, origin, typical
from theory.checks import NotComputable
from theory.laws.spectra import equal, gaussian, unit_norm

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


def test_the_share_of_points_left_out_is_that_of_gamma_energies() -> None:
    """E is Gamma(6, 1) for d = 12: N E[e^{-E/t}; E > edge] over e^{-E/t} of the lowest energy expected, F = 1/N."""
    log_n, count = np.log(4000.0), 30
    lowest, edge = gamma(6).ppf([np.exp(-log_n), count * np.exp(-log_n)])

    def share(t: float) -> float:
        narrowed = t / (1 + t)
        return np.exp(log_n + lowest / t + 6 * np.log(narrowed)) * gamma(6, scale=narrowed).sf(edge)

    case = Case(equal(12), origin, log_n, 1.0)
    below, above = (brentq(lambda t, most=most: share(t) - most, 0.01, 1.0) for most in (0.0018, 0.0022))
    assert edge_of(case.at(below), count) == pytest.approx(edge, rel=1e-9)
    with pytest.raises(NotComputable, match=r"^count must be larger, or t smaller: .* the others are 0\.0022 of Z"):
        edge_of(case.at(above), count)


def test_places_of_points_that_are_none_are_far_away() -> None:
    law = gaussian((0.5, 6), (2.0, 6))
    case = Case(law, origin, np.log(1000), 0.01)
    offsets = near(case, edge_of(case, 6), 6, 300, np.random.default_rng(1))
    none = (offsets > 100).all(axis=2)
    assert (offsets[none] == 1e3 * np.sqrt(2)).all()
    assert (~none).sum(axis=1).max() == offsets.shape[1]
    assert (np.diff(none.astype(int), axis=1) >= 0).all()  # they come last
    assert 0 < none.mean() < 1


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
