"""The exact model of a Gaussian, written in any convention, becomes the score of the Gaussian."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from simulate.adapters import (
    Adapted,
    Layout,
    Schedule,
    as_it_is,
    decaying,
    exploding,
    from_data,
    from_noise,
    from_score,
    from_v,
    from_velocity,
    geometric,
    polynomial,
    preserving,
    steps,
    straight,
    trigonometric,
)
from theory.laws import LinearGaussian

SHAPE = (2, 2, 3)
LAW = LinearGaussian(np.linspace(0.1, 2.0, 12), np.linspace(-1, 1, 12))
ALPHAS = np.cumprod(1 - np.linspace(1e-4, 2e-2, 1000))


def posterior_mean(layout: Layout, alpha: float, s: float, u: torch.Tensor) -> torch.Tensor:
    """E[y' | u] of the Gaussian in the coordinates of a model."""
    mean = layout.given(torch.as_tensor(LAW.mean)[None])
    plain = Layout(layout.shape, layout.scale**2, 0.0)
    variance = plain.given(torch.as_tensor(LAW.variances)[None])
    return mean + alpha * variance / (alpha**2 * variance + s**2) * (u - alpha * mean)


def told(label: torch.Tensor) -> float:
    return float(label[0])


# how a network of each convention is written, from what it is told: (alpha, s), and its output from (u, D, alpha, s)
def sd3(label: float) -> tuple[float, float]:
    return 1 - label / 1000, label / 1000


def cfm(sigma: float) -> Callable[[float], tuple[float, float]]:
    return lambda a: (a, math.sqrt((1 - a) ** 2 + sigma**2))


def noise_of(u: torch.Tensor, clean: torch.Tensor, alpha: float, s: float) -> torch.Tensor:
    return (u - alpha * clean) / s


def cfm_velocity(sigma: float) -> Callable:
    """E[y - x0 | x], x0 the source, of x = a y + (1 - a) x0 + sigma e."""

    def velocity(u: torch.Tensor, clean: torch.Tensor, a: float, s: float) -> torch.Tensor:
        return clean - (1 - a) / ((1 - a) ** 2 + sigma**2) * (u - a * clean)

    return velocity


def steps_of(k: float) -> tuple[float, float]:
    t = math.exp(np.interp(k, np.arange(1000), np.log((1 - ALPHAS) / ALPHAS)))
    return (1 + t) ** -0.5, (t / (1 + t)) ** 0.5


CONVENTIONS: dict[str, tuple] = {
    "DDPM, epsilon": (from_noise, steps(ALPHAS), steps_of, noise_of),
    "DDPM, sample": (from_data, steps(ALPHAS), steps_of, lambda u, D, alpha, s: D),
    "DDPM, v": (from_v, steps(ALPHAS), steps_of, lambda u, D, alpha, s: alpha * noise_of(u, D, alpha, s) - s * D),
    "SD3, Sana": (
        from_velocity,
        straight(label=lambda a: 1000 * a),
        sd3,
        lambda u, D, alpha, s: noise_of(u, D, alpha, s) - D,
    ),
    "Flux": (from_velocity, straight(), lambda a: (1 - a, a), lambda u, D, alpha, s: noise_of(u, D, alpha, s) - D),
    "Lumina2, Z-Image": (
        from_velocity,
        straight(data_at=1),
        lambda a: (a, 1 - a),
        lambda u, D, alpha, s: D - noise_of(u, D, alpha, s),
    ),
    "torchcfm": (from_velocity, straight(data_at=1), cfm(0.0), cfm_velocity(0.0)),
    "torchcfm, sigma 0.1": (from_velocity, straight(data_at=1, noise=0.1), cfm(0.1), cfm_velocity(0.1)),
    "flow_matching, cubic": (
        from_velocity,
        polynomial(3),
        lambda a: (a**3, 1 - a**3),
        lambda u, D, alpha, s: 3 * (1 - s) ** (2 / 3) * (D - noise_of(u, D, alpha, s)),
    ),
    "flow_matching, linear VP": (
        from_velocity,
        preserving(),
        lambda a: (a, math.sqrt(1 - a * a)),
        lambda u, D, alpha, s: D - alpha / s * noise_of(u, D, alpha, s),
    ),
    "flow_matching, cosine": (
        from_velocity,
        trigonometric(unit=math.pi / 2, data_at=1),
        lambda a: (math.sin(math.pi * a / 2), math.cos(math.pi * a / 2)),
        lambda u, D, alpha, s: math.pi / 2 * (s * D - alpha * noise_of(u, D, alpha, s)),
    ),
    "trigflow": (
        from_v,
        trigonometric(),
        lambda a: (math.cos(a), math.sin(a)),
        lambda u, D, alpha, s: alpha * noise_of(u, D, alpha, s) - s * D,
    ),
    "trigflow as a velocity": (
        from_velocity,
        trigonometric(),
        lambda a: (math.cos(a), math.sin(a)),
        lambda u, D, alpha, s: alpha * noise_of(u, D, alpha, s) - s * D,
    ),
    "EDM": (from_data, exploding(), lambda a: (1.0, a), lambda u, D, alpha, s: D),
    "k-diffusion, v": (
        from_data,
        exploding(label=lambda a: math.atan(a) * 2 / math.pi),
        lambda b: (1.0, math.tan(b * math.pi / 2)),
        lambda u, D, alpha, s: D,
    ),
    "ScoreSdeVe": (
        from_score,
        geometric(0.01, 50.0),
        lambda a: (1.0, 0.01 * 5000**a),
        lambda u, D, alpha, s: -noise_of(u, D, alpha, s) / s,
    ),
    "galaxygrad": (
        from_score,
        decaying(label=lambda b: b / 10),
        lambda c: (math.exp(-5 * c), math.sqrt(-math.expm1(-10 * c))),
        lambda u, D, alpha, s: -noise_of(u, D, alpha, s) / s,
    ),
}


@pytest.mark.parametrize("layout", [Layout(SHAPE), Layout((12,), 1.0, 0.0), Layout((3, 4), 0.5, 0.2)], ids=str)
@pytest.mark.parametrize("name", CONVENTIONS)
def test_the_exact_model_of_a_convention_gives_the_score_of_the_law(name: str, layout: Layout) -> None:
    adapt, schedule, process, output = CONVENTIONS[name]

    def model(u: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        alpha, s = process(told(label))
        return output(u, posterior_mean(layout, alpha, s, u), alpha, s)

    score = adapt(model, schedule, layout)
    x = torch.as_tensor(LAW.sample(5, np.random.default_rng(0)))
    least, largest = score.time_range
    for t in np.geomspace(max(least * 1.01, 1e-3), min(largest, 30.0), 6):
        exact = LAW.gradient(1 / t, x.numpy())
        np.testing.assert_allclose(score(x, t).numpy(), exact, rtol=1e-6, atol=1e-8 * np.abs(exact).max())


def test_the_times_of_the_model_are_told_in_its_own_words() -> None:
    flow = from_velocity(lambda u, label: u, straight(label=lambda a: 1000 * a), as_it_is(3))
    assert flow.step_of(1.0) == pytest.approx(500.0)  # std 1 is sigma = 1/2
    backward = from_velocity(lambda u, label: u, straight(data_at=1), as_it_is(3))
    assert backward.step_of(9.0) == pytest.approx(0.25)  # (1 - a)/a = 3


@pytest.mark.parametrize(
    "output",
    [lambda u, label: u[:, :1], lambda u, label: u.movedim(1, -1), lambda u, label: 3.0],
    ids=["fewer channels", "channels last", "no tensor"],
)
def test_another_shape_than_that_of_the_input_is_refused(output: Callable) -> None:
    score = from_noise(output, steps(ALPHAS), Layout((2, 4, 3)))
    with pytest.raises(ValueError, match="model must return"):
        score(torch.zeros(2, 24), 0.3)


def test_a_velocity_needs_slopes() -> None:
    with pytest.raises(ValueError, match="schedule must have slopes where the output is a velocity"):
        from_velocity(lambda u, label: u, steps(ALPHAS), as_it_is(3))


def test_another_output_is_refused() -> None:
    with pytest.raises(ValueError, match="output must be"):
        Adapted(lambda u, label: u, Schedule(alpha=float, s=float, time_of=float), as_it_is(3), "flow")
