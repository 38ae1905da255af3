"""A checkpoint goes on as if nothing had happened, and is of one network."""

import pickle
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from simulate.networks import (
    Ensemble,
    Network,
    Precondition,
    ResidualMLP,
    Transformer,
    UNet,
    VariancePreserving,
)
from simulate.networks.network import log_label
from simulate.training import Settings, TrainingRun, UnreadableCheckpoint
from tests.simulate.training.test_training import SHORT, clouds, small, started, state


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
