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
    (own, own_ratio), (landed, ratio) = (known.nearness(points) for points in (back, denoised))
    measured = {
        "normalized_jacobian": (("probe", "group"), _normalized_jacobians(score, like, x, t, known)),
        "empirical_normalized_jacobian": (
            ("probe", "group"),
            _normalized_jacobians(EmpiricalScore(known.data), y, x, t, known),
        ),
        "others_normalized_jacobian": (("probe", "group"), _of_others(places, x, t)),
        "missed_by_probes": (("probe", "group"), known.by_group(((back - y) @ known.looked_at.T) ** 2)),
        "away": ("probe", ((back - y) ** 2).sum(axis=1) > ((x - y) ** 2).sum(axis=1)),
        "effective": ("probe", known.effective(x, t)),
        "returned": ("probe", (own == known.first[places.chosen]) & (own_ratio < COPIED)),
        "landed_on": ("free", landed),
        "landing_ratio": ("free", ratio),
    }
    dimension = {name: seen[name].rename({"query": "probe"}) for name in ("dimension", "lower", "upper", "outcome")}
    sure = seen.singular_values - seen.errors > ABOVE
    kind = {
        "above_one": ("probe", sure.mean("direction").values),
        "antisymmetric": ("probe", seen.asymmetry.values),
    }
    return xr.Dataset(dimension | measured | kind)


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
