"""Edges of the features' spectrum: a known law, drawn resolvents, the weights of bulks, refusals."""

import numpy as np
import pytest

from simulate.learned.features import drawn
from theory.learned.feature_spectrum import Edge, density, edges
from theory.learned.random_features import Equations, constants_of, roots

T = 0.25


def cubic(g: np.ndarray) -> np.ndarray:
    """An activation without a linear part: rows of its features are independent."""
    return (g**3 - 3 * g) / np.sqrt(6)


def test_without_a_linear_part_edges_are_those_of_marchenko_and_pastur() -> None:
    """Their scale is that of Johnstone's centring of the largest eigenvalue of Wishart matrices."""
    lower, upper = edges(T, 2.0, 3.0, 1, cubic)
    ratio = 1.5
    assert lower.position == pytest.approx((1 - np.sqrt(ratio)) ** 2, rel=1e-6)
    assert upper.position == pytest.approx((1 + np.sqrt(ratio)) ** 2, rel=1e-6)
    assert (lower.upper, upper.upper) == (False, True)
    n, p = 1e4, 1e4 * ratio
    scale = (np.sqrt(n) + np.sqrt(p)) * (n**-0.5 + p**-0.5) ** (1 / 3) / n
    assert upper.scale * p ** (-2 / 3) == pytest.approx(scale, rel=1e-5)


def test_the_last_eigenvalue_lies_inside() -> None:
    assert Edge(2.0, 1.0, True).last(1000) == pytest.approx(2 - 0.01 * 1.2065, abs=1e-5)
    assert Edge(2.0, 1.0, False).last(1000) == pytest.approx(2 + 0.01 * 1.2065, abs=1e-5)
    with pytest.raises(ValueError, match="p must be an integer >= 1"):
        Edge(2.0, 1.0, True).last(0)


def test_q_and_r_are_traces_of_the_resolvent() -> None:
    d, shape, z = 60, (2.0, 3.0, 2), -0.2
    data = drawn(d, 2 * d, 3 * d, 2, T, np.random.default_rng(0))
    resolvent = np.linalg.inv(data.features.T @ data.features / len(data.features) - z * np.eye(3 * d))
    q, _ = roots(z, Equations.at(constants_of(T, *shape)))
    assert np.trace(resolvent) / (3 * d) == pytest.approx(q, rel=0.02)


def test_bulks_have_the_weights_of_the_law_and_of_the_points() -> None:
    """d of p eigenvalues above the gap, and N - d between the atom's neighbours and the gap, at m infinite."""
    points, width = 4.0, 12.0
    lower, middle, least, largest = (edge.position for edge in edges(T, points, width))
    constants = constants_of(T, points, width, 1e9)
    for ends, weight in (((least, largest), 1 / width), ((lower, middle), points / width)):
        angles = np.pi * (np.arange(30) + 0.5) / 30  # nodes that end as the density does, with a root
        lams = np.mean(ends) + np.ptp(ends) / 2 * np.cos(angles)
        seen = density(lams, constants) @ np.sin(angles) * np.ptp(ends) / 2 * np.pi / 30
        assert seen == pytest.approx(weight, rel=0.01)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="width must be > 0"):
        edges(T, 1.0, 0.0)
    with pytest.raises(ValueError, match="noises must be >= 1"):
        edges(T, 1.0, 1.0, 0.5)
    with pytest.raises(ValueError, match="lam must be > 0"):
        density(np.array([-1.0]), constants_of(T, 1.0, 1.0, 1.0))
