"""A step's losses and their gradients as CUDA graphs, which start hundreds of small kernels at the cost of one.

A step of small networks is kernels of a few microseconds, and starting each takes longer than running it: as graphs the
step takes a fraction of the time (docs/results/networks.md has what was measured, and how). A replay reads its inputs
where they were when it was recorded, so each has memory of its own. What is recorded is put to the test on a batch that
it has not seen: where its losses and gradients are not those of the step itself, as with a network that draws random
numbers or looks at a value to decide what to do, the step is taken as it is. One batch cannot tell all: a network must
depend on nothing but its arguments and parameters, for a counter that it keeps in Python stands still in a replay.
"""

from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import nn

CLOSE = 0.01  # relative distance of two evaluations in bfloat16 that are held equal


def recorded(build: Callable[[], nn.Module], batch: Sequence[torch.Tensor]) -> nn.Module:
    """A module, recorded as CUDA graphs for arguments of some shapes; as it is where a recording gives another result.

    Arguments:
        build: makes the module.
        batch: arguments to try it on, of these shapes.

    Returns:
        The module.
    """
    plain = build()
    samples = tuple(torch.ones_like(part) for part in batch)
    try:
        found = cast(nn.Module, torch.cuda.make_graphed_callables(build(), samples))
        ways = (outcome(one, batch, list(one.parameters())) for one in (found, plain))
        return found if _alike(*ways) else plain
    except RuntimeError:
        return plain


def outcome(module: nn.Module, batch: Sequence[torch.Tensor], parameters: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """Losses and gradients, in memory that no replay writes to.

    Arguments:
        module: what computes the losses.
        batch: its arguments.
        parameters: of the networks.

    Returns:
        The losses, then the gradient of their sum in each of the parameters.
    """
    losses = module(*batch)
    gradients = torch.autograd.grad(losses.sum(), list(parameters))
    return [part.detach().clone() for part in (losses, *gradients)]


def _alike(found: Sequence[torch.Tensor], expected: Sequence[torch.Tensor]) -> bool:
    pairs = zip(found, expected, strict=True)
    return all(bool((one - other).norm() <= CLOSE * other.norm()) for one, other in pairs)
