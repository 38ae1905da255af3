r"""Samples of a model, and how many of them are copies of training points.

From x ~ N(mean, C + t I), at a t above all variances of the data, down to a noise far below the distances of the
training points, two samplers are followed: the probability flow dx/d(std) = -std s(x, std^2), and the reverse SDE
(`simulate.sampling`). Both end at draws of one law where s is a score; the errors of a model take them to different
ends, and people use both. What is said is of the one that copies more, its p doubled. A sample is a *copy* where it
lies nearer to a training point than to any other by a factor c. Draws of an m-dimensional law do so with probability
c^m as N grows, so that

    c = min(1/3, RATE^{1/m}),    m = 1/mean log(d_2/d_1)

with m from the distances d_1, d_2 of training points to their nearest others, and the share of training points that
lie so near to another one is the odds of chance. Near copies among the training points count as one point.

A training point that lies alone, as the one point of a cluster, has draws of the law near it too. So samples are said
to be copies where a larger share of them than of held-out points lies so near (Fisher's exact test), or, without
held-out points, where they are copies of more *different* training points than the odds would have it.

References: N. Carlini et al. (2023), Extracting training data from diffusion models, arXiv:2301.13188; E. Facco et al.
(2017), Estimating the intrinsic dimension of datasets by a minimal neighborhood information; T. Karras et al. (2022),
Elucidating the design space of diffusion-based generative models, arXiv:2206.00364.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
import xarray as xr
from scipy import stats

from simulate.networks.sampling import samples, schedule
from simulate.sampling import clones
from verify.probe.known.training_set import TrainingSet
from verify.probe.sampled.runs import RATE, Flow, ends_of_runs, factor_of

SAMPLERS = ("probability flow", "reverse SDE")
COUNT = 128  # samples of each
HELD_OUT = 512  # held-out points, at most, that samples are compared with
STEPS = 32  # of the flow
MORE = 3  # times COUNT samples are added where some of the first are copies, and too few to exclude chance
UNSURE = 1.5  # the odds of chance are at least UNSURE * RATE, since the dimension is an estimate
CHANCE = 1e-3  # p below which copies are no chance
LIKE = 1.5  # factor by which the size of samples may differ from that of the data


def sampled(
    score: Any,
    known: TrainingSet,
    like: torch.Tensor,
    rng: np.random.Generator,
    count: int = COUNT,
    sampler: str = "probability flow",
) -> xr.Dataset:
    """Samples of a score and the training points that they lie nearest to, along `sample`.

    Arguments:
        score: s(x, t), rows (batch, d) at a variance t.
        known: the training set.
        like: a row of the kind and precision that the score takes.
        rng: draws the noise.
        count: the number of samples.
        sampler: one of SAMPLERS.

    Returns:
        `sampled` (sample, coordinate), `sample_row`, the nearest training row, `sample_ratio`, its distance over that
        to the next point, and `sample_square`, its squared distance from the mean over Tr C.
    """
    end, start = ends_of_runs(score, known)
    drawn = known.alike(count, rng)
    x, flow = drawn + start**0.5 * rng.standard_normal(drawn.shape), Flow.of(score, known, like)
    if sampler == "reverse SDE":
        ends = clones(flow.of_rows, x, start, 1, rng, t_min=end, steps=STEPS)[:, 0]
    else:
        ends = samples(flow, torch.as_tensor(x) / start**0.5, schedule(end, start, STEPS)).numpy()
    return of_samples(ends, known)


def of_samples(ends: np.ndarray, known: TrainingSet) -> xr.Dataset:
    """Samples with the training points that they lie nearest to.

    Arguments:
        ends: samples, (count, d).
        known: the training set.

    Returns:
        A Dataset along `sample`, as `sampled` gives them.
    """
    rows, ratio = known.nearness(ends)
    return xr.Dataset(
        {
            "sampled": (("sample", "coordinate"), ends),
            "sample_row": ("sample", rows),
            "sample_ratio": ("sample", ratio),
            "sample_square": ("sample", ((ends - known.data.mean(axis=0)) ** 2).sum(axis=1) / known.variances.sum()),
        }
    )


def samples_and_copies(
    score: Any, known: TrainingSet, held_out: np.ndarray | None, like: torch.Tensor, rng: np.random.Generator
) -> tuple[xr.Dataset, "Copies"]:
    """Samples of a score by the sampler of which more are copies, and the copies among them, p doubled.

    Arguments:
        score: a score of torch rows (n, d) and a noise variance t.
        known: the training points, and the scales of their distances.
        held_out: points that the model was not trained on, (n, d), or None.
        like: a row whose dtype and device the score takes, (d,).
        rng: of the starts and the noise.
    """
    found = {sampler: _enough(score, known, held_out, like, rng, sampler) for sampler in SAMPLERS}
    worst = min(found, key=lambda name: (found[name][1].p, -found[name][1].lower))
    drawn, seen = found[worst]
    return drawn, replace(seen, p=min(1.0, len(SAMPLERS) * seen.p), sampler=worst)


def _enough(
    score: Any, known: TrainingSet, held_out: np.ndarray | None, like: torch.Tensor, rng: np.random.Generator, by: str
) -> tuple[xr.Dataset, "Copies"]:
    """COUNT samples of one sampler and the copies among them; MORE * COUNT are added where the first cannot tell."""
    drawn = sampled(score, known, like, rng, sampler=by)
    seen = copies(drawn, known, held_out, rng)
    if seen.count and seen.p >= CHANCE / len(SAMPLERS):
        more = sampled(score, known, like, rng, MORE * COUNT, by)
        drawn = xr.concat([drawn, more], "sample")
        seen = copies(drawn, known, held_out, rng)
    return drawn, seen


@dataclass(frozen=True)
class Copies:
    """How many of some samples are copies of training points, and how many would be by chance.

    Arguments:
        count: the number of samples that are copies.
        total: the number of samples.
        lower, upper: the 95 % interval of the share of copies.
        p: the probability of as many copies, or more, by chance.
        odds: the share of draws of the law that would look like copies by chance.
        factor: c of this module: a copy is so much nearer to one training point than to any other.
        rows: the training rows copied, the most copied first.
        sampler: the one of SAMPLERS that drew the samples.
    """

    count: int
    total: int
    lower: float
    upper: float
    p: float
    odds: float
    factor: float
    rows: np.ndarray
    sampler: str = ""


def copies(found: xr.Dataset, known: TrainingSet, held_out: np.ndarray | None, rng: np.random.Generator) -> Copies:
    """The copies among samples, by the rule of this module.

    Arguments:
        found: `sample_ratio` and `sample_row` of each sample.
        known: the training points, and the scales of their distances.
        held_out: points that the model was not trained on, (n, d), or None.
        rng: of the training points that are looked at for the odds of chance.
    """
    factor = factor_of(known)
    near = found.sample_ratio.values < factor
    count, total = int(near.sum()), int(near.size)
    crowded, looked_at = known.crowded(rng, factor)
    odds = max(UNSURE * RATE, crowded / max(looked_at, 1))
    interval = stats.binomtest(count, total).proportion_ci(0.95)
    rows, times = np.unique(found.sample_row.values[near], return_counts=True)
    p = float(stats.binom.sf(len(rows) - 1, total, odds))
    if held_out is not None:
        p = _more_than(count, total, known.nearness(held_out[:HELD_OUT])[1] < factor)
    return Copies(count, total, interval.low, interval.high, p, odds, factor, rows[np.argsort(-times, kind="stable")])


def _more_than(count: int, total: int, by_chance: np.ndarray) -> float:
    """p of Fisher's test that the share count/total is larger than that of held-out points that lie near by chance."""
    other = int(by_chance.sum())
    table = [[count, total - count], [other, by_chance.size - other]]
    return float(stats.fisher_exact(table, alternative="greater").pvalue)
