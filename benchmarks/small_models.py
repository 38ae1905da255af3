r"""Small models of digits, trained and sampled as people do: DDPM, EDM and flow matching, with three kinds of network.

On rows y of pixels in [-1, 1], u = alpha y + s z:

    ddpm    betas from 1e-4 to 2e-2 in 1000 steps, the network predicts z; sampled by 100 ancestral steps
    edm     u = y + std z, log std ~ N(-1.2, 1.2^2), preconditioning and weights of arXiv:2206.00364; Heun, 18 steps
    flow    u = a y + (1 - a) z, the network predicts y - z; Euler's method, 50 steps

AdamW at 2e-3 in batches of 32, an average of the weights with decay 0.99. These samplers share no line with those of
the suite: what they give is the truth to which the probe is held.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from simulate.adapters import Adapted, Layout, exploding, from_data, from_noise, from_velocity, steps, straight
from simulate.images import digits
from simulate.networks import Network, ResidualMLP, Transformer, UNet
from simulate.networks.network import log_label
from simulate.run.store import write_atomic

NETWORKS: dict[str, Callable[[], Network]] = {
    "perceptron": lambda: ResidualMLP(64, 128, 2, 64, log_label),
    "unet": lambda: UNet((8, 8), 16, 1, 32),
    "transformer": lambda: Transformer((8, 8), 2, 32, 2),
}
ALPHAS = torch.cumprod(1 - torch.linspace(1e-4, 2e-2, 1000, dtype=torch.float64), 0).float()
LAYOUT = Layout((64,))  # 2 y - 1, flat
BATCH, DECAY, RATE = 32, 0.99, 2e-3
DATA_STD = 0.5  # of EDM's preconditioning
HELD_OUT = 297  # digits


@dataclass(frozen=True)
class Small:
    """What is trained: objective, network, number of digits, steps of training, seed."""

    objective: str
    network: str
    n: int
    steps: int
    seed: int

    @property
    def name(self) -> str:
        """Of its files."""
        return f"{self.objective}-{self.network}-{self.n}-{self.steps}-{self.seed}"


def data_of(small: Small) -> tuple[np.ndarray, np.ndarray]:
    """Training (n, 64) and held-out rows in [0, 1]; above 1500, digits with their mirror images in both directions."""
    rows = digits().data[np.random.default_rng(small.seed).permutation(1797)]
    train, held_out = rows[:-HELD_OUT], rows[-HELD_OUT:]
    if small.n > len(train):
        train, held_out = _mirrored(train[: -(-small.n // 4)])[: small.n], _mirrored(held_out)
    return train[: small.n], held_out


def _mirrored(rows: np.ndarray) -> np.ndarray:
    images = rows.reshape(-1, 8, 8)
    return np.concatenate([images, images[:, :, ::-1], images[:, ::-1], images[:, ::-1, ::-1]]).reshape(-1, 64)


def trained(small: Small, path: Path) -> Network:
    """The network of that name in a file, trained where there is none."""
    torch.manual_seed(small.seed)
    network = NETWORKS[small.network]()
    if not path.is_file():
        write_atomic(path, safetensors.torch.save(_weights(network, small)))
    network.load_state_dict(safetensors.torch.load_file(path))
    return network.eval()


def _weights(network: Network, small: Small) -> dict[str, torch.Tensor]:
    y = torch.as_tensor(2 * data_of(small)[0] - 1, dtype=torch.float32)
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(DECAY))
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, fused=True)
    for _ in range(small.steps):
        optimizer.zero_grad()
        LOSSES[small.objective](network, y[torch.randint(len(y), (BATCH,))]).backward()
        optimizer.step()
        average.update_parameters(network)
    return {name: value.clone() for name, value in average.module.state_dict().items()}


def _ddpm(network: Network, y: torch.Tensor) -> torch.Tensor:
    k, z = torch.randint(1000, (len(y),)), torch.randn_like(y)
    a = ALPHAS[k, None]
    return (noise_at_step(network, a.sqrt() * y + (1 - a).sqrt() * z, k) - z).square().mean()


def _edm(network: Network, y: torch.Tensor) -> torch.Tensor:
    std = (1.2 * torch.randn(len(y)) - 1.2).exp()
    weight = (std**2 + DATA_STD**2) / (std * DATA_STD) ** 2
    missed = denoised(network, y + std[:, None] * torch.randn_like(y), std) - y
    return (weight[:, None] * missed.square()).mean()


def _flow(network: Network, y: torch.Tensor) -> torch.Tensor:
    a, z = torch.rand(len(y)), torch.randn_like(y)
    return (velocity(network, a[:, None] * y + (1 - a[:, None]) * z, a) - (y - z)).square().mean()


LOSSES = {"ddpm": _ddpm, "edm": _edm, "flow": _flow}


def noise_at_step(network: Network, u: torch.Tensor, step: torch.Tensor) -> torch.Tensor:
    """The noise in u (batch, d) at steps (batch,), between two of them by the alphas between theirs."""
    low = step.long().clamp(max=998)
    a = torch.lerp(ALPHAS[low].to(u.dtype), ALPHAS[low + 1].to(u.dtype), (step - low).to(u.dtype))
    return network(u, (1 - a) / a)


def denoised(network: Network, u: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    """EDM's D(u, std) of u (batch, d)."""
    norm = (std**2 + DATA_STD**2).sqrt()[:, None]
    skip, out = DATA_STD**2 / norm**2, std[:, None] * DATA_STD / norm
    return skip * u + out * network(u / norm, std**2)


def velocity(network: Network, u: torch.Tensor, a: torch.Tensor) -> torch.Tensor:
    """y - z of u (batch, d) at a (batch,), 1 at the data."""
    return network(u, ((1 - a) / a.clamp(min=1e-3)).clamp(min=1e-4) ** 2)


def score_of(small: Small, network: Network) -> Adapted:
    """The score that the probe is given, by the adapters of the suite."""
    if small.objective == "ddpm":
        return from_noise(lambda u, k: noise_at_step(network, u, k), steps(ALPHAS.double().numpy()), LAYOUT)
    if small.objective == "edm":
        return from_data(lambda u, std: denoised(network, u, std), exploding(stds=(2e-3, 80.0)), LAYOUT)
    return from_velocity(lambda u, a: velocity(network, u, a), straight(data_at=1), LAYOUT)


@torch.no_grad()
def own_samples(small: Small, network: Network, count: int) -> np.ndarray:
    """Samples (count, 64) in [0, 1] of the model's own sampler."""
    torch.manual_seed(1000 + small.seed)
    made = {"ddpm": _ancestral, "edm": _heun, "flow": _euler}[small.objective](network, torch.randn(count, 64))
    return ((made + 1) / 2).double().numpy()


def _ancestral(network: Network, u: torch.Tensor) -> torch.Tensor:
    """DDPM's ancestral sampling on 100 of its steps."""
    grid = torch.linspace(999, 0, 100).round().long()
    for k, later in pairwise([*grid.tolist(), -1]):
        a, b = ALPHAS[k], ALPHAS[later] if later >= 0 else torch.tensor(1.0)
        z = noise_at_step(network, u, torch.full((len(u),), k))
        clean = (u - (1 - a).sqrt() * z) / a.sqrt()
        kept = ((1 - b) / (1 - a) * (1 - a / b)).sqrt()
        u = b.sqrt() * clean + (1 - b - kept**2).clamp(min=0).sqrt() * z + kept * torch.randn_like(u)
    return u


def _heun(network: Network, z: torch.Tensor) -> torch.Tensor:
    """EDM's deterministic sampler, 18 steps from std 80 to 0.002, and to 0."""
    stds = [*(torch.linspace(80 ** (1 / 7), 0.002 ** (1 / 7), 18) ** 7).tolist(), 0.0]
    u = stds[0] * z
    for std, later in pairwise(stds):
        slope = (u - denoised(network, u, torch.full((len(u),), std))) / std
        ahead = u + (later - std) * slope
        if later > 0:
            slope = (slope + (ahead - denoised(network, ahead, torch.full((len(u),), later))) / later) / 2
        u = u + (later - std) * slope
    return u


def _euler(network: Network, u: torch.Tensor, count: int = 50) -> torch.Tensor:
    for i in range(count):
        u = u + velocity(network, u, torch.full((len(u),), i / count)) / count
    return u


def copied(ends: np.ndarray, data: np.ndarray) -> np.ndarray:
    """Which rows lie three times nearer to one of the data than to any other, by distances and a sort, (count,)."""
    squares = (ends**2).sum(1)[:, None] - 2 * ends @ data.T + (data**2).sum(1)
    first, second = np.sqrt(np.maximum(np.partition(squares, 1, axis=1)[:, :2], 0)).T
    return first < second / 3
