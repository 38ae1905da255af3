r"""A view: a law, a point x from which its data are seen, their number N and the time t, as labels of a row.

    law     "gaussian 1*5 0.04*5"     variances, each so many times: two subspaces of five directions
            "unit-norm 1*5 0.04*5"    the same data, each divided by its norm
            "sphere 10"               S^10 of radius 1 in R^11
            "torus 1*2 0.3*2"         circles of these radii
            "hidden 1 4"              y = tanh(F z), F of shape (4, 1) with entries from a fixed seed
    query   "origin"; "typical": x_i = +-sigma_i, or a point of the manifold where the law has one;
            "training": the same point, which is also one of the N data points
            "held-out": a draw from the law that is the same in every run, and not a data point
            "displaced": x_i = +-(t/d)^{1/2}, at a distance sqrt(t) from the origin, along all axes alike
            "noised": x_i = +-(sigma_i^2 + t)^{1/2}, a typical point of p_t, of Gaussian data alone

Directions that share a number of the text are a subspace; `subspaces` are their indices, in the order of the text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.experiments.setting import HELD_OUT
from simulate.run.experiment import Point
from theory.checks import choice, integer, positive
from theory.laws import HiddenManifold, LinearGaussian, Sphere, Torus, UnitNormGaussian
from theory.laws.dataset import random_features
from theory.laws.law import EnergyLaw

NODES = 600  # of the quadrature of a hidden manifold
LAWS: dict[str, Callable[[np.ndarray], EnergyLaw]] = {
    "gaussian": LinearGaussian,
    "unit-norm": UnitNormGaussian,
    "sphere": lambda numbers: Sphere(int(numbers[0])),
    "torus": Torus,
    "hidden": lambda numbers: HiddenManifold(features(int(numbers[1]), int(numbers[0])), NODES),
}
QUERIES = ("origin", "typical", "training", "held-out", "displaced", "noised")


@dataclass(frozen=True)
class View:
    """N = `n` points of a law seen from `query` at a variance t > 0. Raises ValueError for unknown words."""

    law: str
    query: str
    n: int
    t: float

    def __post_init__(self) -> None:
        choice("law", self.law.split()[0], tuple(LAWS))
        choice("query", self.query, QUERIES)
        integer("n", self.n)
        positive("t", self.t)
        if self.query == "noised" and not self.law.startswith("gaussian"):
            raise ValueError(f"query must not be noised for a law other than gaussian, got {self.law}")

    @property
    def numbers(self) -> np.ndarray:
        return np.concatenate(self._blocks)

    @property
    def energy_law(self) -> EnergyLaw:
        return LAWS[self.law.split()[0]](self.numbers)

    @property
    def x(self) -> np.ndarray:
        """The point, (d,)."""
        law = self.energy_law
        if self.query == "noised":
            return _typical(LinearGaussian(self.numbers + self.t))
        if self.query == "displaced":
            return np.sqrt(self.t / law.dimension) * (-1.0) ** np.arange(law.dimension)
        if self.query == "held-out":
            return law.sample(1, np.random.default_rng(HELD_OUT))[0]
        return np.zeros(law.dimension) if self.query == "origin" else _typical(law)

    @property
    def planted(self) -> np.ndarray | None:
        """The data point at x, if there is one."""
        return self.x if self.query == "training" else None

    @property
    def subspaces(self) -> list[np.ndarray]:
        """Indices of the directions of each number; of a torus, only the outward direction of each circle."""
        ends = np.cumsum([block.size for block in self._blocks])
        groups = np.split(np.arange(ends[-1]), ends[:-1])
        return [2 * group for group in groups] if self.law.startswith("torus") else groups

    @property
    def point(self) -> Point:
        return Point(law=self.law, query=self.query, n=self.n, t=self.t)

    @classmethod
    def of(cls, labels: Mapping[Any, Any]) -> "View":
        """The view with these labels, as a point or a row of a table has them; one point where they have no n."""
        return cls(str(labels["law"]), str(labels["query"]), int(labels.get("n", 1)), float(labels["t"]))

    def draw(self, replicas: int, rng: np.random.Generator) -> np.ndarray:
        """Independent data sets, (replicas, n, d)."""
        law = self.energy_law
        data = law.sample(replicas * self.n, rng).reshape(replicas, self.n, law.dimension)
        if self.planted is not None:
            data[:, 0] = self.planted
        return data

    @property
    def _blocks(self) -> list[np.ndarray]:
        return [_repeated(word) for word in self.law.split()[1:]]


def views(law: str, query: str, n: int, times: tuple[float, ...]) -> tuple[View, ...]:
    """One view for each time."""
    return tuple(View(law, query, n, t) for t in times)


def features(d: int, m: int) -> np.ndarray:
    """F (d, m) of a hidden manifold, the same in every run."""
    return random_features(d, m)


def _repeated(word: str) -> np.ndarray:
    number, _, count = word.partition("*")
    return np.full(int(count or 1), float(number))


def _typical(law: EnergyLaw) -> np.ndarray:
    """+-sigma_i, for unit-norm data divided by its norm; first coordinate of each round block; tanh(F (1, .., 1))."""
    if isinstance(law, LinearGaussian | UnitNormGaussian):
        x = np.sqrt(law.variances) * (-1.0) ** np.arange(law.dimension)
        return x / np.linalg.norm(x) if isinstance(law, UnitNormGaussian) else x
    if isinstance(law, Sphere | Torus):
        x = np.zeros(law.dimension)
        x[:: law.block] = law.radii
        return x
    assert isinstance(law, HiddenManifold)
    return np.tanh(law.features.sum(axis=1))
