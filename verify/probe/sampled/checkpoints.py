r"""What each of some checkpoints of a training has memorized: copies, directions learned by heart, held-out loss.

Each checkpoint is asked for samples and for pairs of cloned runs (`verify.probe.sampled.samples` and `.collisions`);
for what it has learned by heart along each group of principal axes (`verify.probe.asked.gate`), with m the mean square
of what D misses points by along the group,

.. math:: G = 1 - \frac{m(\text{training points})}{m(\text{held-out points})}

which is 0 of the law's score, whatever its curvature, and 1 of the empirical score; and for its loss at held-out points
h over that of the better trivial denoiser, at the same noised points for all,

.. math:: L = \frac1K \sum_k \frac{E |D(h + \sqrt{t_k} z) - h|^2}{\min(t_k d,\, \mathrm{Tr}\, C)}

G of a group of variance v is taken at t = v/4, or where that is larger, at the largest of the times at which fewer than
two points carry the empirical score: there memory would show, and the direction too. Groups for which t would be below
the noise at which samples end are not seen.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import xarray as xr

from simulate.run.progress import track
from theory import checks as arguments
from verify.probe.asked.gate import gate, generalization_gap, refuted
from verify.probe.asked.missed import missed
from verify.probe.asked.places import Places, grid_of_times
from verify.probe.asked.user_score import UserScore
from verify.probe.sampled.collisions import collisions, own_number
from verify.probe.sampled.runs import ends_of_runs
from verify.probe.sampled.samples import samples_and_copies

POINTS = 128  # held-out points whose loss is taken
GATE_TIMES = 3
PLAINLY = 4.0  # v/t from which on the data show a direction plainly
ALONE = 2.0  # effective number of points below which memory shows


def along_training(
    checkpoints: Sequence[tuple[str, Any]], data: np.ndarray, held_out: np.ndarray, seed: int = 0, device: str = "cpu"
) -> xr.Dataset:
    """Copies, effective number and held-out loss of each checkpoint, along `checkpoint`.

    Arguments:
        checkpoints: names and scores s(x, t), in the order of training.
        data: the training set, (N, d).
        held_out: points that were not trained on, (n, d).
        seed: of samples and noise, the same for every checkpoint.
        device: of the models.

    Returns:
        `copies`, `copies_lower`, `copies_upper`, the share of copies with its interval at 95 %, `p` of chance,
        `number_lower`, `number_upper` of the model's own points at the least time of clones, `refuted`, the share of a
        few times at which it is no posterior mean of the data, `loss`, `losses` of each held-out point; and along
        `group`, with the coordinate `variance`, `heart_lower` and `heart_upper`, the interval of G at 99.8 %, and its
        time `group_time` (NaN where that is not seen).

    Raises:
        ValueError: for bad data, no checkpoint, and a bad score.
    """
    if not checkpoints:
        raise ValueError("checkpoints must be one at least, got none")
    rows = [
        _at(UserScore(score), arguments.finite("data", data, ndim=(2,)), held_out, seed, device)
        for _, score in track(checkpoints, "checkpoints")
    ]
    return xr.concat(rows, "checkpoint").assign_coords(checkpoint=[name for name, _ in checkpoints])


def _at(score: Any, data: np.ndarray, held_out: np.ndarray, seed: int, device: str) -> xr.Dataset:
    rng = np.random.default_rng(arguments.integer("seed", seed, least=0))
    places = Places.of(data, held_out, 1, rng)
    others, known, like = places.held_out, places.known, torch.as_tensor(data[:1], dtype=torch.float32, device=device)
    assert others is not None
    times = grid_of_times(None, places, score)
    trivial = np.minimum(times * data.shape[1], known.variances.sum())
    losses = (missed(score, others[:POINTS], times, like, rng) / trivial).mean(axis=1)
    few = times[np.linspace(0, len(times) - 1, min(GATE_TIMES, len(times))).astype(int)]
    off, hearts = refuted(gate(score, known, None, few, like, rng)), _by_heart(score, places, times, like, rng)
    drawn, seen = samples_and_copies(score, known, others, like, rng)
    cloned = collisions(score, known, drawn.sampled.values, like, rng)
    lower, upper = own_number(cloned)
    measured = {
        "copies": seen.count / seen.total,
        "copies_lower": seen.lower,
        "copies_upper": seen.upper,
        "p": seen.p,
        "number_lower": lower,
        "number_upper": upper,
        "refuted": off.mean(),
        "loss": losses.mean(),
        "losses": ("held_out", losses),
    }
    return hearts.assign(measured)


def _by_heart(
    score: Any, places: Places, times: np.ndarray, like: torch.Tensor, rng: np.random.Generator
) -> xr.Dataset:
    """The interval of G along each group of axes, each at its own time."""
    known = places.known
    variances = np.array([known.variances[group].mean() for group in known.groups])
    at = _times_of(variances, places, times, ends_of_runs(score, known)[0], rng)
    lower, upper = np.full((2, variances.size), np.nan)
    for t in np.unique(at[np.isfinite(at)]):
        ends = generalization_gap(gate(score, known, places.held_out, np.array([t]), like, rng))
        lower[at == t], upper[at == t] = (end[0][at == t] for end in ends)
    along = {"group_time": at, "heart_lower": lower, "heart_upper": upper}
    return xr.Dataset({name: ("group", values) for name, values in along.items()}, {"variance": ("group", variances)})


def _times_of(
    variances: np.ndarray, places: Places, times: np.ndarray, end: float, rng: np.random.Generator
) -> np.ndarray:
    """For each group the largest time at which memory and the direction show; NaN where that is below the end."""
    points = places.known.points[:POINTS]
    noise = rng.standard_normal(points.shape)
    numbers = [np.median(places.known.effective(points + t**0.5 * noise, t)) for t in times.tolist()]
    alone = max(times[np.array(numbers) < ALONE], default=np.nan)
    at = np.minimum(variances / PLAINLY, alone)
    return np.where(at >= end, at, np.nan)
