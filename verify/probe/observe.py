r"""What a score knows of its training set: at each time dimension, -t J, effective number, landings; gate, samples."""

from typing import Any

import numpy as np
import torch
import xarray as xr
from scipy.stats import binom

from simulate.engine.copies import COPIED
from simulate.engine.queries import pick_device
from theory import checks as arguments
from theory.laws import LinearGaussian
from theory.limits.condensation import condensation_time
from verify.probe.asked.around import around, mean_normalized_jacobian
from verify.probe.asked.gate import gate
from verify.probe.asked.losses import SEEN
from verify.probe.asked.places import Places, grid_of_times
from verify.probe.asked.user_score import Score, UserScore, refuse_random
from verify.probe.budget import Budget
from verify.probe.known.training_set import TrainingSet
from verify.probe.sampled.blends import blends
from verify.probe.sampled.collisions import chance_of, collisions, own_number
from verify.probe.sampled.runs import ends_of_runs
from verify.probe.sampled.samples import Copies, samples_and_copies
from verify.probe.told.verdict import verdict


def probe(
    score: Score,
    data: np.ndarray,
    held_out: np.ndarray | None = None,
    times: Any = None,
    probes: int = 4,
    seed: int = 0,
    device: str = "cpu",
    minutes: float | None = None,
) -> xr.Dataset:
    """What a score knows of its training set: the verdict with its evidence.

    `probes` points are drawn from `data`, and as many from `held_out`, less those in the data.

    Arguments:
        score: s(x, t), torch rows (batch, d) at a noise variance t to (batch, d), of the variance-exploding process.
        data: the training set, (N, d), in units of the data.
        held_out: points of the same law that the model was not trained on, (n, d); where None, draws from the Gaussian
            of the mean and covariance of `data`.
        times: noise variances > 0; where None, 12 from the largest variance of the data down to a hundredth of the
            squared distance between neighbours, in the range of the score, and to what single precision resolves.
        probes: how many training points are looked at, an integer >= 1.
        seed: of all random numbers, an integer >= 0.
        device: "cpu", "auto" or another name that torch knows.
        minutes: after which no more of the times are looked at: `attrs["left_out"]` counts those that were not.

    Returns:
        A Dataset along `time` (variances, descending) and `group`. Its `attrs` hold the answer: `verdict`, one of
        `verify.probe.told.verdict.VERDICTS`, `from_time`, the largest t at which the model memorizes (NaN if none), and
        `reason`, in words. `sampled` are the samples drawn of it, which end at the noise variance `samples_end`,
        `sample_row` the training row nearest to each, and `leaking_rows` the rows that some are copies of.

    Raises:
        ValueError: for bad data, times and numbers.
        BadScore: for what is no score (`simulate.dimension`).
        TimeOutOfRange: where no time is in the range of the score.
    """
    data, budget = arguments.finite("data", data, ndim=(2,)), Budget.of(minutes)
    score, rng = UserScore(score), np.random.default_rng(arguments.integer("seed", seed, least=0))
    device = str(pick_device(device))
    places = Places.of(data, held_out, probes, rng)
    like = torch.as_tensor(places.probed, dtype=torch.float32, device=device)
    grid = grid_of_times(times, places, score)
    refuse_random(score, like, float(grid[len(grid) // 2]))
    found = _observed(score, places, grid, like, rng, budget)
    answer = verdict(found.assign_attrs(seed=seed))
    return found.assign_attrs(seed=seed, verdict=answer.word, from_time=answer.from_time, reason=answer.reason)


def _observed(
    score: Any, places: Places, times: np.ndarray, like: torch.Tensor, rng: np.random.Generator, budget: Budget
) -> xr.Dataset:
    """All that is measured, what tells most at the least cost first, and what the data alone say."""
    known, asked = places.known, len(times)
    first_rng, rng = rng.spawn(2)
    noisiest = mean_normalized_jacobian(score, float(times[0]), known, like, first_rng)
    drawn, copies = samples_and_copies(score, known, places.held_out, like, rng)
    cloned = collisions(score, known, drawn.sampled.values, like, rng)
    rows = {t: around(score, t, places, like, first_rng) for t in budget.as_many(times.tolist(), "probing")}
    times = np.array(sorted(rows, reverse=True))
    along = xr.concat([rows[t] for t in times.tolist()], "time").assign_coords(time=times)
    slopes = gate(score, known, places.held_out, times, like, rng)
    found = xr.merge([along, slopes, drawn, cloned, _of_data(places, times)])
    return found.assign(
        step=("time", np.array([_step(score, float(t)) for t in times])), landings=("time", _landings(found))
    ).assign_attrs(
        noisiest=noisiest,
        samples_end=ends_of_runs(score, known)[0],
        left_out=asked - len(times),
        largest_normalized_jacobian=float(found.normalized_jacobian.median("probe").max()),
        step_name=str(getattr(score, "step_name", "step")),
        **_counts(places),
        **_of_landings(found, known, rng),
        **_of_copies(copies),
        **_of_clones(found),
        **blends(score, known, like, rng),
    )


def _of_data(places: Places, times: np.ndarray) -> xr.Dataset:
    """What the data say without any score: groups of axes, those visible at each time, and a Gaussian's t_c."""
    known, data = places.known, places.known.data
    x, alpha = (places.probed - data.mean(axis=0)) @ known.axes.T, float(np.log(len(data))) / known.variances.size
    predicted = condensation_time(x, LinearGaussian(known.variances), alpha=alpha)
    return xr.Dataset(
        {
            "variance": ("group", np.array([known.variances[group].mean() for group in known.groups])),
            "axis": (("group", "coordinate"), np.stack([known.axes[group[0]] for group in known.groups])),
            "directions": ("group", np.array([group.size for group in known.groups])),
            "visible": ("time", np.array([(known.variances > SEEN * t).sum() for t in times])),
            "t_c": ("probe", np.atleast_1d(predicted)),
            "training_row": ("probe", places.chosen),
        }
    )


def _landings(found: xr.Dataset) -> np.ndarray:
    """How many training points something landed near, at each time; all on one point counts once."""
    close, rows = (found[name].transpose("time", "free").values for name in ("landing_ratio", "landed_on"))
    return np.array([np.unique(row[near]).size for row, near in zip(rows, close < COPIED, strict=True)])


def _counts(places: Places) -> dict[str, Any]:
    """Numbers of points, of copies among them, and of the held-out points that are among the data."""
    known = places.known
    n, d = known.data.shape
    return {
        "n": n,
        "d": d,
        "copies": known.exact_copies,
        "near_copies": n - len(known.rows) - known.exact_copies,
        "held_out": int(places.held_out is not None),
        "known": places.in_data,
        "intrinsic_dimension": known.intrinsic_dimension,
    }


def _of_landings(found: xr.Dataset, known: TrainingSet, rng: np.random.Generator) -> dict[str, Any]:
    """How likely chance would have as many landings near training points at one of the times."""
    crowded, looked_at = known.crowded(rng)
    counts, odds = _landings(found), (crowded + 1) / (looked_at + 2)
    p = counts.size * binom.sf(counts.max() - 1, found.sizes["free"], odds)
    return {"crowded": crowded, "looked_at": looked_at, "landed_p": float(min(1.0, p))}


def _of_copies(seen: Copies) -> dict[str, Any]:
    """How many samples are copies, and what chance would have it."""
    return {
        "copies_count": seen.count,
        "copies_lower": seen.lower,
        "copies_upper": seen.upper,
        "copies_p": seen.p,
        "copies_odds": seen.odds,
        "copies_factor": seen.factor,
        "leaking_rows": seen.rows,
        "sampler": seen.sampler,
    }


def _of_clones(found: xr.Dataset) -> dict[str, Any]:
    """How many points the model itself chooses from, p of chance, and from where down most pairs of clones collide."""
    lower, upper = own_number(found)
    often = found.clone_time.values[found.collided.mean("pair").values > 0.5]
    return {
        "clones_p": chance_of(found),
        "clones_from": float(often.max()) if often.size else np.nan,
        "number_lower": lower,
        "number_upper": upper,
    }


def _step(score: Any, t: float) -> float:
    return float(score.step_of(t)) if hasattr(score, "step_of") else np.nan
