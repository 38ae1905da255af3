"""What a training is given, checked: one clear sentence for what no network can be trained on."""

from collections.abc import Callable
from typing import Any, cast

import torch

from simulate.networks import Network
from simulate.training.settings import Settings
from theory.checks import integer

EXACT = 2**53  # integers below are floats, and told apart


def checked_build(build: Any) -> Callable[[], Network]:
    """A function that makes a network."""
    if not callable(build):
        raise ValueError(f"build must be a function that makes a network, got {type(build).__name__}")
    return cast(Callable[[], Network], build)


def checked_settings(settings: Any) -> Settings:
    """Settings of a training."""
    if not isinstance(settings, Settings):
        raise ValueError(f"settings must be simulate.training.Settings, got {type(settings).__name__}")
    return settings


def checked_seeds(seeds: Any, data: Any) -> list[int]:
    """Seeds of the members of a training.

    Arguments:
        seeds: integers >= 0; 0, 1, ... where None.
        data: one array for each member.

    Returns:
        A list.

    Raises:
        ValueError: where a seed is no integer in [0, 2^53).
    """
    try:
        found = [integer("seeds", seed, least=0) for seed in (range(len(data)) if seeds is None else seeds)]
    except TypeError as error:
        named = "data must be a list of arrays (N, d)" if seeds is None else "seeds must be a list of integers"
        raise ValueError(f"{named}, got {type(data if seeds is None else seeds).__name__}") from error
    if any(seed >= EXACT for seed in found):
        raise ValueError(f"seeds must be < 2^53, got {max(found)}")
    return found


def checked_data(data: Any, members: int) -> list[torch.Tensor]:
    """Data of the members of a training, in single precision.

    Arguments:
        data: one array (N, d) for each, all of one d.
        members: how many there are.

    Returns:
        Tensors (N, d).

    Raises:
        ValueError: where arrays are missing, empty, of several d, or not finite.
    """
    try:
        parts = [_real(part) for part in data]
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"data must be arrays (N, d) of numbers: {error}") from error
    if not parts or len(parts) != members:
        raise ValueError(f"data must be one array for each of the {members} seeds, got {len(parts)}")
    if any(part.ndim != 2 or part.numel() == 0 or part.shape[1] != parts[0].shape[1] for part in parts):
        raise ValueError(f"data must be arrays (N, d) with one d, got shapes {[tuple(p.shape) for p in parts]}")
    if not all(bool(torch.isfinite(part).all()) for part in parts):
        raise ValueError("data must be finite, found NaN or infinity")
    return parts


def _real(part: Any) -> torch.Tensor:
    given = torch.as_tensor(part)
    if given.is_complex():
        raise TypeError("an imaginary part would be lost")
    return given.to(torch.float32)
