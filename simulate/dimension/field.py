r"""A score made safe to differentiate: checked once, then asked for values, Jacobians and products with vectors.

    J = ds/dx,    products (J v + J^T v)/2

The rows of a batch are held to be independent, so k copies of x with k vectors in one backward pass give k products
v^T J: no function needs to be traced, and the memory is that of k rows. A score may bring a `jacobian(x, t)` of its
own ((n, d) -> (n, d, d)), as `simulate.dimension.scores` does, with it, where J is symmetric, a `linearized(x, t)` that
gives the map v -> J v for rows v, a `time_range` (least, largest variance), and a `largest_batch`, of rows at once.

A gradient is taken where it is that of the values: u (J v) by differences and (u J) v by the gradient are one number
for any J. They differ where a part of the score is detached, and then differences serve alone.
"""

import inspect
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from simulate.dimension.refusals import (
    BadScore,
    NotDifferentiable,
    TimeOutOfRange,
    real,
)
from theory import checks as arguments

ENTRIES = 1 << 16  # of a batch that is differentiated: a U-Net keeps a thousand times as many numbers
STEP = 0.25  # power of the machine's epsilon: truncation and rounding both stay far below one
CROWD = 8  # copies of a point, and of a noised one, in the batch that is compared with each alone
PAIRS = 8  # of vectors by which a gradient is compared with differences
DETACHED = 0.1  # of those numbers, that they may differ by, and ...
DOUBTFUL = 4  # ... of what they differ by with the step doubled
LOST = 10  # rounding units of x that a step away from it must have

Products = Callable[[np.ndarray], np.ndarray]


class Field:
    """A score at one variance t, made safe to differentiate; points and results here are float64 arrays.

    Arguments:
        score: `score(rows, t)`, (n, d) to (n, d); it may bring its own `jacobian`, `linearized` and `time_range`.
        like: (d,) or (batch, d), whose kind and type the rows have with which it is called.
        t: noise variance > 0, one number.

    Raises:
        TimeOutOfRange: for a t that the score does not know.
        BadScore: when first called, by what is wrong with the score.
    """

    def __init__(self, score: Any, like: Any, t: Any) -> None:
        _refuse_other_arguments(score)
        self.t = float(arguments.times(arguments.scalar("t", t), power=2))
        least, largest = time_range(score)
        if not least <= self.t <= largest:
            raise TimeOutOfRange(f"t must be a variance from {least:g} to {largest:g} for this score, got {self.t:g}")
        self._score: Any = score
        self._like = like if isinstance(like, torch.Tensor) else None
        if self._like is not None and not self._like.is_floating_point():
            self._like = self._like.double()
        kind = np.asarray(like).dtype if self._like is None else None
        self._kind = kind if kind is not None and kind.kind == "f" else np.dtype(np.float64)
        self._at_once = largest_batch(score)
        self._flows = self._detached = False
        self._held: tuple[np.ndarray, Products] | None = None  # the last x of `products`, and what was found there

    @property
    def std(self) -> float:
        """Standard deviation of the noise."""
        return math.sqrt(self.t)

    @property
    def unit(self) -> float:
        """Rounding unit of the points that the score is given."""
        return float(np.finfo(self._kind).eps if self._like is None else torch.finfo(self._like.dtype).eps)

    @property
    def rounding(self) -> float:
        """Rounding unit of Jacobians: one that the score brings is in double precision."""
        return float(np.finfo(float).eps) if self.explicit else self.unit

    @property
    def step(self) -> float:
        """A distance at which central differences are good: sqrt(t) times the fourth root of the rounding unit."""
        return self.std * self.unit**STEP

    @property
    def explicit(self) -> bool:
        """Whether the score brings a Jacobian of its own."""
        return callable(getattr(self._score, "jacobian", None))

    @property
    def symmetric(self) -> bool:
        """Whether that is known to be symmetric."""
        return callable(getattr(self._score, "linearized", None))

    @property
    def differentiable(self) -> bool:
        """Whether Jacobians are exact: the score brings its own, or is a torch function that gradients flow through."""
        return self.explicit or self._flows

    def check(self, x: np.ndarray, rng: np.random.Generator) -> None:
        """Looks at x and a noised copy, alone and together, for what is wrong with the score.

        Arguments:
            x: (d,).
            rng: draws the noise.

        Raises:
            BadScore: by what is wrong with the score.
            TimeOutOfRange: where the noise is lost in the rounding of x.
        """
        self._resolve(self.std, x)
        pair = np.stack([x, x + self.std * rng.standard_normal(x.size)])
        together = self.scores(np.tile(pair, (CROWD, 1)))
        alone = np.tile(np.concatenate([self.scores(row[None]) for row in pair]), (CROWD, 1))
        changes = np.linalg.norm(together - alone, axis=1) / np.maximum(np.linalg.norm(alone, axis=1), 1 / self.std)
        if changes.max() > self.step / self.std:
            raise BadScore(f"score must depend on each row alone: another changes it by {changes.max():.1g}")
        self._flows = not self.explicit and self._gradients_flow(x)
        self._detached = self._flows and self._is_detached(x)
        self._flows &= not self._detached

    def scores(self, points: np.ndarray) -> np.ndarray:
        """s at points (n, d), (n, d)."""
        return np.concatenate([self._few_scores(part) for part in self._parts(points)])

    def jacobians(self, points: np.ndarray) -> np.ndarray:
        """J at points (n, d), (n, d, d). Raises NotDifferentiable."""
        if self.explicit:
            shape = (*points.shape, points.shape[1])
            return real("score.jacobian", self._score.jacobian(points, self.t), shape, self.t)
        n, d = points.shape
        rows, axes = np.repeat(points, d, axis=0), np.tile(np.eye(d), (n, 1))
        parts = zip(self._parts(rows), self._parts(axes), strict=True)
        return np.concatenate([self._backward(*part) for part in parts]).reshape(n, d, d)

    def products(self, x: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """Products (J + J^T) v/2 with vectors; J v alone where no gradient flows.

        Arguments:
            x: (d,).
            vectors: v, (k, d).

        Returns:
            (k, d).
        """
        if self.explicit:
            if self._held is None or not np.array_equal(self._held[0], x):
                self._held = x, self._linearized(x)
            return self._held[1](vectors)
        return np.mean(self.sided(x, vectors), axis=0)

    def sided(self, x: np.ndarray, vectors: np.ndarray) -> list[np.ndarray]:
        """Products J v by central differences, and J^T v where gradients flow.

        Arguments:
            x: (d,).
            vectors: v, (k, d).

        Returns:
            One or two arrays (k, d).
        """
        forward = self.differences(x, vectors, self.step)
        return [forward, self._transposed_products(x, vectors)] if self._flows else [forward]

    def differences(self, x: np.ndarray, vectors: np.ndarray, step: float) -> np.ndarray:
        """Products J v by central differences.

        Arguments:
            x: (d,).
            vectors: v, (k, d).
            step: length of the displacement, in units of the data.

        Returns:
            (k, d).

        Raises:
            TimeOutOfRange: where the step is lost in the rounding of x.
        """
        self._resolve(step, x)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        shifts = step * vectors / np.where(lengths > 0, lengths, 1.0)
        return (self.scores(x + shifts) - self.scores(x - shifts)) * lengths / (2 * step)

    def _linearized(self, x: np.ndarray) -> Products:
        if self.symmetric:
            products = self._score.linearized(x, self.t)
            return lambda vectors: real("score.linearized", products(vectors), vectors.shape, self.t)
        jacobian = self.jacobians(x[None])[0]
        symmetric = (jacobian + jacobian.T) / 2
        return lambda vectors: vectors @ symmetric

    def _resolve(self, step: float, x: np.ndarray) -> None:
        """Raise TimeOutOfRange unless steps of this length away from x survive rounding."""
        needed = shortest_step(self.unit, x)
        if step < needed:
            least = self.t * (needed / step) * (needed / step)
            raise TimeOutOfRange(f"t must be at least {least:.2g}, or lost in the rounding of x: got {self.t:g}")

    def _parts(self, rows: np.ndarray) -> Iterator[np.ndarray]:
        """Rows (n, d), a few at a time."""
        few = min(self._at_once, max(1, ENTRIES // rows.shape[1]))
        for start in range(0, len(rows), few):
            yield rows[start : start + few]

    def _few_scores(self, points: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return real("score", self._score(self._given(points), self.t), points.shape, self.t)

    def _transposed_products(self, x: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """v^T J, (k, d)."""
        return np.concatenate([self._backward(x, part) for part in self._parts(vectors)])

    def _backward(self, x: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """v^T J at x (d,), or at a point (k, d) for each of the vectors (k, d)."""
        if self._like is None:
            raise NotDifferentiable("score must take torch tensors to be differentiated: pass x as a tensor")
        if self._detached:
            raise NotDifferentiable("score must have the gradient of its values, a part of it is detached: differences")
        with torch.enable_grad():
            rows = self._given(np.broadcast_to(x, vectors.shape)).requires_grad_()
            scores = self._score(rows, self.t)
            if not getattr(scores, "requires_grad", False):
                raise NotDifferentiable("score must let gradients flow, or have a method jacobian(x, t)")
            (result,) = torch.autograd.grad(scores, rows, self._given(vectors))
        return real("gradient of the score", result, vectors.shape, self.t)

    def _gradients_flow(self, x: np.ndarray) -> bool:
        try:
            self._backward(x, np.ones((1, x.size)))
        except (NotDifferentiable, RuntimeError):  # of torch, where a tensor that needs a gradient leaves it
            return False
        return True

    def _is_detached(self, x: np.ndarray) -> bool:
        u, v = np.random.default_rng(0).standard_normal((2, PAIRS, x.size))
        try:
            near, far = ((u * self.differences(x, v, step)).sum(axis=1) for step in (self.step, 2 * self.step))
        except TimeOutOfRange:
            return False  # no differences to compare with
        off = np.linalg.norm((self._transposed_products(x, u) * v).sum(axis=1) - near)
        return bool(off > DETACHED * np.linalg.norm(near) and off > DOUBTFUL * np.linalg.norm(far - near))

    def _given(self, points: np.ndarray) -> Any:
        """Points as the score takes them."""
        if self._like is None:
            return np.array(points, dtype=self._kind)
        return torch.as_tensor(np.array(points), dtype=self._like.dtype, device=self._like.device)


def shortest_step(unit: float, x: np.ndarray) -> float:
    """The least distance from points that survives their rounding.

    Arguments:
        unit: unit roundoff of their type.
        x: points, of any shape.

    Returns:
        A distance, in units of `x`.
    """
    return LOST * unit * float(np.abs(x).max())


def _refuse_other_arguments(score: Any) -> None:
    """Raises BadScore for what cannot be called with rows and a time."""
    wanted = "score must be a function of rows (n, d) and t"
    if not callable(score):
        raise BadScore(f"{wanted}, got {type(score).__name__}")
    try:
        signature = inspect.signature(score, follow_wrapped=False)  # a decorator may fill in some
    except ValueError:  # what is written in C may not say what it takes
        return
    try:
        signature.bind(None, 1.0)
    except TypeError as error:
        raise BadScore(f"{wanted}, not of other arguments: {error}") from error


def time_range(score: Any) -> tuple[float, float]:
    """Least and largest t of a score, all if it does not say."""
    try:
        least, largest = getattr(score, "time_range", (0.0, math.inf))
        return float(least), float(largest)
    except (TypeError, ValueError) as error:
        raise BadScore(f"score.time_range must be a pair of variances, got {score.time_range!r}") from error


def largest_batch(score: Any) -> int:
    """How many rows a score takes at once; more than are ever asked where it does not say. Raises ValueError."""
    return arguments.integer("score.largest_batch", getattr(score, "largest_batch", ENTRIES))
