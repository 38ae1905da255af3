"""Mellin kernels are evaluated once at each node, and are what they are without being kept."""

import numpy as np
import pytest

from theory.exact import kernels, participation_ratio
from theory.exact.kernels import LOSS, SURVIVAL, Kernels
from theory.laws import LinearGaussian

ORDERS = (LOSS, SURVIVAL, 1, 3)
Z = 0.3 + 1j * np.linspace(0.05, 40, 300)


def test_nodes_asked_in_parts_have_the_kernels_of_all() -> None:
    kept = Kernels(ORDERS, 2.0, 0.7)
    parts = [kept(Z[:count]) for count in (64, 300, 128)]
    whole = kernels.kernels(ORDERS, Z, 2.0, 0.7)
    for part in parts:
        np.testing.assert_array_equal(part, whole[:, : part.shape[1]])


def test_an_average_asks_no_node_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of points on a line, whose density of energies has an edge, so that lines have thousands of nodes."""
    asked: list[tuple[object, ...]] = []
    plain = kernels.kernels

    def counted(orders: tuple[int, ...], z: np.ndarray, lam: float, log_unit: float) -> np.ndarray:
        asked.extend((orders, node) for node in z)
        return plain(orders, z, lam, log_unit)

    monkeypatch.setattr(kernels, "kernels", counted)
    participation_ratio(1e-3, np.array([0.5]), LinearGaussian([1.0]), np.log(270))
    assert len(asked) > 10_000
    assert len(set(asked)) == len(asked)
