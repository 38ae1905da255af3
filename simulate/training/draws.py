r"""The random numbers of a training: functions of a member's seed and of the step, or the block of epochs.

No generator is stored: a training that was interrupted goes on bit for bit, and a member of an ensemble sees what it
would see alone.
"""

from collections.abc import Sequence

import numpy as np
import torch

from simulate.training.settings import Settings

ORDER, NOISE, VALIDATION, TOLD = range(4)  # what the numbers are for


class Draws:
    """For members with these `seeds` and `sizes` of their data, which lie one after the other in one array."""

    def __init__(self, settings: Settings, seeds: Sequence[int], sizes: Sequence[int]) -> None:
        self._settings, self._seeds, self._sizes = settings, seeds, sizes
        self._starts = np.cumsum([0, *sizes])[:-1]
        self._epochs = [-(-settings.batch // size) for size in sizes]  # drawn at once: a batch sees at most two blocks
        self._blocks: list[dict[int, np.ndarray]] = [{} for _ in seeds]

    def rows(self, step: int) -> torch.Tensor:
        """Rows (M, batch) of the batch of a step: epoch after epoch, each in an order of its own."""
        return torch.from_numpy(np.stack([self._rows(member, step) for member in range(len(self._seeds))]))

    def noise(self, step: int, d: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Times (M, times), ascending, and standard normal noise (M, batch, d) of a step."""
        pairs = [self._noise(_generator(seed, NOISE, step), self._settings.times, d) for seed in self._seeds]
        times, noises = zip(*pairs, strict=True)
        return torch.stack(times), torch.stack(noises)

    def told(self, step: int, times: torch.Tensor) -> torch.Tensor:
        """What the networks are told of the `times` (M, k) of a step: these, or the same in random order."""
        if not self._settings.shuffled:
            return times
        orders = [torch.randperm(times.shape[1], generator=_generator(seed, TOLD, step)) for seed in self._seeds]
        return times.gather(1, torch.stack(orders))

    def validation(self, n: int, d: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Times (n,) and noise (n, d) that are the same for all members and never change."""
        return self._noise(_generator(0, VALIDATION, 0), n, d, n)

    def _rows(self, member: int, step: int) -> np.ndarray:
        length, start = self._epochs[member] * self._sizes[member], step * self._settings.batch
        positions = np.arange(start, start + self._settings.batch)
        first, last = positions[0] // length, positions[-1] // length
        blocks = {block: self._block(member, block) for block in range(first, last + 1)}
        self._blocks[member] = blocks
        return np.concatenate(list(blocks.values()))[positions - first * length] + self._starts[member]

    def _block(self, member: int, block: int) -> np.ndarray:
        """Rows of some epochs, one after the other."""
        known = self._blocks[member].get(block)
        if known is not None:
            return known
        keys = torch.rand(
            self._epochs[member], self._sizes[member], generator=_generator(self._seeds[member], ORDER, block)
        )
        return keys.argsort(dim=1).flatten().numpy()

    def _noise(
        self, generator: torch.Generator, times: int, d: int, batch: int | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        low, high = np.log(self._settings.shortest), np.log(self._settings.longest)
        strata = (torch.arange(times) + torch.rand(times, generator=generator)) / times
        noise = torch.randn(batch or self._settings.batch, d, generator=generator)
        return torch.exp(low + (high - low) * strata), noise


def _generator(seed: int, use: int, step: int) -> torch.Generator:
    words = np.random.SeedSequence(seed, spawn_key=(use, step)).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(words[0] >> 1))
