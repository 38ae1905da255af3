"""Training: the same bits however it is cut, members as if alone, random numbers and averages as they are said."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import torch

from simulate.networks import (
    Affine,
    Network,
    ResidualMLP,
)
from simulate.training import Settings, TrainingRun
from simulate.training.draws import Draws
from simulate.training.recorded import recorded
from simulate.training.run import Losses
from simulate.training.settings import rectified

SIZES = (5, 40, 300)
SHORT = Settings(steps=30, batch=16, times=4, rate=1e-3)


def small() -> ResidualMLP:
    return ResidualMLP(6, width=16, embedding=32)


def clouds(sizes: tuple[int, ...] = SIZES, d: int = 6) -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [rng.standard_normal((n, d)) * np.linspace(1, 0.1, d) for n in sizes]


def started(settings: Settings = SHORT, build: Callable[[], Network] = small) -> TrainingRun:
    return TrainingRun(build, clouds(), settings)


def vector(network: torch.nn.Module) -> torch.Tensor:
    return torch.cat([value.detach().flatten() for value in network.parameters()])


def state(run: TrainingRun) -> list[torch.Tensor]:
    moments = [value for each in run._optimizer.state.values() for value in each.values()]
    return [value.clone() for value in (*run.ensemble.parameters(), *run.average.parameters(), *moments)]


def test_yields_steps_and_a_loss_for_each_member() -> None:
    run = started()
    steps, losses = zip(*run, strict=True)
    assert steps == tuple(range(1, 31))
    assert np.shape(losses) == (30, 3)
    assert list(run) == []


@pytest.mark.parametrize("optimizer", ["radam", "adamw"])
def test_loss_falls(optimizer: str) -> None:
    run = started(Settings(steps=120, batch=16, times=4, rate=2e-2, optimizer=optimizer))
    losses = np.array([loss for _, loss in run])
    assert (losses[-30:].mean(axis=0) < 0.8 * losses[:10].mean(axis=0)).all()


def test_a_member_learns_what_it_would_learn_alone() -> None:
    together = started()
    list(together)
    for index, data in enumerate(clouds()):
        alone = TrainingRun(small, [data], SHORT, seeds=[index])
        before = vector(alone.network(0))
        list(alone)
        moved = (vector(alone.network(0)) - before).abs().max()
        apart = (vector(alone.network(0)) - vector(together.network(index))).abs().max()
        assert moved > 1e-3
        assert apart < 1e-3 * moved


def test_the_global_generator_is_left_alone() -> None:
    before = torch.random.get_rng_state()
    list(started())
    assert torch.equal(torch.random.get_rng_state(), before)


def test_other_seeds_other_bits() -> None:
    first, again, other = (TrainingRun(small, clouds((40,)), SHORT, seeds=[seed]) for seed in (1, 1, 2))
    assert not all(torch.equal(*pair) for pair in zip(state(first), state(other), strict=True))
    one, two, three = (np.array([loss for _, loss in run]) for run in (first, again, other))
    assert np.array_equal(one, two)
    assert not np.isclose(one, three).any()


def test_average_is_the_stated_one() -> None:
    run = started(Settings(steps=60, batch=16, times=4, rate=1e-3, decay=0.8))
    expected = None
    for step, _ in run:
        now = vector(run.ensemble)
        decay = min(0.8, step / (step + 9))  # (1 + k)/(10 + k), k steps before this one
        expected = now if expected is None else decay * expected + (1 - decay) * now
        torch.testing.assert_close(vector(run.average), expected, rtol=1e-4, atol=1e-6)


def test_average_forgets_the_first_parameters() -> None:
    """Of a decay of 0.9999 alone 99 % of them would be left after 80 steps."""
    run = started(Settings(steps=80, batch=16, times=4, rate=1e-3))
    first = vector(run.ensemble)
    list(run)
    moved = (vector(run.ensemble) - first).norm()
    assert (vector(run.average) - vector(run.ensemble)).norm() < 0.25 * moved


def test_rectified_adam_is_that_of_torch() -> None:
    generator = torch.Generator().manual_seed(1)
    ours, theirs = (torch.nn.Parameter(torch.ones(500)) for _ in range(2))
    adam, radam = torch.optim.Adam([ours], fused=True), torch.optim.RAdam([theirs], lr=1e-2)
    for step in range(1, 60):
        gradient = torch.randn(500, generator=generator) * torch.logspace(-6, 1, 500)
        ours.grad, theirs.grad = gradient, gradient.clone()
        adam.param_groups[0]["lr"], adam.param_groups[0]["eps"] = rectified(step, 1e-2)
        adam.step()
        radam.step()
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-6)
    assert (ours - 1).abs().min() > 1e-7


COMPILED = """
import functools, numpy, torch
from simulate.networks import ResidualMLP
from simulate.training import Settings, TrainingRun

def steps(compiled):
    data = [numpy.random.default_rng(n).standard_normal((n, 4)) for n in (5, 9)]
    settings = Settings(steps=2, batch=8, times=4, rate=1e-3)
    run = TrainingRun(lambda: ResidualMLP(4, 8, 1, 8), data, settings, compiled=compiled)
    assert hasattr(run._losses, "_orig_mod") == compiled
    return numpy.array([losses for _, losses in run])

torch.compile = functools.partial(torch.compile, backend="eager", fullgraph=True)
numpy.testing.assert_allclose(steps(True), steps(False), rtol=1e-5)
"""


def test_a_step_is_one_graph() -> None:
    """Without a look at a number, as CUDA records it; outside pytest, whose type checks cannot be compiled."""
    done = subprocess.run([sys.executable, "-c", COMPILED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def replaying(keep: int) -> Callable:
    """As torch's graphs, on a CPU: what is called reads its arguments from where the samples lie; `keep` arrive."""

    def record(module: torch.nn.Module, samples: tuple[torch.Tensor, ...]) -> torch.nn.Module:
        forward = module.forward

        def replay(*given: torch.Tensor) -> torch.Tensor:
            for place, value in list(zip(samples, given, strict=True))[:keep]:
                place.copy_(value)
            return forward(*samples)

        module.forward = replay
        return module

    return record


def refusing(*_: object) -> None:
    raise RuntimeError("operation not permitted when stream is capturing")


@pytest.mark.parametrize(("record", "used"), [(replaying(4), True), (replaying(3), False), (refusing, False)])
def test_a_recorded_step_is_used_where_it_is_the_step(
    record: Callable, used: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started()
    batch, plain = run._batch(), Losses(run.ensemble)
    monkeypatch.setattr(torch.cuda, "make_graphed_callables", record)
    found = recorded(lambda: Losses(run.ensemble), batch)
    assert ("forward" in vars(found)) == used
    run.step = 5
    later = run._batch()
    assert torch.equal(found(*later), plain(*later))
    assert not torch.equal(found(*later), found(*batch))


def test_validation_is_the_mean_square_error_at_fixed_noise() -> None:
    run = started()
    held = torch.randn(50, 6, generator=torch.Generator().manual_seed(9))
    before = run.validation(held)
    list(run)
    after = run.validation(held)
    assert np.array_equal(after, run.validation(held.expand(3, -1, -1)))
    assert (after < before).all()
    t, noise = Draws(SHORT, [0], [1]).validation(100, 6)
    x = torch.cat([held, held]) + t.sqrt()[:, None] * noise
    with torch.no_grad():
        expected = [float((run.network(i)(x, t) - noise).square().mean()) for i in range(3)]
    np.testing.assert_allclose(run.validation(held, copies=2), expected, rtol=1e-4)


def test_the_affine_network_learns_its_optimum() -> None:
    data = torch.as_tensor(clouds((2000,), 3)[0], dtype=torch.float32)
    settings = Settings(steps=400, batch=128, rate=2e-2, optimizer="adamw", shortest=1e-2, longest=10.0)
    run = TrainingRun(lambda: Affine(3), [data], settings)
    list(run)
    optimum = TrainingRun(lambda: Affine.optimum(data), [data], settings)
    start = TrainingRun(lambda: Affine(3), [data], settings)
    best, learnt, untrained = (float(each.validation(data)[0]) for each in (optimum, run, start))
    assert learnt == pytest.approx(best, rel=0.01)
    assert untrained > 1.2 * best


def test_a_network_may_start_from_another() -> None:
    first = started()
    list(first)
    taught = first.network(1)
    second = TrainingRun(lambda: taught, clouds((8, 8)), SHORT)
    assert all(torch.equal(vector(second.network(i)), vector(taught)) for i in range(2))
    list(second)
    assert torch.equal(vector(taught), vector(first.network(1)))


@pytest.mark.parametrize(("optimizer", "expected"), [("radam", rectified(7, 1e-3)), ("adamw", (1e-3, 1e-8))])
def test_a_step_has_the_rate_of_its_optimizer(optimizer: str, expected: tuple[float, float]) -> None:
    run = started(Settings(steps=7, batch=8, times=4, rate=1e-3, optimizer=optimizer))
    list(run)
    assert {(group["lr"], group["eps"]) for group in run._optimizer.param_groups} == {expected}


def test_the_validation_loss_does_not_hang_on_the_order_of_the_points() -> None:
    rng = np.random.default_rng(0)
    narrow, wide = 0.05 * rng.standard_normal((500, 8)), 2 * rng.standard_normal((500, 8))
    held = np.concatenate([narrow, wide]).astype(np.float32)
    run = TrainingRun(lambda: Affine.optimum(torch.as_tensor(held)), [held], SHORT)
    losses = [float(run.validation(rows)[0]) for rows in (held, held[::-1].copy())]
    shuffled = [float(run.validation(rng.permutation(held))[0]) for _ in range(20)]
    assert np.abs(np.array(losses) - np.mean(shuffled)).max() < 4 * np.std(shuffled)
