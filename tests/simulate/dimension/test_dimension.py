"""local_dimension: what it says of scores whose dimension is known, of memorized and shapeless ones, of bad ones."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, ortho_group

from simulate.dimension import METHODS, SPECTRA, EmpiricalScore, PopulationScore, local_dimension
from simulate.dimension.reading import Reading, fewest, rank, together, typical
from theory.laws import LinearGaussian, Rotated, Sphere

PAPER = LinearGaussian([1.0] * 2 + [0.09] * 5 + [0.0] * 23)
BASIS = ortho_group.rvs(30, random_state=3)
TURNED = Rotated(PAPER, BASIS)


def numbers(result):
    return result.dimension.item(), result.lower.item(), result.upper.item(), str(result.outcome.values)


def test_a_linear_manifold_loses_its_subspaces_as_t_rises():
    score, x = PopulationScore(TURNED), TURNED.sample(1, np.random.default_rng(0))[0]
    for t, expected in ((1e-4, 7), (0.01, 7), (0.3, 2)):
        assert numbers(local_dimension(score, x, t)) == (expected, expected, expected, "dimension")
    assert numbers(local_dimension(score, x, 0.09))[1:] == (2, 7, "no gap")  # v = t: neither tangent nor normal
    assert numbers(local_dimension(score, x, 30.0)) == (0, 0, 0, "memorized")


def test_a_memorized_score_has_dimension_zero_and_a_large_data_set_the_true_one():
    data = TURNED.sample(20_000, np.random.default_rng(1))
    assert numbers(local_dimension(EmpiricalScore(data[:500]), data[0], 1e-4)) == (0, 0, 0, "memorized")
    assert numbers(local_dimension(EmpiricalScore(data), np.zeros(30), 0.3)) == (2, 2, 2, "dimension")


@pytest.mark.parametrize("variances", [np.ones(10), 1 / np.arange(1.0, 31), np.geomspace(1, 1e-4, 20)])
def test_a_shapeless_score_has_no_gap(variances):
    score = PopulationScore(LinearGaussian(variances))
    for t in (1.0, 0.1, 0.01):
        dimension, lower, upper, outcome = numbers(local_dimension(score, np.zeros(variances.size), t))
        assert outcome == "no gap"
        assert lower <= dimension == (variances > t).sum() <= upper


def test_a_curved_manifold():
    law = Sphere(10, ambient=40)
    x = law.sample(1, np.random.default_rng(2))[0]
    assert numbers(local_dimension(PopulationScore(law), x, 1e-3)) == (10, 10, 10, "dimension")


@pytest.mark.parametrize("spectrum", ["jacobian", "differences", "symmetrized", "randomized", "gaussian"])
def test_every_spectrum_shows_the_linear_manifold(spectrum):
    x = TURNED.sample(1, np.random.default_rng(0))[0]
    result = local_dimension(PopulationScore(TURNED), x, 1e-3, spectrum=spectrum)
    assert result.dimension == 7
    assert result.lower <= 7 <= result.upper
    assert (np.diff(result.singular_values) <= 1e-12).all()


@pytest.mark.parametrize(("method", "low", "high"), [("gap", 7, 7), ("curvature", 7, 8), ("flipd", 6.8, 7.2),
                                                     ("lhsd", 7, 7.2), ("participation", 6.9, 7)])  # fmt: skip
def test_the_rivals_read_the_linear_manifold(method, low, high):
    x = TURNED.sample(1, np.random.default_rng(0))[0]
    result = local_dimension(PopulationScore(TURNED), x, 1e-3, method=method)
    assert low <= result.dimension <= high
    assert result.lower <= result.dimension <= result.upper


def test_the_largest_gap_cannot_say_none_and_the_others_can():
    data = TURNED.sample(200, np.random.default_rng(1))
    score = EmpiricalScore(data)
    assert local_dimension(score, data[0], 1e-5, method="gap").dimension >= 1
    for method in ("test", "flipd", "participation"):
        assert str(local_dimension(score, data[0], 1e-5, method=method).outcome.values) == "memorized"


def test_numpy_tensors_and_float32_are_answered_alike():
    data = torch.as_tensor(PAPER.sample(2000, np.random.default_rng(1)))
    variances = torch.tensor(PAPER.variances)

    def differentiable(x, t):
        return -x / (variances.to(x.dtype) + t)

    x = PAPER.sample(1, np.random.default_rng(0))[0]
    for given_x in (x, torch.as_tensor(x), torch.as_tensor(x).float()):
        score = differentiable if isinstance(given_x, torch.Tensor) else PopulationScore(PAPER)
        assert numbers(local_dimension(score, given_x, 1e-3)) == (7, 7, 7, "dimension")
        assert numbers(local_dimension(EmpiricalScore(data), given_x, 1e-3))[0] <= 7
    assert local_dimension(differentiable, torch.as_tensor(x), 1e-3).attrs["spectrum"] == "jacobian"


def test_a_batch_has_one_row_for_each_point_and_the_same_seed_the_same_bits():
    score, x = PopulationScore(TURNED), TURNED.sample(3, np.random.default_rng(0))
    first, again = (local_dimension(score, x, 0.3, method="gap") for _ in range(2))
    assert first.dimension.shape == (3,)
    assert first.singular_values.shape == (3, 30)
    assert first.identical(again)
    other = local_dimension(score, x, 0.3, method="gap", rng=np.random.default_rng(1))
    assert not np.array_equal(first.singular_values, other.singular_values)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), t=st.sampled_from([1e-4, 0.02, 0.09, 0.5, 3.0]), scale=st.floats(0, 3))
def test_the_interval_holds_the_dimension_for_any_spectrum(seed, t, scale):
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((8, 8)) * scale

    def score(x, t):
        return -(x @ matrix + np.sin(7 * x)) / t

    dimension, lower, upper, outcome = numbers(local_dimension(score, rng.standard_normal(8), t))
    assert 0 <= lower <= dimension <= upper <= 8
    assert (outcome == "memorized") == (upper == 0)
    assert (outcome == "dimension") == (0 < lower == upper < 8)


def test_error_rate_of_the_test_is_at_most_the_stated_one():
    """A direction at the edge of the null: tangent at half the points exactly. Called tangent in <= 2.5 % of trials."""
    readings = np.where(np.random.default_rng(4).random((4000, 9)) < 0.5, 1.0, 0.0)
    called = np.mean([together([Reading(k, k, 1.0, "no gap") for k in row], 0.05).lower > 0 for row in readings])
    exact = binom.cdf(rank(9, 0.05) - 1, 9, 0.5)
    assert exact <= 0.025
    assert abs(called - exact) < 5 * np.sqrt(exact / 4000)
    assert binom.cdf(rank(9, 0.05), 9, 0.5) > 0.025  # and the rank is the largest allowed


@pytest.mark.parametrize("count", [6, 9, 20, 57])
def test_the_interval_covers_the_median_at_the_error_rate(count):
    rng, trials = np.random.default_rng(5), 3000
    intervals = np.array([typical(rng.standard_cauchy(count), 0.05) for _ in range(trials)])
    misses = np.mean((intervals[:, 0] > 0) | (intervals[:, 1] < 0))
    exact = 2 * binom.cdf(rank(count, 0.05) - 1, count, 0.5)
    assert exact <= 0.05
    assert abs(misses - exact) < 5 * np.sqrt(exact / trials)


def test_the_test_finds_what_half_the_points_show_only_by_chance():
    """A score whose one direction is tangent or normal by the sign of a coordinate: either half, never both ways."""
    called = []
    for seed in range(200):

        def score(x, t):
            return np.concatenate([-x[:, :1] * (x[:, 1:2] > 0), -x[:, 1:]], axis=1) / t

        result = local_dimension(score, np.zeros(3), 1.0, rng=np.random.default_rng(seed), spectrum="differences")
        called.append((result.lower.item() > 0, result.upper.item() < 1))
    rates = np.mean(called, axis=0)
    assert (rates < 0.025 + 4 * np.sqrt(0.025 / 200)).all()


def test_fewest_repeats():
    assert fewest(0.05) == 6
    assert rank(6, 0.05) == 1
    with pytest.raises(ValueError, match=r"repeats must be >= 6 for an error rate of 0.05, got 5"):
        local_dimension(PopulationScore(PAPER), np.zeros(30), 0.1, repeats=5)


def test_every_method_works_with_every_spectrum():
    x = PAPER.sample(1, np.random.default_rng(0))[0]
    for method in METHODS:
        for spectrum in SPECTRA:
            if spectrum != "lanczos" or method not in ("gap", "curvature"):  # three nodes are no spectrum to search
                result = local_dimension(PopulationScore(PAPER), x, 1e-3, method=method, spectrum=spectrum)
                assert np.isfinite([result.dimension, result.lower, result.upper]).all()


def test_the_example_of_the_guide_prints_what_it_says(capsys):
    guide = (Path(__file__).parents[3] / "docs/dimension.md").read_text(encoding="utf-8")
    exec(re.search(r"```python\n(.*?)```", guide, re.DOTALL)[1], {})
    printed = capsys.readouterr().out
    assert printed.split() == ["7.0", "dimension", "0.0", "memorized"]
