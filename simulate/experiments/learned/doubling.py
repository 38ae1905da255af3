r"""When the risk of a kernel model of two points is halfway to that of the empirical score.

Two points of an isotropic law of variance 1 in d dimensions, seen along the line through them from half way between:
a is half their distance, and held-out points have along the line the coordinates y ~ N(centre, 1). The model sees that
coordinate alone (`simulate.learned.line`), by a kernel of length :math:`\sqrt d`. Its risk :math:`\mathbb{E}(D - y)^2`
at x = y + sqrt(t) z is that of pure noise, D = 0, long after the data are memorized.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from simulate.learned.line import LineFlow
from simulate.run.experiment import Experiment, Point

EARLIEST, LATEST = 0.3, 1.2  # log times that are looked for, in units of a^2/(2 t)
EXACT = 1e-6  # of a log time


@dataclass(frozen=True, kw_only=True)
class RiskDoubling(Experiment):
    """Mean over pairs of points of the log training time at which their risk has doubled: a row for each d.

    `a` and `centre` (pair) are those of each; `stderr` bounds the error, what half the spacing of the nodes changes.

    Arguments:
        dimensions: d, the number of directions of the law.
        t: noise variance > 0, in units of the variance of the law.
        pairs: the number of independent data sets of two points.
        seed: of all random numbers, an integer >= 0.
    """

    dimensions: tuple[int, ...] = (80, 160)
    t: float = 0.3
    pairs: int = 6

    def points(self) -> Sequence[Point]:
        return [Point(d=d, n=2, t=self.t) for d in self.dimensions]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        d = int(point["d"])
        seen = np.array([along_line(*rng.standard_normal((2, d))) for _ in range(self.pairs)])
        coarse, fine = (
            np.mean([log_doubled(a, centre, self.t, np.sqrt(d), spacing) for a, centre in seen.tolist()])
            for spacing in (1.0, 0.5)
        )
        found = {"observed": fine + (fine - coarse) / 3, "stderr": abs(fine - coarse) + EXACT}
        return xr.Dataset({**found, "a": ("pair", seen[:, 0]), "centre": ("pair", seen[:, 1])})


def along_line(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Half the distance of two points, and the mean 0 of the law on their line, from half way between them.

    Arguments:
        one, other: points (d,).
    """
    a = float(np.linalg.norm(one - other) / 2)
    return a, float(-(one + other) @ (one - other) / (4 * a))


def log_doubled(a: float, centre: float, t: float, length: float, spacing: float) -> float:
    """Log of the training time at which the risk is halfway from that of pure noise to that of the empirical score.

    Arguments:
        a: half the distance of the points.
        centre: the mean of held-out points, of variance 1.
        t: noise variance.
        length: of the kernel.
        spacing: of the nodes, as of `simulate.learned.line.LineFlow`.
    """
    flow = LineFlow(a, t, length, spacing)
    half, lead = excess(flow.x, flow.target, centre, t) / 2, a**2 / (2 * t)

    def beyond(log_tau: float) -> float:
        return excess(flow.x, flow.at(log_tau), centre, t) - half

    return float(brentq(beyond, EARLIEST * lead, LATEST * lead, xtol=EXACT))


def excess(x: np.ndarray, denoised: np.ndarray, centre: float, t: float) -> float:
    """E(D - y)^2 - E y^2 of an odd D at held-out points.

    Arguments:
        x: nodes > 0, equally spaced, (nodes,).
        denoised: D there, (nodes,).
        centre: the mean of y, of variance 1.
        t: noise variance.
    """
    both, values = np.concatenate([-x[::-1], x]), np.concatenate([-denoised[::-1], denoised])
    weights = np.exp(-((both - centre) ** 2) / (2 * (1 + t)))
    expected = centre + (both - centre) / (1 + t)
    return float(weights @ (values**2 - 2 * values * expected) / weights.sum())
