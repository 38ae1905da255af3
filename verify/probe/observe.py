r"""What a score knows of its training set: at each time dimension, -t J, effective number and landings; and samples."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import xarray as xr
from scipy.stats import binom

from simulate.dimension import BadScore, EmpiricalScore, Field, TimeOutOfRange, local_dimension
from simulate.dimension.field import STEP, shortest_step, time_range
from simulate.engine.copies import COPIED
from simulate.engine.queries import pick_device
from simulate.run.progress import track
from theory import checks as arguments
from theory.laws import LinearGaussian
from theory.limits.condensation import condensation_time
from verify.probe.gate import gate
from verify.probe.losses import SEEN
from verify.probe.samples import Copies, enough
from verify.probe.training_set import TrainingSet
from verify.probe.verdict import passed

COUNT = 12  # times
MANY = 16  # points over which a mean is taken that holds on average alone

Score = Callable[[Any, float], Any]


class Asked:
    """The score of a user with all its attributes; what it raises becomes a BadScore of one sentence."""

    def __init__(self, score: Any) -> None:
        if not callable(score):
            raise BadScore(f"score must be a function of rows (n, d) and t, got {type(score).__name__}")
        self._score = score

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # else this would be taken for a method of the user's class, unbound
            raise AttributeError(name)
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

    `probes` points are drawn from `data`, and as many from `held_out` (n, d), less those in the data, by default from
    the Gaussian of the mean and covariance of `data`. Times default to 12 from the largest variance of the data
    down to a hundredth of the squared distance between neighbours, in the range of the score, and to what single
    precision resolves.

    `attrs` hold the answer: `verdict`, one of `verify.probe.verdict.VERDICTS`, `from_time`, the largest t at which the
    model memorizes (NaN if none), and `reason`, in words. `sampled` are the samples drawn of it, `sample_row` the
    training row nearest to each, and `leaking_rows` the rows that some are copies of.

    Raises ValueError for bad data and times, and the errors of `simulate.dimension` for a bad score.
    """
    data = arguments.finite("data", data, ndim=(2,))
    arguments.integer("probes", probes)
    score, device = Asked(score), str(pick_device(device))
    if len(data) < max(probes, 3):
        raise ValueError(f"data must have at least {max(probes, 3)} points, got {len(data)}")
    known = TrainingSet.of(data)
    rng = np.random.default_rng(arguments.integer("seed", seed, least=0))
    chosen = rng.choice(len(data), probes, replace=False)
    others = None if held_out is None else _others(held_out, data)
    in_data = np.zeros(0, dtype=bool) if others is None else known.shared(others)
    free = known.alike(probes, rng) if others is None else _some(others[~in_data], probes, rng)
    grid = _times(times, known, chosen, score)
    rows = [_at(score, float(t), known, chosen, free, rng, device) for t in track(list(grid), "probing")]
    result = xr.concat(rows, "time").assign_coords(time=grid)
    like = torch.as_tensor(data[chosen], dtype=torch.float32, device=device)
    free_of_data = None if others is None else others[~in_data]
    asked = gate(score, known, free_of_data, grid, like, rng)
    drawn, seen = enough(score, known, free_of_data, like, rng)
    variances = known.variances
    law, x = LinearGaussian(variances), (data[chosen] - data.mean(axis=0)) @ known.axes.T
    predicted = condensation_time(x, law, alpha=float(np.log(len(data))) / variances.size)
    result = xr.merge([result, asked, drawn]).assign(
        variance=("group", np.array([variances[group].mean() for group in known.groups])),
        directions=("group", np.array([group.size for group in known.groups])),
        visible=("time", np.array([(variances > SEEN * t).sum() for t in grid])),
        t_c=("probe", np.atleast_1d(predicted)),
        training_row=("probe", chosen),
        step=("time", np.array([_step(score, float(t)) for t in grid])),
        landings=("time", _landings(result)),
    )
    result = result.assign_attrs(
        n=len(data),
        d=data.shape[1],
        copies=known.exact_copies,
        near_copies=len(data) - len(known.rows) - known.exact_copies,
        held_out=int(held_out is not None),
        noisiest=_mean_contraction(score, float(grid[0]), known, rng, device),
        largest_contraction=float(result.contraction.median("probe").max()),
        known=int(in_data.sum()),
        step_name=str(getattr(score, "step_name", "step")),
        seed=seed,
        **_of_copies(result, seen, known, rng),
    )
    found = passed(result)
    return result.assign_attrs(verdict=found.word, from_time=found.from_time, reason=found.reason)


def _landings(found: xr.Dataset) -> np.ndarray:
    """How many training points something landed near, at each time; all on one point counts once."""
    close, rows = (found[name].transpose("time", "free").values for name in ("landing_ratio", "landed_on"))
    return np.array([np.unique(row[near]).size for row, near in zip(rows, close < COPIED, strict=True)])


def _of_copies(found: xr.Dataset, seen: Copies, known: TrainingSet, rng: np.random.Generator) -> dict[str, Any]:
    """How many samples, and landings, are copies, and what chance would have it."""
    crowded, looked_at = known.crowded(rng)
    counts, odds = _landings(found), (crowded + 1) / (looked_at + 2)
    return {
        "crowded": crowded,
        "looked_at": looked_at,
        "landed_p": float(min(1.0, counts.size * binom.sf(counts.max() - 1, found.sizes["free"], odds))),
        "copies_count": seen.count,
        "copies_lower": seen.lower,
        "copies_upper": seen.upper,
        "copies_p": seen.p,
        "copies_odds": seen.odds,
        "copies_factor": seen.factor,
        "leaking_rows": seen.rows,
        "intrinsic_dimension": known.intrinsic_dimension,
    }


def _others(held_out: Any, data: np.ndarray) -> np.ndarray:
    """The points held out, (n, d)."""
    others = arguments.finite("held_out", held_out, ndim=(2,))
    if len(others) == 0 or others.shape[1] != data.shape[1]:
        raise ValueError(f"held_out must have rows, and {data.shape[1]} columns as data has, got {others.shape}")
    return others


def _some(others: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """At most `count` of the points that are held out and not in the data."""
    if len(others) == 0:
        raise ValueError("held_out must have points that are not in data, all of them are")
    return others[rng.choice(len(others), min(count, len(others)), replace=False)]


def _at(
    score: Score,
    t: float,
    known: TrainingSet,
    chosen: np.ndarray,
    free: np.ndarray,
    rng: np.random.Generator,
    device: str,
) -> xr.Dataset:
    """All that is measured at one time."""
    y = known.data[chosen]
    x, noised = (points + t**0.5 * rng.standard_normal(points.shape) for points in (y, free))
    tensor = torch.as_tensor(y, dtype=torch.float32, device=device)
    seen = local_dimension(score, tensor, t, rng=rng)
    field = Field(score, tensor, t)
    back, denoised = (points + t * field.scores(points) for points in (x, noised))
    (own, own_ratio), (landed, ratio) = (known.nearness(points) for points in (back, denoised))
    alone = [
        _contractions(EmpiricalScore(known.without(row)), known.data[row], point[None], t, known)
        for row, point in zip(chosen.tolist(), x, strict=True)
    ]
    measured = {
        "contraction": (("probe", "group"), _contractions(score, tensor, x, t, known)),
        "empirical_contraction": (("probe", "group"), _contractions(EmpiricalScore(known.data), y, x, t, known)),
        "others_contraction": (("probe", "group"), np.concatenate(alone)),
        "missed_by_probes": (("probe", "group"), known.by_group(((back - y) @ known.looked_at.T) ** 2)),
        "away": ("probe", ((back - y) ** 2).sum(axis=1) > ((x - y) ** 2).sum(axis=1)),
        "effective": ("probe", known.effective(x, t)),
        "returned": ("probe", (own == known.first[chosen]) & (own_ratio < COPIED)),
        "landed_on": ("free", landed),
        "landing_ratio": ("free", ratio),
    }
    dimension = {name: seen[name].rename({"query": "probe"}) for name in ("dimension", "lower", "upper", "outcome")}
    return xr.Dataset(dimension | measured)


def _contractions(score: Any, like: Any, x: np.ndarray, t: float, known: TrainingSet) -> np.ndarray:
    """Mean of -t u.J u over a few axes u of each group, at every x: (probes, groups)."""
    field, axes = Field(score, like, t), known.looked_at
    field.check(x[0], np.random.default_rng(0))
    return known.by_group(np.array([-t * (field.products(point, axes) * axes).sum(axis=1) for point in x]))


def _mean_contraction(score: Any, t: float, known: TrainingSet, rng: np.random.Generator, device: str) -> float:
    """Contraction along the axes of largest variance, averaged over MANY noised training points."""
    y = known.data[rng.choice(len(known.data), MANY)]
    x = y + t**0.5 * rng.standard_normal(y.shape)
    tensor = torch.as_tensor(y, dtype=torch.float32, device=device)
    return float(_contractions(score, tensor, x, t, known)[:, 0].mean())


def _times(given: Any, known: TrainingSet, chosen: np.ndarray, score: Any) -> np.ndarray:
    if given is not None:
        times = np.unique(arguments.positive("times", given))[::-1]
    else:
        unit = float(np.finfo(np.float32).eps)
        resolved = shortest_step(unit, known.data) / unit**STEP  # the least std whose steps of differences are
        low = max(float(known.spacing(chosen).min()) ** 2 / 100, resolved**2)
        times = np.geomspace(max(known.variances[0], low), low, COUNT)
    least, largest = time_range(score)
    inside = np.unique(times[(times >= least) & (times <= largest)])[::-1]
    if not inside.size:
        raise TimeOutOfRange(f"times must have some from {least:g} to {largest:g}, the range of the score, got {times}")
    return inside


def _step(score: Any, t: float) -> float:
    return float(score.step_of(t)) if hasattr(score, "step_of") else np.nan
