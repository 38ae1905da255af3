"""The probe: it says of a memorizing score that it memorizes, and of the law's own score that it does not."""

import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import xarray as xr

from simulate.dimension import BadScore, EmpiricalScore, PopulationScore
from simulate.engine.posterior import empirical_score
from theory.laws import LinearGaussian, Mixture
from verify.probe import axis_groups, principal_axes, probe, report
from verify.probe.__main__ import load_score, main
from verify.probe.told.verdict import VERDICTS

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
    return -x / (torch.tensor(LAW.variances, dtype=x.dtype) + t)


@pytest.fixture(scope="module")
def knowing(data: np.ndarray, held_out: np.ndarray) -> xr.Dataset:
    return probe(law_score, data, held_out, TIMES)


def test_a_memorizing_score_is_found_out(memorizing: xr.Dataset) -> None:
    assert "this model memorizes from t = 0.0" in report(memorizing)
    assert memorizing.attrs["verdict"] == "memorizes"
    assert memorizing.attrs["from_time"] in TIMES[1:]
    assert memorizing.attrs["copies_count"] == memorizing.sizes["sample"]
    assert (memorizing.sel(time=1e-4).outcome == "memorized").all()
    assert (memorizing.landing_ratio.sel(time=1e-4) < 1e-3).all()
    np.testing.assert_allclose(memorizing.normalized_jacobian, memorizing.empirical_normalized_jacobian, atol=0.02)


def test_the_score_of_the_law_does_not_memorize(knowing: xr.Dataset) -> None:
    assert knowing.attrs["verdict"] == "does not memorize"
    assert np.isnan(knowing.attrs["from_time"])
    assert "it loses no direction" in report(knowing)
    assert (knowing.sel(time=1e-4).dimension == 4).all()
    assert (knowing.landing_ratio.sel(time=1e-4) > 1 / 3).mean() > 0.7


def test_copies_are_counted(memorizing: xr.Dataset) -> None:
    total = memorizing.sizes["free"]
    said = report(memorizing)
    assert "one step denoises into copies of training points, three times nearer than to any other" in said
    assert f"{total} of {total} noised held-out points, at t = 0.01 " in said
    assert "of 40 training points 0 lie so near to another one" in said


def test_a_score_of_more_directions_than_its_data_have_is_not_taken_for_theirs(knowing: xr.Dataset) -> None:
    few = LAW.sample(3, np.random.default_rng(3))
    found = probe(law_score, few, times=[0.01], probes=2)
    assert "it sees more directions than 3 points can vary in at t = 0.01" in report(found)
    assert "more directions" not in report(knowing)


def test_a_model_that_sees_nothing_at_some_noise_but_something_at_less_does_not_memorize() -> None:
    law = LinearGaussian([1.0] + [0.05] * 19)
    points = law.sample(60, np.random.default_rng(0))
    found = probe(lambda x, t: -x / (0.1 + t), points, times=[0.4, 0.1, 0.01, 1e-3])  # an isotropic Gaussian
    assert (found.outcome.sel(time=0.4) == "memorized").mean() > 0.5
    said = report(found)
    assert found.attrs["verdict"] == "does not memorize"
    assert "at t = 0.4 (std 0.632) it sees no direction although the data show some" in said
    assert "at smaller times it does: it has learnt too little, or the data lie in tight clusters" in said
    assert "it loses no direction that the data show." in said


def curve(angles: np.ndarray) -> np.ndarray:
    harmonics = [wave(k * angles) for k in (1, 2, 3, 4, 5) for wave in (np.cos, np.sin)]
    return np.stack([*harmonics, *np.zeros((4, len(angles)))], axis=1)


def test_a_curved_manifold_is_not_taken_for_memorization_of_its_axes() -> None:
    rng = np.random.default_rng(3)
    points, others = curve(rng.uniform(0, 2 * np.pi, 300)), curve(rng.uniform(0, 2 * np.pi, 50))
    law = torch.as_tensor(curve(np.linspace(0, 2 * np.pi, 4000, endpoint=False)))

    def score(x: torch.Tensor, t: float) -> torch.Tensor:
        weights = torch.softmax(-(torch.cdist(x.double(), law) ** 2) / (2 * t), dim=1)
        return ((weights @ law - x) / t).to(x.dtype)

    times = (0.3, 0.1, 0.03, 0.01, 1e-3)
    knowing, memorizing = (probe(each, points, others, times) for each in (score, EmpiricalScore(points)))
    assert (knowing.dimension.sel(time=1e-3) == 1).all()
    assert (knowing.normalized_jacobian.sel(time=1e-3).median("probe") > 2 / 3).all()  # no axis is a tangent
    assert knowing.attrs["verdict"] == "does not memorize"  # it misses held-out points by no more than its own
    alone = probe(score, points, None, times)
    assert alone.attrs["verdict"] == "not told"
    assert "it loses no direction that the data show; of variance" in report(alone)
    assert "and so does a curved manifold" in report(alone)
    assert memorizing.attrs["verdict"] == "memorizes"
    assert memorizing.attrs["from_time"] < 0.02  # at t above its collapse it shows what the others show


def test_directions_that_the_other_data_show_and_the_model_has_memorized_are_lost() -> None:
    law = LinearGaussian([1.0] * 30 + [1e-2] * 5)
    points = law.sample(100, np.random.default_rng(0))
    memory = EmpiricalScore(points[:, :30])

    def score(x: torch.Tensor, t: float) -> torch.Tensor:
        return torch.cat([memory(x[:, :30], t), -x[:, 30:] / (1e-2 + t)], dim=1)

    said = report(probe(score, points, times=[3.0, 2.0, 1.0, 0.1, 1e-3, 1e-4], seed=1))
    assert "this model memorizes" in said
    found = re.search(r"first to last: variance ([\d.]+): t = (\d)", said)
    assert found
    assert float(found[1]) > 0.3
    assert found[2] in "123"
    flat = probe(lambda x, t: -x / (1e-2 + t), points, times=[3.0, 2.0, 1.0, 0.1, 1e-3, 1e-4], seed=1)
    assert flat.attrs["verdict"] in ("does not memorize", "not told")  # it is nowhere near its points


def test_copies_count_as_one_point(data: np.ndarray, held_out: np.ndarray) -> None:
    twice = np.concatenate([data, data])
    once, doubled = (probe(EmpiricalScore(points), points, held_out, TIMES) for points in (data, twice))
    for found in (once, doubled):
        assert (found.landing_ratio.sel(time=1e-4) < 1e-3).all()
        np.testing.assert_allclose(found.effective.sel(time=1e-4), 1, rtol=1e-6)
    assert doubled.landed_on.max() < len(data)
    x = doubled.effective.sel(time=0.3)
    assert ((x >= 1) & (x <= len(data))).all()
    assert "40 of them exact copies, which count as one point here" in report(doubled)


def test_without_held_out_data_draws_of_a_gaussian_are_denoised(data: np.ndarray) -> None:
    memorizing, nothing = (probe(each, data, times=[1e-4]) for each in (EmpiricalScore(data), lambda x, t: 0 * x))
    assert "4 of 4 noised draws of a Gaussian of their covariance, at t = 0.0001" in report(memorizing)
    assert (nothing.landing_ratio.values > 1 / 3).sum() >= 3


def test_held_out_points_that_are_training_points_are_counted(data: np.ndarray, held_out: np.ndarray) -> None:
    found = probe(law_score, data, np.concatenate([held_out, data[:3]]), [0.1])
    assert "3 of the held-out points are among them, and left out" in report(found)
    assert "held-out points are among" not in report(probe(law_score, data, held_out, [0.1, 0.1]))
    with pytest.raises(ValueError, match="held_out must have points that are not in data"):
        probe(law_score, data, data[:7], [0.1])


def test_a_range_that_is_none_is_named(data: np.ndarray) -> None:
    score = EmpiricalScore(data)
    object.__setattr__(score, "time_range", None)
    with pytest.raises(BadScore, match=r"score\.time_range must be a pair"):
        probe(score, data)


class Model:
    """A score as a method, and one that a decorator gives its last argument."""

    def score(self, x: torch.Tensor, t: float) -> torch.Tensor:
        return law_score(x, t)

    @staticmethod
    def given(function: Callable) -> Callable:
        return functools.wraps(function)(lambda x, t: function(x, t, "label"))


def labelled(x: torch.Tensor, t: float, label: str) -> torch.Tensor:
    return law_score(x, t)


@pytest.mark.parametrize("score", [Model().score, Model.given(labelled)], ids=["method", "decorated"])
def test_a_score_may_be_a_method_or_decorated(
    score: Callable, data: np.ndarray, held_out: np.ndarray, knowing: xr.Dataset
) -> None:
    assert probe(score, data, held_out, TIMES).identical(knowing)


WRONG: dict[str, Callable] = {
    "noise": lambda score: lambda x, t: -(t**0.5) * score(x, t),
    "denoised": lambda score: lambda x, t: x + t * score(x, t),
    "minus": lambda score: lambda x, t: -score(x, t),
}


def test_a_score_may_have_negative_normalized_jacobians_between_clusters() -> None:
    law = Mixture([1.0, 2.0], [LinearGaussian([0.05**2] * 3, [x, 0.0, 0.0]) for x in (-1.0, 1.0)])
    for seed in range(6, 10):
        data = law.sample(30, np.random.default_rng(seed))
        for score in (PopulationScore(law), EmpiricalScore(data)):
            assert probe(score, data, probes=1, seed=seed).attrs["verdict"] != "no score"


@pytest.mark.parametrize("memorizes", [True, False])
@pytest.mark.parametrize("form", WRONG)
def test_no_verdict_on_what_is_no_score(form: str, memorizes: bool, data: np.ndarray) -> None:
    score = EmpiricalScore(data) if memorizes else law_score
    assert "whether this model memorizes is not told: " in report(probe(WRONG[form](score), data))
    assert "not told: " not in report(probe(score, data)).splitlines()[1]


def test_normalized_jacobians_are_those_of_the_law(knowing: xr.Dataset) -> None:
    largest = knowing.normalized_jacobian.isel(group=0).sel(time=0.3)
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
        ({"data": np.full((9, 6), 0.1)}, "data must differ"),  # 0.1 nine times is not nine times 0.1
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
    out, told = str(tmp_path / "out"), tmp_path / "told.json"
    assert main(["--model", f"{tmp_path}/model.py:score", *where, "--out", out, "--json", str(told)]) == 0
    assert json.loads(told.read_text())["verdict"] in VERDICTS
    assert "40 points in 6 dimensions" in capsys.readouterr().out
    assert (tmp_path / "out/probe.md").read_text().startswith("- 40 points")
    assert xr.load_dataset(tmp_path / "out/probe.nc", engine="h5netcdf").sizes["time"] == 2
    assert main(["--model", f"{tmp_path}/model.py:other", *where]) == 2
    assert "no 'other'" in capsys.readouterr().err


def test_a_model_may_import_what_lies_beside_it_and_have_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "beside_it.py").write_text("variance = 2.0")
    (tmp_path / "types.py").write_text("from beside_it import variance\n\ndef score(x, t): return -x / (variance + t)")
    kept = sys.modules["types"]
    assert load_score(f"{tmp_path}/types.py:score")(3.0, 1.0) == -1.0
    assert sys.modules["types"] is kept


def test_the_limit_is_one_of_the_training_data_alone(tmp_path: Path, data: np.ndarray, held_out: np.ndarray) -> None:
    np.savez(tmp_path / "data.npz", points=data, labels=data[:, :1])
    np.savez(tmp_path / "held_out.npz", points=held_out[:5], labels=data[:, :1])
    (tmp_path / "model.py").write_text("def score(x, t):\n    return -x / (1 + t)\n")
    places = ["--data", f"{tmp_path}/data.npz", "--held-out", f"{tmp_path}/held_out.npz", "--array", "points"]
    given = ["--model", f"{tmp_path}/model.py:score", *places, "--limit", "20", "--times", "0.1", "--probes", "2"]
    assert main([*given, "--out", f"{tmp_path}/out"]) == 0
    assert (tmp_path / "out/probe.md").read_text().startswith("- 20 points")


def test_a_folder_that_cannot_be_is_refused_before_anything_is_computed(
    tmp_path: Path, data: np.ndarray, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "data.npy", data)
    (tmp_path / "model.py").write_text("def score(x, t):\n    raise AssertionError\n")
    given = ["--model", f"{tmp_path}/model.py:score", "--data", f"{tmp_path}/data.npy"]
    assert main([*given, "--out", f"{tmp_path}/data.npy/out"]) == 2
    assert "Cannot write" in capsys.readouterr().err


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
        assert np.allclose(found.normalized_jacobian, told.normalized_jacobian, atol=0.02)
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
    example = Path(__file__).parents[3] / "examples/diffusers_unet.py"
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


class Clusters:
    """Five clusters of standard deviation 0.01 in ten dimensions, far apart."""

    centres = np.random.default_rng(7).standard_normal((5, 10))

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return self.centres[rng.integers(5, size=n)] + 0.01 * rng.standard_normal((n, 10))

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        offset = x.double()[:, None] - torch.as_tensor(self.centres)
        weights = torch.softmax(-(offset**2).sum(dim=2) / 2 / (t + 1e-4), dim=1)
        return -(weights[:, :, None] * offset).sum(dim=1).to(x.dtype) / (t + 1e-4)


class Circle:
    """A circle in two of ten dimensions."""

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        z = rng.standard_normal((n, 2))
        return np.pad(z / np.linalg.norm(z, axis=1, keepdims=True), ((0, 0), (0, 8)))

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        plane = x[:, :2].double()
        length = torch.linalg.vector_norm(plane, dim=1, keepdim=True).clamp(min=1e-12)
        mean = torch.special.i1e(length / t) / torch.special.i0e(length / t) * plane / length
        return (torch.nn.functional.pad(mean, (0, 8)) - x).to(x.dtype) / t


@pytest.mark.parametrize("law", [Clusters(), Circle()], ids=lambda law: type(law).__name__)
@pytest.mark.parametrize("seed", [12, 13])
def test_laws_are_not_accused_and_memories_are(law: Clusters | Circle, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, held_out = law.sample(40, rng), law.sample(40, rng)
    for others in (None, held_out):
        assert probe(law, points, others, seed=seed).attrs["verdict"] in ("does not memorize", "not told")
        assert "this model memorizes from" in report(probe(EmpiricalScore(points), points, others, seed=seed))


def test_a_model_that_goes_elsewhere_does_not_memorize() -> None:
    law = LinearGaussian([1.0] * 3 + [0.0] * 7)
    points = law.sample(40, np.random.default_rng(1))
    mean = torch.as_tensor(points.mean(axis=0))
    found = probe(lambda x, t: (mean - x).to(x.dtype) / t, points)
    said = report(found)
    assert found.attrs["verdict"] == "not told"  # its outputs are no posterior means: it cannot be cleared
    assert "noised training points do not return to themselves" in said
    assert "it loses no direction that the data show" in said


def test_a_mixture_that_copies_is_told_so() -> None:
    law = LinearGaussian([1.0] * 3 + [0.05] * 3 + [0.0] * 4)
    rng = np.random.default_rng(2)
    points, held_out = law.sample(40, rng), law.sample(40, rng)
    memory, variances = EmpiricalScore(points), torch.tensor(law.variances)

    def score(x: torch.Tensor, t: float) -> torch.Tensor:
        return 0.6 * memory(x, t) - 0.4 * x / (variances.to(x.dtype) + t)

    found = probe(score, points, held_out)
    assert found.attrs["verdict"].startswith("memorizes")
    assert found.attrs["copies_lower"] > 0.5


def test_a_score_that_is_scaled_wrongly_is_told_so() -> None:
    points = LAW.sample(200, np.random.default_rng(0))
    doubled, plain = (report(probe(lambda x, t, a=a: a * law_score(x, t), points, seed=1)) for a in (2, 1))
    assert "where that of a density is at most 1: it is scaled wrongly" in doubled
    assert "scaled wrongly" not in plain


def test_the_default_times_are_those_that_single_precision_resolves() -> None:
    points = Circle().sample(30, np.random.default_rng(0))
    near = np.concatenate([points, points + 1e-7])
    found = probe(lambda x, t: Circle()(torch.as_tensor(np.asarray(x)), t).numpy(), near)
    assert found.time.min() > 1e-9
