"""Experiments on networks: what is trained on what, and that each question is answered as it is said to be."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import xarray as xr

from simulate.engine.posterior import posterior
from simulate.experiments.dimension.manifold import Manifold
from simulate.experiments.networks import architectures as networks_architectures
from simulate.experiments.networks import images as networks_images
from simulate.experiments.networks import linear as networks_linear
from simulate.experiments.networks import tuning as networks_tuning
from simulate.experiments.networks.architectures import Architectures
from simulate.experiments.networks.images import DimensionOfImages, photograph
from simulate.experiments.networks.linear import LinearManifold
from simulate.experiments.networks.trained import (
    Architecture,
    deviation,
    dimensions,
    effective_numbers,
    trained,
)
from simulate.experiments.networks.tuning import FineTuning
from simulate.images import Images
from simulate.networks import Affine, Network, as_score
from simulate.networks.sampling import samples, schedule
from simulate.training import Settings, TrainingRun

BRIEF = Settings(steps=3, batch=8, times=4, rate=1e-3, longest=100.0)
TINY = Architecture("mlp", 8)


def plane(n: int = 60, d: int = 16, rank: int = 3, name: str = "plane") -> Images:
    """Images that lie in a plane of `rank` directions."""
    rng = np.random.default_rng(5)
    return Images(rng.standard_normal((n, rank)) @ rng.standard_normal((rank, d)) / 4, (4, d // 4), name)


def optima(seen: list[np.ndarray]) -> Callable[..., SimpleNamespace]:
    """In place of a training: the affine optimum of each data set, which is then listed in `seen`."""

    def train(build: object, data: Sequence[np.ndarray], *_: object) -> SimpleNamespace:
        seen.extend(data)
        networks = [Affine.optimum(torch.as_tensor(rows, dtype=torch.float32)) for rows in data]
        return SimpleNamespace(network=networks.__getitem__, validation=lambda _: np.ones(len(data)))

    return train


def rows_of(data: np.ndarray) -> set[bytes]:
    return {row.tobytes() for row in data}


def test_samples_of_a_gaussian_score_are_gaussian() -> None:
    generator = torch.Generator().manual_seed(0)
    data = torch.randn(5000, 3, generator=generator).double() @ torch.diag(torch.tensor([1, 0.3, 0.0]).double()) + 2
    times = schedule(1e-4, 1e4, 80)  # the flow starts about 0 and not about the mean: 0.02 of it is left
    made = samples(as_score(Affine.optimum(data)), torch.randn(5000, 3, generator=generator).double(), times)
    torch.testing.assert_close(made.mean(dim=0), data.mean(dim=0), atol=0.05, rtol=0)
    torch.testing.assert_close(made.T.cov(), data.T.cov(), atol=0.05, rtol=0)
    assert made[:, 2].std() < 1e-3


def test_schedule_runs_down_from_end_to_end() -> None:
    times = schedule(1e-4, 1e2, 10)
    assert len(times) == 11
    assert (times[0], times[-1]) == (pytest.approx(1e2), pytest.approx(1e-4))
    assert np.all(np.diff(times) < 0)


def test_flow_converges_at_second_order() -> None:
    """One Gaussian direction: the flow is x -> x sqrt((t' + v)/(t + v)), and the end takes v/(t' + v) of it."""
    score, start, v = (lambda x, t: -x / (t + 1.0)), torch.ones(1, 1).double(), 1.0
    exact = 10 * ((1e-4 + v) / (1e2 + v)) ** 0.5 * v / (1e-4 + v)
    errors = [abs(float(samples(score, start, schedule(1e-4, 1e2, n))) - exact) for n in (20, 40)]
    assert 3 < errors[0] / errors[1] < 5


def test_dimensions_and_effective_numbers() -> None:
    images = plane(500, rank=3)
    score = as_score(Affine.optimum(torch.as_tensor(images.data)))
    found = dimensions(score, images.data[:2], (1e-4, 1e3), torch.zeros(1, dtype=torch.float64))
    assert found.dims == ("time", "query")
    np.testing.assert_array_equal(found, [[3, 3], [0, 0]])
    numbers = effective_numbers(images.data[:2], images.data, (1e-6, 1e6), np.random.default_rng(0))
    np.testing.assert_allclose(numbers, [[1, 1], [500, 500]], rtol=1e-3)


def test_all_architectures_can_be_trained() -> None:
    images = plane()
    for kind, width in {"mlp": 8, "unet": 4, "transformer": 8, "paper": 8}.items():
        build = Architecture(kind, width).builder(images.shape, deviation(images.data))
        run = trained(build, [images.data], BRIEF, np.random.default_rng(0))
        assert run.step == 3
        assert as_score(run.network(0))(torch.zeros(2, 16), 0.1).shape == (2, 16)


def test_unknown_architectures_are_refused() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        Architecture("gan", 8)
    with pytest.raises(ValueError, match="width must be an integer"):
        Architecture("mlp", 0)


@pytest.fixture
def linear() -> LinearManifold:
    manifold = Manifold(times=(1e-4, 0.1, 1e4))
    return LinearManifold(manifold=manifold, sizes=(6, 40), replicas=2, architecture=TINY, training=BRIEF)


def test_linear_manifold_in_three_panels(linear: LinearManifold, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []
    monkeypatch.setattr(networks_linear, "trained", optima(seen))
    tables = linear.run(progress=False)
    assert [len(rows) for rows in seen] == 2 * [6, 6, 40, 40]
    assert {one["law"] for one in linear.points()} == set(linear.manifold.named)
    np.testing.assert_allclose(np.linalg.norm(np.concatenate(seen[4:]), axis=1), 1)
    table = tables.isel(point=0)
    for name in ("network", "empirical"):
        assert table[name].dims == ("size", "replica", "probe", "time", "direction")
        assert (table[name].diff("direction") <= 1e-6).all()
    data, t = seen[3], 0.1
    covariance = data.T @ data / 40 - np.outer(data.mean(axis=0), data.mean(axis=0))
    expected = t * np.linalg.eigvalsh(np.linalg.inv(covariance + t * np.eye(30)))[::-1]
    for probe in range(4):  # an affine score has one Jacobian at all points
        seen_there = table.network.sel(size=40).isel(replica=1, time=1, probe=probe)
        np.testing.assert_allclose(seen_there, expected, atol=1e-4)
    assert all(np.array_equal(rows[0], table.x.sel(probe="training")) for rows in seen[:4])
    for probe, x in zip(table.probe.values, table.x.values, strict=True):
        exact = -t * np.asarray(posterior(x, data, t).jacobian)
        there = table.empirical.sel(size=40, probe=probe).isel(replica=1, time=1)
        np.testing.assert_allclose(there, np.linalg.eigvalsh(exact)[::-1], atol=1e-9)
    assert (table.empirical.sel(probe="training").isel(time=0) > 0.99).all()
    assert (table.network.isel(time=-1) > 0.99).all()


def test_the_control_of_infinitely_many_data_is_that_of_the_law(
    linear: LinearManifold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks_linear, "trained", optima([]))
    table = linear.run(progress=False)
    gaussian, unit_norm = (table.isel(point=i, time=1).limit for i in range(2))
    expected = np.sort(0.1 / (0.1 + table.variances.isel(point=0)))[::-1]
    np.testing.assert_allclose(gaussian, np.broadcast_to(expected, (4, 30)), rtol=1e-9)
    origin = unit_norm.sel(probe="origin")  # all energies are equal there: -t J = 1 - Cov/t, and Cov has the trace 1
    assert (1 - origin).sum().item() == pytest.approx(1 / 0.1)


def test_linear_manifold_same_seed_same_bits(linear: LinearManifold) -> None:
    first, again = (linear.run(progress=False) for _ in range(2))
    assert first.identical(again)


@pytest.fixture
def sizes() -> DimensionOfImages:
    return DimensionOfImages(
        images=plane(name="a"),
        sizes=(3, 20),
        times=(1e-5, 10.0),
        queries=1,
        held_out=20,
        architecture=TINY,
        training=BRIEF,
    )


def test_two_halves_and_the_held_out_share_no_image(sizes: DimensionOfImages, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []
    monkeypatch.setattr(networks_images, "trained", optima(seen))
    asked: list[np.ndarray] = []
    compared = DimensionOfImages._compared

    def listening(self: DimensionOfImages, *args: object) -> xr.Dataset:
        asked.append(np.asarray(args[2]))
        return compared(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(DimensionOfImages, "_compared", listening)
    replace(sizes, times=(10.0,)).run(progress=False)
    small, other_small, large, other_large = map(rows_of, seen)
    held_out = rows_of(asked[0])
    assert [len(rows) for rows in (small, other_small, large, other_large, held_out)] == [3, 3, 20, 20, 20]
    assert not small & other_small
    assert not large & other_large
    assert not held_out & (large | other_large)
    assert small <= large


def test_dimension_of_images_by_affine_networks(sizes: DimensionOfImages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks_images, "trained", optima([]))
    for name, rank in {"a": 3, "b": 5}.items():
        table = replace(sizes, images=plane(rank=rank, name=name)).run(progress=False)
        network = table.network.transpose("point", "size", "half", "seen", "time", "query")
        assert network.shape == (1, 2, 2, 2, 2, 1)
        assert (network.isel(time=0).sel(size=3) == 2).all()
        assert (network.isel(time=0).sel(size=20) == rank).all()
        assert (network.isel(time=1) == 0).all()
        assert (table.empirical.isel(time=0) == 0).all()
        np.testing.assert_allclose(table.effective_number.isel(time=0).sel(seen="training"), 1, atol=1e-6)
        assert list(table.source.values) == [name]


def test_disagreement_is_none_of_one_and_all_of_two() -> None:
    zero = lambda x, t: torch.zeros_like(x)  # noqa: E731
    x = torch.randn(3000, 4, generator=torch.Generator().manual_seed(0))

    def fixed(seed: int) -> Callable[[torch.Tensor, float], torch.Tensor]:
        noise = torch.randn(3000, 4, generator=torch.Generator().manual_seed(seed))
        return lambda x, t: noise

    assert networks_images._disagreement(fixed(1), fixed(1), zero, x, 1.0) == 0
    assert networks_images._disagreement(fixed(1), fixed(2), zero, x, 1.0) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("name", ["china", "flower"])
def test_photographs_come_with_the_packages(name: str) -> None:
    images = photograph(name)
    assert images.data.shape == (53 * 80, 64)
    assert images.data.min() >= 0
    assert images.data.max() <= 1
    first = images.data.reshape(53, 80, 8, 8)
    jump = np.abs(first[:, :-1, :, -1] - first[:, 1:, :, 0]).mean()
    assert jump < 0.5 * np.abs(first[:, :-1, :, -1] - first[:, 1:, ::-1, 7]).mean() + 0.05


@pytest.fixture
def tuning() -> FineTuning:
    return FineTuning(
        images=plane(), many=30, sizes=(2, 5), steps=(1, 3), times=(0.01,), queries=3, held_out=10, replicas=2,
        architecture=TINY, training=BRIEF,
    )  # fmt: skip


def test_fine_tuning_starts_at_the_pretrained_network(tuning: FineTuning) -> None:
    table = tuning.run(progress=False).isel(point=0)
    losses = table.held_out_loss.transpose("step", "size", "replica")
    assert losses.shape == (3, 2, 2)
    assert np.ptp(losses.sel(step=0).values) == 0
    assert np.ptp(losses.sel(step=3).values) > 0
    assert list(table.step.values) == [0, 1, 3]
    assert table.network.sizes == {"step": 3, "seen": 2, "time": 1, "query": 3, "size": 2, "replica": 2}


def test_fine_tuning_data_are_new(tuning: FineTuning, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []
    monkeypatch.setattr(networks_tuning, "trained", optima(seen))

    begun = networks_tuning.begun

    def listening(build: Callable[[], Network], data: Sequence[np.ndarray], *rest: object) -> TrainingRun:
        seen.extend(data)
        return begun(build, data, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(networks_tuning, "begun", listening)
    tuning.run(progress=False)
    many, *parts = map(rows_of, seen)
    assert [len(rows) for rows in (many, *parts)] == [30, 2, 2, 5, 5]
    assert not any(many & part for part in parts)
    assert not parts[2] & parts[3]


def test_architectures_in_one_table() -> None:
    made = Architectures(
        images=plane(), architectures=(TINY, Architecture("unet", 4)), sizes=(2, 20), times=(0.01,), queries=2,
        held_out=10, generated=8, training=BRIEF,
    )  # fmt: skip
    table = made.run(progress=False)
    assert list(zip(table.kind.values, table.width.values, strict=True)) == [("mlp", 8), ("unet", 4)]
    assert table.network.sizes == {"point": 2, "size": 2, "seen": 2, "time": 1, "query": 2}
    assert ((table.memorized >= 0) & (table.memorized <= 1)).all()
    assert np.isfinite(table.held_out_loss).all()


def test_a_network_that_knows_two_images_memorizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exact score of two images in place of a network: all its samples are those images."""
    images = plane()

    class Exact(torch.nn.Module):
        def __init__(self, data: np.ndarray) -> None:
            super().__init__()
            self.data, self.unused = torch.as_tensor(data), torch.nn.Parameter(torch.zeros(1))

        def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
            distances = -(torch.cdist(x.double(), self.data) ** 2) / (2 * t.double())
            return ((x - torch.softmax(distances, dim=1) @ self.data) / t.sqrt()).to(x.dtype)

    def train(build: object, data: Sequence[np.ndarray], *_: object) -> SimpleNamespace:
        networks = [Exact(rows) for rows in data]
        return SimpleNamespace(network=networks.__getitem__, validation=lambda _: np.ones(len(data)))

    monkeypatch.setattr(networks_architectures, "trained", train)
    made = Architectures(
        images=images, architectures=(TINY,), sizes=(2, 20), times=(1e-4,), queries=2, held_out=10, generated=16,
        training=Settings(steps=1, shortest=1e-4, longest=100.0),
    )  # fmt: skip
    table = made.run(progress=False).isel(point=0)
    assert (table.memorized.sel(size=2) == 1).all()
    assert (table.distance.sel(size=2) < 0.01).all()
    assert (table.network.sel(seen="training") == 0).all()


def test_a_device_is_part_of_what_a_result_depends_on(linear: LinearManifold, tuning: FineTuning) -> None:
    """On CUDA products are in bfloat16."""
    made = (linear, tuning, Architectures(images=plane(), sizes=(2,), held_out=16), DimensionOfImages(
        images=plane(), sizes=(3,), held_out=32
    ))  # fmt: skip
    for one in made:
        assert set(one.keys().values()).isdisjoint(replace(one, device="cuda").keys().values())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (
            lambda: DimensionOfImages(images=plane(), sizes=(30,), held_out=1),
            "sizes must fit twice in plane.* 61 .* got 60",
        ),
        (lambda: Architectures(images=plane(), sizes=(1, 3), held_out=1), "sizes must be >= 2"),
        (lambda: Architectures(images=plane(), sizes=(50,), held_out=11), "sizes must leave 11 of 60"),
        (lambda: DimensionOfImages(images=plane(), sizes=(3,), held_out=9), "held_out must be at least 32"),
        (lambda: Architectures(images=plane(), sizes=(3,), held_out=9), "held_out must be at least 16"),
        (lambda: FineTuning(images=plane(), many=40), "images must be at least"),
    ],
)
def test_too_few_images(wrong: Callable[[], object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        wrong()


def test_quick_profiles_can_be_made() -> None:
    assert len(networks_architectures.quick().points()) == 6
    for each in (networks_images.quick(), networks_images.full()):
        assert [one.sizes[-1] / one.sizes[0] for one in each] == [425, 1000, 1000]
    assert networks_tuning.quick().sizes == (2, 8, 32, 128)
    assert set(networks_linear.PROFILES) == {"quick", "full"}
