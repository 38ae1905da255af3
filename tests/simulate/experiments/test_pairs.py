"""Pairs of networks, and networks that are tuned: each quantity where it is known, no point shared, one measurement."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from simulate.dimension import EmpiricalScore, PopulationScore
from simulate.experiments.networks import pairs as networks_pairs
from simulate.experiments.networks import tuned as networks_tuned
from simulate.experiments.networks.pairs import DIRECTIONS, NetworkPairs, OfPairs, _asked_at, at_training_points, drawn
from simulate.experiments.networks.trained import Architecture, begun
from simulate.experiments.networks.tuned import NetworksTuned
from simulate.networks import Affine
from simulate.run.store import Store
from simulate.training import Settings

(CASE,) = at_training_points((DIRECTIONS,), (4,), t=0.1)
BRIEF = Settings(steps=2, batch=8, times=4, rate=1e-3)
TINY = Architecture("mlp", 8)


def optima(seen: list[np.ndarray], asked: list[Settings] | None = None) -> Callable[..., SimpleNamespace]:
    """In place of a training: the affine optimum of each data set; what is given is listed in `seen` and `asked`."""

    def train(build: object, data: Sequence[np.ndarray], settings: Settings, *_: object) -> SimpleNamespace:
        seen.extend(data)
        if asked is not None:
            asked.append(settings)
        networks = [Affine.optimum(torch.as_tensor(rows, dtype=torch.float32)) for rows in data]
        return SimpleNamespace(network=networks.__getitem__)

    return train


def test_the_exact_scores_differ_and_lose_all_and_the_law_nothing() -> None:
    rng = np.random.default_rng(0)
    data = (drawn(CASE, 1, rng)[0], drawn(replace(CASE, training=False), 1, rng)[0])
    memorized = _asked_at(CASE, (EmpiricalScore(data[0]), EmpiricalScore(data[1])), data, rng)
    assert (memorized["dimension"], memorized["departure"]) == (0, 0)
    assert (memorized["difference"], memorized["gap"]) == (pytest.approx(1), pytest.approx(1))
    assert 0.25 <= memorized["share"] <= 1
    law = PopulationScore(CASE.law)
    known = _asked_at(CASE, (law, law), data, rng)
    assert (known["dimension"], known["difference"], known["departure"]) == (3, 0, 1)
    assert abs(known["gap"]) < 0.1


def test_the_share_is_all_for_one_point_and_evenly_divided_in_much_noise() -> None:
    rng = np.random.default_rng(0)
    for case, expected in ((replace(CASE, log_n=0.0), 1.0), (CASE.at(1e6), 0.25)):
        data = (drawn(case, 1, rng)[0], drawn(replace(case, log_n=np.log(2)), 1, rng)[0] + 1)
        pair = (EmpiricalScore(data[0]), EmpiricalScore(data[1]))
        assert _asked_at(case, pair, data, rng)["share"] == pytest.approx(expected, rel=1e-3)


@pytest.fixture
def pairs() -> NetworkPairs:
    cases = at_training_points((DIRECTIONS,), (3, 40))
    return NetworkPairs(cases=cases, times=(0.001, 0.01), replicas=2, trials=1, architecture=TINY, training=BRIEF)


def test_a_pair_shares_no_point_and_the_first_holds_x(pairs: NetworkPairs, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []
    asked: list[Settings] = []
    monkeypatch.setattr(networks_pairs, "trained", optima(seen, asked))
    table = pairs.run(progress=False)
    assert asked == [BRIEF, replace(BRIEF, shuffled=True)] * 2
    first, second = seen[:2], seen[2:4]
    assert [len(rows) for rows in seen[:6]] == [3] * 6
    assert all(np.array_equal(rows[0], CASE.x) for rows in first)
    assert (
        len({row.tobytes() for rows in first for row in rows[1:]} | {row.tobytes() for rows in second for row in rows})
        == 10
    )
    assert [rows.tobytes() for rows in seen[4:6]] == [first[0].tobytes(), second[0].tobytes()]
    assert list(zip(table.n.values, table.t.values, strict=True)) == [(3, 0.001), (3, 0.01), (40, 0.001), (40, 0.01)]
    affine = table.control_dimension.sel(control="affine").transpose("point", "trial")
    np.testing.assert_array_equal(affine, [[2], [2], [3], [3]])  # what N points span
    np.testing.assert_array_equal(table.dimension.isel(point=[0, 2]), [[2, 2], [3, 3]])
    controls = table.control_gap.isel(trial=0).transpose("control", "point")  # "trained" here are optima, too
    for name in ("affine", "shuffled"):  # at other points, but of the same data
        np.testing.assert_allclose(controls.sel(control=name), table.gap.isel(replica=0), rtol=0.5, atol=0.05)


def test_several_quantities_are_read_off_one_measurement(
    pairs: NetworkPairs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[np.ndarray] = []
    monkeypatch.setattr(networks_pairs, "trained", optima(seen))
    store = Store(tmp_path)
    tables = [
        OfPairs(rows=rows, pairs=pairs, seed=5).run(store, progress=False)
        for rows in ((("gap", 3, 0.01), ("gap", 40, 0.001)), (("departure", 40, 0.01), ("dimension", 3, 0.01)))
    ]
    assert len(seen) == 2 * 6  # once for each N
    whole = replace(pairs, seed=5).run(store, progress=False)
    for table, told in zip(tables, ((("gap", 1), ("gap", 2)), (("departure", 3), ("dimension", 1))), strict=True):
        for i, (quantity, row) in enumerate(told):
            at = table.isel(point=i)
            assert (at.quantity, at.n, at.t) == (quantity, whole.n[row], whole.t[row])
            np.testing.assert_array_equal(at["values"], whole[quantity].isel(point=row))
            np.testing.assert_array_equal(at.control_values, whole[f"control_{quantity}"].isel(point=row))


@pytest.mark.parametrize("row", [("gap", 4, 0.01), ("gap", 3, 0.02), ("width", 3, 0.01)])
def test_a_row_that_is_not_measured_is_refused(pairs: NetworkPairs, row: tuple[str, int, float]) -> None:
    with pytest.raises(ValueError, match="rows must be"):
        OfPairs(rows=(("gap", 3, 0.01), row), pairs=pairs)


def test_networks_are_tuned_from_where_they_were_on_other_points(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []
    starts: list[Affine] = []
    shuffled: list[bool] = []

    def listening(build: Callable, data: list[np.ndarray], settings: Settings, rng: np.random.Generator) -> object:
        starts.extend(made := [build() for _ in data])
        shuffled.extend([settings.shuffled] * len(data))
        seen.extend(data)
        remaining = iter(made)
        return begun(lambda: next(remaining), data, settings, rng)

    first: list[np.ndarray] = []
    monkeypatch.setattr(networks_tuned, "trained", optima(first))
    monkeypatch.setattr(networks_tuned, "begun", listening)
    training = replace(BRIEF, rate=1e-9)
    tuned = NetworksTuned(
        cases=at_training_points((DIRECTIONS,), (50,)),
        sizes=(3, 40),
        further=1,
        times=(0.001, 10.0),
        replicas=2,
        trials=2,
        training=training,
    )
    table = tuned.run(progress=False)
    assert [len(rows) for rows in first] == [50] * 4  # and once more on shuffled labels
    assert all(np.array_equal(rows, again) for rows, again in zip(first[:2], first[2:], strict=True))
    untrained, seen, starts = seen[:2], seen[2:], starts[2:]
    assert all(np.array_equal(rows, again) for rows, again in zip(first[:2], untrained, strict=True))
    assert [len(rows) for rows in seen] == [3] * 4 + [40] * 4
    assert all(np.array_equal(rows[0], CASE.x) for rows in seen)
    assert not any((rows == CASE.x).all(axis=1).any() for rows in first)
    assert shuffled == [False] * 2 + [False] * 2 + [True] * 2 + [False] * 2 + [True] * 2
    for i, network in enumerate(starts):
        optimum = Affine.optimum(torch.as_tensor(first[i % 2], dtype=torch.float32))
        assert torch.equal(network.mean, optimum.mean)
    at = {name: table[name].values.tolist() for name in ("n", "steps", "t")}
    assert at["n"] == [3] * 4 + [40] * 4
    assert at["steps"] == [0, 0, 1, 1] * 2
    assert at["t"] == [0.001, 10.0] * 4
    np.testing.assert_array_equal(table["values"], np.repeat([[3], [0]] * 4, 2, axis=1))
    controls = table.control_values.transpose("control", "point", "trial")
    np.testing.assert_array_equal(controls.sel(control="affine")[:, 0], [3, 0, 2, 0, 3, 0, 3, 0])
    np.testing.assert_array_equal(controls.sel(control="shuffled"), np.repeat([[3], [0]] * 4, 2, axis=1))
