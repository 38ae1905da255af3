"""Scores as users bring them: gradients that are none, batches that mix, times out of range, each named."""

import copy

import numpy as np
import pytest
import torch

from simulate.dimension import SPECTRA, EmpiricalScore, Field, PopulationScore, local_dimension
from simulate.dimension.refusals import (
    BadScore,
    NotDifferentiable,
    TimeOutOfRange,
)
from tests.simulate.dimension.test_dimension import PAPER, numbers
from theory.checks import NotComputable
from theory.laws import LinearGaussian


def test_a_score_without_gradient_is_differenced():
    def score(x, t):
        return np.asarray(-x / (PAPER.variances + t))

    result = local_dimension(score, np.zeros(30), 1e-3)
    assert result.attrs["spectrum"] == "differences"
    assert numbers(result) == (7, 7, 7, "dimension")


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
    ("score", "says"),
    [
        (lambda x, t: x[:, :2], "an array of shape|map to the shape"),
        (lambda x, t: x[0], "an array of shape|map to the shape"),
        (lambda x, t: x * np.nan, "be finite"),
        (lambda x, t: x / np.float64(np.inf) - np.inf, "be finite"),
        (lambda x, t: x + 0j, ""),
        (lambda x, t: torch.as_tensor(x) + 0j, ""),
        (lambda x, t: x.astype(str), ""),
        (lambda x, t: x - x.mean(axis=0), "depend on each row alone"),
        (lambda x, t: np.cumsum(x, axis=0), "depend on each row alone"),  # the first row is right
        (lambda x, t: (x - x.mean(axis=0)) / (1 + x.std(axis=0)), "depend on each row alone"),
        (
            lambda x, t: -x / t if len(x) < 9 else -(x - x.mean(axis=0)) / t,
            "depend on each row alone",
        ),  # only where it is large
        (lambda x, t: [[1.0], [2.0, 3.0]], "an array of shape|map to the shape"),
        (lambda x, t: None, "an array of shape|map to the shape"),
        (lambda x, t: -1e200 * x, "be finite"),  # its square is no float
        ("not a function", ""),
        (lambda x: -x, ""),
        (lambda x, t, label: -x, ""),
    ],
)
def test_bad_scores_are_named(score, says):
    with pytest.raises(BadScore, match=rf"score must .*({says})"):
        local_dimension(score, np.arange(3.0), 0.1)


class Brings:
    """A score with a Jacobian, products and a range of its own."""

    def __init__(self, jacobian=None, linearized=None, time_range=(0.0, np.inf)):
        self.jacobian = jacobian or (lambda x, t: np.broadcast_to(-np.eye(3) / t, (len(x), 3, 3)))
        self.linearized, self.time_range = lambda x, t: linearized, time_range

    def __call__(self, x, t):
        return -x / t


@pytest.mark.parametrize(
    ("score", "spectrum", "message"),
    [
        (Brings(jacobian=lambda x, t: np.full((len(x), 3, 3), np.nan)), "jacobian", "score.jacobian must be finite"),
        (Brings(jacobian=lambda x, t: np.zeros((3, 3))), "jacobian", "score.jacobian must map to the shape"),
        (Brings(linearized=lambda v: v[:, :2]), "randomized", "score.linearized must map to the shape"),
        (Brings(linearized=lambda v: np.nan * v), "lanczos", "score.linearized must be finite"),
        (Brings(time_range=None), None, "score.time_range must be a pair"),
        (Brings(time_range=(1, 2, 3)), None, "score.time_range must be a pair"),
    ],
)
def test_what_a_bad_score_brings_is_named(score, spectrum, message):
    with pytest.raises(BadScore, match=message):
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
    with pytest.raises(ValueError, match=r"depend on each row alone|Expected more than 1 value"):
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
