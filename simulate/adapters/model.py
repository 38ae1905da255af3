r"""One rule for every model: from what a network is given and returns, to the score of the variance-exploding process.

A network is given u = alpha y' + s z at its own time a (`simulate.adapters.schedule`), y' = scale y + shift, and gives

    noise       z                           D = (u - s o)/alpha
    data        y'                          D = o
    v           alpha z - s y'              D = (alpha u - s o)/(alpha^2 + s^2)
    velocity    alpha' y' + s' z            D = (s o - s' u)/(s alpha' - s' alpha)
    score       -z/s                        D = (u + s^2 o)/alpha

in the posterior mean, D = E[y' | u]. In units of the data t = (s/(alpha scale))^2 and the score is
(D - x')/(scale t), x' = u/alpha. Gradients flow through, so that Jacobians are exact.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, TypeVar

import torch

from simulate.adapters.layout import Layout
from simulate.adapters.schedule import Schedule
from theory.checks import choice, positive

MANY = 1 << 16  # rows
OUTPUTS = ("noise", "data", "v", "velocity", "score")
TAKEN = """Arguments:
    model: model(u, label), u in the layout of the model and label (batch,).
    schedule: the process that it was trained on.
    layout: how a flat row of data becomes its input.

Returns:
    The score, of rows (batch, d) of data at a variance t.
"""
Reader = TypeVar("Reader", bound=Callable[..., "Adapted"])


@dataclass(frozen=True, eq=False)
class Adapted:
    """The score s(x, t) of a model, (batch, d) rows of data at a variance t to (batch, d).

    Arguments:
        model: model(u, label), u in the layout of the model and label (batch,); the first half of twice the channels is
            taken, where a variance is predicted too, and the attribute `sample` of an output that has one. It may say
            by an attribute `largest_batch` how many rows it takes at once.
        schedule: the process of the model.
        layout: how rows become its input.
        output: one of OUTPUTS.

    Raises:
        ValueError: for another output, a velocity of a schedule without slopes, and, when called, for rows of another
            length, a t out of range and an output of another shape than the input.
    """

    model: Callable[..., Any]
    schedule: Schedule
    layout: Layout
    output: str

    def __post_init__(self) -> None:
        choice("output", self.output, OUTPUTS)
        if self.output == "velocity" and self.schedule.slopes is None:
            raise ValueError("schedule must have slopes where the output is a velocity")

    @property
    def time_range(self) -> tuple[float, float]:
        """Least and largest variance t, in the units of the data."""
        least, largest = self.schedule.stds
        return (least / self.layout.scale) ** 2, (largest / self.layout.scale) ** 2

    @property
    def largest_batch(self) -> int:
        """How many rows the network takes at once: its own attribute of that name, or more than are ever asked."""
        return getattr(self.model, "largest_batch", MANY)

    @property
    def step_name(self) -> str:
        """What users of the model call the noise."""
        return self.schedule.step_name

    def step_of(self, t: float) -> float:
        """What the network is told at the variance t."""
        return self.schedule.label(self.schedule.time_of(self._std(t)))

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        """s(x, t), (batch, d)."""
        least, largest = self.time_range
        given, t = self.layout.given(x), float(positive("t", t))
        if not least * (1 - 1e-12) <= t <= largest * (1 + 1e-12):
            raise ValueError(f"t must be a variance from {least:g} to {largest:g} for this model, got {t:g}")
        a = self.schedule.time_of(self._std(t))
        clean = self._clean(given, a)
        return self.layout.rows(clean - given) / (self.layout.scale * t)

    def _std(self, t: float) -> float:
        return self.layout.scale * float(positive("t", t)) ** 0.5

    def _clean(self, given: torch.Tensor, a: float) -> torch.Tensor:
        """D at x' = `given`, in the layout of the model."""
        alpha, s = self.schedule.alpha(a), self.schedule.s(a)
        u = alpha * given
        label = torch.full((len(u),), self.schedule.label(a), dtype=u.dtype, device=u.device)
        o = _of_the_shape(self.model(u, label), u)
        if self.output == "velocity":
            assert self.schedule.slopes is not None
            alpha_slope, s_slope = self.schedule.slopes(a)
            return (s * o - s_slope * u) / (s * alpha_slope - s_slope * alpha)
        return _posterior_mean(self.output, o, u, alpha, s)


def _posterior_mean(output: str, o: torch.Tensor, u: torch.Tensor, alpha: float, s: float) -> torch.Tensor:
    if output == "noise":
        return (u - s * o) / alpha
    if output == "v":
        return (alpha * u - s * o) / (alpha**2 + s**2)
    return o if output == "data" else (u + s**2 * o) / alpha


def _of_the_shape(output: Any, u: torch.Tensor) -> torch.Tensor:
    """What a model returned, of the shape of its input. Raises ValueError for another."""
    o = getattr(output, "sample", output)
    if isinstance(o, tuple) and o:
        o = o[0]
    if not isinstance(o, torch.Tensor):
        raise ValueError(f"model must return a tensor, got {type(o).__name__}")
    if o.ndim == u.ndim and o.ndim > 1 and o.shape[1] == 2 * u.shape[1]:
        o = o[:, : u.shape[1]]
    if o.shape != u.shape:
        raise ValueError(f"model must return the shape that it was given, {tuple(u.shape)}, got {tuple(o.shape)}")
    return o.to(u.dtype)


def _described(function: Reader) -> Reader:
    """The function, its docstring continued by what all readers of a network take and return."""
    function.__doc__ = f"{cleandoc(function.__doc__ or '')}\n\n{TAKEN}"
    return function


@_described
def from_noise(model: Callable[..., Any], schedule: Schedule, layout: Layout) -> Adapted:
    """The score of a network that predicts the noise z ("epsilon")."""
    return Adapted(model, schedule, layout, "noise")


@_described
def from_data(model: Callable[..., Any], schedule: Schedule, layout: Layout) -> Adapted:
    """The score of a network that predicts the clean point (a denoiser, "sample", "x0")."""
    return Adapted(model, schedule, layout, "data")


@_described
def from_v(model: Callable[..., Any], schedule: Schedule, layout: Layout) -> Adapted:
    """The score of a network that predicts v = alpha z - s y; trigflow's output is one."""
    return Adapted(model, schedule, layout, "v")


@_described
def from_velocity(model: Callable[..., Any], schedule: Schedule, layout: Layout) -> Adapted:
    """The score of a flow-matching network, which predicts du/da = alpha' y + s' z, of independent y and z.

    With couplings of y and z, as by optimal transport, the velocity is that of no score: none can be had of it. A
    schedule without slopes alpha' and s' raises a ValueError.
    """
    return Adapted(model, schedule, layout, "velocity")


@_described
def from_score(model: Callable[..., Any], schedule: Schedule, layout: Layout) -> Adapted:
    """The score of a network that predicts the score of its own process, the gradient of log p(u)."""
    return Adapted(model, schedule, layout, "score")
