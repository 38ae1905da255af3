"""On CUDA: the engine to the digits of the CPU, training in bfloat16 to its losses. Each says why it skips."""

from pathlib import Path

import numpy as np
import pytest
import torch
import zarr

from simulate.dimension import local_dimension
from simulate.engine.phase_diagram import phase_diagram
from simulate.engine.posterior import empirical_score, posterior
from simulate.networks import Network, Precondition, ResidualMLP, Transformer, UNet, as_score
from simulate.networks.network import log_label
from simulate.run.threads import one_thread
from simulate.training import Settings, TrainingRun

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device here"),
]
TIMES = (1e-12, 1e-6, 1e-2, 0.3, 2.0, 30.0, 1e6)
GRID = 100 * 2.0 ** (-np.arange(40) / 3)


def problem(n: int = 20_000, d: int = 40, queries: int = 8) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(16)
    return rng.standard_normal((queries, d)), rng.standard_normal((n, d))


@pytest.mark.parametrize("t", TIMES)
@pytest.mark.parametrize("shape", [(20_000, 40, 8), (300, 6, 700), (1, 3, 2)])
def test_all_that_is_asked_of_a_posterior_agrees_with_the_cpu(t: float, shape: tuple[int, int, int]) -> None:
    x, data = problem(*shape)
    gpu, cpu = posterior(x, data, t, device="cuda"), posterior(x, data, t, device="cpu")
    assert np.allclose(gpu.score, cpu.score, rtol=1e-9, atol=1e-9 / t)
    assert np.allclose(gpu.log_partition, cpu.log_partition, rtol=1e-12, atol=1e-12)
    assert np.allclose(gpu.participation, cpu.participation, rtol=1e-9)
    assert np.allclose(gpu.covariance, cpu.covariance, rtol=0, atol=1e-10 * np.abs(cpu.covariance).max() + 1e-300)


def test_moments_of_many_times_agree_with_the_cpu() -> None:
    x, data = problem()
    gpu, cpu = posterior(x, data, GRID, device="cuda"), posterior(x, data, GRID, device="cpu")
    assert np.allclose(gpu.mean, cpu.mean, rtol=0, atol=1e-10)
    assert np.allclose(gpu.covariance, cpu.covariance, rtol=0, atol=1e-10)


def test_phase_diagrams_agree_with_the_cpu() -> None:
    x, data = problem(50_000)
    sizes = [1, 33, 5000, 50_000]
    gpu, cpu = (phase_diagram(x, data, GRID, sizes, device=device) for device in ("cuda", "cpu"))
    assert np.allclose(gpu.participation_ratio, cpu.participation_ratio, rtol=1e-9)
    assert np.allclose(gpu.log_partition, cpu.log_partition, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("t", TIMES)
def test_single_precision_data_lose_no_digits(t: float) -> None:
    """Also where they are far from the origin, and where torch may round products to 10 bits."""
    x, data = problem()
    data = (data + 1000).astype(np.float32)
    cpu = empirical_score(x + 1000, data, t, device="cpu")
    before = torch.get_float32_matmul_precision()
    try:
        torch.set_float32_matmul_precision("high")
        gpu = empirical_score(x + 1000, data, t, device="cuda")
    finally:
        torch.set_float32_matmul_precision(before)
    assert np.allclose(gpu, cpu, rtol=1e-9, atol=1e-9 / t)


def test_answers_are_of_the_kind_and_on_the_device_of_x(tmp_path: Path) -> None:
    x, data = problem()
    expected = empirical_score(x, data, 2.0, device="cpu")
    there = torch.tensor(data, device="cuda")
    assert isinstance(empirical_score(x, there, 2.0), np.ndarray)
    assert np.allclose(empirical_score(x, there, 2.0), expected, rtol=1e-9)
    on_gpu = empirical_score(torch.tensor(x, device="cuda"), data, 2.0)
    assert on_gpu.is_cuda
    assert np.allclose(on_gpu.cpu(), expected, rtol=1e-9)
    stored = zarr.create_array(tmp_path / "y.zarr", data=data, chunks=(4096, 40))
    mapped = np.memmap(tmp_path / "y", data.dtype, "w+", shape=data.shape)
    mapped[:] = data
    for file in (stored, mapped):
        assert np.allclose(empirical_score(x, file, 2.0, device="cuda"), expected, rtol=1e-9)


def test_a_row_that_is_not_finite_is_named() -> None:
    x, data = problem()
    data[15_000, 2] = np.nan
    with pytest.raises(ValueError, match="row 15000"):
        empirical_score(x, data, 2.0, device="cuda")


def mlp() -> Network:
    return Precondition(ResidualMLP(64, width=32, embedding=32, label=log_label), 0.5)


def unet() -> Network:
    return Precondition(UNet((8, 8), 16), 0.5)


def transformer() -> Network:
    return Precondition(Transformer((8, 8), width=32), 0.5)


@pytest.mark.parametrize("build", [mlp, unet, transformer])
def test_training_in_bfloat16_reaches_the_losses_of_the_cpu(build, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    data = [rng.standard_normal((n, 64)) * np.where(np.arange(64) < 8, 1, 0.02) for n in (100, 300)]
    settings = Settings(steps=200, batch=32, times=8, rate=2e-3, longest=10.0**2)
    runs = {device: TrainingRun(build, data, settings, device=device) for device in ("cpu", "cuda")}
    assert "forward" in vars(runs["cuda"]._losses)  # replaced by the graphs that were recorded
    untrained = runs["cpu"].validation(data[1], copies=4)
    with one_thread():
        for run in runs.values():
            assert [step for step, _ in run] == list(range(1, 201))
    cpu, gpu = (run.validation(data[1], copies=4) for run in runs.values())
    assert (untrained - cpu > 0.05).all()
    assert np.allclose(untrained - gpu, untrained - cpu, rtol=0.1)
    runs["cuda"].save(tmp_path / "run.safetensors")
    again = TrainingRun(build, data, settings, device="cuda")
    again.load(tmp_path / "run.safetensors")
    assert again.step == 200
    assert np.array_equal(again.validation(data[1], copies=4), gpu)


def test_a_network_is_asked_for_its_dimension_where_it_is() -> None:
    torch.manual_seed(0)
    network = mlp()
    x = torch.randn(5, 64)
    cpu = local_dimension(as_score(network), x, 0.1)
    gpu = local_dimension(as_score(network.cuda()), x.cuda(), 0.1)
    assert np.array_equal(gpu.dimension, cpu.dimension)
