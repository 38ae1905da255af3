r"""Schedules: the process of a model, u = alpha(a) y + s(a) z, at its own time a.

Its variance in units of y is t = (s/alpha)^2. A schedule finds a from std = s/alpha, says what the network is told of
it (`label`), and, for networks that predict a velocity, the slopes alpha' = d alpha/da and s' = ds/da.

    steps            alpha^2 = alphas_cumprod, s^2 = 1 - alpha^2: DDPM, told the step
    straight         alpha = 1 - a, s = a, or with a = 1 at the data: flow matching, rectified flow
    polynomial       alpha = a^n, s = 1 - a^n
    preserving       alpha = a, s = sqrt(1 - a^2)
    trigonometric    alpha = cos a, s = sin a
    exploding        alpha = 1, s = a: EDM, k-diffusion
    geometric        alpha = 1, s = least (largest/least)^a: the label is a
    decaying         alpha^2 = e^-a, s^2 = 1 - e^-a

References: J. Ho et al. (2020), arXiv:2006.11239; T. Karras et al. (2022), arXiv:2206.00364; Y. Lipman et al. (2023),
Flow matching for generative modeling, arXiv:2210.02747; A. Tong et al. (2024), arXiv:2302.00482.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from theory.checks import choice, finite, integer, positive

Of = Callable[[float], float]


def _itself(a: float) -> float:
    return a


@dataclass(frozen=True, kw_only=True, eq=False)
class Schedule:
    """The process of a model at its own time a: u = alpha(a) y + s(a) z, of the variance t = (s/alpha)^2.

    Arguments:
        alpha: factor of the data, of a.
        s: factor of the noise, of a.
        time_of: a at a given std = s/alpha.
        slopes: (alpha', s') at a, needed where the output is a velocity.
        label: what the network is told, from a.
        stds: least and largest std = s/alpha.
        step_name: how users of the model call what it is told.
    """

    alpha: Of
    s: Of
    time_of: Of
    slopes: Callable[[float], tuple[float, float]] | None = None
    label: Of = _itself
    stds: tuple[float, float] = (0.0, math.inf)
    step_name: str = "time"


def steps(alphas_cumprod: np.ndarray) -> Schedule:
    """DDPM's, from `alphas_cumprod` (steps,) falling from below 1; a last step without signal (0) has no t.

    Between the noises of two steps the step is interpolated in log t.
    """
    a = finite("alphas_cumprod", alphas_cumprod, ndim=(1,))
    if np.count_nonzero(a) < 2 or not ((a >= 0) & (a < 1)).all() or not (np.diff(a) < 0).all():
        raise ValueError("alphas_cumprod must fall from below 1, and be above 0 for at least two steps")
    a = a[a > 0]
    logs, places = np.log((1 - a) / a) / 2, np.arange(len(a))
    alpha = lambda k: (1 + math.exp(2 * float(np.interp(k, places, logs)))) ** -0.5  # noqa: E731
    return Schedule(
        alpha=alpha,
        s=lambda k: math.sqrt(1 - alpha(k) ** 2),
        time_of=lambda std: float(np.interp(math.log(std), logs, places)),
        stds=(float(np.exp(logs[0])), float(np.exp(logs[-1]))),
        step_name="step",
    )


def straight(data_at: int = 0, label: Of = _itself, noise: float = 0.0) -> Schedule:
    """Flow matching: alpha = 1 - a, s = a, or, with the data at a = 1, alpha = a, s = sqrt((1 - a)^2 + noise^2).

    Arguments:
        data_at: 0 (diffusers, Flux, SD3, Sana) or 1 (torchcfm, flow_matching, Lumina, Z-Image).
        label: what the network is told, from a: a itself (Flux, torchcfm), lambda a: 1000 * a (SD3, Sana).
        noise: the sigma of torchcfm's independent coupling, with the data at 1.
    """
    choice("data_at", str(data_at), ("0", "1"))
    if data_at == 0:
        return Schedule(
            alpha=lambda a: 1 - a, s=_itself, slopes=lambda a: (-1.0, 1.0), time_of=lambda r: r / (1 + r), label=label
        )
    width = lambda a: math.hypot(1 - a, noise)  # noqa: E731
    return Schedule(
        alpha=_itself,
        s=width,
        slopes=lambda a: (1.0, -(1 - a) / width(a)),
        time_of=lambda r: _clean_time(r, noise),
        stds=(float(noise), math.inf),
        label=label,
    )


def _clean_time(r: float, noise: float) -> float:
    """The root a of (1 - a)^2 + noise^2 = r^2 a^2 in (0, 1]."""
    c = 1 + noise**2
    return c / (1 + math.sqrt(max(0.0, 1 - (1 - r * r) * c)))


def polynomial(power: int, label: Of = _itself) -> Schedule:
    """The schedule alpha = a^n, s = 1 - a^n of the library flow_matching, with the data at a = 1.

    Arguments:
        power: n, an integer >= 1.
        label: what the network is told, from a.

    Returns:
        The schedule.

    Raises:
        ValueError: where `power` is no integer >= 1.
    """
    n = integer("power", power)
    return Schedule(
        alpha=lambda a: a**n,
        s=lambda a: 1 - a**n,
        slopes=lambda a: (n * a ** (n - 1), -n * a ** (n - 1)),
        time_of=lambda r: (1 + r) ** (-1 / n),
        label=label,
    )


def preserving(label: Of = _itself) -> Schedule:
    """alpha = a, s = sqrt(1 - a^2), the data at a = 1."""
    return Schedule(
        alpha=_itself,
        s=lambda a: math.sqrt((1 - a) * (1 + a)),
        slopes=lambda a: (1.0, -a / math.sqrt((1 - a) * (1 + a))),
        time_of=lambda r: 1 / math.hypot(1, r),
        label=label,
    )


def trigonometric(label: Of = _itself, unit: float = 1.0, data_at: int = 0) -> Schedule:
    """The schedule alpha = cos(unit a), s = sin(unit a), the data at a = 0 (trigflow); or sine and cosine, at a = 1.

    Arguments:
        label: what the network is told, from a.
        unit: > 0, of the angle in a.
        data_at: the time of the data, 0 or 1.

    Returns:
        The schedule.

    Raises:
        ValueError: where an argument is out of range.
    """
    w = float(positive("unit", unit))
    if int(choice("data_at", str(data_at), ("0", "1"))) == 0:
        return Schedule(
            alpha=lambda a: math.cos(w * a),
            s=lambda a: math.sin(w * a),
            slopes=lambda a: (-w * math.sin(w * a), w * math.cos(w * a)),
            time_of=lambda r: math.atan(r) / w,
            label=label,
            step_name="angle",
        )
    return Schedule(
        alpha=lambda a: math.sin(w * a),
        s=lambda a: math.cos(w * a),
        slopes=lambda a: (w * math.cos(w * a), -w * math.sin(w * a)),
        time_of=lambda r: math.atan2(1, r) / w,
        label=label,
    )


def exploding(label: Of = _itself, stds: tuple[float, float] = (0.0, math.inf)) -> Schedule:
    """The schedule alpha = 1, s = a of EDM and k-diffusion.

    Arguments:
        label: what the network is told, from a = sigma; sigma itself unless given.
        stds: least and largest sigma.

    Returns:
        The schedule.
    """
    return Schedule(
        alpha=lambda a: 1.0, s=_itself, slopes=lambda a: (0.0, 1.0), time_of=_itself, label=label, stds=stds,
        step_name="sigma",
    )  # fmt: skip


def geometric(least: float, largest: float) -> Schedule:
    """The schedule alpha = 1, s = least (largest/least)^a of diffusers' ScoreSdeVe; the network is told a.

    Arguments:
        least: std > 0 at a = 0.
        largest: std > 0 at a = 1.

    Returns:
        The schedule.

    Raises:
        ValueError: where a std is not > 0.
    """
    low, high = float(positive("least", least)), float(positive("largest", largest))
    span = math.log(high / low)
    return Schedule(
        alpha=lambda a: 1.0,
        s=lambda a: low * math.exp(span * a),
        slopes=lambda a: (0.0, span * low * math.exp(span * a)),
        time_of=lambda r: math.log(r / low) / span,
        stds=(low, high),
    )


def decaying(label: Of = _itself, stds: tuple[float, float] = (0.0, math.inf)) -> Schedule:
    """The schedule alpha^2 = e^-a, s^2 = 1 - e^-a: variance preserving with its integrated rate as time, t = e^a - 1.

    Arguments:
        label: what the network is told, from a.
        stds: least and largest std = s/alpha.

    Returns:
        The schedule.
    """
    return Schedule(
        alpha=lambda a: math.exp(-a / 2),
        s=lambda a: math.sqrt(-math.expm1(-a)),
        slopes=lambda a: (-math.exp(-a / 2) / 2, math.exp(-a) / (2 * math.sqrt(-math.expm1(-a)))),
        time_of=lambda r: math.log1p(r * r),
        label=label,
        stds=stds,
    )
