r"""Collisions of cloned runs: how many different points the model itself has to choose from, whatever its data were.

Two runs of the reverse SDE start at the same x = y' + sqrt(t) z, y' a sample *of the model*. By an exact score they end
at independent draws of its posterior at (x, t). Of a model of points with weights w they end at the same point with
probability

.. math:: C(t) = \mathbb{E} \sum_\mu w_\mu^2, \qquad \text{effective number} = 1/C

and of an m-dimensional density, within a distance r of each other, with probability

.. math:: P(|a - b| < r) = F_{\chi^2_m}\!\big(r^2/2t\big)

at most, as the posterior is no narrower than the noise in its m directions. With r = c delta, delta the distance of
neighbours among the points and c that of copies (`verify.probe.sampled.samples`), that is below RATE for t above

.. math:: t_r = r^2 \big/ \, 2 F^{-1}_{\chi^2_m}(\mathrm{RATE}).

Every start has two clones alone, so that collisions are independent and their number is binomial: the interval of C is
exact. No training datum is used, save that delta and m are those of the training set where there is one.

References: A. Montanari (2023), Sampling, diffusions, and stochastic localization, arXiv:2305.10690; N. Carlini et al.
(2023), Extracting training data from diffusion models, arXiv:2301.13188, for cliques of samples.
"""

from typing import Any

import numpy as np
import xarray as xr
from scipy import stats

from simulate.sampling import clones
from verify.probe.known.own_points import Scales
from verify.probe.sampled.runs import RATE, Flow, ends_of_runs, factor_of
from verify.probe.sampled.samples import UNSURE

STARTS = 64  # pairs of clones at each time
STEPS = 32  # of a run
TIMES = 3
SHOWN = 8  # pairs of clones that are kept as they are


def times_of_clones(known: Scales, score: Any) -> np.ndarray:
    """Times from which clones are run, down to the least at which clones of a density would not collide.

    Arguments:
        known: the training set.
        score: of the user, perhaps with a `time_range`.

    Returns:
        Noise variances, descending, (TIMES,); none where they are out of the range of the score.
    """
    end, start = ends_of_runs(score, known)
    least, largest = max(_least(known), 4 * end), min(start, float(known.variances[0]))
    return np.geomspace(max(least, largest), least, TIMES) if least <= start else np.empty(0)


def collisions(score: Any, known: Scales, samples: np.ndarray, like: Any, rng: np.random.Generator) -> xr.Dataset:
    """Pairs of clones of a score and which of them collide, along `clone_time` and `pair`.

    Arguments:
        score: s(x, t), rows (batch, d) at a variance t.
        known: the training set, for the distance of neighbours and the intrinsic dimension.
        samples: of the model, (n, d), n >= 1: where the clones start, noised.
        like: a row of the kind and precision that the score takes.
        rng: draws starts and noise.

    Returns:
        `collided` (clone_time, pair), and where the first SHOWN pairs of runs end, `clone` (clone_time, clone_shown,
        twin, coordinate).
    """
    radius, end = factor_of(known) * known.typical_spacing, ends_of_runs(score, known)[0]
    times, flow = times_of_clones(known, score), Flow.of(score, known, like)
    drawn = [samples[rng.integers(len(samples), size=STARTS)] for _ in times]
    ends = [
        clones(flow.of_rows, y + t**0.5 * rng.standard_normal(y.shape), float(t), 2, rng, t_min=end, steps=STEPS)
        for y, t in zip(drawn, times, strict=True)
    ]
    pairs = np.array(ends).reshape(len(times), STARTS, 2, samples.shape[1])
    apart = np.linalg.norm(pairs[:, :, 0] - pairs[:, :, 1], axis=-1)
    return xr.Dataset(
        {
            "clone": (("clone_time", "clone_shown", "twin", "coordinate"), pairs[:, :SHOWN]),
            "collided": (("clone_time", "pair"), apart < radius),
        },
        coords={"clone_time": times},
    )


def interval(count: int, total: int) -> tuple[float, float]:
    """The effective number of points of which so many pairs collide, at 95 %: one over the share.

    Arguments:
        count: pairs that collided.
        total: pairs.

    Returns:
        Lower and upper end; infinite where no pair need have collided.
    """
    low, high = stats.binomtest(count, total).proportion_ci(0.95)
    return float(1 / high), float(1 / low) if low > 0 else np.inf


def own_number(found: xr.Dataset) -> tuple[float, float]:
    """How many points carry the model at the least time of its clones, at 95 %; NaN where no clones were run."""
    if not found.sizes["clone_time"]:
        return np.nan, np.nan
    return interval(int(found.collided[-1].sum()), found.sizes["pair"])


def chance_of(found: xr.Dataset) -> float:
    """p of as many collisions at any one time of a density; 1 where no clones were run."""
    counts = found.collided.sum("pair").values
    if not counts.size:
        return 1.0
    odds = stats.binom.sf(counts - 1, found.sizes["pair"], UNSURE * RATE)
    return float(min(1.0, counts.size * odds.min()))


def _least(known: Scales) -> float:
    """t_r of this module."""
    radius = factor_of(known) * known.typical_spacing
    return float(radius**2 / (2 * stats.chi2.ppf(RATE, known.intrinsic_dimension)))
