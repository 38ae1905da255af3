"""Kernel models of two points on a line: against 60 digits, against a dense flow, at ends, and the same bits again."""

from collections.abc import Sequence

import mpmath as mp
import numpy as np
import pytest

from simulate.experiments.learned.doubling import RiskDoubling, along_line, excess, log_doubled
from simulate.learned.line import LineFlow
from theory.learned.kernel_flow import KernelFlow
from theory.learned.kernels import Laplace

A, T, LENGTH = 3.0, 0.25, 2.0


def in_digits(x: np.ndarray, a: float, log_taus: Sequence[float]) -> np.ndarray:
    """The model at nodes x > 0 from the kernel matrix itself, by mpmath in 60 digits, (times, nodes)."""
    with mp.workdps(60):
        step, nodes = mp.mpf(float(x[1] - x[0])), [mp.mpf(float(one)) for one in x]
        root = mp.matrix([mp.sqrt(step * (mp.npdf(u, a, mp.sqrt(T)) + mp.npdf(u, -a, mp.sqrt(T))) / 2) for u in nodes])
        rows = [[mp.exp(-abs(u - w) / LENGTH) - mp.exp(-(u + w) / LENGTH) for w in nodes] for u in nodes]
        modes, vectors = mp.eigsy(mp.diag(root) * mp.matrix(rows) * mp.diag(root))
        along = vectors.T * mp.diag(root) * mp.matrix([a * mp.tanh(a * u / T) for u in nodes])
        learned = [mp.diag([-mp.expm1(-2 * u * mp.exp(tau)) for u in modes]) for tau in log_taus]
        ends = [vectors * (part * along) for part in learned]
        return np.array([[float(e / r) for e, r in zip(end, root, strict=True)] for end in ends])


def test_every_digit_is_right_where_the_kernel_matrix_has_none() -> None:
    flow, log_taus = LineFlow(5.0, T, LENGTH, spacing=6.0), (0.0, 8.0, 25.0, 45.0)
    assert flow.modes.min() < 1e-20 * flow.modes.max()
    found = np.stack([flow.at(tau) for tau in log_taus])
    np.testing.assert_allclose(found, in_digits(flow.x, 5.0, log_taus), rtol=1e-9, atol=1e-12)


def test_it_is_the_flow_of_the_whole_line() -> None:
    flow = LineFlow(A, T, LENGTH, spacing=2.0)
    x = np.concatenate([-flow.x[::-1], flow.x])
    density = np.exp(-((x - A) ** 2) / (2 * T)) + np.exp(-((x + A) ** 2) / (2 * T))
    dense = KernelFlow(Laplace(LENGTH), x[:, None], A * np.tanh(A * x / T)[:, None], density / density.sum())
    half = dense.at(30.0).denoise(flow.x[:, None])[:, 0]
    np.testing.assert_allclose(flow.at(np.log(30.0)), half, rtol=1e-6)


def test_it_begins_at_0_and_ends_at_the_empirical_score() -> None:
    flow = LineFlow(A, T, LENGTH)
    np.testing.assert_allclose(flow.at(-40.0), 0, atol=1e-12)
    near = flow.x < A
    np.testing.assert_allclose(flow.at(100.0)[near], flow.target[near], rtol=1e-8)


def test_the_excess_of_a_constant_is_known() -> None:
    x = np.arange(0.005, 12, 0.01)
    assert excess(x, x / 2, 0.3, 0.5) == pytest.approx((1.5 + 0.09) / 4 - (1 + 0.09), rel=1e-9)


def test_two_points_along_their_line() -> None:
    a, centre = along_line(np.array([1.0, 3.0]), np.array([1.0, -1.0]))
    assert (a, centre) == pytest.approx((2.0, -1.0))


def test_the_risk_is_halfway_at_the_time_found() -> None:
    log_tau, flow = log_doubled(6.0, 0.2, 0.3, 8.0, 1.0), LineFlow(6.0, 0.3, 8.0, 1.0)
    end = excess(flow.x, flow.target, 0.2, 0.3)
    assert excess(flow.x, flow.at(log_tau), 0.2, 0.3) == pytest.approx(end / 2, rel=1e-4)
    assert excess(flow.x, flow.at(log_tau - 5), 0.2, 0.3) < end / 2 < excess(flow.x, flow.at(log_tau + 5), 0.2, 0.3)


def test_the_same_seed_gives_the_same_bits() -> None:
    small = RiskDoubling(dimensions=(48,), pairs=2)
    one, again = (small.run(progress=False) for _ in range(2))
    assert one.identical(again)
    assert one.stderr.item() < 0.02
    assert one.a.mean().item() == pytest.approx(np.sqrt(24), abs=1.5)


@pytest.mark.parametrize("name", ["a", "t", "length", "spacing"])
def test_what_is_not_positive_is_named(name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must be > 0"):
        LineFlow(**({"a": A, "t": T, "length": LENGTH, "spacing": 1.0} | {name: 0.0}))
