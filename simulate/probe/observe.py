r"""What a score knows of its training set at each time: dimension, contractions, effective number, landings."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import xarray as xr

from simulate.dimension import BadScore, EmpiricalScore, Field, TimeOutOfRange, local_dimension
from simulate.images import duplicates
from simulate.nearest import nearest
from simulate.posterior import posterior
from simulate.probe.axes import axis_groups, principal_axes
from simulate.progress import track
from simulate.queries import pick_device
from theory import arguments
from theory.condensation import condensation_time
from theory.laws import LinearGaussian

COUNT = 12  # times
AXES = 4  # of each group that are looked at
SEEN = 2.0  # v/t above which the data show a direction

Score = Callable[[Any, float], Any]


class Asked:
    """The score of a user with all its attributes; what it raises becomes a BadScore of one sentence."""

    def __init__(self, score: Any) -> None:
        if not callable(score):
            raise BadScore(f"score must be a function of rows (n, d) and t, got {type(score).__name__}")
        self._score = score

    def __getattr__(self, name: str) -> Any:
        return getattr(self._score, name)

    def __call__(self, x: Any, t: float) -> Any:
        try:
            return self._score(x, t)
        except Exception as error:  # whatever the code of a user raises
            if isinstance(error, RuntimeError) and getattr(x, "requires_grad", False):
                raise  # no gradient flows through, as through NumPy: `Field` takes differences
            asked = f"score must answer {tuple(x.shape)} at t = {t:g}"
            raise BadScore(f"{asked}, it raises {type(error).__name__}: {error}") from error


def probe(
    score: Score,
    data: np.ndarray,
    held_out: np.ndarray | None = None,
    times: Any = None,
    probes: int = 4,
    seed: int = 0,
    device: str = "cpu",
) -> xr.Dataset:
    """What `score` knows of its training set `data` (N, d), a Dataset along `time` (variances, descending) and `group`.

    `probes` points are drawn from `data`, and as many from `held_out` (n, d), by default from the Gaussian of the mean
    and covariance of `data`. Times default to 12 from the largest variance of the data down to a hundredth of the
    squared distance between neighbours, within the range of the score.
    Raises ValueError for bad data and times, and the errors of `simulate.dimension` for a bad score.
    """
    data = arguments.finite("data", data, ndim=(2,))
    arguments.integer("probes", probes)
    score, device = Asked(score), str(pick_device(device))
    if len(data) < max(probes, 3):
        raise ValueError(f"data must have at least {max(probes, 3)} points, got {len(data)}")
    rng = np.random.default_rng(arguments.integer("seed", seed, least=0))
    axes, variances = principal_axes(data)
    chosen = rng.choice(len(data), probes, replace=False)
    free = _alike(data, axes, variances, probes, rng) if held_out is None else _some(held_out, data, probes, rng)
    grid = _times(times, data, chosen, variances, score)
    groups = axis_groups(variances)
    steps = track(list(grid), "probing")
    copies = duplicates(data)
    first = np.arange(len(data))  # the row that each row is a copy of
    first[copies[:, 0]] = copies[:, 1]
    rows = [_at(score, float(t), data, first, chosen, free, axes, groups, rng, device) for t in steps]
    result = xr.concat(rows, "time").assign_coords(time=grid)
    law, x = LinearGaussian(variances), (data[chosen] - data.mean(axis=0)) @ axes.T
    predicted = condensation_time(x, law, alpha=float(np.log(len(data))) / variances.size)
    return result.assign(
        variance=("group", np.array([variances[group].mean() for group in groups])),
        directions=("group", np.array([group.size for group in groups])),
        visible=("time", np.array([(variances > SEEN * t).sum() for t in grid])),
        free_ratio=("free", _nearness(free, data, first)[1]),
        t_c=("probe", np.atleast_1d(predicted)),
        training_row=("probe", chosen),
        step=("time", np.array([_step(score, float(t)) for t in grid])),
    ).assign_attrs(
        n=len(data),
        d=data.shape[1],
        copies=len(copies),
        held_out=int(held_out is not None),
        known=0 if held_out is None else _shared(data, np.asarray(held_out, dtype=float)),
        step_name=str(getattr(score, "step_name", "step")),
    )


def _some(held_out: Any, data: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """At most `count` of the points held out."""
    others = arguments.finite("held_out", held_out, ndim=(2,))
    if len(others) == 0 or others.shape[1] != data.shape[1]:
        raise ValueError(f"held_out must have rows, and {data.shape[1]} columns as data has, got {others.shape}")
    return others[rng.choice(len(others), min(count, len(others)), replace=False)]


def _alike(
    data: np.ndarray, axes: np.ndarray, variances: np.ndarray, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Draws from the Gaussian of their mean and covariance."""
    return data.mean(axis=0) + rng.standard_normal((count, len(axes))) * np.sqrt(variances) @ axes


def _at(
    score: Score,
    t: float,
    data: np.ndarray,
    first: np.ndarray,
    chosen: np.ndarray,
    free: np.ndarray,
    axes: np.ndarray,
    groups: list[np.ndarray],
    rng: np.random.Generator,
    device: str,
) -> xr.Dataset:
    """All that is measured at one time."""
    noise = t**0.5 * rng.standard_normal((len(chosen), data.shape[1]))
    x = data[chosen] + noise
    tensor = torch.as_tensor(data[chosen], dtype=torch.float32, device=device)
    seen = local_dimension(score, tensor, t, rng=rng)
    ends = {"query": "probe"}
    field, noised = Field(score, tensor, t), free + t**0.5 * rng.standard_normal(free.shape)
    landed, ratio = _nearness(noised + t * field.scores(noised), data, first)
    return xr.Dataset(
        {name: seen[name].rename(ends) for name in ("dimension", "lower", "upper", "outcome")}
        | {
            "contraction": (("probe", "group"), _contractions(score, tensor, x, t, axes, groups)),
            "empirical_contraction": (
                ("probe", "group"),
                _contractions(EmpiricalScore(data), data[chosen], x, t, axes, groups),
            ),
            "others_contraction": (
                ("probe", "group"),
                np.concatenate(
                    [
                        _contractions(
                            EmpiricalScore(data[first != first[row]]), data[row], point[None], t, axes, groups
                        )
                        for row, point in zip(chosen, x, strict=True)
                    ]
                ),
            ),
            "effective": ("probe", _effective(x, data, first, t)),
            "landed_on": ("free", landed),
            "landing_ratio": ("free", ratio),
        }
    )


def _contractions(
    score: Any, like: Any, x: np.ndarray, t: float, axes: np.ndarray, groups: list[np.ndarray]
) -> np.ndarray:
    """Mean of -t u.J u over a few axes u of each group, at every x: (probes, groups)."""
    field = Field(score, like, t)
    field.check(x[0], np.random.default_rng(0))
    few = [group[np.linspace(0, group.size - 1, min(AXES, group.size)).astype(int)] for group in groups]
    looked_at = axes[np.concatenate(few)]
    along = np.array([-t * (field.products(point, looked_at) * looked_at).sum(axis=1) for point in x])
    ends = np.cumsum([group.size for group in few])[:-1]
    return np.stack([part.mean(axis=1) for part in np.split(along, ends, axis=1)], axis=1)


def _effective(x: np.ndarray, data: np.ndarray, first: np.ndarray, t: float) -> np.ndarray:
    """1/sum w^2 at every x, w the weight of a point with all its copies."""
    seen = posterior(x, data, t)
    if (first == np.arange(len(data))).all():
        return 1 / seen.participation
    return np.array([1 / (np.bincount(first, weights) ** 2).sum() for weights in seen.weights])


def _nearness(points: np.ndarray, data: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row of the training point nearest to each point, and its distance over that to the next that is no copy of it."""
    rows = np.unique(first)
    distances, place = nearest(points, data[rows])
    return rows[place[:, 0]], distances[:, 0] / np.maximum(distances[:, 1], np.finfo(float).tiny)


def _shared(data: np.ndarray, held_out: np.ndarray) -> int:
    """How many of the points held out are in the data."""
    pairs = duplicates(np.concatenate([data, held_out]))
    return len({row for row, first in pairs if row >= len(data) > first})


def _times(given: Any, data: np.ndarray, chosen: np.ndarray, variances: np.ndarray, score: Any) -> np.ndarray:
    if given is not None:
        times = np.unique(arguments.positive("times", given))[::-1]
    else:
        neighbours = [np.partition(((data - data[i]) ** 2).sum(axis=1), 1)[1] for i in chosen]
        low = np.median(neighbours) / 100
        times = np.geomspace(variances[0], low if low > 0 else variances[-1] / 100, COUNT)
    least, largest = getattr(score, "time_range", (0.0, np.inf))
    inside = times[(times >= least) & (times <= largest)]
    if not inside.size:
        raise TimeOutOfRange(f"times must have some from {least:g} to {largest:g}, the range of the score, got {times}")
    return inside


def _step(score: Any, t: float) -> float:
    return float(score.step_of(t)) if hasattr(score, "step_of") else np.nan
