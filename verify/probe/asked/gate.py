r"""The gate: is the score asked in its own coordinates, at points of its own data?

Let x = y + sqrt(t) z. The error of a posterior mean D = x + t s is orthogonal to every function of x, so that

    E (y - x) . t s = E |t s|^2,          slope(t) = E (y - x) . t s / E |t s|^2 = 1

at every t, for the score of the law, for that of the data set, and for a network that has learned E[y | x] in part:
the slope says nothing of memory. A score times a wrong factor a has 1/a, and with a wrong range, clock or output the
slope may be anything. Besides, the loss of D is at most those of both trivial denoisers, x itself and the mean:

    loss(t) = E |D - y|^2 <= min(t d, Tr C)

At points held out of the data the slope is 1 for the score of the law, and below 1 for the empirical score, whose D
goes to another point. Along each group of axes the mean squares of D - y at training and at held-out points are
compared too: they are equal for the score of the law, whatever its curvature, and the empirical score has far less at
its own points.

References: C. Stein (1981), Estimation of the mean of a multivariate normal distribution; P. Vincent (2011), A
connection between score matching and denoising autoencoders.
"""

from typing import Any

import numpy as np
import torch
import xarray as xr
from scipy import stats

from simulate.dimension import Field
from verify.probe.known.training_set import TrainingSet

BAND = 1.25  # a slope between 1/BAND and BAND is taken for 1
RATE = 1e-3  # share of intervals that may miss what they are of
ENTRIES = 1 << 16  # numbers in the points at which the score is evaluated at each time
FEWEST, MOST = 48, 1024  # of these points


def gate(
    score: Any,
    known: TrainingSet,
    held_out: np.ndarray | None,
    times: np.ndarray,
    like: torch.Tensor,
    rng: np.random.Generator,
) -> xr.Dataset:
    """Slopes, losses and misses of a score at noised training and held-out points, along `time`.

    Arguments:
        score: s(x, t), rows (batch, d) at a variance t.
        known: the training set.
        held_out: other points (n, d) of the same law, if there are any.
        times: variances (T,).
        like: a row of the kind and precision that the score takes.
        rng: draws points and noise.

    Returns:
        `slope`, `slope_lower`, `slope_upper` (time, set) with the set "training" or "held-out"; `excess` (time,), by
        how much the loss at training points is proven to exceed BAND min(t d, Tr C), relative to that, <= 0 where it
        need not; and
        `missed`, `missed_stderr` (time, set, group), the mean square of what D misses points by along each group, and
        `slope_along`, with its lower end, the slope of that group alone.
    """
    sets = {"training": known.points} | ({} if held_out is None else {"held-out": held_out})
    rows = [_at_one_time(Field(score, like, float(t)), sets, known, rng) for t in times]
    return xr.concat(rows, "time").assign_coords(time=times)


def refuted(found: xr.Dataset) -> np.ndarray:
    """Times at which what was asked is proven to be no posterior mean at training points, (time,)."""
    return (off_one(found.sel(set="training")) | (found.excess > 0)).values


def off_one(seen: xr.Dataset) -> xr.DataArray:
    """Where the interval of a slope lies beyond 1/BAND to BAND."""
    return (seen.slope_lower > BAND) | (seen.slope_upper < 1 / BAND)


def shown(found: xr.Dataset) -> np.ndarray:
    """Times at which the interval of the slope lies between 1/2 and 2, and 1 is not refuted, (time,)."""
    seen = found.sel(set="training")
    narrow = (seen.slope_lower > 0.5) & (seen.slope_upper < 2.0)
    return narrow.values & ~refuted(found)


def generalization_gap(found: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Interval of 1 - missed(training)/missed(held-out), (time, group) each; 0 for the law and 1 for memory.

    NaN without held-out points.
    """
    if "held-out" not in found.set.values:
        nothing = np.full(found.missed.isel(set=0).shape, np.nan)
        return nothing, nothing
    own, other = (found.sel(set=name) for name in ("training", "held-out"))
    width = stats.norm.isf(RATE) * np.hypot(own.missed_stderr / own.missed, other.missed_stderr / other.missed)
    ratio = np.log(own.missed / other.missed)
    return (1 - np.exp(ratio + width)).values, (1 - np.exp(ratio - width)).values


def _at_one_time(field: Field, sets: dict[str, np.ndarray], known: TrainingSet, rng: np.random.Generator) -> xr.Dataset:
    """Slopes and misses of every set at one time, and the excess of the loss at the first, the training points."""
    parts = [_of_set(field, points, known, rng) for points in sets.values()]
    both = xr.concat(parts, "set").assign_coords(set=list(sets))
    return both.drop_vars("loss").assign(excess=_excess(both.isel(set=0).loss.values, field.t, known))


def _of_set(field: Field, points: np.ndarray, known: TrainingSet, rng: np.random.Generator) -> xr.Dataset:
    """Slope and misses at as many noised points as the budget allows."""
    count = int(np.clip(ENTRIES // points.shape[1], FEWEST, MOST))
    y = points[even_rows(len(points), count, rng)]
    noise = field.std * rng.standard_normal(y.shape)
    step = field.t * field.scores(y + noise)
    missed = noise + step
    slope, half = ratio(-(noise * step).sum(axis=1), (step**2).sum(axis=1))
    along = known.by_group((missed @ known.looked_at.T) ** 2)
    shift, back = noise @ known.looked_at.T, step @ known.looked_at.T
    pairs = zip(known.by_group(-shift * back).T, known.by_group(back**2).T, strict=True)
    of_groups = np.array([ratio(above, below) for above, below in pairs])
    return xr.Dataset(
        {
            "slope": slope,
            "slope_lower": slope - half,
            "slope_upper": slope + half,
            "slope_along": ("group", of_groups[:, 0]),
            "slope_along_lower": ("group", of_groups[:, 0] - of_groups[:, 1]),
            "missed": ("group", along.mean(axis=0)),
            "missed_stderr": ("group", along.std(axis=0, ddof=1) / np.sqrt(count)),
            "loss": ("row", (missed**2).sum(axis=1)),
        }
    )


def even_rows(n: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Rows of a set in random order, each as often as every other or once more.

    Arguments:
        n: how many there are.
        count: how many are taken.
        rng: draws the order.

    Returns:
        (count,), whole numbers below n.
    """
    return np.concatenate([rng.permutation(n) for _ in range(-(-count // n))])[:count]


def ratio(above: np.ndarray, below: np.ndarray) -> tuple[float, float]:
    """Sum of `above` over sum of `below`, and half of its interval; (0, 0) where there is nothing below.

    Arguments:
        above: one number for each noised point, (n,).
        below: another, (n,).
    """
    if not below.sum() > 0:
        return 0.0, 0.0
    ratio = above.sum() / below.sum()
    stderr = np.sqrt(((above - ratio * below) ** 2).sum()) / below.sum()
    return float(ratio), float(stats.t.isf(RATE / 2, len(above) - 1) * stderr)


def _excess(losses: np.ndarray, t: float, known: TrainingSet) -> float:
    """By how much the loss is proven to exceed BAND times that of the better trivial denoiser, relative to that."""
    trivial = min(t * known.data.shape[1], float(known.variances.sum()))
    least = losses.mean() - stats.t.isf(RATE, len(losses) - 1) * losses.std(ddof=1) / np.sqrt(len(losses))
    return float(least / (BAND * trivial) - 1)
