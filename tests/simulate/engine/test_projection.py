"""Bounds of energies from few coordinates: below every energy, used where they leave few points, with exact results."""

import pytest
import torch

from simulate.engine.posterior import posterior
from simulate.engine.projection import MANY, NUMBERS, WIDE, Turns, leading_axes, projected
from simulate.engine.screening import Pass

PLANE, ASKED = 12, 8  # dimensions, queries


def near_a_plane(n: int, noise: float, seed: int = 0) -> torch.Tensor:
    draw = torch.Generator().manual_seed(seed)
    along = torch.randn(n, PLANE, generator=draw) @ torch.randn(PLANE, WIDE, generator=draw) / PLANE**0.5
    return along + noise * torch.randn(n, WIDE, generator=draw)


@pytest.mark.parametrize("noise", [0.0, 0.05, 1.0])
def test_bounds_are_below_energies(noise: float) -> None:
    y, x = near_a_plane(500, noise), near_a_plane(40, 1.0, seed=1)
    axes = leading_axes(y)
    energies = y.double().square().sum(dim=1)[:, None] / 2 - y.double() @ x.double().T
    bounds = y.double().square().sum(dim=1)[:, None] / 2 - projected(y, axes).double() @ projected(x, axes).double().T
    assert (bounds <= energies + 1e-4).all()
    assert (energies - bounds).min() < 0.6 * (energies - bounds).mean() + 1e-2  # and no lower than they must be


def test_axes_are_orthonormal_and_as_many_as_the_data_fill() -> None:
    for noise, number in ((0.001, NUMBERS[0]), (1.0, NUMBERS[-1])):
        axes = leading_axes(near_a_plane(800, noise))
        assert axes.shape == (WIDE, number)
        assert torch.allclose(axes.T @ axes, torch.eye(number), atol=1e-5)


def asked(t: float, noise: float, monkeypatch: pytest.MonkeyPatch) -> tuple[float, int]:
    """Error of the score at noised data points, and the number of blocks that bounds sufficed for."""
    used: list[bool] = []
    suffice = Pass._bounds_suffice
    monkeypatch.setattr(Pass, "_bounds_suffice", lambda self, block: used.append(suffice(self, block)) or used[-1])
    y, draw = near_a_plane(MANY + 1000, noise), torch.Generator().manual_seed(2)
    y[-ASKED:] = y[:ASKED] + 0.3 * t**0.5 * torch.randn(ASKED, WIDE, generator=draw)  # twins, off the plane
    x = y[-ASKED:] + t**0.5 * torch.randn(ASKED, WIDE, generator=draw)
    offset = y.double() - x.double()[:, None]
    weights = torch.softmax(-offset.square().sum(dim=2) / (2 * t), dim=1)
    exact = torch.einsum("qn,qnd->qd", weights, offset) / t
    found = posterior(x.double(), y, t).score
    return float((found - exact).norm() / exact.norm()), sum(used)


def test_scores_are_exact_where_bounds_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    error, used = asked(0.01, 0.01, monkeypatch)
    assert error < 1e-9
    assert used >= 1


def test_bounds_stand_back_where_they_leave_many(monkeypatch: pytest.MonkeyPatch) -> None:
    error, used = asked(30.0, 4.0, monkeypatch)
    assert error < 1e-9
    assert used == 0


def test_blocks_wait_longer_each_time_that_bounds_leave_many() -> None:
    turns, tried = Turns(), []
    for block in range(12):
        if turns.bounds():
            tried.append(block)
            turns.told(enough=False)
    assert tried == [1, 3, 6, 11]
