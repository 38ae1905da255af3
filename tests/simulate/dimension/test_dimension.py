"""local_dimension: what it says of scores whose dimension is known, of memorized and shapeless ones, of bad ones."""

import copy
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, ortho_group

from simulate.dimension import METHODS, SPECTRA, EmpiricalScore, Field, PopulationScore, local_dimension
from simulate.dimension.reading import Reading, fewest, rank, together, typical
from simulate.dimension.refusals import (
    BadScore,
    DependsOnBatch,
    NotDifferentiable,
    NotFinite,
    TimeOutOfRange,
    WrongShape,
)
from theory.checks import NotComputable
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


def test_a_score_without_gradient_is_differenced():
    def score(x, t):
        return np.asarray(-x / (PAPER.variances + t))

    result = local_dimension(score, np.zeros(30), 1e-3)
    assert result.attrs["spectrum"] == "differences"
    assert numbers(result) == (7, 7, 7, "dimension")


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


def test_products_of_an_empirical_score_are_those_of_its_jacobian():
    rng = np.random.default_rng(6)
    data, x, v = rng.standard_normal((300, 7)), rng.standard_normal(7), rng.standard_normal((4, 7))
    score = EmpiricalScore(data)
    for t in (0.01, 1.0):
        np.testing.assert_allclose(score.linearized(x, t)(v), v @ score.jacobian(x[None], t)[0], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("kind", [list, torch.tensor, lambda y: torch.tensor(y).float().requires_grad_()])
@pytest.mark.parametrize("spectrum", ["randomized", "lanczos"])
def test_an_empirical_score_takes_its_data_in_any_kind(kind, spectrum):
    data = np.random.default_rng(7).standard_normal((200, 5)).astype(np.float32).astype(float)
    given, plain = (
        local_dimension(EmpiricalScore(y), data[0], 0.5, spectrum=spectrum) for y in (kind(data.tolist()), data)
    )
    np.testing.assert_array_equal(given.singular_values, plain.singular_values)


def test_a_jacobian_that_is_none_is_none():
    score = Brings()
    score.jacobian = score.linearized = None
    assert local_dimension(score, np.arange(3.0), 0.1).attrs["spectrum"] == "differences"


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("seed", range(10))
def test_differences_far_from_the_origin_are_off_by_no_more_than_they_say(kind, seed):
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((6, 6))
    matrix = (matrix @ matrix.T / 6).astype(kind)
    x = (1e3 * rng.standard_normal(6)).astype(kind)
    t = (20 * np.abs(x).max()) ** 2 * np.finfo(kind).eps ** 1.5  # twice the shortest step that is allowed
    found = local_dimension(lambda rows, t: -(rows - x) @ matrix / kind(t), x, float(t))
    assert found.attrs["spectrum"] == "differences"
    truth = np.linalg.eigvalsh(matrix.astype(float))[::-1]
    assert (np.abs(found.singular_values - truth) <= found.errors).all()


@pytest.mark.parametrize(
    ("score", "kind"),
    [
        (lambda x, t: x[:, :2], WrongShape),
        (lambda x, t: x[0], WrongShape),
        (lambda x, t: x * np.nan, NotFinite),
        (lambda x, t: x / np.float64(np.inf) - np.inf, NotFinite),
        (lambda x, t: x + 0j, BadScore),
        (lambda x, t: torch.as_tensor(x) + 0j, BadScore),
        (lambda x, t: x.astype(str), BadScore),
        (lambda x, t: x - x.mean(axis=0), DependsOnBatch),
        (lambda x, t: np.cumsum(x, axis=0), DependsOnBatch),  # the first row is right
        (lambda x, t: (x - x.mean(axis=0)) / (1 + x.std(axis=0)), DependsOnBatch),
        (lambda x, t: -x / t if len(x) < 9 else -(x - x.mean(axis=0)) / t, DependsOnBatch),  # only where it is large
        (lambda x, t: [[1.0], [2.0, 3.0]], WrongShape),
        (lambda x, t: None, WrongShape),
        (lambda x, t: -1e200 * x, NotFinite),  # its square is no float
        ("not a function", BadScore),
        (lambda x: -x, BadScore),
        (lambda x, t, label: -x, BadScore),
    ],
)
def test_bad_scores_are_named(score, kind):
    with pytest.raises(kind, match="score must"):
        local_dimension(score, np.arange(3.0), 0.1)


class Brings:
    """A score with a Jacobian, products and a range of its own."""

    def __init__(self, jacobian=None, linearized=None, time_range=(0.0, np.inf)):
        self.jacobian = jacobian or (lambda x, t: np.broadcast_to(-np.eye(3) / t, (len(x), 3, 3)))
        self.linearized, self.time_range = lambda x, t: linearized, time_range

    def __call__(self, x, t):
        return -x / t


@pytest.mark.parametrize(
    ("score", "spectrum", "kind", "message"),
    [
        (Brings(jacobian=lambda x, t: np.full((len(x), 3, 3), np.nan)), "jacobian", NotFinite, "score.jacobian must"),
        (Brings(jacobian=lambda x, t: np.zeros((3, 3))), "jacobian", WrongShape, "score.jacobian must"),
        (Brings(linearized=lambda v: v[:, :2]), "randomized", WrongShape, "score.linearized must"),
        (Brings(linearized=lambda v: np.nan * v), "lanczos", NotFinite, "score.linearized must"),
        (Brings(time_range=None), None, BadScore, "score.time_range must be a pair"),
        (Brings(time_range=(1, 2, 3)), None, BadScore, "score.time_range must be a pair"),
    ],
)
def test_what_a_bad_score_brings_is_named(score, spectrum, kind, message):
    with pytest.raises(kind, match=message):
        local_dimension(score, np.arange(3.0), 0.1, spectrum=spectrum)


def test_a_score_that_leaves_torch_is_differenced():
    result = local_dimension(lambda x, t: -x.numpy() / t, torch.ones(4, dtype=torch.float64), 0.1)
    assert result.attrs["spectrum"] == "differences"
    assert numbers(result) == (0, 0, 0, "memorized")


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_a_gradient_that_is_not_that_of_the_values_is_not_taken(dtype):
    variances = torch.tensor([1.0, 1.0, 0.0, 0.0, 0.0], dtype=dtype)

    def score(rows, t):
        whole = -rows / (variances + t)
        return torch.cat([whole[:, :3], whole[:, 3:].detach()], dim=1)

    x = torch.ones(5, dtype=dtype)
    found = local_dimension(score, x, 1e-2)
    assert found.attrs["spectrum"] == "differences"
    assert numbers(found) == (2, 2, 2, "dimension")
    for spectrum in ("differences", "randomized"):
        assert local_dimension(score, x, 1e-2, spectrum=spectrum).dimension == 2
    with pytest.raises(NotDifferentiable, match="a part of it is detached"):
        local_dimension(score, x, 1e-2, spectrum="jacobian")


@pytest.mark.parametrize("t", [1e-4, 1e-2, 1.0])
def test_a_gradient_of_a_network_with_kinks_or_few_bits_is_taken(t):
    draw = torch.Generator().manual_seed(3)
    net = torch.nn.Sequential(torch.nn.Linear(6, 64), torch.nn.ReLU(), torch.nn.Linear(64, 6))
    for value in net.parameters():
        value.data = torch.randn(value.shape, generator=draw) / 8
    bits = copy.deepcopy(net).bfloat16()
    for score in (lambda rows, t: net(rows) - rows / t, lambda rows, t: (bits(rows.bfloat16())).float() - rows / t):
        assert local_dimension(score, torch.ones(6), t).attrs["spectrum"] == "jacobian"


def test_batch_normalization_in_training_is_found():
    net = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.BatchNorm1d(4))
    x = torch.randn(4, generator=torch.Generator().manual_seed(0))
    net(torch.randn(8, 4))
    with pytest.raises((DependsOnBatch, ValueError)):
        local_dimension(lambda rows, t: net(rows), x, 0.1)
    net.eval()
    assert 0 <= local_dimension(lambda rows, t: net(rows), x, 0.1).dimension <= 4


def test_a_jacobian_that_cannot_be_had_is_named():
    with pytest.raises(NotDifferentiable):
        local_dimension(lambda x, t: -x, np.zeros(3), 0.1, spectrum="jacobian")
    with pytest.raises(NotDifferentiable):
        local_dimension(lambda x, t: -x.detach(), torch.zeros(3), 0.1, spectrum="jacobian")


@pytest.mark.parametrize("t", [0.0, -1.0, np.nan, np.inf, [0.1, 0.2]])
def test_bad_times_are_named(t):
    with pytest.raises(ValueError, match="t must be"):
        local_dimension(lambda x, t: -x, np.zeros(3), t)


@pytest.mark.parametrize("spectrum", SPECTRA)
@pytest.mark.parametrize("t", [1e-320, 1e-300, 1e-151, 1e151, 1e300])
def test_times_whose_squares_are_no_floats_are_named(t, spectrum):
    for score in (EmpiricalScore(np.eye(4)), PopulationScore(LinearGaussian([1.0, 0, 0, 0])), lambda x, t: -x / t):
        with pytest.raises(NotComputable, match="t must be between 1e-150 and 1e150"):
            local_dimension(score, np.zeros(4), t, spectrum=spectrum)


@pytest.mark.parametrize(("kind", "least"), [(np.float64, 5e-26), (np.float32, 1.5e-8)])
def test_noise_that_is_lost_in_the_rounding_of_x_is_named(kind, least):
    points = np.array([[0.0, 1.0], [100.0, 0.0]], dtype=kind)
    assert (local_dimension(EmpiricalScore(points), points, least).outcome == "memorized").all()
    for score, t in ((EmpiricalScore(points), 0.9 * least), (lambda x, t: -x / kind(t), 2 * least)):
        with pytest.raises(TimeOutOfRange, match=r"t must be at least .*, or lost in the rounding of x"):
            local_dimension(score, points, t)  # steps of differences are shorter than the noise
        with pytest.raises(TimeOutOfRange, match=r"t must be at least .*, or lost in the rounding of x"):
            local_dimension(score, np.full(2, 1e30, kind), 1e-2)
    with pytest.raises(TimeOutOfRange, match=r"t must be at least .*, or lost in the rounding of x"):
        local_dimension(lambda x, t: -x, np.full(2, 1e200), 1e-2)


def test_a_time_outside_the_range_of_a_network_is_named():
    class Net:
        time_range = (1e-4, 2500.0)

        def __call__(self, x, t):
            return -x / t

    assert local_dimension(Net(), np.zeros(3), 1e-4).dimension == 0
    with pytest.raises(TimeOutOfRange, match=r"t must be a variance from 0.0001 to 2500 for this score, got 1e-05"):
        local_dimension(Net(), np.zeros(3), 1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"method": "best"}, "method must be one of test, gap"),
        ({"spectrum": "best"}, "spectrum must be one of jacobian"),
        ({"spectrum": ""}, "spectrum must be one of jacobian"),
        ({"x": torch.zeros(4) + 0j}, "x must be an array of real numbers"),
        ({"x": np.zeros((2, 2, 2))}, "x must have 1 or 2 dimensions"),
        ({"x": [1.0, np.nan]}, "x must be finite"),
        ({"x": np.zeros(0)}, "x must have at least one point"),
        ({"error_rate": 0.0}, "error_rate must be"),
        ({"rng": 3}, "rng must be a numpy.random.Generator, got int"),
        ({"rng": 0}, "rng must be a numpy.random.Generator, got int"),
        ({"repeats": 2.5}, "repeats must be an integer"),
        ({"method": "gap", "x": [1.0]}, "x must have enough coordinates for 2"),
        ({"method": "curvature", "x": np.zeros(7)}, "x must have enough coordinates for 8"),
    ],
)
def test_bad_arguments_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        local_dimension(**({"score": lambda x, t: -x / t, "x": np.zeros(4), "t": 0.1} | change))


def test_every_method_works_with_every_spectrum():
    x = PAPER.sample(1, np.random.default_rng(0))[0]
    for method in METHODS:
        for spectrum in SPECTRA:
            if spectrum != "lanczos" or method not in ("gap", "curvature"):  # three nodes are no spectrum to search
                result = local_dimension(PopulationScore(PAPER), x, 1e-3, method=method, spectrum=spectrum)
                assert np.isfinite([result.dimension, result.lower, result.upper]).all()


def test_the_field_gives_exact_jacobians_of_torch_functions():
    matrix = torch.randn(5, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)

    def score(x, t):
        return torch.tanh(x @ matrix.T)

    x = torch.randn(5, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    field = Field(score, x, 0.1)
    field.check(x.numpy(), np.random.default_rng(0))
    expected = torch.func.jacrev(lambda row: score(row, 0.1))(x).numpy()
    np.testing.assert_allclose(field.jacobians(x.numpy()[None])[0], expected, rtol=1e-12)
    np.testing.assert_allclose(field.differences(x.numpy(), np.eye(x.numel()), field.step).T, expected, atol=1e-7)
    vectors = np.eye(5)[:3]
    np.testing.assert_allclose(field.products(x.numpy(), vectors), vectors @ (expected + expected.T) / 2, atol=1e-7)


def test_the_example_of_the_guide_prints_what_it_says(capsys):
    guide = (Path(__file__).parents[3] / "docs/dimension.md").read_text(encoding="utf-8")
    exec(re.search(r"```python\n(.*?)```", guide, re.DOTALL)[1], {})
    printed = capsys.readouterr().out
    assert printed.split() == ["7.0", "dimension", "0.0", "memorized"]
