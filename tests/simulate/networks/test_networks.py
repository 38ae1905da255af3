"""Networks: one protocol, and what each promises of its form."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.func import jacrev

from simulate.dimension import local_dimension
from simulate.networks import (
    Affine,
    Ensemble,
    Network,
    Precondition,
    ResidualMLP,
    Transformer,
    UNet,
    VariancePreserving,
    as_score,
)
from simulate.networks.ensemble import built, checked

SHAPES = ((6, 4), (5, 7), (6, 4, 3))
BUILDS: dict[str, Callable[[], Network]] = {
    "mlp": lambda: ResidualMLP(24, width=16, embedding=32),
    "unet": lambda: UNet((6, 4), width=4, embedding=8),
    "transformer": lambda: Transformer((6, 4), width=8, blocks=2, heads=2),
    "affine": lambda: Affine(24),
    "preconditioned": lambda: Precondition(ResidualMLP(24, width=16, embedding=32), 0.5),
    "preserving": lambda: VariancePreserving(ResidualMLP(24, width=16, embedding=32)),
}


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(params=sorted(BUILDS))
def build(request: pytest.FixtureRequest) -> Callable[[], Network]:
    return BUILDS[request.param]


def stirred(build: Callable[[], Network], seed: int = 0) -> Network:
    """With parameters away from their first ones, among which are zeros."""
    network, generator = built(build, seed), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for value in network.parameters():
            value += 0.2 * torch.randn(value.shape, generator=generator)
    return network


def test_a_time_is_that_of_its_run_of_points(build: Callable[[], Network]) -> None:
    network, x, t = stirred(build), normal(12, 24), torch.tensor([0.01, 0.3, 7.0])
    together = network(x, t)
    one_by_one = torch.cat([network(x[i : i + 1], t[i // 4].view(1)) for i in range(12)])
    assert together.shape == x.shape
    torch.testing.assert_close(together, one_by_one, rtol=1e-4, atol=1e-5)
    assert (network(x, t.flip(0)) - together).abs().max() > 1e-3


def test_gradients_reach_every_parameter(build: Callable[[], Network]) -> None:
    network = stirred(build)
    network(normal(8, 24), torch.tensor([0.1, 1.0])).square().sum().backward()
    assert all(value.grad is not None and value.grad.abs().max() > 0 for value in network.parameters())


def test_an_ensemble_is_its_members(build: Callable[[], Network]) -> None:
    ensemble, x, t = Ensemble(build, [3, 1, 3]), normal(3, 8, 24), torch.rand(3, 4) + 0.1
    for value in ensemble.parameters():
        value.data += 0.2 * normal(*value.shape)
    together = ensemble(x, t)
    alone = torch.stack([ensemble.member(i)(x[i], t[i]) for i in range(3)])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)


def test_first_parameters_follow_the_seed_alone() -> None:
    before = torch.random.get_rng_state()
    ensemble = Ensemble(BUILDS["mlp"], [3, 1, 3])
    assert torch.equal(torch.random.get_rng_state(), before)
    first, second, third = (ensemble.member(i).state_dict() for i in range(3))
    assert all(torch.equal(first[name], third[name]) for name in first)
    assert not torch.equal(first["enter.weight"], second["enter.weight"])


def test_buffers_are_refused() -> None:
    class Counting(Affine):
        def __init__(self) -> None:
            super().__init__(2)
            self.register_buffer("count", torch.zeros(1))

    with pytest.raises(ValueError, match="buffers, got count"):
        Ensemble(Counting, [0])


def test_members_that_are_not_there_and_what_is_no_network_are_refused() -> None:
    with pytest.raises(ValueError, match="index must be < 2, the number of networks, got 2"):
        Ensemble(BUILDS["mlp"], [0, 1]).member(2)
    with pytest.raises(ValueError, match="build must make a network, a torch module, got int"):
        checked(3)


@pytest.mark.parametrize("shape", SHAPES)
def test_convolutions_keep_any_shape(shape: tuple[int, ...]) -> None:
    d = int(np.prod(shape))
    assert UNet(shape, width=4, levels=2, embedding=8)(normal(2, d), torch.ones(1)).shape == (2, d)


def test_a_unet_answers_alike_wherever_a_thing_is() -> None:
    """Far from the border a shift by the coarsest pixel (4 x 4) shifts the answer."""
    network = stirred(lambda: UNet((96, 96), width=4, levels=2, embedding=8))
    image = torch.zeros(1, 96, 96)
    image[0, 46:50, 46:50] = normal(4, 4)
    with torch.no_grad():
        noise = network(torch.cat([image, image.roll(4, dims=1)]).view(2, -1), torch.ones(1)).view(2, 96, 96)
    centre = slice(40, 56)
    assert noise[0, centre, centre].std() > 0.01
    torch.testing.assert_close(noise[1].roll(-4, dims=0)[centre, centre], noise[0, centre, centre], rtol=0, atol=1e-3)


def test_patches_and_back() -> None:
    network = Transformer((4, 6, 3), patch=2, width=8, blocks=1, heads=2)
    x = normal(2, 4 * 6 * 3)
    tokens = network._patches(x)
    assert tokens.shape == (2, 6, 12)
    assert torch.equal(network._image(tokens), x)
    pixels = x.view(2, 4, 6, 3)
    assert torch.equal(tokens[0, 4].view(2, 2, 3), pixels[0, 2:4, 2:4])


def test_a_transformer_starts_as_one_linear_map_of_each_patch() -> None:
    network = Transformer((4, 4), patch=2, width=8, heads=2)
    x, t = normal(1, 16), torch.ones(1)
    moved = x.clone()
    moved[0, 0] += 1
    changed = (network(moved, t) - network(x, t)).view(4, 4).abs() > 1e-7
    assert changed[:2, :2].any()
    assert changed.sum() == changed[:2, :2].sum()


def test_affine_optimum_is_the_score_of_the_gaussian() -> None:
    data = normal(500, 4).double() @ normal(4, 4, seed=1).double() + 2
    mean, covariance = data.mean(dim=0), data.T.cov(correction=0)
    x = normal(3, 4, seed=2).double()
    for t in (1e-4, 0.3, 50.0):
        expected = -torch.linalg.solve(covariance + t * torch.eye(4, dtype=torch.float64), (x - mean).T).T
        torch.testing.assert_close(as_score(Affine.optimum(data))(x, t), expected)


def test_affine_optimum_has_the_least_loss_of_its_form() -> None:
    data, t = normal(2000, 3) * torch.tensor([1.0, 0.3, 0.0]) + 1, torch.tensor([0.05])
    network, noise = Affine.optimum(data), normal(2000, 3, seed=5)

    @torch.no_grad()
    def loss(point: Affine) -> float:
        moved, back = data + t.sqrt() * noise, data - t.sqrt() * noise  # as often up as down: no draw of the mean
        return float(((point(moved, t) - noise) ** 2).mean() + ((point(back, t) + noise) ** 2).mean())

    best = loss(network)
    for value in network.parameters():
        for sign in (0.1, -0.1):
            value.data += sign
            assert loss(network) > best
            value.data -= sign


def test_preconditioned_nothing_is_isotropic() -> None:
    class Nothing(Network):
        def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
            self.seen = x
            return torch.zeros_like(x)

    core = Nothing()
    network, x = Precondition(core, 0.5), 100 * normal(4000, 6)
    core.register_parameter("unused", torch.nn.Parameter(torch.zeros(1)))
    torch.testing.assert_close(as_score(network)(x, 0.2), -x / (0.2 + 0.25))
    network(0.5 * normal(4000, 6) + 3.0**0.5 * normal(4000, 6, seed=1), torch.tensor([3.0]))
    assert core.seen.std().item() == pytest.approx(1, abs=0.02)


def test_precondition_refuses_no_deviation() -> None:
    with pytest.raises(ValueError, match="standard_deviation must be > 0"):
        Precondition(Affine(2), 0)


def test_preserving_sees_its_own_scale() -> None:
    core, x = Affine(5), normal(4, 5)
    torch.testing.assert_close(VariancePreserving(core)(x, torch.tensor([3.0])), core(x / 2, torch.tensor([3.0])))


def test_a_score_is_a_function_that_can_be_differentiated(build: Callable[[], Network]) -> None:
    network = stirred(build).double()
    score, x, t = as_score(network), normal(24).double(), 0.3
    jacobian = jacrev(lambda point: score(point[None], t)[0])(x)
    step = 1e-5 * normal(24, seed=3).double()
    change = (score((x + step)[None], t) - score((x - step)[None], t))[0] / 2
    torch.testing.assert_close(jacobian @ step, change, rtol=1e-4, atol=1e-9)
    assert score(x[None].float(), t).dtype == torch.float32


def test_a_score_refuses_no_time() -> None:
    with pytest.raises(ValueError, match="t must be > 0"):
        as_score(Affine(2))(torch.zeros(1, 2), 0.0)


def test_dimension_of_the_affine_control() -> None:
    data = normal(300, 10) * torch.tensor([1.0] * 3 + [0.001] * 7)
    found = local_dimension(as_score(Affine.optimum(data.double())), torch.zeros(10, dtype=torch.float64), 1e-3)
    assert (found.dimension, found.outcome) == (3, "dimension")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: UNet((4,)), "shape must be"),
        (lambda: UNet((4, 4), width=6), "multiple of 4"),
        (lambda: Transformer((5, 4)), "patch must divide"),
        (lambda: Transformer((4, 4), width=9), "heads must divide width"),
    ],
)
def test_shapes_out_of_bounds(wrong: Callable[[], Network], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        wrong()
