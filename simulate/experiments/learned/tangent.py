r"""How much of what a network learns its tangent explains: a share between 0 and 1.

The paper's perceptron, narrower, is trained on noised data (n inputs, all at once, one noise variance t) until it
passes through them. From the same start f_0 the flow with a tangent kernel k = J J^T moves to f_tau, J being the
derivatives of the network by its parameters before training, or after. Of the denoiser :math:`D = x - \sqrt t f`, seen
at noised training points with noise that no training saw, the flow explains

.. math:: 1 - \min_\tau \frac{|D_\tau - D|^2}{|D_0 - D|^2}, \qquad D_0 = x - \sqrt t f_0,

and so of dD/dx along a random direction of signs. The training time is the most favourable one, so that no other clock
explains more. `TangentDescent` observes the flow itself: descent of the linear model, beside its tangents.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.learned.tangent import descended, made, moved, outputs, tangents, trained
from simulate.networks import Network
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries, without_step
from theory.laws.spectra import halves

KERNELS = ("before training", "after training")
QUANTITIES = ("D", "dD/dx")
TAUS = np.geomspace(0.3, 3e4, 21)  # training times of the flow, one of which explains most
STEP = 1e-3  # of a central difference
SMALLEST = 1e-13  # of the largest mode: learned as if it were this
STABLE = 0.25  # rate times the largest mode, at most: descent diverges at 1


@dataclass(frozen=True, kw_only=True)
class TangentShare(Experiment):
    """The share of D and of dD/dx that tangent kernels explain: a row for each width, kernel and quantity.

    Arguments:
        widths: of the perceptron's layers and of its time embedding.
        d, n, m: numbers of directions, variances 1 in half of them and 0.09 in the others, of points, and of noises.
        t: the noise variance, in squared units of the data.
        rate, steps: of Adam, on all inputs at once.
        seen: number of places where models are compared, for each data set.
        replicas: the number of independent data sets and networks.
        seed: of all random numbers, an integer >= 0.
    """

    widths: tuple[int, ...] = (16,)
    d: int = 4
    n: int = 8
    m: int = 6
    t: float = 0.1
    rate: float = 3e-3
    steps: int = 200
    seen: int = 24
    replicas: int = 80

    def points(self) -> Sequence[Point]:
        return [Point(d=self.d, n=self.n, width=width, t=self.t) for width in self.widths]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = np.stack([halves(self.d).sample(self.n, rng) for _ in range(self.replicas)])
        own = np.repeat(data, self.m, axis=1)
        noise = rng.standard_normal(own.shape)
        inputs = own + np.sqrt(self.t) * noise
        start = made(self.d, int(point["width"]), rng.integers(2**31, size=self.replicas).tolist())
        end = trained(start, inputs, noise, self.t, self.rate, self.steps)
        pairs = zip(start, end, inputs, noise, data, strict=True)
        return _table(np.array([self._shares(*pair, rng) for pair in pairs]).T)

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each width, kernel and quantity."""
        return rows(parts, "component")

    def _shares(
        self,
        start: Network,
        end: Network,
        inputs: np.ndarray,
        noise: np.ndarray,
        data: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """Shares of one network, quantity by quantity for each kernel."""
        start, x = start.double(), self._places(data, rng)
        before, residual = outputs(start, x, self.t), noise - outputs(start, inputs, self.t)
        target = _quantities(outputs(end, x, self.t) - before)
        flows = (_flow(tangents(one, inputs, self.t), tangents(one, x, self.t), residual) for one in (start, end))
        return np.concatenate([[_share(_of(flow, i), of) for i, of in enumerate(target)] for flow in flows])

    def _places(self, data: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Noised training points, each a step back and a step ahead along random signs, (2 seen, d)."""
        y = data[np.arange(self.seen) % len(data)]
        x = y + np.sqrt(self.t) * rng.standard_normal(y.shape)
        signs = rng.choice([-1.0, 1.0], x.shape)
        return np.concatenate([x - STEP * signs, x + STEP * signs])


def _quantities(of_places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values (..., 2 seen, d) as values between the places of each pair, and as slopes from one to the other."""
    back, ahead = np.split(of_places, 2, axis=-2)
    return (back + ahead) / 2, (ahead - back) / (2 * STEP)


def _of(flow: np.ndarray, quantity: int) -> np.ndarray:
    return _quantities(flow)[quantity]


def _flow(own: np.ndarray, seen: np.ndarray, residual: np.ndarray) -> np.ndarray:
    """f - f_0 where tangents are `seen`, at each of TAUS, of the flow with tangents `own` at its inputs."""
    wide, rates, vectors = _modes(own)
    along, across = vectors.T @ residual.ravel(), seen.reshape(-1, seen.shape[2]) @ wide.T @ vectors / len(own)
    moves = [across @ (-np.expm1(-2 * rates * tau) / rates * along) for tau in TAUS]
    return np.reshape(moves, (len(TAUS), *seen.shape[:2]))


def _modes(own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tangents as one matrix, and the modes of the kernel."""
    wide = own.reshape(-1, own.shape[2])
    rates, vectors = np.linalg.eigh(wide @ wide.T / len(own))
    return wide, np.maximum(rates, SMALLEST * rates[-1]), vectors


def _share(flow: np.ndarray, target: np.ndarray) -> float:
    """1 - min |flow - target|^2/|target|^2 over training times, 0 being one of them."""
    left = ((flow - target) ** 2).sum(axis=(1, 2)).min() / (target**2).sum()
    return float(1 - min(left, 1.0))


def _table(shares: np.ndarray) -> xr.Dataset:
    """Shares (kernels x quantities, replicas) with means, errors and bounds."""
    return (
        summaries(shares, "component")
        .assign(lowest=0.0, highest=1.0)
        .assign_coords(
            kernel=("component", list(np.repeat(KERNELS, len(QUANTITIES)))),
            of=("component", list(np.tile(QUANTITIES, len(KERNELS)))),
        )
    )


@dataclass(frozen=True, kw_only=True)
class TangentDescent(Experiment):
    """f - f_0 at a held-out x after descent of the linear model of a perceptron, for each of `taus`.

    Descent at a rate differs from the flow by a term linear in the rate, which two rates eliminate: observed is twice
    what half the rate gives less what the rate gives, and `stderr` is their largest difference. A row for each
    training time and output; `tangents`, `residual`, `seen` (derivatives at x) and the `output` beside.

    Arguments:
        taus: training times tau of gradient flow.
        width: of the perceptron's layers and of its time embedding.
        d: number of directions, of variances 1 and 0.09.
        n: number of points, one noise each.
        t: the noise variance, in squared units of the data.
        rate: learning rate of the descent; smaller where the largest mode of the kernel times it would exceed 1/4.
        seed: of all random numbers, an integer >= 0.
    """

    taus: tuple[float, ...] = (0.3, 1.0)
    width: int = 4
    d: int = 2
    n: int = 6
    t: float = 0.1
    rate: float = 0.01

    def points(self) -> Sequence[Point]:
        return [Point(tau=tau, d=self.d, n=self.n) for tau in self.taus]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data, noise = halves(self.d).sample(self.n, rng), rng.standard_normal((self.n, self.d))
        inputs, x = data + np.sqrt(self.t) * noise, rng.standard_normal((1, self.d))
        network = made(self.d, self.width, rng.integers(2**31, size=1).tolist())[0].double()
        own, tau = tangents(network, inputs, self.t), float(point["tau"])
        steps = max(1, round(tau / self._stable_rate(own)))
        coarse, fine = (self._moved(network, inputs, noise, x, tau, k * steps) for k in (1, 2))
        beside = {
            "tangents": own,
            "residual": noise - outputs(network, inputs, self.t),
            "seen": tangents(network, x, self.t),
        }
        return xr.Dataset(
            {
                **without_step(coarse, fine, "component"),
                **{name: (_axes(name), np.stack([value] * self.d)) for name, value in beside.items()},
            },
            coords={"output": ("component", np.arange(self.d))},
        )

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each training time and output."""
        return rows(parts, "component")

    def _stable_rate(self, own: np.ndarray) -> float:
        """The learning rate, at which descent of no mode of the kernel of tangents `own` overshoots."""
        return min(self.rate, STABLE / _modes(own)[1][-1])

    def _moved(
        self, network: Network, inputs: np.ndarray, noise: np.ndarray, x: np.ndarray, tau: float, steps: int
    ) -> np.ndarray:
        """f - f_0 at x after so many steps of descent to the training time tau, (d,)."""
        delta = descended(network, inputs, noise, self.t, tau / steps, steps)
        return moved(network, delta, x, self.t)[0]


def _axes(name: str) -> tuple[str, ...]:
    return {
        "tangents": ("component", "input", "of", "parameter"),
        "residual": ("component", "input", "of"),
        "seen": ("component", "place", "of", "parameter"),
    }[name]
