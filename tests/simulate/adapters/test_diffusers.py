"""Adapters: a model that is exact in its own coordinates is exact in those of the suite, whatever it predicts."""

import importlib.util
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from simulate.adapters import Layout, StepModel, exploding, from_data, from_diffusers
from theory.laws import LinearGaussian

ALPHAS = np.cumprod(1 - np.linspace(1e-4, 2e-2, 1000))
SHAPE = (2, 2, 3)
VARIANCES = np.linspace(0.1, 2.0, 12)
MEAN = np.linspace(-1, 1, 12)
LAW = LinearGaussian(VARIANCES, MEAN)


def inner(layout: Layout) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and variances of the data as the model sees them."""
    mean = layout.given(torch.as_tensor(MEAN)[None])
    return mean, layout.scale**2 * torch.as_tensor(VARIANCES).view(1, *SHAPE).movedim(-1, 1)


def exact_step_model(prediction: str, layout: Layout):
    """The optimum for LAW at a step, in the coordinates of the model."""
    mean, variance = inner(layout)

    def model(u: torch.Tensor, step: torch.Tensor) -> torch.Tensor:
        steps = step.double().numpy()
        log_t = np.interp(steps, np.arange(1000), np.log((1 - ALPHAS) / ALPHAS))
        t = torch.as_tensor(np.exp(log_t)).view(-1, 1, 1, 1)
        a = 1 / (1 + t)
        clean = mean + variance / (variance + t) * (u / a.sqrt() - mean)
        noise = (u - a.sqrt() * clean) / (1 - a).sqrt()
        return {"sample": clean, "epsilon": noise, "v_prediction": a.sqrt() * noise - (1 - a).sqrt() * clean}[
            prediction
        ]

    return model


@pytest.mark.parametrize("prediction", ["epsilon", "sample", "v_prediction"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_step_model_gives_the_score_of_the_law_at_every_time(prediction: str, scale: float) -> None:
    layout = Layout(SHAPE, scale, shift=-0.5)
    score = StepModel(exact_step_model(prediction, layout), ALPHAS, layout, prediction)
    x = torch.as_tensor(LAW.sample(5, np.random.default_rng(0)))
    for t in np.geomspace(*score.time_range, 5):
        np.testing.assert_allclose(score(x, t).numpy(), LAW.gradient(1 / t, x.numpy()), rtol=1e-6, atol=1e-9)


def test_steps_are_those_of_the_noise_in_units_of_the_data() -> None:
    score = StepModel(lambda u, step: u, ALPHAS, Layout(SHAPE))
    for step in (0, 500, 999):
        assert score.step_of(score.times[step]) == step
    assert score.times[500] == pytest.approx((1 - ALPHAS[500]) / ALPHAS[500] / 4)


def test_a_denoiser_gives_the_score_of_the_law() -> None:
    layout = Layout(SHAPE)
    mean, variance = inner(layout)

    def denoiser(x: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
        return mean + variance / (variance + std.view(-1, 1, 1, 1) ** 2) * (x - mean)

    x = torch.as_tensor(LAW.sample(5, np.random.default_rng(0)))
    score = from_data(denoiser, exploding(), layout)
    np.testing.assert_allclose(score(x, 0.3).numpy(), LAW.gradient(1 / 0.3, x.numpy()), rtol=1e-12)


def test_a_denoiser_names_a_noise_by_its_own_sigma() -> None:
    score = from_data(lambda x, std: x, exploding(), Layout(SHAPE, 2.0))
    assert score.step_of(0.25) == pytest.approx(1.0)
    assert score.step_name == "sigma"


@pytest.mark.parametrize("prediction", ["epsilon", "sample", "v_prediction"])
def test_a_last_step_without_signal_and_a_predicted_variance_change_nothing(prediction: str) -> None:
    layout = Layout(SHAPE)
    model = exact_step_model(prediction, layout)
    plain = StepModel(model, ALPHAS, layout, prediction)
    both = StepModel(
        lambda u, step: torch.cat([model(u, step), 7 * u], dim=1), np.append(ALPHAS, 0), layout, prediction
    )
    x = torch.as_tensor(LAW.sample(5, np.random.default_rng(0)))
    assert both.time_range == plain.time_range
    for t in np.geomspace(*plain.time_range, 4):
        assert torch.equal(both(x, t), plain(x, t))
        assert both.step_of(t) == plain.step_of(t)


@pytest.mark.parametrize("missing", ["alphas_cumprod", "prediction_type"])
def test_a_scheduler_of_another_process_is_refused_with_the_remedy(missing: str) -> None:
    scheduler = SimpleNamespace(alphas_cumprod=ALPHAS, config=SimpleNamespace(prediction_type="epsilon"))
    delattr(scheduler if missing == "alphas_cumprod" else scheduler.config, missing)
    with pytest.raises(ValueError, match=r"scheduler must have .* SimpleNamespace has not: use from_data"):
        from_diffusers(torch.nn.Identity(), scheduler, Layout(SHAPE))


@pytest.mark.parametrize(
    ("alphas", "prediction", "word"),
    [
        (ALPHAS[::-1], "epsilon", "alphas_cumprod"),
        ([0.5], "epsilon", "alphas_cumprod"),
        (ALPHAS, "noise", "prediction"),
    ],
)
def test_bad_schedules_and_predictions_are_refused(alphas, prediction: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        StepModel(lambda u, step: u, np.asarray(alphas), Layout(SHAPE), prediction)


@pytest.mark.parametrize("shape", [(), (8, 0), (2, 2, 2, 2)])
def test_a_layout_is_of_one_image(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape must be"):
        Layout(shape)


def test_what_a_model_cannot_be_asked_is_one_sentence() -> None:
    steps = StepModel(lambda u, step: u, ALPHAS, Layout(SHAPE))
    denoiser = from_data(lambda x, std: x, exploding(), Layout(SHAPE))
    wrong, right = torch.zeros(2, 5), torch.zeros(2, math.prod(SHAPE))
    for score in (steps, denoiser):
        with pytest.raises(ValueError, match="x must be rows of"):
            score(wrong, 0.3)
        with pytest.raises(ValueError, match="t must be"):
            score(right, 0.0)
    with pytest.raises(ValueError, match=r"t must be a variance from .* for this model"):
        steps(right, 1e9)


@pytest.mark.skipif(importlib.util.find_spec("diffusers") is None, reason="diffusers is not installed: an extra")
def test_a_real_unet_of_diffusers_is_a_score_with_gradients() -> None:
    from diffusers import DDPMScheduler, UNet2DModel

    torch.manual_seed(0)
    unet = UNet2DModel(
        sample_size=8, in_channels=1, out_channels=1, layers_per_block=1, block_out_channels=(8, 16), norm_num_groups=4,
        down_block_types=("DownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    score = from_diffusers(unet, DDPMScheduler(prediction_type="v_prediction"), Layout((8, 8)))
    x = torch.rand(3, 64, requires_grad=True)
    values = score(x, 0.05)
    assert values.shape == (3, 64)
    (gradient,) = torch.autograd.grad(values[0].sum(), x)
    assert gradient[0].abs().max() > 0
    assert (gradient[1:] == 0).all()
