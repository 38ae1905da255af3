r"""What a training is: its length, its batches, its optimizer, the times it draws, the average it keeps.

RAdam (arXiv:1908.03265) is Adam with a rate and an epsilon that follow the step k, and torch's fused Adam takes a
fraction of the time of its RAdam on a CPU. With rho = 2/(1 - b2) - 1 and rho_k = rho - 2 k b2^k/(1 - b2^k),

    Adam     p -= rate m^/(sqrt(v/(1 - b2^k)) + eps)
    RAdam    p -= rate r_k sqrt(1 - b2^k) m^/(sqrt(v) + eps)  where rho_k > 5,    p -= rate m^  before

    r_k^2 = (rho_k - 4)(rho_k - 2) rho/((rho - 4)(rho - 2) rho_k)

the second is the first at the rate rate r_k with eps/sqrt(1 - b2^k), and the third at an epsilon beside which v is
nothing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

from theory.checks import choice, integer, positive, scalar

BETA, EPSILON = 0.999, 1e-8  # Adam's b2 and eps
SWAMPING = 1e12  # beside this sqrt(v) is lost in single precision


def rectified(step: int, rate: float) -> tuple[float, float]:
    """Rate and epsilon that make a step of Adam one of RAdam (arXiv:1908.03265).

    Arguments:
        step: its number, from 1 on.
        rate: of learning.

    Returns:
        Rate and epsilon.
    """
    longest = 2 / (1 - BETA) - 1
    correction = -math.expm1(step * math.log(BETA))
    length = longest - 2 * step * (1 - correction) / correction
    if length <= 5:
        return rate * SWAMPING, SWAMPING
    ratio = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
    return rate * math.sqrt(ratio), EPSILON / math.sqrt(correction)


def constant(step: int, rate: float) -> tuple[float, float]:
    """Rate and epsilon of Adam as it is.

    Arguments:
        step: its number; it does not matter.
        rate: of learning.

    Returns:
        Rate and epsilon.
    """
    return rate, EPSILON


OPTIMIZERS: dict[str, tuple[type[torch.optim.Adam], Callable[[int, float], tuple[float, float]]]] = {
    "radam": (torch.optim.Adam, rectified),
    "adamw": (torch.optim.AdamW, constant),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a training is; defaults are the paper's but for `steps` (2,000,000 there) and `times`.

    Arguments:
        steps: how many.
        batch: points of a step.
        times: noise levels of a step: log t is drawn once in each of so many equal intervals, and shared by batch/times
            points (`times` = `batch` gives each point its own).
        rate: of learning.
        optimizer: "radam" or "adamw".
        shortest: least noise variance t, > 0, in squared units of the data.
        longest: largest noise variance.
        decay: of the average over steps, in [0, 1).
        shuffled: whether networks are told the times of a batch in random order, a control that learns nothing of them.

    Raises:
        ValueError: for numbers out of bounds, and for `times` that does not divide `batch`.
    """

    steps: int = 10_000
    batch: int = 128
    times: int = 16
    rate: float = 1e-4
    optimizer: str = "radam"
    shortest: float = 0.01**2
    longest: float = 50.0**2
    decay: float = 0.9999
    shuffled: bool = False

    def __post_init__(self) -> None:
        integer("steps", self.steps)
        integer("batch", self.batch)
        if self.batch % integer("times", self.times):
            raise ValueError(f"times must divide batch = {self.batch}, got {self.times}")
        positive("rate", self.rate)
        choice("optimizer", self.optimizer, tuple(OPTIMIZERS))
        positive("longest", scalar("longest", self.longest))
        if not 0 < scalar("shortest", self.shortest) < self.longest:
            raise ValueError(f"shortest must be a time with 0 < shortest < longest = {self.longest}: {self.shortest}")
        if not 0 <= scalar("decay", self.decay) < 1:
            raise ValueError(f"decay must be in [0, 1), got {self.decay}")
