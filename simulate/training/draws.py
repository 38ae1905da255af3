r"""The random numbers of a training: functions of a member's seed and of a block of steps, or of epochs.

Small batches are drawn many at a time: a generator takes as long to set up as to draw a thousand numbers.

No generator is stored: a training that was interrupted goes on bit for bit, and a member of an ensemble sees what it
would see alone.
"""

from collections.abc import Sequence

import numpy as np
import torch

from simulate.training.settings import Settings

ORDER, NOISE, VALIDATION, TOLD = range(4)  # what the numbers are for
HELD = 2**16  # most numbers that a member draws at once, where a step needs fewer
BATCHES = 16  # the fewest in a block of epochs


class Draws:
    """The random numbers of a training: functions of a member's seed and of a block of steps.

    Arguments:
        settings: of the training.
        seeds: of the members, (M,).
        sizes: numbers of their data, which lie one after the other in one array, (M,).
    """

    def __init__(self, settings: Settings, seeds: Sequence[int], sizes: Sequence[int]) -> None:
        self._settings, self._seeds, self._sizes = settings, seeds, sizes
        self._starts = np.cumsum([0, *sizes])[:-1]
        self._epochs = [-(-BATCHES * settings.batch // size) for size in sizes]  # a batch sees at most two blocks
        self._blocks: list[dict[int, np.ndarray]] = [{} for _ in seeds]
        self._noises: dict[tuple[int, int], tuple[torch.Tensor, torch.Tensor]] = {}

    def rows(self, step: int) -> torch.Tensor:
        """Rows (M, batch) of the batch of a step: epoch after epoch, each in an order of its own."""
        return torch.from_numpy(np.stack([self._rows(member, step) for member in range(len(self._seeds))]))

    def noise(self, step: int, d: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Times and noise of a step.

        Arguments:
            step: its number, from 0 on.
            d: the dimension.

        Returns:
            Noise variances (M, times), ascending, and standard normal noise (M, batch, d).
        """
        steps = max(1, HELD // (self._settings.batch * d))
        block, place = divmod(step, steps)
        if (block, d) not in self._noises:
            drawn = [self._noise(_generator(seed, NOISE, block), steps, d) for seed in self._seeds]
            times, noises = zip(*drawn, strict=True)
            self._noises = {(block, d): (torch.stack(times, dim=1), torch.stack(noises, dim=1))}
        of_times, of_noises = self._noises[block, d]
        return of_times[place], of_noises[place]

    def told(self, step: int, times: torch.Tensor) -> torch.Tensor:
        """What the networks are told of the times of a step: these, or, with `shuffled`, the same in random order.

        Arguments:
            step: its number, from 0 on.
            times: noise variances, (M, k).

        Returns:
            (M, k).
        """
        if not self._settings.shuffled:
            return times
        orders = [torch.randperm(times.shape[1], generator=_generator(seed, TOLD, step)) for seed in self._seeds]
        return times.gather(1, torch.stack(orders))

    def validation(self, n: int, d: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Times and noise that are the same for all members and never change.

        Arguments:
            n: number of points.
            d: the dimension.

        Returns:
            Noise variances (n,), in no order, and standard normal noise (n, d).
        """
        generator = _generator(0, VALIDATION, 0)
        times = self._times(torch.rand(n, generator=generator))[torch.randperm(n, generator=generator)]
        return times, torch.randn(n, d, generator=generator)

    def _rows(self, member: int, step: int) -> np.ndarray:
        length, start, batch = (
            self._epochs[member] * self._sizes[member],
            step * self._settings.batch,
            self._settings.batch,
        )
        first, offset = divmod(start, length)
        blocks = {block: self._block(member, block) for block in range(first, (start + batch - 1) // length + 1)}
        self._blocks[member] = blocks
        joined = blocks[first] if len(blocks) == 1 else np.concatenate(list(blocks.values()))
        return joined[offset : offset + batch] + self._starts[member]

    def _block(self, member: int, block: int) -> np.ndarray:
        """Rows of some epochs, one after the other."""
        known = self._blocks[member].get(block)
        if known is not None:
            return known
        keys = torch.rand(
            self._epochs[member], self._sizes[member], generator=_generator(self._seeds[member], ORDER, block)
        )
        return keys.argsort(dim=1).flatten().numpy()

    def _noise(self, generator: torch.Generator, steps: int, d: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Times (steps, times) and noise (steps, batch, d) of one member."""
        places = torch.rand(steps, self._settings.times, generator=generator)
        return self._times(places), torch.randn(steps, self._settings.batch, d, generator=generator)

    def _times(self, places: torch.Tensor) -> torch.Tensor:
        """One time in each of equal intervals of log t, at places (..., k) in [0, 1) of them."""
        low, high = np.log(self._settings.shortest), np.log(self._settings.longest)
        strata = (torch.arange(places.shape[-1]) + places) / places.shape[-1]
        return torch.exp(low + (high - low) * strata)


def _generator(seed: int, use: int, step: int) -> torch.Generator:
    words = np.random.SeedSequence(seed, spawn_key=(use, step)).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(words[0] >> 1))
