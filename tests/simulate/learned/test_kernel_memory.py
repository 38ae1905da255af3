"""The time at which a kernel model has memorized: where the loss crosses, and the same bits again."""

import numpy as np
import pytest

from simulate.experiments.learned.kernel_memory import GRID, MemoryTime, log_memorized


def test_the_time_is_where_the_loss_is_half_of_the_law_s() -> None:
    losses = (0.1 / 1.1 / 2) * (np.log(300.0) / np.log(np.maximum(GRID, 1.1))) ** 2
    assert log_memorized(losses, 0.1) == pytest.approx(np.log(300), rel=1e-2)
    with pytest.raises(ValueError, match=r"^losses must cross 0.0454545"):
        log_memorized(np.ones(len(GRID)), 0.1)


def test_the_same_seed_gives_the_same_exponents() -> None:
    small = MemoryTime(kernels=("tangent, one hidden layer",), sizes=(8, 16), replicas=2)
    table = small.run(progress=False)
    assert (table["values"] == small.run(progress=False)["values"]).all()
    assert 0.5 < table.observed.item() < 4
