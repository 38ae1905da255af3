r"""Flow matching on N points: how random its target is, given where a path has come.

A path :math:`x_a = a y + (1 - a) z` runs from noise to one of the N points y, at the clock a = 1/(1 + sqrt(t)), t being
the noise variance of x_a/a. Its target, the velocity u = y - z, is given x_a a random one: the path may come from any
point. In units of what the law's own target has,

.. math::

    \frac{\mathbb{E} |u - u^*(x_a)|^2}{\sum_i v_i t/((t + v_i)(1 - a)^2)}, \qquad
    u^* = \sum_\mu w_\mu \frac{y_\mu - x_a}{1 - a}, \quad w_\mu \propto e^{-|x_a - a y_\mu|^2/(2 (1 - a)^2)}

which is 0 where x_a tells the target. `FlowClock` finds the clock from these weights alone: that at which they are,
seen from a x, as unequal as the weights :math:`e^{-|x - y_\mu|^2/(2 t)}` seen from x. (The sum of squares of weights of
one set of energies rises with 1/t, so that there is one such clock.)

References: On the closed-form of flow matching (Q. Bertrand et al., 2025), arXiv:2506.03719.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from scipy.optimize import brentq
from scipy.special import softmax

from simulate.observables.observable import Single
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows
from simulate.samplers import ProbedSet
from theory.case import Case
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import halves

EARLIEST, ROUNDING = 1e-3, 1e-9  # clock from which on roots are looked for, and bound on their error


@dataclass(frozen=True)
class TargetVariance(Single):
    """The variance of the target velocity given x_a on paths to training points, over that of the law's target.

    The mean over the probes of each data set (`simulate.samplers.Probed`), of a centred law seen from the origin.
    """

    def __call__(self, case: Case, drawn: list[ProbedSet]) -> np.ndarray:
        a = 1 / (1 + np.sqrt(case.t))
        law = (case.variances * case.t / (case.variances + case.t)).sum() / (1 - a) ** 2
        return np.array([_variance(probed, a) for probed in drawn]) / law


def _variance(probed: ProbedSet, a: float) -> float:
    """Mean of |u - u^*|^2 over paths to the chosen points, at the clock a."""
    y = probed.data[probed.chosen]
    x = a * y + (1 - a) * probed.noise
    logs = (a * x @ probed.data.T - a**2 * (probed.data**2).sum(axis=1) / 2) / (1 - a) ** 2
    mean = softmax(logs, axis=1) @ probed.data
    return float((((y - probed.noise) - (mean - x) / (1 - a)) ** 2).sum(axis=1).mean())


@dataclass(frozen=True, kw_only=True)
class FlowClock(Experiment):
    """The clock at which flow matching seen from a x has the sum of squared weights of the exploding process at x, t.

    A row for each of `times`; `stderr` bounds the rounding of the root.

    Arguments:
        times: noise variances t of the exploding process, in squared units of the data.
        law: of the data.
        n: the number of points.
        seed: of all random numbers, an integer >= 0.
    """

    times: tuple[float, ...] = (0.3, 1.0, 5.0)
    law: LinearGaussian = field(default_factory=lambda: halves(2))
    n: int = 20

    def points(self) -> Sequence[Point]:
        return [Point(t=t, n=self.n, d=self.law.dimension) for t in self.times]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        t, data = float(point["t"]), self.law.sample(self.n, rng)
        x = data[0] + np.sqrt(t) * rng.standard_normal(self.law.dimension)
        wanted = _collisions(((x - data) ** 2).sum(axis=1) / t)

        def missed(a: float) -> float:
            return _collisions(((a * x - a * data) ** 2).sum(axis=1) / (1 - a) ** 2) - wanted

        clock = float(brentq(missed, EARLIEST, 1 - EARLIEST, xtol=1e-14))
        return xr.Dataset({"observed": ("place", [clock]), "stderr": ("place", [ROUNDING])})

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each time."""
        return rows(parts, "place")


def _collisions(squares: np.ndarray) -> float:
    """Sum of squared weights of points at squared distances (n,), in units of the noise variance."""
    return float((softmax(-squares / 2) ** 2).sum())
