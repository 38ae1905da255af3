r"""Denoising score matching, many networks at once, as a generator of (step, loss).

For a data point y, a time t whose logarithm is uniform between two variances, and z ~ N(0, I),

    loss = E |network(y + sqrt(t) z, t) - z|^2 / d,

least at the noise of the empirical score: what the network learns of it in a given time, and what it does not, is the
question. Every member of an ensemble sees its own data, in a new order every epoch.

All random numbers are functions of a member's seed and of the step (the order of the data, of the epoch): a training
that was interrupted goes on bit for bit from its last checkpoint (on a CPU), a member learns what it would learn alone,
and no generator is stored. The average of the parameters (`torch.optim.swa_utils`) forgets its first ones: its decay at
step k is at most (1 + k)/(10 + k), where a constant 0.9999 would keep 37 % of them after 10,000 steps.

    training = TrainingRun(lambda: ResidualMLP(30), data=[first, second], settings=Settings(steps=1000))
    for step, loss in training: ...
    score = as_score(training.network(0))
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch.optim.swa_utils import AveragedModel

from simulate.networks import Ensemble, Network
from simulate.store import write_atomic
from theory.arguments import choice, integer, positive

OPTIMIZERS = {"radam": torch.optim.RAdam, "adamw": torch.optim.AdamW}
ORDER, NOISE, VALIDATION = 0, 1, 2  # what random numbers are for
FORMAT = "losing-dimensions checkpoint 1"


class UnreadableCheckpoint(ValueError):
    """A file is not a checkpoint of this training."""


class Diverged(ArithmeticError):
    """The loss is NaN or infinite."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Of a training; defaults are the paper's but for `steps` (2,000,000 there). Times are variances."""

    steps: int = 10_000
    batch: int = 128
    rate: float = 1e-4
    optimizer: str = "radam"
    shortest: float = 0.01**2
    longest: float = 50.0**2
    decay: float = 0.9999
    compile: bool = False  # on CUDA alone

    def __post_init__(self) -> None:
        integer("steps", self.steps)
        integer("batch", self.batch)
        positive("rate", self.rate)
        choice("optimizer", self.optimizer, tuple(OPTIMIZERS))
        if not 0 < self.shortest < self.longest:
            raise ValueError(f"shortest and longest must be times with 0 < shortest < longest, got {self}")
        if not 0 <= self.decay < 1:
            raise ValueError(f"decay must be in [0, 1), got {self.decay}")


class TrainingRun:
    """One network by `build` for each of the `data` (N, d), of any sizes; iterate to train. `seeds` default to 0, 1, ..

    Step k is yielded with the losses of its batch (M,), after the parameters have moved. `network(i)` is the average
    over steps of member i. Raises ValueError for bad data, Diverged where a loss is not finite.
    """

    def __init__(
        self,
        build: Callable[[], Network],
        data: Sequence[torch.Tensor | np.ndarray],
        settings: Settings,
        seeds: Sequence[int] | None = None,
        device: str = "cpu",
    ) -> None:
        self.settings, self.build, self.device = settings, build, torch.device(device)
        self.seeds = list(range(len(data)) if seeds is None else seeds)
        self._sizes, self._rows = _joined(data, len(self.seeds))
        self._rows = self._rows.to(self.device)
        self.ensemble = Ensemble(build, self.seeds).to(self.device)
        self.average = AveragedModel(self.ensemble, multi_avg_fn=_warm_average(settings.decay))
        self.optimizer = OPTIMIZERS[settings.optimizer](self.ensemble.parameters(), lr=settings.rate, foreach=True)
        self.step = 0
        self._orders: dict[tuple[int, int], torch.Tensor] = {}
        fast = settings.compile and self.device.type == "cuda"
        self._forward = torch.compile(self.ensemble) if fast else self.ensemble

    def __iter__(self) -> Iterator[tuple[int, np.ndarray]]:
        while self.step < self.settings.steps:
            losses = self._advance()
            yield self.step, losses

    def network(self, index: int) -> Network:
        """Member `index`, averaged over steps."""
        return self.average.module.member(index, self.build)

    def validation(self, held_out: torch.Tensor | np.ndarray, copies: int = 1) -> np.ndarray:
        """Losses (M,) of the averaged members on data (n, d) that no member saw, at noise that never changes."""
        rows = torch.as_tensor(held_out, dtype=torch.float32).repeat(copies, 1)
        x, t, noise = self._noised(
            rows.expand(len(self.seeds), *rows.shape).to(self.device), VALIDATION, 0, common=True
        )
        with torch.no_grad():
            return _losses(self.average.module, x, t, noise).cpu().numpy()

    def save(self, path: Path | str) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {name: value.detach().contiguous().clone() for name, value in self._tensors().items()}
        about = {"format": FORMAT, "settings": json.dumps(self._identity()), "step": str(self.step)}
        write_atomic(path, save(state, about))

    def load(self, path: Path | str) -> None:
        """Go on from a checkpoint of the same training. Raises UnreadableCheckpoint."""
        content = Path(path).read_bytes()
        about = _about(path, content)
        if about.get("format") != FORMAT or json.loads(about["settings"]) != self._identity():
            raise UnreadableCheckpoint(f"{path} must be a checkpoint of this training: its settings or data differ")
        self._make_optimizer_state()
        with torch.no_grad():
            mine, stored = self._tensors(), load(content)
            for name, value in mine.items():
                value.copy_(stored[name])
        self.step = int(about["step"])

    def _advance(self) -> np.ndarray:
        indices = torch.stack([self._batch(member) for member in range(len(self.seeds))])
        x, t, noise = self._noised(self._rows[indices.to(self.device)], NOISE, self.step)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            losses = _losses(self._forward, x, t, noise)
        self.optimizer.zero_grad()
        losses.sum().backward()
        self.optimizer.step()
        self.average.update_parameters(self.ensemble)
        self.step += 1
        values = losses.detach().cpu().numpy()
        if not np.isfinite(values).all():
            raise Diverged(f"rate must be smaller than {self.settings.rate:g}: a loss is {values} at step {self.step}")
        return values

    def _batch(self, member: int) -> torch.Tensor:
        """Rows of the next batch: epoch after epoch, each in an order of its own."""
        size, start = self._sizes[member], self.step * self.settings.batch
        positions = np.arange(start, start + self.settings.batch)
        first, last = positions[0] // size, positions[-1] // size
        orders = torch.cat([self._order(member, epoch) for epoch in range(first, last + 1)])
        return orders[torch.from_numpy(positions - first * size)] + sum(self._sizes[:member])

    def _order(self, member: int, epoch: int) -> torch.Tensor:
        key = member, epoch
        if key not in self._orders:
            for old in [k for k in self._orders if k[0] == member and k[1] < epoch - 1]:
                del self._orders[old]
            self._orders[key] = torch.randperm(self._sizes[member], generator=self._generator(member, ORDER, epoch))
        return self._orders[key]

    def _noised(
        self, y: torch.Tensor, use: int, step: int, common: bool = False
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """x = y + sqrt(t) z, t and z for y (M, batch, d)."""
        low, high = np.log(self.settings.shortest), np.log(self.settings.longest)
        times, noises = [], []
        for member in range(len(self.seeds)):
            generator = self._generator(None if common else member, use, step)
            times.append(torch.exp(low + (high - low) * torch.rand(y.shape[1], generator=generator)))
            noises.append(torch.randn(y.shape[1:], generator=generator))
        t, noise = torch.stack(times).to(self.device), torch.stack(noises).to(self.device)
        return y + t.sqrt()[..., None] * noise, t, noise

    def _generator(self, member: int | None, use: int, step: int) -> torch.Generator:
        seed = 0 if member is None else self.seeds[member]
        words = np.random.SeedSequence(seed, spawn_key=(use, step)).generate_state(1, np.uint64)
        return torch.Generator().manual_seed(int(words[0] >> 1))

    def _tensors(self) -> dict[str, torch.Tensor]:
        """All that a checkpoint holds, by name."""
        named = {f"now.{name}": value for name, value in self.ensemble.state_dict().items()}
        named |= {f"average.{name}": value for name, value in self.average.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            named |= {f"optimizer.{index}.{name}": value for name, value in state.items()}
        return named

    def _make_optimizer_state(self) -> None:
        """The optimizer makes its tensors at its first step; a step at rate 0 makes them and moves nothing."""
        for group in self.optimizer.param_groups:
            group["lr"] = 0.0
            for parameter in group["params"]:
                parameter.grad = torch.zeros_like(parameter)
        self.optimizer.step()
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.rate

    def _identity(self) -> dict[str, object]:
        shapes = [list(value.shape) for value in self.ensemble.parameters()]
        sums = [float(part.double().sum()) for part in self._rows.cpu().split(self._sizes)]
        about = {name: value for name, value in asdict(self.settings).items() if name not in ("steps", "compile")}
        return {**about, "seeds": self.seeds, "sizes": self._sizes, "data": sums, "shapes": shapes}


def _losses(network: torch.nn.Module, x: torch.Tensor, t: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    return (network(x, t) - noise).square().mean(dim=(1, 2))


def _warm_average(decay: float) -> Callable[..., None]:
    def update(averages: list[torch.Tensor], values: list[torch.Tensor], count: torch.Tensor) -> None:
        k = float(count)
        torch._foreach_lerp_(averages, values, 1 - min(decay, (1 + k) / (10 + k)))

    return update


def _joined(data: Sequence[torch.Tensor | np.ndarray], members: int) -> tuple[list[int], torch.Tensor]:
    parts = [torch.as_tensor(part, dtype=torch.float32) for part in data]
    if not parts or len(parts) != members:
        raise ValueError(f"data must be one array for each of the {members} seeds, got {len(parts)}")
    if any(part.ndim != 2 or len(part) == 0 or part.shape[1] != parts[0].shape[1] for part in parts):
        raise ValueError(f"data must be arrays (N, d) with one d, got shapes {[tuple(p.shape) for p in parts]}")
    if not all(bool(torch.isfinite(part).all()) for part in parts):
        raise ValueError("data must be finite, found NaN or infinity")
    return [len(part) for part in parts], torch.cat(parts)


def _about(path: Path | str, content: bytes) -> dict[str, str]:
    try:
        load(content)
        length = int.from_bytes(content[:8], "little")
        return json.loads(content[8 : 8 + length]).get("__metadata__", {})
    except (SafetensorError, ValueError, KeyError) as error:
        raise UnreadableCheckpoint(f"{path} must be a whole safetensors checkpoint: {error}") from error
