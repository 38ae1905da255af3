r"""Samples from a score: the probability flow dx/d(std) = -std score(x, std^2), from much noise to little.

Heun's method on the steps of EDM (arXiv:2206.00364), whose std^{1/7} are evenly spaced, and at the end the posterior
mean x + t score (Tweedie). Deterministic: the same noise gives the same sample, whatever network made it.
"""

from itertools import pairwise

import torch

from simulate.networks.network import Score

CURVE = 7.0


def schedule(shortest: float, longest: float, steps: int) -> list[float]:
    """EDM's grid of times: std^{1/7} evenly spaced (arXiv:2206.00364).

    Arguments:
        shortest: last noise variance, > 0.
        longest: first noise variance.
        steps: number of steps.

    Returns:
        `steps` + 1 noise variances, descending.
    """
    ends = torch.tensor([longest, shortest], dtype=torch.float64) ** (0.5 / CURVE)
    return (torch.lerp(ends[0], ends[1], torch.linspace(0, 1, steps + 1).double()) ** (2 * CURVE)).tolist()


@torch.no_grad()
def samples(score: Score, noise: torch.Tensor, times: list[float]) -> torch.Tensor:
    """Samples along the probability flow dx/d(std) = -std score(x, std^2), by Heun's method; deterministic.

    Arguments:
        score: (n, d) and a variance t to (n, d).
        noise: standard normal, (n, d).
        times: noise variances > 0, descending.

    Returns:
        (n, d), in units of the data: the posterior mean at the last time.
    """
    x = times[0] ** 0.5 * noise
    for t, later in pairwise(times):
        std, end = t**0.5, later**0.5
        slope = -std * score(x, t)
        guess = x + (end - std) * slope
        x = x + (end - std) * (slope - end * score(guess, later)) / 2
    return x + times[-1] * score(x, times[-1])
