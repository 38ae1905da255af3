r"""What a score shows around training points at one time: dimension, -t J along axes, returns and landings."""

from typing import Any

import numpy as np
import torch
import xarray as xr

from simulate.dimension import EmpiricalScore, Field, local_dimension
from simulate.engine.copies import COPIED
from verify.probe.asked.places import Places
from verify.probe.known.training_set import TrainingSet

ABOVE = 1.05  # eigenvalues of -t J that no density has, which has 1 at most
MANY = 16  # points over which a mean is taken that holds on average alone


def around(score: Any, t: float, places: Places, like: torch.Tensor, rng: np.random.Generator) -> xr.Dataset:
    """All that is measured at one time: dimension, -t J along axes, returns and landings.

    Arguments:
        score: of the user.
        t: noise variance > 0.
        places: points probed and held out.
        like: a row of the kind and type that the score takes.
        rng: draws the noise.

    Returns:
        A Dataset along `probe`, `group` and held-out points.
    """
    known, y = places.known, places.probed
    x, noised = (points + t**0.5 * rng.standard_normal(points.shape) for points in (y, places.free))
    seen = local_dimension(score, like, t, rng=rng)
    field = Field(score, like, t)
    back, denoised = (points + t * field.scores(points) for points in (x, noised))
    return xr.Dataset(
        {
            **_of_dimension(seen),
            **_along_axes(score, like, x, t, places),
            **_returns(places, x, back),
            **_landings(known, denoised),
            "effective": ("probe", known.effective(x, t)),
        }
    )


def _of_dimension(seen: xr.Dataset) -> dict[str, Any]:
    """How many directions the score sees, and how much of its Jacobian no score has."""
    dimension = {name: seen[name].rename({"query": "probe"}) for name in ("dimension", "lower", "upper", "outcome")}
    sure = (seen.singular_values - seen.errors > ABOVE).mean("direction")
    return {**dimension, "above_one": ("probe", sure.values), "antisymmetric": ("probe", seen.asymmetry.values)}


def _along_axes(score: Any, like: Any, x: np.ndarray, t: float, places: Places) -> dict[str, Any]:
    """-t u.J u of the score, of the empirical score, and of that of the other data."""
    known, along = places.known, ("probe", "group")
    empirical = _normalized_jacobians(EmpiricalScore(known.data), places.probed, x, t, known)
    return {
        "normalized_jacobian": (along, _normalized_jacobians(score, like, x, t, known)),
        "empirical_normalized_jacobian": (along, empirical),
        "others_normalized_jacobian": (along, _of_others(places, x, t)),
    }


def _returns(places: Places, x: np.ndarray, back: np.ndarray) -> dict[str, Any]:
    """Where one step takes noised training points: by how much it misses them, farther away, and back to them."""
    known, y = places.known, places.probed
    rows, ratio = known.nearness(back)
    return {
        "missed_by_probes": (("probe", "group"), known.by_group(((back - y) @ known.looked_at.T) ** 2)),
        "away": ("probe", ((back - y) ** 2).sum(axis=1) > ((x - y) ** 2).sum(axis=1)),
        "returned": ("probe", (rows == known.first[places.chosen]) & (ratio < COPIED)),
    }


def _landings(known: TrainingSet, denoised: np.ndarray) -> dict[str, Any]:
    """The training points that one step from noised held-out points lands nearest to, and how near."""
    rows, ratio = known.nearness(denoised)
    return {"landed_on": ("free", rows), "landing_ratio": ("free", ratio)}


def _normalized_jacobians(score: Any, like: Any, x: np.ndarray, t: float, known: TrainingSet) -> np.ndarray:
    """Mean of -t u.J u over a few axes u of each group, at every x: (probes, groups)."""
    field, axes = Field(score, like, t), known.looked_at
    field.check(x[0], np.random.default_rng(0))
    return known.by_group(np.array([-t * (field.products(point, axes) * axes).sum(axis=1) for point in x]))


def _of_others(places: Places, x: np.ndarray, t: float) -> np.ndarray:
    """-t u.J u of the empirical scores of the data without each point probed and its copies: (probes, groups)."""
    known = places.known
    rows = [
        _normalized_jacobians(EmpiricalScore(known.without(row)), known.data[row], point[None], t, known)
        for row, point in zip(places.chosen.tolist(), x, strict=True)
    ]
    return np.concatenate(rows)


def mean_normalized_jacobian(
    score: Any, t: float, known: TrainingSet, like: torch.Tensor, rng: np.random.Generator
) -> float:
    """-t u.J u along the axes of largest variance, averaged over MANY noised training points.

    Arguments:
        score: of the user.
        t: noise variance > 0.
        known: the training set.
        like: a row of the kind and type that the score takes.
        rng: draws points and noise.

    Returns:
        A number.
    """
    y = known.data[rng.choice(len(known.data), MANY)]
    x = y + t**0.5 * rng.standard_normal(y.shape)
    return float(_normalized_jacobians(score, like, x, t, known)[:, 0].mean())
