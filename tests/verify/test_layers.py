"""The table of layers: layer 3 agrees with random data sets, layer 1 does not."""

import numpy as np
import pytest
from scipy import stats

from theory.case import Case, far, origin
from theory.laws.spectra import equal, paper
from verify.layers import at_fraction, cases, main, monte_carlo, row, stepped, table

REPLICAS = 300


@pytest.fixture(scope="module")
def rows() -> list:
    rng = np.random.default_rng(11)
    return [row(case, REPLICAS, rng) for case in cases() if case.label != "equal, N = d"]


def test_layer_three_agrees_with_random_data_sets(rows: list) -> None:
    """Two-sided, all settings together: a false alarm in one of 10,000 seeds."""
    z = [(r.observed - r.exact) / r.stderr for r in rows]
    assert np.abs(z).max() < stats.t.isf(1e-4 / 2 / len(z), REPLICAS - 1)


def test_layer_one_falls_at_the_papers_setting(rows: list) -> None:
    r = rows[0]
    assert (r.d, r.n, r.name) == (30, 1000, "paper, x = 0")
    assert (r.claimed_time, r.exact_time) == pytest.approx((0.27175, 0.010779), rel=1e-4)
    assert r.claimed - r.observed > 15 * r.stderr


def test_the_cases_are_what_they_say() -> None:
    assert len({case.label for case in cases()}) == 10
    assert np.sqrt(paper().variances)[[0, 2, 7]] == pytest.approx([1, 0.3, 0.01])
    shifted = stepped("", paper(), 2, 1000)
    assert shifted.x[2] ** 2 == pytest.approx(shifted.t)
    assert np.count_nonzero(shifted.x) == 1
    assert np.abs(at_fraction("", paper(), far, 10).x) == pytest.approx(3 * np.sqrt(paper().variances))


def test_the_same_seed_gives_the_same_numbers() -> None:
    few = Case(equal(3), origin, np.log(5), 0.1)
    first, second = (monte_carlo(few, 7, np.random.default_rng(3)) for _ in range(2))
    assert (first == second).all()
    assert first.shape == (7,)
    assert ((first >= 0.2) & (first <= 1)).all()


def test_the_table_has_a_line_for_each_row(rows: list) -> None:
    lines = table(rows).splitlines()
    assert len(lines) == len(rows) + 1
    assert len({len(line) for line in lines[1:]}) == 1
    with pytest.raises(ValueError, match="replicas must be an integer >= 2"):
        row(cases()[0], 1, np.random.default_rng(0))


@pytest.mark.parametrize("given", [["--seed", "-1"], ["--replicas", "1"]])
def test_the_door_refuses_in_one_sentence(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(given) == 2
    assert capsys.readouterr().err.startswith(f"{given[0][2:]} must be an integer >= ")
