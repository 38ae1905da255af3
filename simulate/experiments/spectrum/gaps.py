r"""Gaps in the spectrum of -t J: between subspaces of one law, counted over all times, and of random linear manifolds.

    stretch   mean over the axes of a subspace of |s(x + sqrt(t) e_i) - s(x)|^2 t: the square of a "singular value"
    gap       mean over data sets of -t J_ii in one subspace minus that in another; out of the manifold -t J_ii = 1
    count     indices at which the ordered eigenvalues of -t J differ by more than `threshold` at one of the times
    random    data y = F D^{1/2} z / m^{1/2}, F (d, m) standard normal: its covariance has the eigenvalues s of
              F D F^T / m, the population score the contractions t/(t + s)

A mean over the spectrum of a random matrix is off by a number over d, the edge of a spectrum by one over d^{2/3}: both
are measured at two sizes, d and 4 d, and that term is eliminated; `rest` is what the next power could have changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from simulate.experiments.order.gain import InBatches
from simulate.experiments.order.subspaces import Replicated, weighted_variances
from simulate.experiments.view import View, views
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import sample, summary, weights
from theory.checks import choice

LARGER = 4  # the second size of a random manifold, in units of the first
POWERS = {"mean": (1.0, 2.0), "final gap": (2 / 3, 1.0), "intermediate gap": (2 / 3, 1.0)}  # of 1/d, the first two


@dataclass(frozen=True, kw_only=True)
class Gap(Replicated):
    """-t J_ii in the last subspace minus that in the one before."""

    cases: tuple[View, ...] = views("gaussian 1*4 0.2*4 0*2", "typical", 200, (0.3, 1.0))

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        contraction = 1 - weighted_variances(view, data) / view.t
        before, last = view.subspaces[-2:]
        return contraction[:, last].mean(axis=1) - contraction[:, before].mean(axis=1)


@dataclass(frozen=True, kw_only=True)
class GapCount(Replicated):
    """Number of gaps that open at one of the times t, 2 t, 4 t .. up to `latest`, in each data set."""

    cases: tuple[View, ...] = views("gaussian 1*2 0*3", "typical", 1000, (0.1,))
    latest: float = 1.0
    threshold: float = 0.4
    replicas: int = 200

    def columns(self, view: View) -> int:
        return view.x.size**2

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        view = View.of(point)
        counts = np.concatenate([self.values(point, view.draw(size, rng)) for size in self._chunks(view)])
        return sample(counts, highest=view.x.size - 1.0)

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        times = view.t * 2.0 ** np.arange(1 + np.floor(np.log2(self.latest / view.t)))
        spectra = [contractions(replace(view, t=float(t)), data) for t in times]
        return (np.diff(spectra, axis=-1) > self.threshold).any(axis=0).sum(axis=-1).astype(float)


@dataclass(frozen=True, kw_only=True)
class Stretch(Replicated):
    """t |s(x + sqrt(t) e_i) - s(x)|^2, the mean over each subspace of every view; 1 where the score is -x/t + const."""

    cases: tuple[View, ...] = views("gaussian 1*4 0.1*4", "origin", 100, (0.1, 0.3))

    def points(self) -> Sequence[Point]:
        return [Point(**case.point, subspace=k) for case in self.cases for k in range(len(case.subspaces))]

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        return stretch(view, data, view.subspaces[int(point["subspace"])])


@dataclass(frozen=True, kw_only=True)
class StretchOrder(InBatches):
    """Whether the first subspace is stretched more than the second."""

    cases: tuple[View, ...] = views("gaussian 1*4 0.1*4", "origin", 100, (0.06,))

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        first, second = (stretch(view, data, subspace) for subspace in view.subspaces[:2])
        return first - second


@dataclass(frozen=True)
class RandomManifold:
    """`variances` of the latent coordinates as the text of a law has them ("1*10 0.1*10"), in `d` dimensions."""

    variances: str
    d: int
    t: float

    def eigenvalues(self, factor: int, rng: np.random.Generator) -> np.ndarray:
        """The positive ones of F D F^T / m, ascending, for `factor` times as many dimensions of every kind."""
        latent = np.repeat(View(f"gaussian {self.variances}", "origin", 1, 1.0).numbers, factor)
        f = rng.standard_normal((factor * self.d, latent.size)) * np.sqrt(latent / latent.size)
        return np.linalg.eigvalsh(f.T @ f)


@dataclass(frozen=True, kw_only=True)
class RandomSpectrum(Experiment):
    """Of the population's -t J: its "mean" over all d directions, its "final gap", or its "intermediate gap".

    The intermediate gap is that between the latent directions of the two variances. `replicas` random F at each size.
    """

    cases: tuple[RandomManifold, ...] = (RandomManifold("1*20", 60, 1.0),)
    quantities: tuple[str, ...] = ("mean",)
    replicas: int = 60

    def points(self) -> Sequence[Point]:
        return [Point(**vars(case), quantity=quantity) for case in self.cases for quantity in self.quantities]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        quantity = choice("quantity", str(point["quantity"]), tuple(POWERS))
        small, large = (summary(np.array(list(self._values(point, factor, rng)))) for factor in (1, LARGER))
        share, next_share = (1 / (LARGER**power - 1) for power in POWERS[quantity])
        step = large.observed - small.observed
        stderr = np.hypot((1 + share) * large.stderr, share * small.stderr)
        rest = np.abs((share - next_share) * step)
        observed = large.observed + share * step
        return xr.Dataset({"observed": observed, "stderr": stderr, "rest": rest, "replicas": self.replicas})

    def _values(self, point: Point, factor: int, rng: np.random.Generator) -> Iterator[float]:
        case = RandomManifold(str(point["variances"]), int(point["d"]), float(point["t"]))
        for _ in range(self.replicas):
            yield quantity_of(str(point["quantity"]), case, factor, case.eigenvalues(factor, rng))


def quantity_of(quantity: str, case: RandomManifold, factor: int, eigenvalues: np.ndarray) -> float:
    """One of POWERS, from the positive eigenvalues of a covariance."""
    contraction = case.t / (case.t + eigenvalues)
    if quantity == "mean":
        return float(1 - (1 - contraction).sum() / (factor * case.d))
    if quantity == "final gap":
        return float(1 - contraction[0])
    lower = factor * int(case.variances.split()[1].partition("*")[2])
    return float(contraction[lower - 1] - contraction[lower])


def stretch(view: View, data: np.ndarray, subspace: np.ndarray) -> np.ndarray:
    """t |s(x + sqrt(t) e_i) - s(x)|^2, the mean over i of a subspace, in each data set: (replicas,)."""
    steps = np.sqrt(view.t) * np.eye(view.x.size)[subspace]
    here = posterior_mean(view, data, 0 * steps[0])
    moves = [posterior_mean(view, data, step) - here - step for step in steps]
    return np.mean([(move**2).sum(axis=-1) for move in moves], axis=0) / view.t


def posterior_mean(view: View, data: np.ndarray, step: np.ndarray) -> np.ndarray:
    """<y - x> seen from x + step, (replicas, d)."""
    offset = data - view.x
    pulls = offset @ step - (offset**2).sum(axis=-1) / 2
    shares = np.exp((pulls - pulls.max(axis=1, keepdims=True)) / view.t)
    return np.einsum("rn,rnd->rd", shares / shares.sum(axis=1, keepdims=True), offset)


def contractions(view: View, data: np.ndarray) -> np.ndarray:
    """Eigenvalues of -t J in each data set of (replicas, n, d), ascending: (replicas, d)."""
    offset = data - view.x
    w = weights(offset, view.t)
    mean = np.einsum("rn,rnd->rd", w, offset)
    second = np.matmul((offset * w[..., None]).swapaxes(-1, -2), offset)
    return np.linalg.eigvalsh(np.eye(view.x.size) - (second - mean[:, :, None] * mean[:, None]) / view.t)
