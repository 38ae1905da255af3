"""Salient and fine directions: numbers of points by hand, slopes of known denoisers, the seed."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.stats import ortho_group

from simulate.experiments.learned import fine
from simulate.experiments.learned.fine import (
    EQUAL,
    MODELS,
    OWN,
    TURNED,
    FineNumber,
    FinePreference,
    FineSlopes,
    shares,
    with_salient,
)
from simulate.experiments.learned.lost import Denoiser, LostRule
from theory.learned.kernel_flow import KernelFlow
from theory.learned.kernels import KERNELS

SMALL = replace(MODELS, replicas=3, seen=60)


@dataclass(frozen=True, kw_only=True)
class Known(LostRule):
    """Denoisers that are known: of fine coordinates x/2 + salient ones times 0.3, and salient ones as they are."""

    def denoisers(self, model: str, data: list[np.ndarray], rng: np.random.Generator) -> list[Denoiser]:
        d = data[0].shape[1]
        w = np.eye(d)
        w[-fine.FINE :] = np.hstack([np.full((fine.FINE, d - fine.FINE), 0.3), np.eye(fine.FINE) / 2])
        return [lambda x: x @ w.T for _ in data]


def test_the_slope_of_a_known_denoiser_is_compared_with_the_square_of_its_block() -> None:
    table = FineSlopes(models=("network",), salient=2, n=5, each=Known(replicas=2, seen=20)).run(progress=False)
    assert table.visible.values == pytest.approx(np.full((1, 2), 0.5))
    assert table.explained.values == pytest.approx(np.full((1, 2), 2 * 0.09))
    assert table.block.item() == pytest.approx(0.3)
    assert table.observed.item() == pytest.approx(0.5 - 0.18)


def test_a_number_beyond_the_sizes_counts_as_the_last_of_them() -> None:
    table = FineNumber(salient=(1, 2, 4), sizes=((2, 4), (2, 8), (2, 64)), each=replace(Known(), replicas=2, seen=9))
    numbers = table.run(progress=False).numbers.isel(point=0)
    assert (numbers.values[:, 0] == numbers.values[:, 1]).all()
    assert set(np.exp(numbers.values).round(6).ravel()) <= {2.0, 4.0, 8.0, 64.0}


def test_growth_and_bend_are_those_of_the_numbers() -> None:
    number = FineNumber(
        models=("empirical",), salient=(1, 2, 4), sizes=((20, 400), (80, 2000), (900, 9000)), each=SMALL
    )
    table = number.run(progress=False)
    logs = table.numbers.isel(point=0).values
    growth, bend = table["values"].values
    assert growth == pytest.approx((logs[2] - logs[0]) / 3)
    assert bend == pytest.approx((logs[2] - logs[1]) / 2 - (logs[1] - logs[0]))
    assert (np.diff(logs, axis=0) > 0.5).all()
    assert (table["values"] == number.run(progress=False)["values"]).all()


def test_the_exact_score_of_many_points_has_the_loss_of_the_law_along_fine_directions() -> None:
    law, each, rng = with_salient(1), replace(SMALL, seen=2000), np.random.default_rng(0)
    few, many = (law.sample(n, rng) for n in (3, 4000))
    found = [shares(each.denoisers("empirical", [y], rng)[0], y, law, each, rng) for y in (few, many)]
    losses = [share[1:].mean() for share in found]
    assert losses[0] < 0.1
    assert losses[1] == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("model", ["features", "network", "kernel"])
def test_models_of_any_number_of_salient_directions_are_learned(model: str) -> None:
    brief = replace(SMALL, features=20, training=replace(SMALL.training, steps=2))
    table = FineSlopes(models=(model,), salient=3, n=4, each=brief).run(progress=False)
    assert np.isfinite(table["values"].values).all()
    assert (table.explained.values > 0).all()


def test_a_kernel_model_is_that_of_theory_and_turns_with_its_data() -> None:
    """The tangent kernel is a function of inner products: noise turned with the data makes the model turn with them."""
    each = replace(SMALL, flow=3.0, noises=2)
    data, x = with_salient(2).sample(5, np.random.default_rng(1)), np.random.default_rng(2).standard_normal((7, 6))
    (found,) = each.denoisers("kernel", [data], np.random.default_rng(3))
    own = np.repeat(data, 2, axis=0)
    inputs = own + np.sqrt(each.t) * np.random.default_rng(3).standard_normal(own.shape)
    theirs = KernelFlow(KERNELS[each.kernel], inputs, own).at(3.0)
    assert found(x) == pytest.approx(theirs.denoise(x), abs=1e-9)
    turn = ortho_group.rvs(6, random_state=np.random.default_rng(4))
    model = KernelFlow(KERNELS[each.kernel], inputs @ turn, own @ turn).at(3.0)
    assert model.denoise(x @ turn) @ turn.T == pytest.approx(theirs.denoise(x), abs=1e-9)


def test_what_is_turned_is_turned_back() -> None:
    data = [with_salient(2).sample(40, np.random.default_rng(seed)) for seed in range(2)]
    each = replace(SMALL, rotated=True, training=replace(SMALL.training, steps=60))
    for model in ("kernel", "network"):
        for denoise, y in zip(each.denoisers(model, data, np.random.default_rng(0)), data, strict=True):
            assert ((denoise(y) - y) ** 2).sum() < 0.5 * (y**2).sum()


def test_which_kind_is_lost_is_seen_and_directions_of_one_variance_are_alike() -> None:
    small = FinePreference(models=("kernel",), k=2, n=12, each=replace(MODELS, seen=400))
    table = small.run(progress=False)
    assert table.fine.values.tolist() == [OWN, TURNED, EQUAL]
    kinds = table.of_salient.values - table.of_fine.values
    assert table["values"].values[[0, 2]] == pytest.approx(kinds[[0, 2]])
    assert kinds[1].mean() == pytest.approx(kinds[0].mean(), abs=0.1)
    assert table.observed.values[0] > 8 * table.stderr.values[0]
    assert (abs(table.observed.values[1:]) < 4 * table.stderr.values[1:]).all()
    with pytest.raises(ValueError, match=r"^setting must be one of"):
        FinePreference(where=("elsewhere",)).points()
