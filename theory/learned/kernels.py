r"""Kernels of wide networks: functions of pairs of points, with their gradients.

Every kernel here is a function of s = <x, x'>/d, p = |x|^2/d, q = |x'|^2/d, and has the gradient

.. math:: \nabla_x k = \big( \partial_s k\; x' + 2\, \partial_p k\; x \big)/d

The tangent kernel of a ReLU perceptron of L hidden layers, at infinite width, is |x||x'|/d theta_L(c), c the cosine:
theta_0 = c, and :math:`\theta_{l+1} = \theta_l\, \kappa_0(c_l) + c_{l+1}`, :math:`c_{l+1} = \kappa_1(c_l)`.

References:
    Neural tangent kernel (A. Jacot, F. Gabriel, C. Hongler, 2018), arXiv:1806.07572.
    Kernel methods for deep learning (Y. Cho and L. Saul, 2009), for kappa_0 and kappa_1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
from scipy.spatial.distance import cdist

from theory.checks import integer

ENTRIES = 1 << 26  # of the table of gradients of one batch


@dataclass(frozen=True, eq=False)
class Pairs:
    """Inner products of two sets of points, over d: what kernels are functions of.

    Arguments:
        x: points, (n, d).
        y: points, (m, d).
    """

    x: np.ndarray
    y: np.ndarray

    @cached_property
    def s(self) -> np.ndarray:
        """<x, y>/d, (n, m)."""
        return self.x @ self.y.T / self.x.shape[1]

    @cached_property
    def p(self) -> np.ndarray:
        """|x|^2/d, (n, 1)."""
        return (self.x**2).mean(axis=1)[:, None]

    @cached_property
    def q(self) -> np.ndarray:
        """|y|^2/d, (1, m)."""
        return (self.y**2).mean(axis=1)[None]

    @cached_property
    def distance(self) -> np.ndarray:
        """|x - y|/d^{1/2}, (n, m), from differences."""
        return cdist(self.x, self.y) / np.sqrt(self.x.shape[1])


@runtime_checkable
class Kernel(Protocol):
    """A kernel k(x, y) of s, p and q."""

    def value(self, pairs: Pairs) -> np.ndarray:
        """k, (n, m)."""
        ...

    def slopes(self, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
        """dk/ds and dk/dp, (n, m)."""
        ...


@dataclass(frozen=True)
class Gaussian:
    """The Gaussian kernel exp(-r^2/(2 length^2)), r^2 = |x - y|^2/d.

    Arguments:
        length: > 0, in units of the inputs.
    """

    length: float = 1.0

    def value(self, pairs: Pairs) -> np.ndarray:
        return np.exp(-(pairs.distance**2) / (2 * self.length**2))

    def slopes(self, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
        slope = self.value(pairs) / self.length**2
        return slope, -slope / 2


@dataclass(frozen=True)
class Laplace:
    """The kernel exp(-r/length), r^2 = |x - y|^2/d; at r = 0, where it has a kink, slopes are 0.

    Arguments:
        length: > 0, in units of the inputs.
    """

    length: float = 1.0

    def value(self, pairs: Pairs) -> np.ndarray:
        return np.exp(-pairs.distance / self.length)

    def slopes(self, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
        scale = self.length * pairs.distance
        slope = np.divide(self.value(pairs), scale, out=np.zeros_like(scale), where=scale > 0)
        return slope, -slope / 2


@dataclass(frozen=True)
class InnerProduct:
    """A kernel of the inner product: h(<x, y>/d) with h(u) = sum_k c_k u^k.

    Arguments:
        coefficients: c_k >= 0, from k = 0 on.
    """

    coefficients: tuple[float, ...]

    def value(self, pairs: Pairs) -> np.ndarray:
        return np.polynomial.Polynomial(self.coefficients)(pairs.s)

    def slopes(self, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
        return np.polynomial.Polynomial(self.coefficients).deriv()(pairs.s), np.zeros_like(pairs.s)


@dataclass(frozen=True)
class NeuralTangent:
    """Tangent kernel of a ReLU perceptron of infinite width, weights of variance 2 (Jacot, Gabriel, Hongler 2018).

    Arguments:
        depth: number of hidden layers, an integer >= 1.
    """

    depth: int = 1

    def value(self, pairs: Pairs) -> np.ndarray:
        return _norms(pairs) * _tangent(_cosine(pairs), self.depth)[0]

    def slopes(self, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
        cosine, (theta, slope) = _cosine(pairs), _tangent(_cosine(pairs), self.depth)
        return slope, (theta - cosine * slope) * np.sqrt(pairs.q / pairs.p) / 2


def _norms(pairs: Pairs) -> np.ndarray:
    return np.sqrt(pairs.p * pairs.q)


def _cosine(pairs: Pairs) -> np.ndarray:
    return np.clip(pairs.s / _norms(pairs), -1.0, 1.0)


def _tangent(cosine: np.ndarray, depth: int) -> tuple[np.ndarray, np.ndarray]:
    """theta and its slope in the cosine; at the cosine 1, where the slope is infinite, it is left out."""
    c, dc, theta, slope = cosine, np.ones_like(cosine), cosine, np.ones_like(cosine)
    for _ in range(integer("depth", depth)):
        zero, sine = 1 - np.arccos(c) / np.pi, np.sqrt((1 - c) * (1 + c))
        kink = np.divide(1, np.pi * sine, out=np.zeros_like(sine), where=sine > 0)
        following = sine / np.pi + c * zero
        theta, slope = theta * zero + following, slope * zero + theta * kink * dc + zero * dc
        c, dc = np.minimum(following, 1.0), zero * dc
    return theta, slope


KERNELS: Mapping[str, Kernel] = {
    "Gaussian": Gaussian(),
    "Laplace": Laplace(),
    "tangent, one hidden layer": NeuralTangent(1),
    "tangent, three hidden layers": NeuralTangent(3),
    "cubic": InnerProduct((1.0, 1.0, 1 / 2, 1 / 6)),
}
