"""Membership keeps its rate whatever the model, finds what is memorized, and checkpoints date the beginning."""

from pathlib import Path

import numpy as np
import pytest
import torch
import xarray as xr

from simulate.dimension import EmpiricalScore, PopulationScore
from theory.laws import LinearGaussian
from verify.probe.__main__ import main
from verify.probe.asked.load import load_checkpoints, steps_of
from verify.probe.asked.membership import conformal, membership
from verify.probe.sampled.checkpoints import along_training
from verify.probe.told.training import advice, began, lost, price

LAW = LinearGaussian([1.0] * 4)


@pytest.fixture(scope="module")
def sets() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [LAW.sample(n, rng) for n in (30, 200, 200)]


def test_members_of_memory_are_found_and_others_at_the_rate_alone(sets: list[np.ndarray]) -> None:
    data, held_out, others = sets
    asked = np.concatenate([data[:10], others])
    found = membership(EmpiricalScore(data), asked, data, held_out, [0.03, 0.01], np.random.default_rng(1), rate=0.1)
    assert found.member[:10].all()
    assert found.member[10:].mean() < 0.1 + 4 * np.sqrt(0.1 * 0.9 / 200)
    assert found.attrs["power"] == 1
    law = membership(PopulationScore(LAW), asked, data, held_out, [0.03, 0.01], np.random.default_rng(1), rate=0.1)
    assert law.attrs["power"] < 0.4


def test_p_is_a_rank_and_ties_count_against_membership() -> None:
    np.testing.assert_allclose(
        conformal(np.array([0.0, 1.0, 2.5, 9.0]), np.array([3.0, 1.0, 2.0])), [0.25, 0.5, 0.75, 1]
    )


@pytest.mark.parametrize(("rate", "word"), [(0.001, "at least 999 images"), (0.0, "rate must"), (1.0, "rate")])
def test_a_rate_needs_as_many_held_out_images(rate: float, word: str, sets: list[np.ndarray]) -> None:
    data, held_out, asked = sets
    with pytest.raises(ValueError, match=word):
        membership(EmpiricalScore(data), asked, data, held_out, [0.1], np.random.default_rng(0), rate=rate)


def test_checkpoints_tell_where_memorization_began(sets: list[np.ndarray]) -> None:
    data, held_out, _ = sets
    law, memory = PopulationScore(LAW), EmpiricalScore(data)

    def broad(x: torch.Tensor, t: float) -> torch.Tensor:
        return -x / (3 + t)

    found = along_training([("step-1", broad), ("step-10", law), ("step-20", memory)], data, held_out)
    assert began(found) == 2
    assert found.loss[1] < found.loss[0]
    assert found.loss[1] < found.loss[2]
    assert found.number_upper[2] < found.number_lower[1]
    assert not found.refuted[1:].any()
    assert lost(found).sum(axis=1).tolist() == [0, 0, found.sizes["group"]]
    assert (found.heart_lower[1] < 0).all()  # 0 of the law
    assert (found.heart_upper[1] > 0).all()
    told = advice(found, 30, [1, 10, 20])
    assert "memorization began at step-20" in told
    assert "the checkpoint before it, step-10, has the least held-out loss of all" in told
    assert began(found.isel(checkpoint=[0, 1])) is None
    assert "no more samples are copies than by chance" in advice(found.isel(checkpoint=[0, 1]), 30)


def test_checkpoints_that_are_asked_wrongly_are_not_cleared(sets: list[np.ndarray]) -> None:
    data, held_out, _ = sets
    law = PopulationScore(LAW)
    found = along_training([("step-1", lambda x, t: law(x, 25 * t))], data, held_out)
    assert found.refuted[0] > 0.5
    assert "whether it memorizes is not told: at the last checkpoint, step-1, what it" in advice(found, 30, [1])


def test_the_price_of_stopping_early_is_that_of_the_loss() -> None:
    losses = np.array([[0.5, 0.6, 0.7], [0.4, 0.5, 0.6], [0.45, 0.55, 0.65]])
    found = xr.Dataset(
        {
            "p": ("checkpoint", [1.0, 1e-9, 1e-9]),
            "heart_lower": (("checkpoint", "group"), [[0.2, 0.6], [0.7, 0.9], [0.9, 0.9]]),
            "losses": (("checkpoint", "held_out"), losses),
            "loss": ("checkpoint", losses.mean(axis=1)),
        },
        coords={"checkpoint": ["a", "b", "c"], "variance": ("group", [1.0, 0.25])},
    )
    cost, low, high = price(found, 0)
    assert cost == pytest.approx(0.2)
    assert low < cost < high
    assert high - low == pytest.approx(2 * 4.303 * 0.02 / 0.5 / 3**0.5, rel=1e-3)  # t of 2 degrees, std of losses 0.02
    told = advice(found, 100, [10, 20, 40])
    assert "; at a, without copies, directions of variance 0.25 are learned by heart; " in told
    assert f"stopping at a costs 20.0% [{low:.1%}, {high:.1%}] of held-out loss against the best, b" in told
    assert "takes 200 to 400 images, if the time to memorize is proportional" in told


def test_a_folder_of_checkpoints_is_read_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    for step in (100, 9, 20):
        (folder / f"step-{step}.txt").write_text(str(step))
    (tmp_path / "m.py").write_text("def load(path):\n    n = int(path.read_text())\n    return lambda x, t: n\n")
    found = load_checkpoints((str(folder),), f"{tmp_path}/m.py:load")
    assert [score(0, 0) for _, score in found] == [9, 20, 100]
    assert steps_of([name for name, _ in found]) == [9, 20, 100]
    assert steps_of(["a-2", "a-1"]) is None
    assert steps_of(["a", "b-1"]) is None
    with pytest.raises(ValueError, match="checkpoints must be a folder with files"):
        load_checkpoints((str(folder),), None)


def test_options_that_need_held_out_data_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "y.npy", LAW.sample(30, np.random.default_rng(0)))
    (tmp_path / "m.py").write_text("def score(x, t):\n    return -x / (1 + t)\n")
    given = ["--data", f"{tmp_path}/y.npy", "--checkpoints", f"{tmp_path}/m.py:score"]
    assert main(given) == 2
    assert "held_out must be given with --checkpoints" in capsys.readouterr().err
