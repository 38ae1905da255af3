r"""Memorization along training: at which of some checkpoints it began, and what stopping before it costs.

Each checkpoint is asked for samples and for pairs of cloned runs (`verify.probe.sampled.samples` and `.collisions`),
and for its loss at held-out points over that of the better trivial denoiser, at the same noised points for all,

.. math:: L = \frac1K \sum_k \frac{E |D(h + \sqrt{t_k} z) - h|^2}{\min(t_k d,\, \mathrm{Tr}\, C)}

Memorization *began* at the first checkpoint from which on samples are copies beyond chance at every one. Stopping at
the last one before costs its L over the least L of all. The images needed for as long a training without copies are
N times the ratio of the last step to the first step with copies, *if* the time to memorize is proportional to N, as
arXiv:2505.17638 found for U-Nets and random features; that is a rule of others, not measured here.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import xarray as xr

from simulate.run.progress import track
from theory import checks as arguments
from verify.probe.asked.missed import missed
from verify.probe.asked.places import Places, grid_of_times
from verify.probe.asked.user_score import UserScore
from verify.probe.sampled.collisions import collisions, own_number
from verify.probe.sampled.samples import CHANCE, samples_and_copies

RULE = "the time to memorize is proportional to their number, as arXiv:2505.17638 found"
POINTS = 128  # held-out points whose loss is taken


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
        `number_lower`, `number_upper` of the model's own points at the least time of clones, and `loss`.

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
    loss = float((missed(score, others[:POINTS], times, like, rng).mean(axis=0) / trivial).mean())
    drawn, seen = samples_and_copies(score, known, others, like, rng)
    cloned = collisions(score, known, drawn.sampled.values, like, rng)
    lower, upper = own_number(cloned)
    return xr.Dataset(
        {
            "copies": seen.count / seen.total,
            "copies_lower": seen.lower,
            "copies_upper": seen.upper,
            "p": seen.p,
            "number_lower": lower,
            "number_upper": upper,
            "loss": loss,
        }
    )


def began(found: xr.Dataset) -> int | None:
    """The first checkpoint from which on samples are copies beyond chance; None where the last one has none."""
    lasting = np.logical_and.accumulate((found.p.values < CHANCE)[::-1])[::-1]
    return int(lasting.argmax()) if lasting.any() else None


def advice(found: xr.Dataset, n: int, steps: Sequence[float] | None = None) -> str:
    """Where memorization began among checkpoints of `n` images and what follows; with their steps, if known.

    Arguments:
        found: what was observed along `checkpoint`.
        n: the number of training images.
        steps: the training step of each checkpoint, if known.
    """
    first, loss, names = began(found), found.loss.values, found.checkpoint.values.tolist()
    best = int(loss.argmin())
    if first is None:
        most = f"at most {float(found.copies_upper[-1]):.1%} of samples are copies there, at 95 %"
        return f"at the last checkpoint, {names[-1]}, no more samples are copies than by chance: {most}"
    said = f"memorization began at {names[first]}: from there on samples are copies of training images"
    if first == 0:
        return f"{said}; no checkpoint before it is known, keep earlier ones or train on more images"
    price = loss[first - 1] / loss[best] - 1
    stop = f"stopping at {names[first - 1]} costs {price:.1%} of held-out loss against the best, {names[best]}"
    if first - 1 == best:
        stop = f"{names[best]}, before it, has the least held-out loss of all: stop there"
    if steps is None or not steps[first] > 0:
        return f"{said}; {stop}"
    more = n * steps[-1] / steps[first]
    return f"{said}; {stop}; a training as long as this one without copies takes about {more:.2g} images, if {RULE}"
