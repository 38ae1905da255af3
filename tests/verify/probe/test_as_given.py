"""Models as people hold them: told a label, guided, compiled, channels last, in half precision, few images at once."""

import copy
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits

from simulate.adapters import Adapted, Layout, exploding, from_data
from simulate.dimension import BadScore, Field
from verify.probe import probe

IMAGES, CLASSES = load_digits(return_X_y=True)
IMAGES = IMAGES / 16
THREES = IMAGES[CLASSES == 3]
ALL = 10  # the label of no label
TIMES = (0.1, 0.03)
LAYOUT = Layout((8, 8), 1.0, 0.0)
Model = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


@cache
def gaussian(label: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Mean, variances and axes of the digits of one class, or of all."""
    y = IMAGES if label == ALL else IMAGES[label == CLASSES]
    variances, axes = np.linalg.eigh(np.cov(y.T) + 1e-4 * np.eye(64))
    return torch.as_tensor(y.mean(axis=0)), torch.as_tensor(variances), torch.as_tensor(axes)


def told(u: torch.Tensor, std: torch.Tensor, class_labels: torch.Tensor) -> torch.Tensor:
    """The posterior mean of a Gaussian for each class, as a network that is told the label."""
    mean, variances, axes = gaussian(int(class_labels[0]))
    offset = u.flatten(1).double() - mean
    shrunk = mean + (offset @ axes * (variances / (variances + float(std[0]) ** 2))) @ axes.T
    return shrunk.reshape(u.shape).to(u.dtype)


def labelled(label: int) -> Model:
    return lambda u, std: told(u, std, torch.full((len(u),), label))


def guided(label: int, weight: float) -> Model:
    return lambda u, std: (1 - weight) * labelled(ALL)(u, std) + weight * labelled(label)(u, std)


@pytest.mark.parametrize(
    ("model", "word", "reason"),
    [
        (labelled(3), "does not memorize", "no more samples are copies than by chance"),
        (labelled(8), "not told", "it is no posterior mean of these data"),
        (guided(3, 3.0), "not told", "guidance or the label of other data"),
        (guided(3, 7.5), "not told", "guidance or the label of other data"),
    ],
    ids=["its label", "another label", "guided", "guided more"],
)
def test_a_label_is_fixed_by_the_user_and_guidance_is_named(model: Model, word: str, reason: str) -> None:
    found = probe(from_data(model, exploding(), LAYOUT), THREES[:90], THREES[90:], TIMES, probes=1)
    assert found.attrs["verdict"] == word
    assert reason in found.attrs["reason"]


def test_a_label_that_is_missing_is_named() -> None:
    with pytest.raises(BadScore, match="missing 1 required positional argument: 'class_labels'"):
        probe(from_data(told, exploding(), LAYOUT), THREES, times=TIMES, probes=1)


class Network(torch.nn.Module):
    """Two convolutions with a norm between, told the noise."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.enter, self.leave = torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.Conv2d(8, 3, 3, padding=1)
        self.norm, self.told = torch.nn.GroupNorm(4, 8), torch.nn.Linear(1, 8)

    def forward(self, u: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
        return self.leave(F.silu(self.norm(self.enter(u)) + self.told(std[:, None])[:, :, None, None]))


NETWORK = Network().eval()
CHANNELS_LAST = copy.deepcopy(NETWORK).to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
X = np.random.default_rng(0).random((3, 4 * 4 * 3))


def score_of(model: Callable) -> Adapted:
    return from_data(model, exploding(), Layout((4, 4, 3), 1.0, 0.0))


def field_of(model: Callable) -> Field:
    field = Field(score_of(model), torch.as_tensor(X, dtype=torch.float32), 0.1)
    field.check(X[0], np.random.default_rng(0))
    return field


def half(u: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    return copy.deepcopy(NETWORK).bfloat16()(u.bfloat16(), std.bfloat16()).float()


@pytest.mark.parametrize(
    ("model", "off"),
    [
        (torch.compile(copy.deepcopy(NETWORK), backend="eager"), 1e-5),  # needs no compiler of C++
        (CHANNELS_LAST, 1e-5),
        (half, 0.03),
    ],
    ids=["compiled", "channels last", "half precision"],
)
def test_scores_and_jacobians_are_those_of_the_plain_network(model: Callable, off: float) -> None:
    plain, other = field_of(NETWORK), field_of(model)
    assert other.differentiable
    for asked in (lambda field: field.scores(X), lambda field: field.jacobians(X[:1])):
        expected = asked(plain)
        np.testing.assert_allclose(asked(other), expected, atol=off * np.abs(expected).max())


def test_a_network_in_half_precision_that_is_given_single_is_named() -> None:
    with pytest.raises(BadScore, match=r"it raises RuntimeError: Input type .* should be the same"):
        probe(score_of(copy.deepcopy(NETWORK).bfloat16()), X, times=TIMES, probes=1)


def test_a_network_says_how_many_images_it_takes_at_once() -> None:
    def few(u: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
        assert len(u) <= 4, "out of memory"
        return NETWORK(u, std)

    with pytest.raises(AssertionError, match="out of memory"):
        field_of(few)
    few.largest_batch = 4  # pyright: ignore[reportFunctionMemberAccess]
    expected = np.tile(field_of(NETWORK).scores(X), (3, 1))
    np.testing.assert_allclose(field_of(few).scores(np.tile(X, (3, 1))), expected, rtol=1e-4)
