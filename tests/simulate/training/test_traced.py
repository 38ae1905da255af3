"""A step as a list of operations is the step to the last bit, and where it is not, the step is taken as it is."""

import numpy as np
import pytest
import torch

from simulate.networks import ResidualMLP
from simulate.training import Settings, TrainingRun, run
from simulate.training.traced import Traced, traced

SETTINGS = Settings(steps=8, batch=8, times=4, rate=1e-2)
DATA = [np.random.default_rng(n).standard_normal((n, 4)) for n in (5, 30)]


class Deciding(torch.nn.Module):
    """A module that looks at a value to decide what to do."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor(2.0))

    def forward(self, y: torch.Tensor) -> torch.Tensor:
        return self.weight * y if y.numpy().mean() == 1 else -self.weight * y


def started() -> TrainingRun:
    return TrainingRun(lambda: ResidualMLP(4, 8, 1, 8), DATA, SETTINGS)


def test_a_training_with_a_list_is_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = started()
    expected = [losses for _, losses in plain]
    monkeypatch.setattr(run, "LEAST", 1)
    listed = started()
    assert isinstance(listed._losses, Traced)
    np.testing.assert_array_equal([losses for _, losses in listed], expected)
    pairs = zip(plain.average.parameters(), listed.average.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_what_is_not_the_same_on_another_batch_is_taken_as_it_is() -> None:
    module = Deciding()
    assert traced(module, [torch.arange(4.0)]) is module
    module.forward = lambda y: module.weight * y
    assert isinstance(traced(module, [torch.arange(4.0)]), Traced)
