r"""Other people's models as scores of the variance-exploding process, in the units of the data.

The suite's score is s(x, t) with x = y + sqrt(t) z and t a variance. A model lives in other coordinates:

    pixels          x' = scale x + shift (for pixels in [0, 1] and a model on [-1, 1]: 2 x - 1), t' = scale^2 t
    preserving      step k of a DDPM is u = sqrt(a_k) x' + sqrt(1 - a_k) z, so x' = u/sqrt(a_k) and t' = (1 - a_k)/a_k
    prediction      of the noise z ("epsilon"), of y' ("sample"), or of v = sqrt(a) z - sqrt(1 - a) y' ("v_prediction")
    layout          rows list the channels of a pixel first (`simulate.images`), models take channels before rows

An adapter carries `time_range` (least and largest t) and `step_of(t)`, which is how a user of the model names a noise:
the nearest step, or for an EDM denoiser its sigma = scale sqrt(t). Gradients flow through, so that Jacobians are exact.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from theory.checks import choice, finite, integer, positive

PREDICTIONS = ("epsilon", "sample", "v_prediction")


@dataclass(frozen=True)
class Layout:
    """How a flat row of `shape` (height, width) or (height, width, channels), or (d,), becomes the model's input."""

    shape: tuple[int, ...]
    scale: float = 2.0
    shift: float = -1.0

    def __post_init__(self) -> None:
        if not 1 <= len(self.shape) <= 3:
            raise ValueError(f"shape must be (d,), (height, width) or (height, width, channels), got {self.shape}")
        for length in self.shape:
            integer("shape", length)
        positive("scale", self.scale)
        finite("shift", self.shift)

    def given(self, x: torch.Tensor) -> torch.Tensor:
        """Rows (batch, d) of data as the model takes them: (batch, channels, height, width), or flat."""
        if x.shape[1:] != (math.prod(self.shape),):
            raise ValueError(
                f"x must be rows of {math.prod(self.shape)} numbers, as {self.shape}, got {tuple(x.shape)}"
            )
        inside = self.scale * x + self.shift
        if len(self.shape) == 1:
            return inside
        return inside.view(len(x), *(*self.shape, 1)[:3]).movedim(-1, 1)

    def rows(self, images: torch.Tensor) -> torch.Tensor:
        """The way back, without the scale."""
        return images.movedim(1, -1).reshape(len(images), -1) if len(self.shape) > 1 else images


@dataclass(frozen=True, eq=False)
class StepModel:
    """A DDPM-like `model(u, step)`, such as a diffusers UNet, with `alphas_cumprod` (steps,) falling from about 1 to 0.

    Between the noises of two steps the step is interpolated in log t; a last step without signal (0) has no t. Of an
    output with twice the channels, which predicts a variance too, the first half is taken. `from_diffusers` builds one
    from a pipeline.
    """

    model: Callable[..., Any]
    alphas_cumprod: np.ndarray
    layout: Layout
    prediction: str = "epsilon"

    def __post_init__(self) -> None:
        choice("prediction", self.prediction, PREDICTIONS)
        a = finite("alphas_cumprod", self.alphas_cumprod, ndim=(1,))
        if np.count_nonzero(a) < 2 or not ((a >= 0) & (a < 1)).all() or not (np.diff(a) < 0).all():
            raise ValueError("alphas_cumprod must fall from below 1, and be above 0 for at least two steps")

    @property
    def times(self) -> np.ndarray:
        """The variance t of every step with a signal, in the units of the data."""
        a = np.asarray(self.alphas_cumprod, dtype=float)
        a = a[a > 0]
        return (1 - a) / a / self.layout.scale**2

    @property
    def time_range(self) -> tuple[float, float]:
        return float(self.times[0]), float(self.times[-1])

    def step_of(self, t: float) -> int:
        """The step whose noise is nearest to t."""
        return int(np.abs(np.log(self.times / t)).argmin())

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        """s(x, t), (batch, d)."""
        least, largest = self.time_range
        if not least <= t <= largest:
            raise ValueError(f"t must be a variance from {least:g} to {largest:g} for this model, got {t:g}")
        inside = self.layout.scale**2 * float(t)
        a = 1 / (1 + inside)
        step = float(np.interp(np.log(t), np.log(self.times), np.arange(len(self.times))))
        given = self.layout.given(x)
        u = given * a**0.5
        output = self.model(u, torch.full((len(x),), step, dtype=u.dtype, device=u.device))
        output = getattr(output, "sample", output)
        if output.ndim > 1 and output.shape[1] == 2 * u.shape[1]:
            output = output[:, : u.shape[1]]
        if self.prediction == "epsilon":
            noise = output
        elif self.prediction == "sample":
            noise = (given - output) / inside**0.5
        else:
            noise = a**0.5 * output + (1 - a) ** 0.5 * u
        return -self.layout.scale * self.layout.rows(noise) / inside**0.5


def from_diffusers(unet: Any, scheduler: Any, layout: Layout) -> StepModel:
    """The score of a diffusers UNet and the scheduler it was trained with (`pipeline.unet`, `pipeline.scheduler`).

    Raises ValueError for schedulers of other processes than DDPM's.
    """
    unet.eval()
    if not (hasattr(scheduler, "alphas_cumprod") and hasattr(scheduler.config, "prediction_type")):
        kind = type(scheduler).__name__
        raise ValueError(f"scheduler must have alphas_cumprod and config.prediction_type, {kind} has not: use Denoiser")
    prediction = choice("prediction", str(scheduler.config.prediction_type), PREDICTIONS)
    return StepModel(unet, np.asarray(scheduler.alphas_cumprod, dtype=float), layout, prediction)


@dataclass(frozen=True, eq=False)
class Denoiser:
    """An EDM-style `denoiser(x', std)` of images x' = y' + std z, with std of shape (batch,); s = (D - x)/t."""

    denoiser: Callable[..., Any]
    layout: Layout
    time_range: tuple[float, float] = (0.0, np.inf)
    step_name: str = field(default="sigma", init=False)

    def step_of(self, t: float) -> float:
        """The model's own standard deviation of the noise."""
        return self.layout.scale * float(positive("t", t)) ** 0.5

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        """s(x, t), (batch, d)."""
        std = self.step_of(t)
        given = self.layout.given(x)
        clean = self.denoiser(given, torch.full((len(x),), std, dtype=x.dtype, device=x.device))
        return self.layout.scale * self.layout.rows(clean - given) / std**2
