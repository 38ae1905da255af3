"""Identities: rows carry their data, and an error of 1e-4 in a score, weight or Jacobian is seen."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from simulate.experiments.score.identities import (
    KINDS,
    OneDataSet,
    at_times,
    draw,
    rows,
    unpadded,
)
from simulate.experiments.score.process import (
    OnClock,
    on_clock,
    preserved,
)
from verify.claim import Claim, judge
from verify.claims.score import identities, process

MIXED = at_times(("d + 1 points", 0.1), ("points drawn several times", 1.0))


def weights(row: xr.Dataset) -> np.ndarray:
    data, x, _, _ = unpadded(row)
    factors = np.exp(-((data - x) ** 2).sum(axis=1) / (2 * float(row.t)))
    return factors / factors.sum()


def test_every_kind_of_data_is_what_its_name_says() -> None:
    rng = np.random.default_rng(3)
    drawn = {name: draw(case, rng) for name, case in KINDS.items()}
    assert {name: data.shape for name, (_, data) in drawn.items()} == {n: (c.n, c.d) for n, c in KINDS.items()}
    assert KINDS["d + 1 points"].n == KINDS["d + 1 points"].d + 1
    assert KINDS["fewer points than d"].n < KINDS["fewer points than d"].d
    counts = np.unique(drawn["points drawn several times"][1], axis=0, return_counts=True)[1]
    assert len(counts) <= 20 < counts.sum()
    assert counts.max() >= 3
    assert len(np.unique(drawn["all points equal"][1], axis=0)) == 1
    assert np.linalg.matrix_rank(drawn["a plane"][1]) == 3
    assert (drawn["x a data point"][1] == drawn["x a data point"][0]).all(axis=1).any()
    assert abs(drawn["far from 0"][0]).min() > 9e4
    x, data = drawn["x far away"]
    assert np.linalg.norm(data - x, axis=1).min() > 1000


def test_rows_of_different_shapes_carry_the_data_that_they_belong_to() -> None:
    observed = OneDataSet(cases=MIXED).run(progress=False)
    assert dict(observed.sizes) == {"point": 2, "axis": 6, "index": 60}
    for row, case in zip(rows(observed), MIXED, strict=True):
        data, x, u, v = unpadded(row)
        assert data.shape == (case.n, case.d)
        assert [u @ u, v @ v] == pytest.approx([1, 1])
        score = (weights(row) @ data - x) / float(row.t)
        assert float(row.observed) == pytest.approx(np.sqrt(float(row.t)) * u @ score, rel=1e-9)


def test_the_jacobian_is_seen_along_one_direction_and_between_two() -> None:
    observed = OneDataSet(quantity="jacobian", cases=MIXED).run(progress=False)
    assert list(observed.of.values) == ["u, u", "u, v"] * 2
    for row in rows(observed):
        data, _, u, v = unpadded(row)
        covariance = np.cov(data.T, aweights=weights(row), ddof=0)
        expected = u @ (np.eye(u.size) - covariance / float(row.t)) @ (u if row.of == "u, u" else v)
        assert float(row.observed) == pytest.approx(expected, rel=1e-9)


def test_the_preserving_density_has_this_score_and_jacobian() -> None:
    """Differences of the log density of the N Gaussians, written out."""
    rng = np.random.default_rng(4)
    data, x, tau = rng.standard_normal((7, 3)), rng.standard_normal(3), 0.4
    variance = 1 - np.exp(-2 * tau)

    def log_density(at: np.ndarray) -> float:
        return float(np.log(np.exp(-((at - np.exp(-tau) * data) ** 2).sum(axis=1) / (2 * variance)).sum()))

    def score(at: np.ndarray) -> np.ndarray:
        return np.array([log_density(at + e) - log_density(at - e) for e in 1e-5 * np.eye(3)]) / 2e-5

    seen = preserved(x, data, tau)
    np.testing.assert_allclose(seen.score, score(x), rtol=1e-7, atol=1e-8)
    slopes = np.array([preserved(x + e, data, tau).score - preserved(x - e, data, tau).score for e in 1e-5 * np.eye(3)])
    np.testing.assert_allclose(seen.jacobian, slopes / 2e-5, rtol=1e-6, atol=1e-7)
    assert seen.weights.sum() == pytest.approx(1)


def test_another_quantity_is_refused() -> None:
    with pytest.raises(ValueError, match="quantity must be one of score, jacobian; got 'dimension'"):
        OneDataSet(quantity="dimension")


def test_the_preserving_process_has_a_clock_of_its_own() -> None:
    cases = on_clock(("d + 1 points", 0.2), ("d + 1 points", 30.0))
    late = OnClock(cases=cases).run(progress=False).isel(point=1)
    assert float(late.tau) == pytest.approx(30.0)
    _, x, u, _ = unpadded(late)
    assert float(late.observed) == pytest.approx(-u @ x * np.exp(-30.0), abs=1e-9)  # noise alone is left


def test_late_on_the_clock_all_is_lost_and_all_weights_are_equal() -> None:
    cases = on_clock(("d + 1 points", 30.0))
    assert OnClock(quantity="weights", cases=cases).run(progress=False).observed.item() == pytest.approx(1 / 7)
    assert OnClock(quantity="dimension", cases=cases).run(progress=False).observed.item() == 0
    assert OnClock(quantity="jacobian", cases=cases).run(progress=False).observed.values[0] == pytest.approx(1)


@pytest.mark.parametrize(
    "claim",
    [identities.SCORE, identities.JACOBIAN, process.SCORE, process.WEIGHTS, process.JACOBIAN, process.DIMENSION],
    ids=lambda c: c.name,
)
def test_a_small_error_is_seen(claim: Claim) -> None:
    estimate = claim.estimate
    assert isinstance(estimate, OneDataSet)
    observed = replace(estimate, cases=estimate.cases[::2]).run(progress=False)
    assert judge(claim, observed).attrs["verdict"] == "agrees"
    wrong = observed.assign(observed=observed.observed * (1 + 1e-4))
    assert judge(claim, wrong).attrs["verdict"] == "disagrees"
