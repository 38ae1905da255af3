"""A manifold off the axes: what is observed is that of data written out, what is predicted a ridge regression."""

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.experiments.score.population import ManifoldJacobian, ManifoldScore, factors, held_out
from verify.claim import judge
from verify.claims.score import linear_manifold

CASES = ((3, 2, 4, 0.5), (2, 1, 4, 1.0))


def test_means_are_those_of_the_engine_over_the_same_data_sets() -> None:
    experiments = [kind(cases=CASES, replicas=40) for kind in (ManifoldScore, ManifoldJacobian)]
    scores, jacobians = (experiment.run(progress=False) for experiment in experiments)
    assert list(scores.i.values) == [0, 1, 2, 0, 1]
    assert list(zip(jacobians.i.values[:6], jacobians.j.values[:6], strict=True))[1:3] == [(0, 1), (0, 2)]
    for experiment, observed, of in zip(experiments, (scores, jacobians), ("score", "jacobian"), strict=True):
        latent = experiment.rng(experiment.points()[0]).standard_normal((40, 4, 2))
        seen = [getattr(posterior(held_out(3, 2), z @ factors(3, 2).T, 0.5, "cpu"), of) for z in latent]
        mean = np.mean(seen, axis=0) if of == "score" else -0.5 * np.mean(seen, axis=0)[np.triu_indices(3)]
        np.testing.assert_allclose(observed.observed.values[: mean.size], mean, rtol=1e-9)


@pytest.mark.parametrize(("d", "m"), [(4, 2), (3, 3)])
def test_the_jacobian_is_one_off_the_manifold_and_a_ridge_along_it(d: int, m: int) -> None:
    f, t = factors(d, m), 0.7
    minus_t_j = linear_manifold.jacobian(d, m, t)
    np.testing.assert_allclose(minus_t_j, t * np.linalg.inv(f @ f.T + t * np.eye(d)), rtol=1e-12)
    np.testing.assert_allclose(minus_t_j @ f, t * f @ np.linalg.inv(f.T @ f + t * np.eye(m)), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(linear_manifold.score(d, m, t), -minus_t_j @ held_out(d, m) / t, rtol=1e-12)
    assert abs(minus_t_j[0, 1]) > 0.1  # the axes are no eigenvectors
    assert np.isclose(np.linalg.eigvalsh(minus_t_j), 1).sum() == d - m


def test_exact_averages_tend_to_the_population() -> None:
    manifold = (4, 2, 1.5)
    np.testing.assert_allclose(
        linear_manifold.mean_jacobian_of(manifold, 60.0), linear_manifold.jacobian(*manifold), atol=1e-9
    )
    np.testing.assert_allclose(
        linear_manifold.mean_score_of(manifold, 60.0), linear_manifold.score(*manifold), atol=1e-9
    )
    assert (
        abs(linear_manifold.mean_jacobian_of(manifold, np.log(300)) - linear_manifold.jacobian(*manifold)).max() > 1e-3
    )


def test_an_entry_off_the_diagonal_that_is_wrong_is_seen() -> None:
    claim = linear_manifold.JACOBIAN
    observed = claim.estimate.run(progress=False)
    assert judge(claim, observed).attrs["passed"]
    off = (observed.i != observed.j) & (observed.d == 4)
    assert judge(claim, observed.assign(observed=observed.observed + 0.03 * off)).attrs["verdict"] == "disagrees"
