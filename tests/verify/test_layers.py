"""The table of layers: layer 3 agrees with random data sets, layer 1 does not."""

import numpy as np
import pytest
from scipy import stats

from verify.layers import PAPER, SETTINGS, Setting, main, monte_carlo, row, table

REPLICAS = 300


@pytest.fixture(scope="module")
def rows() -> list:
    rng = np.random.default_rng(11)
    return [row(setting, REPLICAS, rng) for setting in SETTINGS if setting.name != "equal, N = d"]


def test_layer_three_agrees_with_random_data_sets(rows: list) -> None:
    """Two-sided, all settings together: a false alarm in one of 10,000 seeds."""
    z = [(r.observed - r.exact) / r.stderr for r in rows]
    assert np.abs(z).max() < stats.t.isf(1e-4 / 2 / len(z), REPLICAS - 1)


def test_layer_one_falls_at_the_papers_setting(rows: list) -> None:
    r = rows[0]
    assert (r.d, r.n, r.name) == (30, 1000, "paper, x = 0")
    assert (r.claimed_time, r.exact_time) == pytest.approx((0.27175, 0.010779), rel=1e-4)
    assert r.claimed - r.observed > 15 * r.stderr


def test_the_settings_are_what_they_say() -> None:
    assert len(SETTINGS) == 10
    assert np.sqrt(PAPER)[[0, 2, 7]] == pytest.approx([1, 0.3, 0.01])
    shifted = Setting("", PAPER, 1000, "axis", 2)
    assert shifted.x[2] ** 2 == pytest.approx(shifted.t)
    assert np.count_nonzero(shifted.x) == 1
    assert Setting("", PAPER, 10, "far").x == pytest.approx(3 * np.sqrt(PAPER))


def test_the_same_seed_gives_the_same_numbers() -> None:
    few = Setting("", np.ones(3), 5)
    first, second = (monte_carlo(few, 7, np.random.default_rng(3)) for _ in range(2))
    assert (first == second).all()
    assert first.shape == (7,)
    assert ((first >= 0.2) & (first <= 1)).all()


def test_the_table_has_a_line_for_each_row(rows: list) -> None:
    lines = table(rows).splitlines()
    assert len(lines) == len(rows) + 1
    assert len({len(line) for line in lines[1:]}) == 1
    with pytest.raises(ValueError, match="replicas must be an integer >= 2"):
        row(SETTINGS[0], 1, np.random.default_rng(0))


@pytest.mark.parametrize("given", [["--seed", "-1"], ["--replicas", "1"]])
def test_the_door_refuses_in_one_sentence(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(given) == 2
    assert capsys.readouterr().err.startswith(f"{given[0][2:]} must be an integer >= ")
