"""Models of diffusers, by their schedulers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from simulate.adapters.conditions import conditioned
from simulate.adapters.layout import Layout
from simulate.adapters.model import Adapted
from simulate.adapters.schedule import steps, straight
from theory.checks import choice

PREDICTIONS = {"epsilon": "noise", "sample": "data", "v_prediction": "v"}


class StepModel(Adapted):
    """The score of a DDPM-like model that is told a step; `from_diffusers` makes one of a pipeline of diffusers.

    Arguments:
        model: model(u, step).
        alphas_cumprod: (steps,), falling from about 1 to 0.
        layout: how a flat row of data becomes its input.
        prediction: "epsilon", "sample" or "v_prediction".

    Raises:
        ValueError: for another prediction, and for `alphas_cumprod` that do not fall.
    """

    def __init__(
        self, model: Callable[..., Any], alphas_cumprod: np.ndarray, layout: Layout, prediction: str = "epsilon"
    ) -> None:
        output = PREDICTIONS[choice("prediction", prediction, tuple(PREDICTIONS))]
        super().__init__(model, steps(alphas_cumprod), layout, output)
        a = np.asarray(alphas_cumprod, dtype=float)
        object.__setattr__(self, "times", (1 - a[a > 0]) / a[a > 0] / layout.scale**2)

    times: np.ndarray  # the variance t of every step with a signal, in the units of the data

    def step_of(self, t: float) -> int:
        """The step whose noise is nearest to t."""
        return int(np.abs(np.log(self.times / t)).argmin())


def from_diffusers(model: Any, scheduler: Any, layout: Layout, **conditions: Any) -> Adapted:
    """The score of a diffusers model and the scheduler it was trained with (`pipeline.unet`, `pipeline.scheduler`).

    A FlowMatchEulerDiscreteScheduler is read as SD3 is: u = (1 - sigma) y + sigma z, told 1000 sigma, output z - y; its
    shift of sigma serves sampling alone.

    Arguments:
        model: a UNet or transformer of diffusers; it is put in evaluation mode.
        scheduler: with `alphas_cumprod` and `config.prediction_type`, or of flow matching.
        layout: how a flat row of data becomes the model's input.
        **conditions: that are the same for all rows, by the names of the model's arguments (`conditioned`), as
            `encoder_hidden_states` (1, length, width).

    Returns:
        The score, of rows (batch, d) of data at a variance t.

    Raises:
        ValueError: for schedulers of other processes, and a condition of several rows.
    """
    if hasattr(model, "eval"):
        model.eval()
    if conditions:
        model = conditioned(model, **conditions)
    kind = type(scheduler).__name__
    if kind.startswith("FlowMatch"):
        count = float(scheduler.config.num_train_timesteps)
        return Adapted(model, straight(label=lambda sigma: count * sigma), layout, "velocity")
    if not (hasattr(scheduler, "alphas_cumprod") and hasattr(scheduler.config, "prediction_type")):
        raise ValueError(
            f"scheduler must have alphas_cumprod and config.prediction_type, {kind} has not: use from_data"
        )
    return StepModel(
        model, np.asarray(scheduler.alphas_cumprod, dtype=float), layout, str(scheduler.config.prediction_type)
    )
