"""Training: the same bits however it is cut, members as if alone, random numbers and averages as they are said."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from simulate.networks import (
    Affine,
    Ensemble,
    Network,
    Precondition,
    ResidualMLP,
    Transformer,
    UNet,
    VariancePreserving,
)
from simulate.networks.network import log_label
from simulate.training import Diverged, Settings, TrainingRun, UnreadableCheckpoint, given
from simulate.training.draws import HELD, Draws
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


@pytest.mark.parametrize("optimizer", ["radam", "adamw"])
@pytest.mark.parametrize("stop", [0, 1, 4, 17])
def test_interrupted_and_resumed_is_uninterrupted(tmp_path: Path, stop: int, optimizer: str) -> None:
    settings = Settings(steps=30, batch=16, times=4, rate=1e-3, optimizer=optimizer)
    whole, first, second = (started(settings) for _ in range(3))
    losses = [loss for _, loss in whole]
    seen = [loss for _, loss in islice(first, stop)]
    first.save(tmp_path / "a.safetensors")
    second.load(tmp_path / "a.safetensors")
    assert second.step == stop
    for run in (first, second):
        assert np.array_equal(seen + [loss for _, loss in run], losses)
        assert all(map(torch.equal, state(run), state(whole)))


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


def test_every_epoch_takes_each_point_once_in_a_new_order() -> None:
    draws = Draws(SHORT, [0, 1, 2], SIZES)
    for member, (size, start) in enumerate(zip(SIZES, (0, 5, 45), strict=True)):
        stream = torch.cat([draws.rows(step)[member] for step in range(60)])[: 960 // size * size].view(-1, size)
        assert torch.equal(stream.sort(dim=1).values, torch.arange(start, start + size).expand_as(stream))
        assert len(torch.unique(stream, dim=0)) > 1


def test_orders_of_epochs_are_uniform() -> None:
    draws = Draws(Settings(batch=6, times=1), range(3000), [3] * 3000)
    epochs = torch.stack([draws.rows(0), draws.rows(1)], dim=1).view(3000, 4, 3) % 3
    codes = (epochs * torch.tensor([9, 3, 1])).sum(dim=2)
    for epoch in range(4):
        counts = torch.unique(codes[:, epoch], return_counts=True)[1]
        assert len(counts) == 6
        assert ((counts - 500).abs() < 5 * 500**0.5).all()
    assert (codes[:, 0] == codes[:, 1]).double().mean().item() == pytest.approx(1 / 6, abs=0.04)
    assert (codes[:, 1] == codes[:, 2]).double().mean().item() == pytest.approx(1 / 6, abs=0.04)


def test_order_of_data_does_not_depend_on_what_was_asked_before() -> None:
    walked, anew = (Draws(SHORT, [0, 1, 2], SIZES) for _ in range(2))
    for step in range(20):
        expected = walked.rows(step)
    assert torch.equal(anew.rows(19), expected)


def test_noise_of_a_step_is_its_own_wherever_a_block_ends() -> None:
    length = HELD // (16 * 6)
    walked = Draws(SHORT, [0, 1, 2], SIZES)
    steps = [0, 1, length - 1, length, length + 1, 0]
    seen = [walked.noise(step, 6) for step in steps]
    for step, (times, noise) in zip(steps, seen, strict=True):
        alone = Draws(SHORT, [1], SIZES[1:2]).noise(step, 6)
        assert torch.equal(times[1], alone[0][0])
        assert torch.equal(noise[1], alone[1][0])
    assert (
        len({noise.numpy().tobytes() for _, noise in seen}) == len({times.numpy().tobytes() for times, _ in seen}) == 5
    )


def test_one_time_in_each_interval_of_its_logarithm() -> None:
    settings = Settings(batch=8, times=8, shortest=1e-4, longest=1e4)
    draws = Draws(settings, range(500), [1] * 500)
    times, noise = draws.noise(3, 5)
    places = (times.log10() + 4) / 8
    assert torch.equal((places * 8).floor(), torch.arange(8.0).expand(500, 8))
    assert ((places * 8) % 1).std().item() == pytest.approx(12**-0.5, abs=0.01)
    assert noise.shape == (500, 8, 5)
    assert noise.std().item() == pytest.approx(1, abs=0.02)
    assert noise.mean(dim=(1, 2)).std().item() == pytest.approx(40**-0.5, rel=0.2)


def test_shuffled_labels_are_the_times_of_the_batch_in_another_order() -> None:
    settings = Settings(batch=8, times=4, shuffled=True)
    draws = Draws(settings, range(4000), [1] * 4000)
    times, _ = draws.noise(3, 5)
    told = draws.told(3, times)
    assert torch.equal(told.sort(dim=1).values, times)
    kept = (told == times).double().mean(dim=0)  # in random order: each in its place one time in four
    assert ((kept - 1 / 4).abs() < 5 * (3 / 16 / 4000) ** 0.5).all()
    assert not torch.equal(draws.told(4, times), told)
    assert torch.equal(Draws(Settings(batch=8, times=4), [0], [1]).told(3, times[:1]), times[:1])


def test_shuffled_labels_are_what_the_network_is_told() -> None:
    """An affine network takes t at its word: told another one it errs at the first step, on the same points."""
    first = {}
    for shuffled in (False, True):
        settings = Settings(batch=32, times=16, shortest=1e-4, longest=1e4, shuffled=shuffled)
        _, first[shuffled] = next(iter(started(settings, lambda: Affine(6))))
    assert (first[True] > 3 * first[False]).all()


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


def test_divergence_is_an_error() -> None:
    with pytest.raises(Diverged, match="rate must be smaller than"):
        list(started(Settings(steps=200, batch=16, times=4, rate=1e30)))


def test_a_last_step_that_diverges_is_an_error() -> None:
    run = started(Settings(steps=1, batch=8, times=4, rate=1e38))
    with pytest.raises(Diverged, match="parameters are NaN or infinite at step 1"):
        list(run)


@pytest.mark.parametrize(("optimizer", "expected"), [("radam", rectified(7, 1e-3)), ("adamw", (1e-3, 1e-8))])
def test_a_step_has_the_rate_of_its_optimizer(optimizer: str, expected: tuple[float, float]) -> None:
    run = started(Settings(steps=7, batch=8, times=4, rate=1e-3, optimizer=optimizer))
    list(run)
    assert {(group["lr"], group["eps"]) for group in run._optimizer.param_groups} == {expected}


def test_what_is_no_checkpoint(tmp_path: Path) -> None:
    path, run = tmp_path / "a", started()
    next(iter(run))
    run.save(path)
    content, before = path.read_bytes(), state(run)
    others = {
        "settings, seeds, data or network": started(Settings(steps=30, batch=16, times=4, rate=2e-3)),
        "settings, seeds, data or network differ": TrainingRun(small, clouds()[::-1], SHORT),
    }
    for says, other in others.items():
        with pytest.raises(UnreadableCheckpoint, match=says):
            other.load(path)
    for wrong in (content[:-1], b"", content[:100], pickle.dumps({"step": 1})):
        path.write_bytes(wrong)
        with pytest.raises(UnreadableCheckpoint, match="must be a whole safetensors file"):
            run.load(path)
    for place in (len(content) // 2, content.index(b'"step":"1"') + 8):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(UnreadableCheckpoint, match="its digest differs"):
            run.load(path)
    with pytest.raises(UnreadableCheckpoint, match="No such file"):
        run.load(tmp_path / "none")
    assert all(map(torch.equal, state(run), before))


OTHERS: dict[str, Callable[[], Network]] = {
    "bare": lambda: ResidualMLP(6, width=16, embedding=32, label=log_label),
    "another standard deviation": lambda: Precondition(ResidualMLP(6, width=16, embedding=32, label=log_label), 2.0),
    "another label": lambda: Precondition(small(), 1.0),
    "another wrapping": lambda: VariancePreserving(ResidualMLP(6, width=16, embedding=32, label=log_label)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_checkpoint_is_of_one_network(tmp_path: Path, name: str) -> None:
    """All have parameters of the same shapes."""
    same = [started(build=lambda: Precondition(OTHERS["bare"](), 1.0)) for _ in range(2)]
    same[0].save(tmp_path / "a")
    same[1].load(tmp_path / "a")
    with pytest.raises(UnreadableCheckpoint, match="network differ"):
        started(build=OTHERS[name]).load(tmp_path / "a")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: Transformer((4, 4), heads=4), lambda: Transformer((4, 4), heads=2)),
        (lambda: Transformer((4, 8)), lambda: Transformer((8, 4))),
        (lambda: UNet((4, 4)), lambda: UNet((2, 8))),
    ],
)
def test_networks_of_equal_parameters_are_told_apart(one: Callable[[], Network], other: Callable[[], Network]) -> None:
    first, again, second = (Ensemble(build, [0]).architecture for build in (one, one, other))
    assert first == again
    assert first != second


def test_longer_training_goes_on_from_a_shorter_one(tmp_path: Path) -> None:
    short, longer = started(), started(Settings(steps=40, batch=16, times=4, rate=1e-3))
    list(short)
    short.save(tmp_path / "a")
    longer.load(tmp_path / "a")
    assert [step for step, _ in longer] == list(range(31, 41))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([], "one array for each of the 0 seeds"),
        ([np.zeros(3)], "arrays \\(N, d\\) with one d"),
        ([np.zeros((2, 3)), np.zeros((2, 4))], "arrays \\(N, d\\) with one d"),
        ([np.zeros((0, 3))], "arrays \\(N, d\\) with one d"),
        ([np.zeros((3, 0))], "arrays \\(N, d\\) with one d"),
        ([np.zeros((3, 6), complex)], "of numbers: an imaginary part would be lost"),
        ([np.full((2, 3), np.nan)], "finite"),
    ],
)
def test_bad_data(data: list[np.ndarray], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        TrainingRun(lambda: Affine(3), data, SHORT)


def test_networks_are_of_the_points_of_the_data() -> None:
    with pytest.raises(ValueError, match="build must make a network of points of d = 3 numbers"):
        TrainingRun(lambda: ResidualMLP(9), [np.zeros((2, 3))], SHORT)


class Broken(Affine):
    """Answers with one column, one row, or NaN."""

    def __init__(self, answer: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__(3)
        self.answer = answer

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return self.answer(super().forward(x, t))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda noise: noise[:, :1], r"it makes \(2, 1\) of \(2, 3\)"),
        (lambda noise: noise.mean(dim=0, keepdim=True), r"it makes \(1, 3\) of \(2, 3\)"),
        (lambda noise: noise * torch.nan, "it returns NaN or infinity before any step"),
    ],
)
def test_a_network_answers_each_point_with_a_finite_one(answer: Callable, says: str) -> None:
    with pytest.raises(ValueError, match=f"build must make a network of points of d = 3 numbers.*{says}"):
        TrainingRun(lambda: Broken(answer), [np.random.default_rng(0).standard_normal((4, 3))], SHORT)


def test_the_validation_loss_does_not_hang_on_the_order_of_the_points() -> None:
    rng = np.random.default_rng(0)
    narrow, wide = 0.05 * rng.standard_normal((500, 8)), 2 * rng.standard_normal((500, 8))
    held = np.concatenate([narrow, wide]).astype(np.float32)
    run = TrainingRun(lambda: Affine.optimum(torch.as_tensor(held)), [held], SHORT)
    losses = [float(run.validation(rows)[0]) for rows in (held, held[::-1].copy())]
    shuffled = [float(run.validation(rng.permutation(held))[0]) for _ in range(20)]
    assert np.abs(np.array(losses) - np.mean(shuffled)).max() < 4 * np.std(shuffled)


@pytest.mark.parametrize(
    ("data", "copies", "says"),
    [
        (np.zeros((5, 2)), 1, r"data must be \(n, 6\) with n >= 1, got shape \(5, 2\)"),
        (np.zeros((0, 6)), 1, "data must be"),
        (np.full((5, 6), np.nan), 1, "data must be finite"),
        (np.zeros((5, 6)), 0, "copies must be an integer >= 1, got 0"),
    ],
)
def test_bad_validation(data: np.ndarray, copies: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        started().validation(data, copies)


def test_seeds_are_numbers_of_generators() -> None:
    with pytest.raises(ValueError, match="seeds must be an integer >= 0, got -1"):
        TrainingRun(lambda: Affine(3), [np.zeros((2, 3))], SHORT, seeds=[-1])


def test_a_device_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="device must be auto or one that torch finds here, got 'foo'"):
        TrainingRun(lambda: Affine(3), [np.zeros((2, 3))], SHORT, device="foo")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"steps": 0}, "steps"),
        ({"batch": 16, "times": 5}, "times must divide batch = 16, got 5"),
        ({"rate": 0.0}, "rate must be > 0"),
        ({"optimizer": "sgd"}, "optimizer must be one of radam, adamw"),
        ({"shortest": 3.0, "longest": 2.0}, "shortest must be a time"),
        ({"longest": np.inf}, "longest must be finite"),
        ({"decay": 1.0}, "decay must be in"),
    ],
)
def test_bad_settings(wrong: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Settings(**wrong)


@pytest.mark.parametrize(
    ("check", "wrong", "says"),
    [
        (given.checked_build, (None,), "build must be a function that makes a network, got NoneType"),
        (given.checked_settings, (None,), "settings must be simulate.training.Settings, got NoneType"),
        (given.checked_seeds, (None, None), r"data must be a list of arrays \(N, d\), got NoneType"),
        (given.checked_seeds, (3, [1]), "seeds must be a list of integers, got int"),
        (given.checked_seeds, ([2**53], [1]), r"seeds must be < 2\^53, got 9007199254740992"),
        (given.checked_data, (["a"], 1), r"data must be arrays \(N, d\) of numbers"),
    ],
)
def test_what_is_none_is_named(check: Callable, wrong: tuple, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(*wrong)
