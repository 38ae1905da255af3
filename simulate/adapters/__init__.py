r"""Other people's models as scores of the variance-exploding process, in the units of the data.

The suite's score is s(x, t) with x = y + sqrt(t) z and t a variance. A model lives in other coordinates: a schedule
says which process it was trained on, a layout how a row of data becomes its input, and an output what it returns.

    score = from_noise(unet, steps(alphas_cumprod), Layout((32, 32, 3)))             DDPM
    score = from_velocity(net, straight(data_at=1), as_it_is(2))                     torchcfm, flow_matching
    score = from_velocity(net, straight(label=lambda a: 1000 * a), Layout((64, 64, 4), 1.0, 0.0))     SD3, Sana
    score = from_data(denoiser, exploding(), Layout((32, 32, 3)))                    EDM
    score = from_diffusers(unet, scheduler, layout, encoder_hidden_states=words)     told one text, words (1, n, width)

An adapter carries `time_range` (least and largest t) and `step_of(t)`, which is how a user of the model names a noise.
"""

from simulate.adapters.conditions import conditioned
from simulate.adapters.diffusers import StepModel, from_diffusers
from simulate.adapters.layout import Layout, as_it_is
from simulate.adapters.model import Adapted, from_data, from_noise, from_score, from_v, from_velocity
from simulate.adapters.schedule import (
    Schedule,
    decaying,
    exploding,
    geometric,
    polynomial,
    preserving,
    steps,
    straight,
    trigonometric,
)

__all__ = [
    "Adapted",
    "Layout",
    "Schedule",
    "StepModel",
    "as_it_is",
    "conditioned",
    "decaying",
    "exploding",
    "from_data",
    "from_diffusers",
    "from_noise",
    "from_score",
    "from_v",
    "from_velocity",
    "geometric",
    "polynomial",
    "preserving",
    "steps",
    "straight",
    "trigonometric",
]
