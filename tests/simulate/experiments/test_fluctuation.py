"""Score and Jacobian over data sets: those of the engine, labelled by direction, unbiased."""

import numpy as np

from simulate.engine.posterior import posterior
from simulate.experiments.score.fluctuation import Contraction, MeanScore, ScoreVariance
from simulate.experiments.setting import Setting

SETTING, T = Setting("paper", "held-out", 8, 12), 0.3
CASES = ((SETTING, T), (Setting("equal", "training", 3, 5), 0.2))


def test_scores_and_jacobians_are_those_of_the_engine() -> None:
    experiment = Contraction(cases=CASES, replicas=3)
    observed, rng = experiment.run(progress=False), experiment.rng(experiment.points()[0])
    score_of = MeanScore(cases=CASES, replicas=3)
    scores, other_rng = score_of.run(progress=False), score_of.rng(score_of.points()[0])
    for replica in range(3):
        seen = posterior(SETTING.x, SETTING.draw(12, rng), T)
        other = posterior(SETTING.x, SETTING.draw(12, other_rng), T)
        for row, v in enumerate(np.unique(SETTING.variances)):
            chosen = SETTING.variances == v
            assert observed.v[row] == v
            np.testing.assert_allclose(observed["values"][row, replica], -T * np.diag(seen.jacobian)[chosen].mean())
            np.testing.assert_allclose(scores["values"][row, replica], other.score[chosen].mean(), rtol=1e-9)


def test_rows_carry_the_labels_of_their_setting() -> None:
    observed = ScoreVariance(cases=CASES, replicas=4).run(progress=False)
    assert dict(observed.sizes) == {"point": 4, "replica": 4}
    assert list(observed.spectrum.values) == ["paper"] * 3 + ["equal"]
    assert [Setting.of({k: observed[k].values[3] for k in ("spectrum", "query", "d", "n")})] == [CASES[1][0]]
    np.testing.assert_allclose(observed.t, [T, T, T, 0.2])


def test_variance_of_the_score_is_that_of_its_sample() -> None:
    scores = MeanScore(cases=(CASES[1],), replicas=50)
    values = scores.values(CASES[1][0], 0.2, np.random.default_rng(0))
    squares = ScoreVariance(cases=(CASES[1],), replicas=50).values(CASES[1][0], 0.2, np.random.default_rng(0))
    np.testing.assert_allclose(squares.mean(axis=0), values.var(axis=0, ddof=1))


def test_chunks_do_not_change_the_draws(monkeypatch) -> None:
    whole = Contraction(cases=CASES, replicas=5).run(progress=False)
    monkeypatch.setattr("simulate.experiments.score.fluctuation.ENTRIES", 200)
    np.testing.assert_array_equal(Contraction(cases=CASES, replicas=5).run(progress=False)["values"], whole["values"])
