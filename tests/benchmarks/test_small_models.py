"""Small models of the probe's ROC: their conventions are those of the adapters, and their truth is counted right."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.copying import copying
from benchmarks.probe_roc import CODE, GROUPS, Judged, kept, rate, table_of, verdict_file
from benchmarks.small_models import Small, copied, data_of, score_of
from benchmarks.specimens import Mixed, Specimen, clean, made_by, specimens, truth_folder
from simulate.run.key import digests
from simulate.sampling import nearest_ratio


def noise(u: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return u * (t / (1 + t)).sqrt()[:, None]


def straight(u: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    a = 1 / (1 + t.sqrt())[:, None]
    return u * (2 * a - 1) / (a**2 + (1 - a) ** 2)


NETWORKS: dict[str, tuple[Callable, float]] = {  # exact for rows 2 y - 1 of a Gaussian of this variance
    "ddpm": (noise, 1.0),
    "edm": (lambda u, t: 0 * u, 0.25),
    "flow": (straight, 1.0),
}


@pytest.mark.parametrize("objective", NETWORKS)
@pytest.mark.parametrize("t", [0.5, 0.01])
def test_an_exact_network_has_the_score_of_its_gaussian(objective: str, t: float) -> None:
    network, variance = NETWORKS[objective]
    x = torch.linspace(-1, 2, 128, dtype=torch.float64).reshape(2, 64)
    found = score_of(Small(objective, "", 20, 0, 0), network)(x, t)  # pyright: ignore[reportArgumentType]
    rtol = 1e-3 if objective == "ddpm" else 1e-6  # alphas of single precision, between two steps
    torch.testing.assert_close(found, -2 * (2 * x - 1) / (variance + 4 * t), rtol=rtol, atol=1e-6)


def test_copies_are_those_of_the_ratio() -> None:
    rng = np.random.default_rng(0)
    data = rng.standard_normal((30, 5))
    ends = np.concatenate([data[:10] + 1e-3, rng.standard_normal((40, 5))])
    assert (copied(ends, data) == (nearest_ratio(ends, data) < 1 / 3)).all()


def test_held_out_digits_are_none_of_the_training_digits_nor_their_mirror_images() -> None:
    for n in (20, 5000):
        train, held_out = data_of(Small("ddpm", "unet", n, 1, 3))
        assert len(train) == n
        assert not {row.tobytes() for row in train} & {row.tobytes() for row in held_out}


def test_models_have_names_of_their_own() -> None:
    models = [*specimens(), *copying()]
    assert len({model.name for model in models}) == len(models) >= 160
    assert not {model.seed for model in specimens()} & {model.seed for model in copying()}


def test_a_model_is_clean_where_its_copies_may_be_chance() -> None:
    assert clean({"copies": 3, "held_out": 0.003})
    assert not clean({"copies": 30, "held_out": 0.003})
    assert rate([True] * 19 + [False]).startswith("19 of 20 [0.75, 1.00]")


@pytest.mark.parametrize("model", [Small("ddpm", "unet", 20, 1, 3), Mixed(0.3, 50, 3)], ids=["network", "mixture"])
def test_a_change_of_the_probe_costs_verdicts_and_no_truth(model: Specimen) -> None:
    of_truth, of_verdict = digests(made_by(model)), digests((*CODE, *made_by(model)))
    assert of_truth.keys() < of_verdict.keys()
    assert not [name for name in of_truth if name.startswith("verify")]
    assert {"verify/probe/observe.py", "verify/probe/told/verdict.py"} <= of_verdict.keys()
    assert truth_folder(model, Path("roc")) != verdict_file(model, 0, Path("roc")).parent


def test_a_table_reads_the_newest_verdict_and_truth_and_makes_nothing(tmp_path: Path) -> None:
    model = Small("ddpm", "unet", 20, 1, 3)
    files = {
        "truth-1/NAME.json": {"copies": 0, "held_out": 0.0},
        "truth-2/NAME.json": {"copies": 200, "held_out": 0.0},
        "verdict-1/NAME-0.json": {"verdict": "not told"},
        "verdict-2/NAME-0.json": {"verdict": "memorizes"},
        "verdict-1/NAME-1.json": {"verdict": "no score"},
    }
    for second, (name, content) in enumerate(files.items()):
        path = tmp_path / name.replace("NAME", model.name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content))
        os.utime(path, (second, second))
    found = kept(model, range(3), tmp_path)
    assert found.known["copies"] == 200
    assert {seed: one["verdict"] for seed, one in found.told.items()} == {0: "memorizes", 1: "no score"}
    assert not kept(Small("ddpm", "unet", 20, 1, 4), range(3), tmp_path).told
    assert len(list(tmp_path.rglob("*.json"))) == len(files)


def test_the_table_counts_each_verdict_by_the_truth_and_seeds_that_agree() -> None:
    said = ["memorizes", "memorizes", "not told", "does not memorize"]
    rows = [
        Judged(
            Small("ddpm", "unet", 20, 1, 3 + i),
            {"copies": copies, "held_out": 0.0},
            {0: {"verdict": word, "copies_lower": copies / 2000}, 1: {"verdict": "memorizes", "copies_lower": 0.0}},
        )
        for i, (copies, word) in enumerate(zip([500, 100, 20, 0], said, strict=True))
    ]
    lines = list(table_of(rows))
    assert [row.group for row in rows] == [GROUPS[0], GROUPS[0], GROUPS[1], GROUPS[2]]
    assert f"| {GROUPS[0]} | 2 | 2 | 0 | 0 | 0 | 0 |" in lines
    assert f"| {GROUPS[2]} | 1 | 0 | 0 | 0 | 1 | 0 |" in lines
    assert f"| the verdict says so | {rate([True] * 2)} | {rate([False])} |" in lines
    assert lines[-1] == f"\nthe same verdict at all 2 seeds: {rate([True, True, False, False])}"
    assert "models that no rule was made on: 2" in "".join(lines)  # those of seeds 4 and 6
