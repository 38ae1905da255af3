r"""Networks in training: parameters, optimizer, average over steps, and where they stand.

The average of the parameters (`torch.optim.swa_utils`) forgets its first ones: its decay at step k is at most
(1 + k)/(10 + k), which leaves 10! k^{-9} of them, where a constant 0.9999 would keep 37 % after 10,000 steps.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from simulate.engine.precision import fast_products
from simulate.engine.queries import pick_device
from simulate.networks import Ensemble, Network
from simulate.training import checkpoint
from simulate.training.draws import Draws
from simulate.training.given import checked_build, checked_data, checked_seeds, checked_settings
from simulate.training.recorded import recorded
from simulate.training.settings import OPTIMIZERS, Settings
from simulate.training.traced import LEAST, traced
from theory.checks import integer
from theory.content import content_hash

Rows = torch.Tensor | np.ndarray


class Diverged(ArithmeticError):
    """The loss, or in the end a parameter, is NaN or infinite."""


class Losses(nn.Module):
    """Mean square error of the noise that each member of an ensemble sees, |network(y + sqrt(t) z, told) - z|^2/d.

    Arguments:
        network: the ensemble.
    """

    def __init__(self, network: Ensemble) -> None:
        super().__init__()
        self.network = network

    def forward(self, y: torch.Tensor, t: torch.Tensor, noise: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
        """The loss of each member.

        Arguments:
            y: points, (M, batch, d), in units of the data.
            t: noise variances > 0, (M, k), for batch/k successive points each.
            noise: z, standard normal, (M, batch, d).
            told: what the network is told of t, (M, k).

        Returns:
            (M,).
        """
        std = t.sqrt().repeat_interleave(y.shape[1] // t.shape[1], dim=1)
        return (self.network(y + std[..., None] * noise, told) - noise).square().mean(dim=(1, 2))


class TrainingRun:
    """A training of one network for each data set: iterate, and step k comes with the losses (M,) of its batch.

    `network(i)` is the average over steps of member i. On CUDA products are in bfloat16, and a step is recorded once
    and replayed where it can be.

    Arguments:
        build: makes a network.
        data: one array (N, d) for each member, of any sizes.
        settings: steps, batch, times and optimizer.
        seeds: integers >= 0, one for each member; 0, 1, ... where None.
        device: "cpu", "auto" or another name that torch knows.
        compiled: whether a step is compiled before (`torch.compile`), which takes half a minute or more.

    Raises:
        ValueError: for bad data and seeds, and for networks of other points.
        Diverged: where a loss is not finite.
    """

    def __init__(
        self,
        build: Callable[[], Network],
        data: Sequence[Rows],
        settings: Settings,
        seeds: Sequence[int] | None = None,
        device: str = "cpu",
        compiled: bool = False,
    ) -> None:
        self.settings, self.device = checked_settings(settings), pick_device(device)
        self.seeds = checked_seeds(seeds, data)
        parts = checked_data(data, len(self.seeds))
        sizes = [len(part) for part in parts]
        self._rows = torch.cat(parts).to(self.device)
        self._draws = Draws(settings, self.seeds, sizes)
        self.ensemble = Ensemble(checked_build(build), self.seeds).to(self.device)
        self._refuse_other_points()
        self._average = AveragedModel(self.ensemble)
        self._averages: list[torch.Tensor] = list(self.average.parameters())
        self._values: list[torch.Tensor] = list(self.ensemble.parameters())
        kind, self._schedule = OPTIMIZERS[settings.optimizer]
        self._optimizer = kind(self.ensemble.parameters(), lr=settings.rate, fused=True)
        self.step = 0
        self._losses = self._steps(compiled)
        shapes = [tuple(value.shape) for value in self.ensemble.parameters()]
        lasting = {name: value for name, value in asdict(settings).items() if name != "steps"}
        network = [self.ensemble.architecture, shapes]
        self._identity = content_hash([lasting, self.seeds, sizes, self._rows.cpu().numpy(), network])

    def __iter__(self) -> Iterator[tuple[int, np.ndarray]]:
        while self.step < self.settings.steps:
            losses = self._advance()
            if self.step == self.settings.steps:
                self._refuse_diverged_parameters()
            yield self.step, losses

    @property
    def average(self) -> Ensemble:
        """The members, averaged over steps."""
        return cast(Ensemble, self._average.module)

    def network(self, index: int) -> Network:
        """Member `index`, averaged over steps. Raises ValueError where there is none."""
        return self.average.member(index)

    def validation(self, data: Rows, copies: int = 1) -> np.ndarray:
        """Losses of the averaged members on given data.

        Each copy of each point has a time of its own, and noise that never changes.

        Arguments:
            data: (n, d) for all, or (M, n, d) for each its own.
            copies: how many of each point, >= 1.

        Returns:
            (M,).

        Raises:
            ValueError: where an argument is not finite, out of range or of another shape.
        """
        rows = torch.as_tensor(data, dtype=torch.float32, device=self.device)
        if rows.ndim not in (2, 3) or rows.shape[-2] == 0 or rows.shape[-1] != self._rows.shape[1]:
            raise ValueError(f"data must be (n, {self._rows.shape[1]}) with n >= 1, got shape {tuple(rows.shape)}")
        if not bool(torch.isfinite(rows).all()):
            raise ValueError("data must be finite, found NaN or infinity")
        integer("copies", copies)
        rows = rows.expand(len(self.seeds), *rows.shape[-2:]).repeat(1, copies, 1)
        t, noise = (value.to(self.device) for value in self._draws.validation(*rows.shape[1:]))
        with torch.no_grad():
            t = t.expand(len(self.seeds), -1)
            losses = Losses(self.average)(rows, t, noise.expand_as(rows), t)
        return losses.cpu().numpy()

    def save(self, path: Path | str) -> None:
        """Write a checkpoint, whole or not at all. Raises CannotWrite.

        For runs that are iterated by hand: `simulate.experiments` keeps results in its store, and no checkpoints.
        """
        self._make_optimizer_state()
        checkpoint.write(path, self._tensors(), self._identity, self.step)

    def load(self, path: Path | str) -> None:
        """Go on from a checkpoint of the same training, of any number of steps. Raises UnreadableCheckpoint.

        The same: settings, seeds, data, and a network whose parameters and `repr` are the same.
        """
        self._make_optimizer_state()
        self.step = checkpoint.read(path, self._tensors(), self._identity)

    def _refuse_other_points(self) -> None:
        points = self._rows[:2].expand(len(self.seeds), -1, -1)
        wanted = f"build must make a network of points of d = {points.shape[2]} numbers"
        try:
            with torch.no_grad():
                found = self.ensemble(points, torch.ones(len(self.seeds), 1, device=self.device))
        except RuntimeError as error:
            raise ValueError(f"{wanted}: {error}") from error
        if found.shape != points.shape:
            raise ValueError(f"{wanted}: it makes {tuple(found.shape[1:])} of {tuple(points.shape[1:])}")
        if not bool(torch.isfinite(found).all()):
            raise ValueError(f"{wanted} that returns finite ones: at t = 1 it returns NaN or infinity before any step")

    def _advance(self) -> np.ndarray:
        batch = self._batch()
        self._optimizer.zero_grad()
        with fast_products():
            with self._precision():
                losses = self._losses(*batch)
            losses.sum().backward()
        self.step += 1
        self._set(*self._schedule(self.step, self.settings.rate))
        self._optimizer.step()
        self._update_average()
        values = losses.detach().cpu().numpy()
        if not np.isfinite(values).all():
            raise self._diverged(f"a loss is {values}")
        return values

    def _update_average(self) -> None:
        """As `AveragedModel.update_parameters`, which looks for all parameters anew at every step."""
        count = int(self._average.n_averaged)
        decay = min(self.settings.decay, (1 + count) / (10 + count)) if count else 0.0
        get_ema_multi_avg_fn(decay)(self._averages, self._values, self._average.n_averaged)
        self._average.n_averaged += 1

    def _refuse_diverged_parameters(self) -> None:
        """The last step, which no loss sees."""
        if not all(bool(torch.isfinite(value).all()) for value in self.average.parameters()):
            raise self._diverged("parameters are NaN or infinite")

    def _diverged(self, what: str) -> Diverged:
        remedy = f"rate must be smaller than {self.settings.rate:g}, unless the network itself makes NaN"
        return Diverged(f"{remedy}: {what} at step {self.step}")

    def _batch(self) -> tuple[torch.Tensor, ...]:
        """Points, times, noise, and what is told of the times, of the next step."""
        y = self._rows[self._draws.rows(self.step).to(self.device)]
        times, noise = self._draws.noise(self.step, y.shape[2])
        t, noise, told = (value.to(self.device) for value in (times, noise, self._draws.told(self.step, times)))
        return y, t, noise, told

    def _steps(self, compiled: bool) -> nn.Module:
        """What a step computes."""

        def build() -> nn.Module:
            losses = Losses(self.ensemble)
            return cast(nn.Module, torch.compile(losses)) if compiled else losses

        if self.device.type != "cuda":
            long = self.settings.steps >= LEAST and not compiled
            return traced(build(), self._batch()) if long else build()
        with self._precision():
            return recorded(build, self._batch())

    def _precision(self) -> torch.autocast:
        on_gpu = self.device.type == "cuda"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=on_gpu, cache_enabled=not on_gpu)

    def _set(self, rate: float, epsilon: float) -> None:
        for group in self._optimizer.param_groups:
            group["lr"], group["eps"] = rate, epsilon

    def _tensors(self) -> dict[str, torch.Tensor]:
        """All that a checkpoint holds, by name."""
        named = {f"now.{name}": value for name, value in self.ensemble.state_dict().items()}
        named |= {f"average.{name}": value for name, value in self._average.state_dict().items()}
        for index, state in self._optimizer.state_dict()["state"].items():
            named |= {f"optimizer.{index}.{name}": value for name, value in state.items()}
        return named

    def _make_optimizer_state(self) -> None:
        """Tensors are made at the first step: one at rate 0 and gradient 0 makes them and moves nothing."""
        if self._optimizer.state:
            return
        for parameter in self.ensemble.parameters():
            parameter.grad = torch.zeros_like(parameter)
        self._set(0.0, 1.0)
        self._optimizer.step()
        for state in self._optimizer.state.values():
            state["step"].zero_()
