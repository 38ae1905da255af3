r"""Times that share an exponential, or a sum.

On a geometric grid of times the weights at t/2 are the squares of those at t: `doubling_chains` finds such times, so
that one exponential serves a chain. Each squaring doubles the relative error of the exponential, so a chain is broken
off after 8 of them: what is left of it, 2^8 u, is 3e-5 in single precision and 6e-14 in double. The sum of squared
weights at t is the partition sum at t/2: `halved_times`.
"""

from collections.abc import Sequence

import torch

SQUARINGS = 8  # of one exponential: each doubles its relative error
SAME = 1e-13  # relative distance of times that are held equal: grids are rounded


def doubling_chains(times: list[float]) -> list[list[int]]:
    """Indices of descending times, grouped so that each time of a group is half the one before; at most 8 halvings."""
    chains: list[list[int]] = []
    for index, time in enumerate(times):
        unbroken = [chain for chain in chains if len(chain) <= SQUARINGS]
        longer = [chain for chain in unbroken if abs(times[chain[-1]] / (2 * time) - 1) < 2 * SAME]
        if longer:
            longer[0].append(index)
        else:
            chains.append([index])
    return chains


def halved_times(times: Sequence[float], halves: bool = True) -> list[float]:
    """Times and their halves, descending, each once but for rounding.

    Arguments:
        times: noise variances > 0.
        halves: whether halves are wanted.

    Returns:
        Noise variances.
    """
    both = sorted({*times, *(time / 2 for time in times if halves)}, reverse=True)
    kept = both[:1]
    for time in both[1:]:
        if kept[-1] > time * (1 + SAME):
            kept.append(time)
    return kept


def positions(times: Sequence[float], grid: torch.Tensor) -> torch.Tensor:
    """Where times are in a grid, but for rounding.

    Arguments:
        times: noise variances > 0, n of them.
        grid: noise variances > 0, (T,).

    Returns:
        Indices, (n,).
    """
    wanted = torch.as_tensor(times, dtype=torch.float64, device=grid.device)
    return (grid / wanted[:, None]).log().abs().argmin(dim=1)
