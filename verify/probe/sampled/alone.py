r"""A model without its training data: how many points it chooses from, seen in its own runs.

Samples y' are drawn by the reverse SDE from noise of the largest variance that the model knows. Of an m-dimensional law
the distances r of pairs have P(|a - b| < r) ~ r^m, so that from their medians and quantiles

.. math:: m = \frac{\log(1/2 \div 1/5)}{\log(r_{1/2}/r_{1/5})}, \qquad
          \delta = r_{1/2}\, (2 \log 2 / n)^{1/m}

are the dimension and the distance of neighbours among n such samples, whatever share below 1/5 of the pairs are copies
of each other. With them pairs of clones are run as in `verify.probe.sampled.collisions`, and the score is asked rightly
where the slope of `verify.probe.asked.gate` is 1 at its own samples. No model is cleared without its data.

Reference: P. Grassberger and I. Procaccia (1983), Measuring the strangeness of strange attractors.
"""

from typing import Any

import numpy as np
import torch
import xarray as xr

from simulate.dimension import Field
from simulate.dimension.field import time_range
from simulate.sampling import clones
from theory.checks import integer, positive, scalar
from verify.probe.asked.gate import off_one, ratio
from verify.probe.asked.user_score import Score, UserScore, refuse_random
from verify.probe.known.own_points import OwnPoints
from verify.probe.sampled.collisions import chance_of, collisions, own_number
from verify.probe.sampled.runs import FAR, Flow
from verify.probe.sampled.samples import CHANCE

COUNT = 64  # samples
STEPS = 64  # of their runs
DEPTH = 1e-8  # least t over the largest, where the model knows no least one
GATE_TIMES = 5
WORDS = {
    "memorizes": "it chooses from few points: pairs of its runs end together",
    "not told": "pairs of its runs end apart, at points of their own; no model is cleared without its data",
}


def probe_alone(score: Score, d: int, largest: float | None = None, seed: int = 0, device: str = "cpu") -> xr.Dataset:
    """How many points a model chooses from, without its training data.

    Arguments:
        score: s(x, t), rows (batch, d) at a variance t.
        d: the number of dimensions.
        largest: variance of the noise at which runs start; that of the score's `time_range` where None.
        seed: of noise and samples, an integer >= 0.
        device: of the model.

    Returns:
        `sampled` (sample, coordinate), `collided` and `clone` of `verify.probe.sampled.collisions`, `slope`,
        `slope_lower` and `slope_upper` along `gate_time`, and in `attrs` `verdict`, `reason`, `number_lower` and
        `number_upper`.

    Raises:
        ValueError: for a score without a largest time where none is given, and for a bad score.
    """
    asked, rng = UserScore(score), np.random.default_rng(integer("seed", seed, least=0))
    least, most = time_range(score)
    start = most if largest is None else min(most, float(positive("largest", scalar("largest", largest))))
    if not np.isfinite(start):
        raise ValueError("largest must be given, a variance of the noise, for a score without a largest time")
    like = torch.zeros(1, integer("d", d), dtype=torch.float32, device=device)
    x, end = start**0.5 * rng.standard_normal((COUNT, d)), max(least, DEPTH * start)
    refuse_random(asked, torch.as_tensor(x[:2], dtype=torch.float32, device=device), start)
    flow = Flow(asked, like, FAR * start**0.5)
    known = OwnPoints.of(clones(flow.of_rows, x, start, 1, rng, t_min=end, steps=STEPS)[:, 0])
    cloned = collisions(asked, known, known.data, like, rng)
    found = xr.merge([cloned, _slopes(asked, known, like, rng)]).assign(sampled=(("sample", "coordinate"), known.data))
    return found.assign_attrs(_concluded(found), d=d, seed=seed, intrinsic_dimension=known.intrinsic_dimension)


def _slopes(score: Any, known: OwnPoints, like: torch.Tensor, rng: np.random.Generator) -> xr.Dataset:
    """The slope of (y' - x) on t s at noised samples."""
    least, most = time_range(score)
    low, high = max(least, known.typical_spacing**2 / 100), min(most, float(known.variances[0]))
    times, rows = np.geomspace(max(low, high), low, GATE_TIMES), []
    for t in times.tolist():
        noise = t**0.5 * rng.standard_normal(known.data.shape)
        step = t * Field(score, like, t).scores(known.data + noise)
        rows.append(ratio(-(noise * step).sum(axis=1), (step**2).sum(axis=1)))
    slope, half = np.array(rows).T
    along = {"slope": slope, "slope_lower": slope - half, "slope_upper": slope + half}
    return xr.Dataset({name: ("gate_time", values) for name, values in along.items()}, coords={"gate_time": times})


def _concluded(found: xr.Dataset) -> dict[str, Any]:
    """Verdict, reason and the model's own number of points."""
    if not found.sizes["clone_time"]:
        return {"verdict": "not told", "reason": "at no time of the score would clones of a density end apart"}
    lower, upper = own_number(found)
    number = {"number_lower": lower, "number_upper": upper, "clones_p": chance_of(found)}
    off = off_one(found)
    if float(off.mean()) > 0.5:
        seen = f"{float(found.slope.min()):.2g} to {float(found.slope.max()):.2g}"
        why = (
            f"at its own samples the slope of (y - x) on t s is {seen}, where every score has 1: it is no score of them"
        )
        return {**number, "verdict": "not told", "reason": why}
    word = "memorizes" if number["clones_p"] < CHANCE and not off.any() else "not told"
    return {**number, "verdict": word, "reason": WORDS[word] if not off.any() else "its slope is not 1 at all times"}


def lines(found: xr.Dataset) -> list[str]:
    """The answer in sentences."""
    counts, pairs = found.collided.sum("pair").values.tolist(), found.sizes["pair"]
    ends = [f"{k} of {pairs} from t = {t:.3g}" for k, t in zip(counts, found.clone_time.values, strict=True)]
    slopes = (
        f"slope of (y - x) on t s at its own samples {float(found.slope.min()):.3g} to {float(found.slope.max()):.3g}"
    )
    return [
        f"without its training data: {found.attrs['verdict']}, {found.attrs['reason']}",
        f"pairs of runs that end together: {', '.join(ends) or 'none were run'}",
        f"{slopes}, 1 for every score",
    ]
