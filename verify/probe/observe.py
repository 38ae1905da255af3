r"""What a score knows of its training set: at each time dimension, -t J, effective number, landings; gate, samples."""

from typing import Any

import numpy as np
import torch
import xarray as xr
from scipy.stats import binom

from simulate.dimension import EmpiricalScore, Field, local_dimension
from simulate.engine.copies import COPIED
from simulate.engine.queries import pick_device
from simulate.run.progress import track
from theory import checks as arguments
from theory.laws import LinearGaussian
from theory.limits.condensation import condensation_time
from verify.probe.gate import gate
from verify.probe.losses import SEEN
from verify.probe.places import Places, grid_of_times
from verify.probe.samples import Copies, samples_and_copies
from verify.probe.training_set import TrainingSet
from verify.probe.user_score import Score, UserScore
from verify.probe.verdict import verdict

MANY = 16  # points over which a mean is taken that holds on average alone


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
    score, rng = UserScore(score), np.random.default_rng(arguments.integer("seed", seed, least=0))
    device = str(pick_device(device))
    places = Places.of(data, held_out, probes, rng)
    like = torch.as_tensor(places.probed, dtype=torch.float32, device=device)
    found = _observed(score, places, grid_of_times(times, places, score), like, rng)
    answer = verdict(found.assign_attrs(seed=seed))
    return found.assign_attrs(seed=seed, verdict=answer.word, from_time=answer.from_time, reason=answer.reason)


def _observed(
    score: Any, places: Places, times: np.ndarray, like: torch.Tensor, rng: np.random.Generator
) -> xr.Dataset:
    """All that is measured, and what the data alone say."""
    known = places.known
    rows = [_at(score, float(t), places, like, rng) for t in track(list(times), "probing")]
    along = xr.concat(rows, "time").assign_coords(time=times)
    slopes = gate(score, known, places.held_out, times, like, rng)
    drawn, copies = samples_and_copies(score, known, places.held_out, like, rng)
    noisiest = _mean_contraction(score, float(times[0]), known, like, rng)
    found = xr.merge([along, slopes, drawn, _of_data(places, times)])
    return found.assign(
        step=("time", np.array([_step(score, float(t)) for t in times])), landings=("time", _landings(found))
    ).assign_attrs(
        noisiest=noisiest,
        largest_contraction=float(found.contraction.median("probe").max()),
        step_name=str(getattr(score, "step_name", "step")),
        **_counts(places),
        **_of_landings(found, known, rng),
        **_of_copies(copies),
    )


def _at(score: Any, t: float, places: Places, like: torch.Tensor, rng: np.random.Generator) -> xr.Dataset:
    """All that is measured at one time."""
    known, y = places.known, places.probed
    x, noised = (points + t**0.5 * rng.standard_normal(points.shape) for points in (y, places.free))
    seen = local_dimension(score, like, t, rng=rng)
    field = Field(score, like, t)
    back, denoised = (points + t * field.scores(points) for points in (x, noised))
    (own, own_ratio), (landed, ratio) = (known.nearness(points) for points in (back, denoised))
    measured = {
        "contraction": (("probe", "group"), _contractions(score, like, x, t, known)),
        "empirical_contraction": (("probe", "group"), _contractions(EmpiricalScore(known.data), y, x, t, known)),
        "others_contraction": (("probe", "group"), _of_others(places, x, t)),
        "missed_by_probes": (("probe", "group"), known.by_group(((back - y) @ known.looked_at.T) ** 2)),
        "away": ("probe", ((back - y) ** 2).sum(axis=1) > ((x - y) ** 2).sum(axis=1)),
        "effective": ("probe", known.effective(x, t)),
        "returned": ("probe", (own == known.first[places.chosen]) & (own_ratio < COPIED)),
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


def _of_others(places: Places, x: np.ndarray, t: float) -> np.ndarray:
    """-t u.J u of the empirical scores of the data without each point probed and its copies: (probes, groups)."""
    known = places.known
    rows = [
        _contractions(EmpiricalScore(known.without(row)), known.data[row], point[None], t, known)
        for row, point in zip(places.chosen.tolist(), x, strict=True)
    ]
    return np.concatenate(rows)


def _mean_contraction(score: Any, t: float, known: TrainingSet, like: torch.Tensor, rng: np.random.Generator) -> float:
    """-t u.J u along the axes of largest variance, averaged over MANY noised training points."""
    y = known.data[rng.choice(len(known.data), MANY)]
    x = y + t**0.5 * rng.standard_normal(y.shape)
    return float(_contractions(score, like, x, t, known)[:, 0].mean())


def _of_data(places: Places, times: np.ndarray) -> xr.Dataset:
    """What the data say without any score: groups of axes, those visible at each time, and a Gaussian's t_c."""
    known, data = places.known, places.known.data
    x, alpha = (places.probed - data.mean(axis=0)) @ known.axes.T, float(np.log(len(data))) / known.variances.size
    predicted = condensation_time(x, LinearGaussian(known.variances), alpha=alpha)
    return xr.Dataset(
        {
            "variance": ("group", np.array([known.variances[group].mean() for group in known.groups])),
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
    }


def _step(score: Any, t: float) -> float:
    return float(score.step_of(t)) if hasattr(score, "step_of") else np.nan
