"""A network under conditions that its user fixes, by the names of its arguments: a text, a label, a size of images.

A network that is told a condition knows one density for each. The score of one of them is that of the network under
the one condition, for every row that it is asked about:

    score = from_noise(conditioned(unet, encoder_hidden_states=words), steps(alphas_cumprod), layout)

with `words` (1, length, width), the embedding of one text. Guidance mixes the scores of two conditions and is that of
no density: it is left off.
"""

import inspect
from collections.abc import Callable
from typing import Any

import torch

TIME = "timestep"  # how networks of diffusers call what others are told second


def conditioned(model: Callable[..., Any], **conditions: Any) -> Callable[..., Any]:
    """model(u, label) of a network under conditions that are the same for all rows.

    Arguments:
        model: called as model(u, label, **conditions), or, where it has an argument of the name `timestep`, with the
            label under that name.
        **conditions: by the names of the network's arguments. A tensor of one row, (1, ...), stands for all rows, also
            within a dict; a tensor without rows, and whatever is no tensor, is handed on as it is.

    Returns:
        A function of u (batch, ...) and label (batch,), with the `largest_batch` of the network where it has one.

    Raises:
        ValueError: for a tensor of several rows: rows of one call must share their condition.
    """
    for name, value in conditions.items():
        _check(name, value)
    by_name = TIME in inspect.signature(getattr(model, "forward", model)).parameters

    def told(u: torch.Tensor, label: torch.Tensor) -> Any:
        given = {name: _for_rows(value, u) for name, value in conditions.items()}
        return model(u, **{TIME: label}, **given) if by_name else model(u, label, **given)

    if hasattr(model, "largest_batch"):
        told.largest_batch = model.largest_batch  # pyright: ignore[reportFunctionMemberAccess]
    return told


def _check(name: str, value: Any) -> None:
    if isinstance(value, dict):
        for part, inside in value.items():
            _check(f"{name}[{part!r}]", inside)
    elif isinstance(value, torch.Tensor) and value.ndim and len(value) != 1:
        raise ValueError(f"{name} must have one row, which stands for all that are asked, got {tuple(value.shape)}")


def _for_rows(value: Any, u: torch.Tensor) -> Any:
    """A condition for as many rows as u has, on its device."""
    if isinstance(value, dict):
        return {name: _for_rows(inside, u) for name, inside in value.items()}
    if not isinstance(value, torch.Tensor):
        return value
    value = value.to(u.device)
    return value.expand(len(u), *value.shape[1:]) if value.ndim else value
