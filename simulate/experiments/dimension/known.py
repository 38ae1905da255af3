r"""Manifolds of known dimension, each with its law and a way to draw data from it: those of KNOWN.

The variance of linear-15 is the one at which FLIPD's published figures (2406.03537) are met; that of unequal is the
paper's. The law of the curve is that of so many of its points that they cannot be told apart at the times used.
"""

import numpy as np

from theory.checks import choice
from theory.laws import DatasetLaw, HiddenManifold, LinearGaussian, Mixture, Sphere, Torus
from theory.laws.dataset import random_features
from theory.laws.law import EnergyLaw

AMBIENT = 100
KNOWN = {
    "linear-15": (15, "Gaussian, variance 0.122 in 15 directions"),
    "unequal": (7, "Gaussian, variance 1 in two directions, 0.09 in five"),
    "sphere-2": (2, "unit sphere"),
    "sphere-10": (10, "unit sphere"),
    "sphere-50": (50, "unit sphere"),
    "torus": (4, "product of two circles of radius 1 and two of 1/2"),
    "union-2": (2, "a plane and a space of six dimensions 3 apart, variances 1, seen from the plane"),
    "union-6": (6, "the same, seen from the space"),
    "hidden": (1, "tanh(F z), one z"),
    "curve": (1, "(cos a, sin a, 0.1 cos 20 a, 0.1 sin 20 a): curvature 8"),
}
TRUTH = {name: dimension for name, (dimension, _) in KNOWN.items()}


def law_of(manifold: str) -> EnergyLaw:
    """The law of the data of a manifold of known dimension.

    Arguments:
        manifold: a name of KNOWN.

    Returns:
        An energy law.

    Raises:
        ValueError: for an unknown name.
    """
    kind, _, number = choice("manifold", manifold, tuple(TRUTH)).partition("-")
    if kind == "sphere":
        return Sphere(int(number), ambient=AMBIENT)
    if kind == "union":
        return Mixture([0.5, 0.5], list(_union().values()))
    return {
        "linear": lambda: LinearGaussian([0.122] * 15 + [0.0] * (AMBIENT - 15)),
        "unequal": lambda: LinearGaussian([1.0] * 2 + [0.09] * 5 + [0.0] * 23),
        "torus": lambda: Torus([1.0, 1.0, 0.5, 0.5], ambient=20),
        "hidden": lambda: HiddenManifold(random_features(12, 1)),
        "curve": lambda: DatasetLaw(curve(2 * np.pi * np.arange(4096) / 4096)),
    }[kind]()


def draw(manifold: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Data points of a manifold of known dimension; of a union the first half lies on the manifold that is named.

    Arguments:
        manifold: a name of KNOWN.
        n: number of points.
        rng: of the points.

    Returns:
        (n, d).

    Raises:
        ValueError: for an unknown name.
    """
    if manifold.startswith("union"):
        parts = _union()
        named = parts.pop(manifold)
        own = (n + 1) // 2
        return np.concatenate([named.sample(own, rng), next(iter(parts.values())).sample(n - own, rng)])
    if manifold == "curve":
        return curve(rng.uniform(0, 2 * np.pi, n))
    return law_of(manifold).sample(n, rng)


def curve(angle: np.ndarray) -> np.ndarray:
    """Points of the curve (cos a, sin a, 0.1 cos 20 a, 0.1 sin 20 a, 0, ...): a helix wound 20 times around a circle.

    Arguments:
        angle: the angles a, (n,).

    Returns:
        (n, 10).
    """
    parts = [np.cos(angle), np.sin(angle), 0.1 * np.cos(20 * angle), 0.1 * np.sin(20 * angle)]
    return np.stack([*parts, *[np.zeros_like(angle)] * 6], axis=1)


def _union() -> dict[str, EnergyLaw]:
    plane = LinearGaussian([1.0] * 2 + [0.0] * 18)
    space = LinearGaussian([0.0] * 2 + [1.0] * 6 + [0.0] * 12, np.r_[np.zeros(10), 3.0, np.zeros(9)])
    return {"union-2": plane, "union-6": space}
