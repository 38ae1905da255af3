"""Score and Jacobian over data sets: those of the engine, labelled by subspace, unbiased."""

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.estimate import Estimate
from simulate.observables import NormalizedJacobian
from simulate.observables.score import ScoreVariance, SubspaceScore
from simulate.samplers import Scores
from theory.case import Case, held_out
from theory.laws.spectra import equal, paper

T = 0.3
CASE = Case(paper(8), held_out, np.log(12), T)
CASES = (CASE, Case(equal(3), held_out, np.log(5), 0.2, training=True))


def test_scores_and_jacobians_are_those_of_the_engine() -> None:
    estimates = [Estimate(cases=CASES, observable=of(), replicas=3) for of in (NormalizedJacobian, SubspaceScore)]
    jacobians, scores = (estimate.run(progress=False) for estimate in estimates)
    data = CASE.law.sample(36, estimates[0].rng(estimates[0].points()[0])).reshape(3, 12, 8)
    for replica, one in enumerate(data):
        seen = posterior(CASE.x, one, T)
        for row, subspace in enumerate(CASE.subspaces):
            assert jacobians.variance[row] == CASE.variances[subspace[0]]
            expected = -T * np.diag(seen.jacobian)[subspace].mean()
            np.testing.assert_allclose(jacobians["values"][row, replica], expected)
            np.testing.assert_allclose(scores["values"][row, replica], seen.score[subspace].mean(), rtol=1e-9)


def test_rows_carry_the_labels_of_their_case() -> None:
    observed = Estimate(cases=CASES, observable=ScoreVariance(), sampler=Scores(), replicas=4).run(progress=False)
    assert dict(observed.sizes) == {"point": 4, "replica": 4}
    assert list(observed.law.values) == ["gaussian 1*2 0.09*5 0.0001"] * 3 + ["gaussian 1*3"]
    assert list(observed.variance.values) == pytest.approx([1, 0.09, 1e-4, 1])
    np.testing.assert_allclose(observed.t, [T, T, T, 0.2])


def test_variance_of_the_score_is_that_of_its_sample() -> None:
    (sample,) = Scores().parts(CASES[1], 50, np.random.default_rng(0))
    squares = ScoreVariance()(CASES[1], sample)
    np.testing.assert_allclose(squares.mean(axis=1), [sample.var(axis=0, ddof=1).mean()])


def test_chunks_do_not_change_the_draws(monkeypatch) -> None:
    estimate = Estimate(cases=CASES, observable=ScoreVariance(), sampler=Scores(), replicas=5)
    whole = estimate.run(progress=False)
    monkeypatch.setattr("simulate.samplers.drawn.ENTRIES", 200)
    np.testing.assert_array_equal(estimate.run(progress=False)["values"], whole["values"])
