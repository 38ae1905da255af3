"""A manifold off the axes: what is observed is that of data written out, what is predicted a ridge regression."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.estimate import Estimate
from simulate.observables.score import JacobianEntries, Score
from theory.exact.score import mean_score
from verify.claim import judge
from verify.claims.population import POPULATION
from verify.claims.score import linear_manifold
from verify.claims.score.linear_manifold import entries, factors, held_out, on_manifold

CASES = (on_manifold(3, 2, 4, 0.5), on_manifold(2, 1, 4, 1.0))


def test_means_are_those_of_the_engine_over_the_same_data_sets() -> None:
    estimates = [Estimate(cases=CASES, observable=kind(), replicas=40) for kind in (Score, JacobianEntries)]
    scores, jacobians = (estimate.run(progress=False) for estimate in estimates)
    assert list(scores.i.values) == [0, 1, 2, 0, 1]
    assert list(zip(jacobians.i.values[:6], jacobians.j.values[:6], strict=True))[1:3] == [(0, 1), (0, 2)]
    for estimate, observed, of in zip(estimates, (scores, jacobians), ("score", "jacobian"), strict=True):
        data = CASES[0].law.sample(160, estimate.rng(estimate.points()[0])).reshape(40, 4, 3)
        seen = [getattr(posterior(held_out(3, 2), rows, 0.5, "cpu"), of) for rows in data]
        mean = np.mean(seen, axis=0) if of == "score" else -0.5 * np.mean(seen, axis=0)[np.triu_indices(3)]
        np.testing.assert_allclose(observed.observed.values[: mean.size], mean, rtol=1e-9)


@pytest.mark.parametrize(("d", "m"), [(4, 2), (3, 3)])
def test_the_jacobian_is_one_off_the_manifold_and_a_ridge_along_it(d: int, m: int) -> None:
    f, t = factors(d, m), 0.7
    case = on_manifold(d, m, 300, t)
    minus_t_j = linear_manifold.jacobian(case)
    np.testing.assert_allclose(minus_t_j, t * np.linalg.inv(f @ f.T + t * np.eye(d)), rtol=1e-12)
    np.testing.assert_allclose(minus_t_j @ f, t * f @ np.linalg.inv(f.T @ f + t * np.eye(m)), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(linear_manifold.score(case), -minus_t_j @ held_out(d, m) / t, rtol=1e-12)
    assert abs(minus_t_j[0, 1]) > 0.1  # the axes are no eigenvectors
    assert np.isclose(np.linalg.eigvalsh(minus_t_j), 1).sum() == d - m


def test_exact_averages_tend_to_the_population() -> None:
    case = on_manifold(4, 2, 300, 1.5)
    limit = replace(case, log_n=POPULATION)
    jacobian = entries(linear_manifold.jacobian(case))
    np.testing.assert_allclose(linear_manifold.exact_jacobian(limit), jacobian, atol=1e-9)
    np.testing.assert_allclose(mean_score(limit), linear_manifold.score(case), atol=1e-9)
    assert abs(linear_manifold.exact_jacobian(case) - jacobian).max() > 1e-3


def test_an_entry_off_the_diagonal_that_is_wrong_is_seen() -> None:
    claim = linear_manifold.JACOBIAN
    observed = claim.estimate.run(progress=False)
    assert judge(claim, observed).attrs["passed"]
    off = (observed.i != observed.j) & (observed.d == 4)
    wrong = observed.assign({name: observed[name] + 0.03 * off for name in ("values", "observed")})
    assert judge(claim, wrong).attrs["verdict"] == "disagrees"
