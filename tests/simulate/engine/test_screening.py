"""Ways of taking a block: log weights that come from the product, and single or double precision, time by time."""

import numpy as np
import pytest
import torch
from scipy.special import logsumexp

from simulate.engine.phase_diagram import phase_diagram
from simulate.engine.posterior import empirical_score, posterior
from simulate.engine.screening import Pass
from simulate.engine.whole import WholeBlocks

QUERIES, N, D = 256, 20_000, 5  # some ten blocks


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows of the blocks that are taken without a survey."""
    taken, original = [], WholeBlocks.add_from_exponents

    def counted(self, block, kind):
        taken.append(len(block.raw))
        original(self, block, kind)

    monkeypatch.setattr(WholeBlocks, "add_from_exponents", counted)
    return taken


def cloud(order: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((QUERIES, D)), rng.standard_normal((N, D))
    place = np.argsort((y**2).sum(axis=1))
    return x, {"random": y, "nearest last": y[place[::-1]], "nearest first": y[place]}[order]


def by_energies(x: np.ndarray, y: np.ndarray, t: float, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    with monkeypatch.context() as patch:
        patch.setattr(Pass, "_needs_no_survey", lambda *_: False)
        return empirical_score(x, y, t)


@pytest.mark.parametrize("order", ["random", "nearest last", "nearest first"])
@pytest.mark.parametrize("t", [0.8, 5.0, 1e3, 1e8])
def test_scores_without_a_survey_are_those_by_energies(order, t, plain, monkeypatch):
    x, y = cloud(order)
    score = empirical_score(x, y, t)
    assert sum(plain) > N / 2
    w = np.exp(-((x[:4, None] - y) ** 2).sum(-1) / (2 * t))
    mean = (w[..., None] * (y - x[:4, None])).sum(1) / w.sum(1)[:, None]
    assert np.allclose(score[:4], mean / t, rtol=1e-12, atol=1e-13 / t)
    assert np.allclose(score, by_energies(x, y, t, monkeypatch), rtol=1e-12, atol=1e-13 / t)


def test_single_precision_and_second_moments_take_the_same_way(plain):
    x, y = cloud("random")
    single = empirical_score(x.astype(np.float32), y.astype(np.float32), 5.0)
    assert sum(plain) > N / 2
    assert np.allclose(single, empirical_score(x, y, 5.0), rtol=0, atol=2e-6)
    plain.clear()
    covariance = posterior(x, y, 5.0).covariance
    assert plain
    w = np.exp(-((x[0] - y) ** 2).sum(-1) / 10)
    centred = y - w @ y / w.sum()
    assert np.allclose(covariance[0], (w[:, None] * centred).T @ centred / w.sum(), rtol=1e-11, atol=1e-13)


def test_weights_beyond_the_floats_are_taken_by_energies(plain):
    x, y = cloud("random")
    far = 40 * x  # |x|^2/t of some thousands
    score = empirical_score(far, y, 1.0)
    assert not plain
    w = -((far[:1, None] - y) ** 2).sum(-1) / 2
    w = np.exp(w - w.max())
    assert np.allclose(score[0], (w @ y / w.sum() - far[0])[0], rtol=1e-10)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_means_and_covariances_of_many_times_each_go_to_their_own(kind):
    """Times are summed by chains t, t/2, ..., not in the order in which they were asked for."""
    x, y = (part.astype(kind) for part in cloud("random"))
    times = 10 * 2.0 ** (-np.arange(9) / 3)
    together = posterior(x[:40], y, times)
    for i, t in enumerate(times):
        alone = posterior(x[:40], y, t)
        assert np.allclose(together.mean[i], alone.mean, rtol=0, atol=5e-6 if kind == np.float32 else 1e-12)
        assert np.allclose(together.covariance[i], alone.covariance, rtol=0, atol=2e-5 if kind == np.float32 else 1e-12)


def test_a_row_that_is_not_finite_is_named_without_a_survey_too():
    x, y = cloud("random")
    y[15_000, 2] = np.nan
    with pytest.raises(ValueError, match="row 15000"):
        empirical_score(x, y, 5.0)


@pytest.fixture
def sums(monkeypatch: pytest.MonkeyPatch) -> set[tuple[torch.dtype, int, int]]:
    """Precision of the sums over whole blocks, and the first and the last of their times."""
    made, original = set(), WholeBlocks.add

    def noted(self, block, reduced, start, stop):
        made.add((reduced.dtype, start, stop))
        original(self, block, reduced, start, stop)

    monkeypatch.setattr(WholeBlocks, "add", noted)
    return made


def participation(x: np.ndarray, y: np.ndarray, times: np.ndarray) -> np.ndarray:
    exponent = -((y - x[:, None]) ** 2).sum(-1)[:, None] / (2 * times[:, None])
    return np.exp(logsumexp(2 * exponent, axis=-1) - 2 * logsumexp(exponent, axis=-1))


def test_low_times_that_single_precision_would_round_are_survivors_and_the_others_stay_single(sums):
    rng = np.random.default_rng(4)
    x, y = rng.standard_normal((40, 64)).astype(np.float32), rng.standard_normal((N, 64)).astype(np.float32)
    times = 0.03 * 2.0 ** (np.arange(32) / 4)
    found = phase_diagram(x, y, times).participation_ratio[..., 0]
    assert np.allclose(found[:4], participation(x[:4].astype(float), y.astype(float), times), rtol=1e-4)
    assert {kind for kind, _, _ in sums} == {torch.float32}
    assert max(stop for _, _, stop in sums) < 36  # some times, of these and their halves, have few points that count


def test_low_times_at_which_many_points_count_are_summed_in_double_precision_and_the_others_stay_single(sums):
    rng = np.random.default_rng(5)
    angle = rng.uniform(0, 2 * np.pi, N)
    y = (1000 * np.stack([np.cos(angle), np.sin(angle)], axis=1)).astype(np.float32)
    x = (0.1 * rng.standard_normal((40, 2))).astype(np.float32)  # energies are near 5e5, within a few hundred
    times = 20 * 2.0 ** np.arange(7)
    found = phase_diagram(x, y, times).participation_ratio[..., 0]
    assert np.allclose(found[:4], participation(x[:4].astype(float), y.astype(float), times), rtol=1e-3)
    single = {stop for kind, _, stop in sums if kind == torch.float32}
    double = {start for kind, start, _ in sums if kind == torch.float64}
    assert single == double
    assert 0 < max(single) < 7
