"""The probe: it says of a memorizing score that it memorizes, and of the law's own score that it does not."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import xarray as xr

from simulate.posterior import empirical_score
from simulate.probe import axis_groups, principal_axes, probe, report
from simulate.probe.__main__ import load_score, main
from theory.laws import LinearGaussian

LAW = LinearGaussian([1.0, 1.0, 0.04, 0.04, 0.0, 0.0])
TIMES = (0.3, 0.01, 1e-4)


@pytest.fixture(scope="module")
def data() -> np.ndarray:
    return LAW.sample(40, np.random.default_rng(0))


@pytest.fixture(scope="module")
def held_out() -> np.ndarray:
    return LAW.sample(40, np.random.default_rng(1))


@pytest.fixture(scope="module")
def memorizing(data: np.ndarray, held_out: np.ndarray) -> xr.Dataset:
    return probe(lambda x, t: empirical_score(x, data, t), data, held_out, TIMES)


def law_score(x: torch.Tensor, t: float) -> torch.Tensor:
    return -x / (torch.as_tensor(LAW.variances, dtype=x.dtype) + t)


@pytest.fixture(scope="module")
def knowing(data: np.ndarray, held_out: np.ndarray) -> xr.Dataset:
    return probe(law_score, data, held_out, TIMES)


def test_a_memorizing_score_is_found_out(memorizing: xr.Dataset) -> None:
    assert "this model memorizes from t = 0.0" in report(memorizing)
    assert (memorizing.sel(time=1e-4).outcome == "memorized").all()
    assert (memorizing.landing_ratio.sel(time=1e-4) < 1e-3).all()
    np.testing.assert_allclose(memorizing.contraction, memorizing.empirical_contraction, atol=0.02)


def test_the_score_of_the_law_does_not_memorize(knowing: xr.Dataset) -> None:
    assert "at none of the times does this model memorize" in report(knowing)
    assert "it loses no direction" in report(knowing)
    assert (knowing.sel(time=1e-4).dimension == 4).all()
    assert (knowing.landing_ratio.sel(time=1e-4) > 1 / 3).mean() > 0.7


def test_copies_are_counted(memorizing: xr.Dataset) -> None:
    total = memorizing.sizes["free"]
    assert f"{total} of {total} noised held-out points are denoised into a training point" in report(memorizing)


def test_a_score_of_more_directions_than_its_data_have_is_not_taken_for_theirs(knowing: xr.Dataset) -> None:
    few = LAW.sample(3, np.random.default_rng(3))
    found = probe(law_score, few, times=[0.01], probes=2)
    assert "it sees more directions than 3 points can vary in at t = 0.01" in report(found)
    assert "more directions" not in report(knowing)


def test_contractions_are_those_of_the_law(knowing: xr.Dataset) -> None:
    largest = knowing.contraction.isel(group=0).sel(time=0.3)
    np.testing.assert_allclose(largest, 0.3 / 1.3, rtol=0.05)  # the axes are those of 40 points


def test_the_higher_variance_is_lost_first_by_memorization(memorizing: xr.Dataset) -> None:
    lines = [line for line in report(memorizing).splitlines() if "directions it loses" in line]
    assert lines
    first, *_ = lines[0].split("first to last: variance ")[1:]
    assert float(first.split(":")[0]) > 0.5


def test_principal_axes_are_orthonormal_and_carry_the_variance_whether_points_or_dimensions_are_more() -> None:
    rng = np.random.default_rng(2)
    for shape in ((50, 8), (8, 50)):
        points = rng.standard_normal(shape)
        axes, variances = principal_axes(points)
        np.testing.assert_allclose(axes @ axes.T, np.eye(len(axes)), atol=1e-10)
        np.testing.assert_allclose(((points - points.mean(0)) @ axes.T).var(axis=0), variances, rtol=1e-8)
        assert len(axes) == min(shape[1], shape[0] - 1)


def test_groups_part_the_axes_by_their_variance() -> None:
    groups = axis_groups(np.array([1.0, 0.9, 0.1, 0.09, 0.001]))
    assert [group.tolist() for group in groups] == [[0, 1], [2, 3], [4]]


def test_exact_copies_are_said() -> None:
    points = np.repeat(LAW.sample(10, np.random.default_rng(0)), 2, axis=0)
    assert "10 of them exact copies" in report(probe(law_score, points, times=[0.1], probes=2))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"data": np.full((5, 6), np.nan)}, "data"),
        ({"data": np.ones((5, 6))}, "data must differ"),
        ({"data": np.ones((2, 6))}, "data must have at least"),
        ({"held_out": np.ones((5, 3))}, "held_out"),
        ({"times": [-1.0]}, "times"),
        ({"device": "foo"}, "device must be auto or one that torch finds here, got 'foo'"),
        ({"held_out": np.ones((0, 6))}, "held_out must have rows"),
        ({"score": lambda x, t: x[:, :2]}, "score"),
        ({"score": lambda x, t: x @ x}, r"score must answer .* at t = 0\.1, it raises RuntimeError: mat1"),
        ({"score": lambda x, t: x * float("nan")}, "score"),
        ({"score": lambda x, t: x - x.mean(dim=0)}, "score must depend on each row alone"),
    ],
)
def test_bad_input_gets_one_sentence(change: dict, word: str, data: np.ndarray) -> None:
    given = {"score": law_score, "data": data, "times": [0.1]} | change
    with pytest.raises(ValueError, match=word):
        probe(**given)


def test_from_the_command_line(tmp_path, data: np.ndarray, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "data.npy", data)
    (tmp_path / "model.py").write_text("def score(x, t):\n    return -x / (1 + t)\n")
    where = ["--data", str(tmp_path / "data.npy"), "--probes", "2", "--times", "0.1", "0.01"]
    assert main(["--model", f"{tmp_path}/model.py:score", *where, "--out", str(tmp_path / "out")]) == 0
    assert "40 points in 6 dimensions" in capsys.readouterr().out
    assert (tmp_path / "out/probe.md").read_text().startswith("- 40 points")
    assert xr.load_dataset(tmp_path / "out/probe.nc", engine="h5netcdf").sizes["time"] == 2
    assert main(["--model", f"{tmp_path}/model.py:other", *where]) == 2
    assert "no 'other'" in capsys.readouterr().err


def test_a_score_written_in_numpy_is_told_what_one_in_torch_is(
    data: np.ndarray, held_out: np.ndarray, knowing: xr.Dataset, memorizing: xr.Dataset
) -> None:
    def law(x, t):
        return -np.asarray(x) / (LAW.variances + t)

    def memory(x, t):
        return empirical_score(np.asarray(x, dtype=float), data, t)

    for score, told in ((law, knowing), (memory, memorizing)):
        found = probe(score, data, held_out, TIMES)
        assert (found.outcome.values == told.outcome.values).all()
        assert np.allclose(found.contraction, told.contraction, atol=0.02)
        assert np.allclose(found.landing_ratio, told.landing_ratio, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("code", ["import nothing_there", "def score(", "1 / 0"])
def test_a_model_that_does_not_run_is_refused_in_one_sentence(code: str, tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(code)
    with pytest.raises(ValueError, match=r"model must be Python that runs, .*model\.py raises \w+Error: "):
        load_score(f"{tmp_path}/model.py:score")


def test_a_model_is_a_function_of_a_file_that_exists() -> None:
    for nowhere in ("nowhere.py:score", "pyproject.toml:score", f"{__file__}", ""):
        with pytest.raises(ValueError, match=r"model must be FILE\.py:name"):
            load_score(nowhere)


def test_the_example_without_diffusers_is_one_sentence(tmp_path: Path) -> None:
    """A module of that name that cannot be imported stands in its way."""
    example = Path(__file__).parents[1] / "examples/diffusers_unet.py"
    (tmp_path / "diffusers.py").write_text("raise ImportError")
    run = subprocess.run(
        [sys.executable, str(example), "--help"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("diffusers must be installed: ")
    assert run.stderr.count("\n") == 1
