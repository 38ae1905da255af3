"""Exponents between two shapes: event times of a known curve, slopes, and the table."""

import numpy as np
import pytest

from simulate.experiments.learned import kernel_scaling
from simulate.experiments.learned.kernel_scaling import GRID, KernelScaling, log_times, slopes_of


def test_events_of_a_known_curve() -> None:
    """Risk 1 - a(1 - e^{-tau/3}) + b (1 - e^{-tau/3000}): halfway down and up again near log 2 times each."""
    risk = 1 - 0.8 * -np.expm1(-GRID / 3) + 0.5 * -np.expm1(-GRID / 3000)
    found = log_times(risk)
    assert found["half learned"] == pytest.approx(np.log(3 * np.log(2)), abs=0.05)
    assert found["half forgotten"] == pytest.approx(np.log(3000 * np.log(2)), abs=0.05)
    assert found["half learned"] < found["least risk"] < found["half forgotten"]


def test_slopes_are_exponents() -> None:
    logs = np.log(np.array([[[2.0, 5.0], [8.0, 5.0]]]))
    np.testing.assert_allclose(slopes_of(logs, ((3, 10), (3, 40))), [[1.0, 0.0]])


def test_the_table_has_a_row_for_each_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_scaling, "PATHS", {"short": ((6, 8), (6, 16))})
    asked = KernelScaling(kernel="Gaussian", paths=("short",), events=("half learned", "half forgotten"), replicas=2)
    table = asked.run(progress=False)
    assert table.happens.values.tolist() == ["half learned", "half forgotten"]
    assert table.spectra.dims == ("point", "replica", "shape", "level")
    assert np.isfinite(table.observed).all()
