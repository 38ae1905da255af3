r"""Linear denoisers in training time: gradient flow on the loss of a data set, integrated step by step.

.. math::

    L(W) = \frac1N \sum_\mu |W y_\mu - y_\mu|^2 + t\, \mathrm{tr}\, W W^T

is the loss of :math:`D = W x` with all noise averaged. One layer moves W down its gradient, two layers move P of
:math:`W = P P^T`; gradients are those of automatic differentiation, and an adaptive Runge-Kutta rule integrates them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows
from theory.checks import choice

LAYERS = (1, 2)
ACCURACY = 1e-10  # of the integration, relative and absolute
ERROR = 1e-6  # bound on the error of a weight or of a time
Flow = Callable[[float, np.ndarray], np.ndarray]
LEVELS: dict[str, Callable[[float, np.ndarray], np.ndarray]] = {
    "arithmetic": lambda start, ends: (start + ends) / 2,
    "harmonic": lambda start, ends: 2 * start * ends / (start + ends),
    "half": lambda start, ends: ends / 2,
}


@dataclass(frozen=True, kw_only=True)
class LinearTraining(Experiment):
    """Weights W_k along the principal axes of a data set, in training time at learning rate 1.

    Arguments:
        variances: those of the data set along its principal axes, exactly.
        t: the noise variance > 0, in squared units of the data.
        start: the weight W_k > 0 from which all start: W = start I.
        taus: training times at which weights are seen.
        n: the number of points.
        seed: of all random numbers, an integer >= 0.

    Row by row `observed` is a weight, `stderr` a bound on its error, `variance` and `tau` say which.
    """

    variances: tuple[float, ...]
    t: float
    start: float
    taus: tuple[float, ...]
    n: int = 20

    def points(self) -> Sequence[Point]:
        return [Point(layers=layers) for layers in LAYERS]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data, axes = of_variances(np.array(self.variances), self.n, rng)
        layers = int(point["layers"])
        path = _path(layers, data, self.t, self.start, max(self.taus), rng)
        along = np.array([_along(axes, path(tau)) for tau in self.taus])
        labels = {"variance": np.tile(self.variances, len(self.taus)), "tau": np.repeat(self.taus, len(self.variances))}
        return _table(along.ravel(), labels)

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each number of layers, variance and time."""
        return rows(parts, "row")


@dataclass(frozen=True, kw_only=True)
class EmergenceTimes(Experiment):
    """Training times, at learning rate 1, at which weights along the principal axes of a data set are at a mean.

    Arguments:
        variances: those of the data set along its principal axes, exactly.
        t: the noise variance > 0, in squared units of the data.
        starts: weights > 0 from which all start: W = start I, below all harmonic means with the ends.
        mean: "arithmetic" or "harmonic" mean of start and end, or "half" of the end.
        layers: 1 or 2.
        n: the number of points.
        seed: of all random numbers, an integer >= 0.

    Row by row `observed` is variance times training time, `stderr` a bound on its error, `variance` says which.
    """

    variances: tuple[float, ...]
    t: float
    starts: tuple[float, ...]
    mean: str
    layers: int = 2
    n: int = 20

    def points(self) -> Sequence[Point]:
        return [Point(start=start) for start in self.starts]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        variances, start = np.array(self.variances), float(point["start"])
        data, axes = of_variances(variances, self.n, rng)
        ends = variances / (variances + self.t)
        levels = LEVELS[choice("mean", self.mean, tuple(LEVELS))](start, ends)
        longest = float(np.log(ends.max() / start + 2) / (2 * variances.min()))
        path = _path(self.layers, data, self.t, start, longest, rng)
        times = [_reached(lambda tau, k=k: _along(axes, path(tau))[k], levels[k], longest) for k in range(len(levels))]
        return _table(variances * times, {"variance": variances})

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each start and variance."""
        return rows(parts, "row")


def of_variances(variances: np.ndarray, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points of mean 0 and of exactly given variances along random axes.

    Arguments:
        variances: (d,), in squared units of the data.
        n: number of points, > d.
        rng: draws points and axes.

    Returns:
        Points (n, d), and axes (d, d), one a row.
    """
    drawn = rng.standard_normal((n, variances.size))
    columns = np.linalg.qr(drawn - drawn.mean(axis=0))[0] * np.sqrt(n)
    axes = np.linalg.qr(rng.standard_normal((variances.size, variances.size)))[0].T
    return (columns * np.sqrt(variances)) @ axes, axes


def _path(
    layers: int, data: np.ndarray, t: float, start: float, longest: float, rng: np.random.Generator
) -> Callable[[float], np.ndarray]:
    """W (d, d) at any training time up to `longest`, from W = start I, at learning rate 1."""
    d = data.shape[1]
    turned = np.linalg.qr(rng.standard_normal((d, d)))[0]
    first = start * np.eye(d) if layers == 1 else np.sqrt(start) * turned
    flow = _flow(layers, torch.as_tensor(data), t)
    found = solve_ivp(
        flow, (0.0, longest), first.ravel(), "DOP853", dense_output=True, rtol=ACCURACY, atol=ACCURACY / 100
    )

    def at(tau: float) -> np.ndarray:
        weights = found.sol(tau).reshape(d, d)
        return weights if layers == 1 else weights @ weights.T

    return at


def _flow(layers: int, data: torch.Tensor, t: float) -> Flow:
    """Minus the gradient of the loss in the weights of one layer or of two."""

    def down(tau: float, flat: np.ndarray) -> np.ndarray:
        weights = torch.tensor(flat.reshape(data.shape[1], -1), requires_grad=True)
        product = weights if layers == 1 else weights @ weights.T
        loss = ((data @ product.T - data) ** 2).sum(dim=1).mean() + t * (product**2).sum()
        return -torch.autograd.grad(loss, weights)[0].numpy().ravel()

    return down


def _along(axes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Diagonal of W (d, d) along axes (d, d) given by row."""
    return np.einsum("ki,ij,kj->k", axes, weights, axes)


def _reached(weight: Callable[[float], float], level: float, longest: float) -> float:
    """The time at which a weight that moves one way is at a level."""
    return float(brentq(lambda tau: weight(tau) - level, 0.0, longest, xtol=1e-12))


def _table(observed: np.ndarray, labels: Mapping[str, np.ndarray]) -> xr.Dataset:
    """Numbers that carry no more than the error of the integration, as rows with their labels."""
    columns = {"observed": ("row", observed), "stderr": ("row", np.full(observed.size, ERROR))}
    return xr.Dataset(columns, coords={name: ("row", column) for name, column in labels.items()})
