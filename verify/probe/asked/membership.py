r"""Was this image among the training data? At a stated rate of false positives, by comparison with held-out images.

A model that has learned y by heart misses it by less than it misses others. The statistic of an image is

.. math:: T(y) = \frac1K \sum_k \log |D(y + \sqrt{t_k} z_k) - y|^2

over times t_k and noises z. Of an image that was not trained on, held-out images and it are exchangeable, so that the
rank of its T among theirs is uniform, whatever the model:

.. math:: p = \frac{1 + \#\{i : T(h_i) \le T(y)\}}{1 + n}

is at most a with probability at most a. An image is said to be a member where p <= rate; n held-out images know no rate
below 1/(n + 1). What share of the training images is found so, the power, is told beside it: it is small for a model
that does not memorize, and no image is acquitted by its p.

References: V. Vovk, A. Gammerman, G. Shafer (2005), Algorithmic learning in a random world; N. Carlini et al. (2022),
Membership inference attacks from first principles, arXiv:2112.03570; J. Duan et al. (2023), arXiv:2302.01316.
"""

from typing import Any

import numpy as np
import torch
import xarray as xr

from theory.checks import finite, generator, scalar, times
from verify.probe.asked.missed import missed
from verify.probe.asked.user_score import UserScore

TINY = np.finfo(float).tiny  # of squares that vanish
SETS = ("asked", "held_out", "data")
NAMED = 8  # images, in a sentence
POWER = 256  # training images, at most, of which the share that is found is told


def membership(
    score: Any,
    asked: np.ndarray,
    data: np.ndarray,
    held_out: np.ndarray,
    at: Any,
    rng: np.random.Generator,
    rate: float = 0.05,
    device: str = "cpu",
) -> xr.Dataset:
    """Which of some images a model was trained on, at a rate of false positives.

    Arguments:
        score: s(x, t), rows (batch, d) at a variance t.
        asked: the images in question, (m, d).
        data: the training set, (N, d), for the power alone.
        held_out: images of the same kind that were not trained on, (n, d), n >= 1/rate - 1.
        at: variances t at which the model denoises, (K,).
        rng: draws the noise.
        rate: of images that were not trained on, the share that may be said to be members, in (0, 1).
        device: of the model.

    Returns:
        `p` (asked,) and `member` (asked,), with `attrs` of `rate`, `power`, the share of the training images that are
        found, and `held_out`, how many there are.

    Raises:
        ValueError: for bad images, and for fewer held-out images than the rate needs.
    """
    level, variances = float(scalar("rate", rate)), times(at)
    images = {name: finite(name, rows, ndim=(2,)) for name, rows in zip(SETS, (asked, held_out, data), strict=True)}
    if not 0 < level < 1:
        raise ValueError(f"rate must be between 0 and 1, got {level}")
    fewest = int(np.ceil(1 / level - 1e-9)) - 1
    if len(held_out) < fewest:
        raise ValueError(f"held_out must be at least {fewest} images for a rate of {level:g}, got {len(held_out)}")
    like, chosen = torch.as_tensor(data[:1], dtype=torch.float32, device=device), generator("rng", rng)
    images["data"] = images["data"][chosen.permutation(len(data))[:POWER]]
    squares = {name: missed(UserScore(score), rows, variances, like, chosen) for name, rows in images.items()}
    seen = {name: np.log(np.maximum(values, TINY)).mean(axis=1) for name, values in squares.items()}
    p, of_training = (conformal(seen[name], seen["held_out"]) for name in ("asked", "data"))
    power = float((of_training <= level).mean())
    return xr.Dataset({"p": ("asked", p), "member": ("asked", p <= level)}).assign_attrs(
        rate=level, power=power, held_out=len(held_out)
    )


def conformal(asked: np.ndarray, held_out: np.ndarray) -> np.ndarray:
    """p of each statistic asked, (m,), by its rank among those held out, (n,): small where it is small.

    Arguments:
        asked: the statistic T of each image asked about, (m,).
        held_out: T of each held-out image, (n,).
    """
    return (1 + np.searchsorted(np.sort(held_out), asked, side="right")) / (1 + len(held_out))


def told(found: xr.Dataset, names: list[str]) -> str:
    """Which images are members, in a sentence.

    Arguments:
        found: `p` and `member` of each image asked about, and rate, power and number of held-out images in `attrs`.
        names: a name for each image asked about.
    """
    hits = [
        f"{name} (p = {p:.2g})" for name, p, hit in zip(names, found.p.values, found.member.values, strict=True) if hit
    ]
    rule = (
        f"where {found.attrs['rate']:.1%} of images that it was not trained on would be said to be, by "
        f"{found.attrs['held_out']} held-out images; of its own training images {found.attrs['power']:.0%} are found so"
    )
    said = f"{len(hits)} of {found.sizes['asked']} images asked about are said to be training images, {rule}"
    more = f" and {len(hits) - NAMED} more" * (len(hits) > NAMED)
    return said + (f": {', '.join(hits[:NAMED])}{more}" if hits else ": that is no proof that the others are not")
