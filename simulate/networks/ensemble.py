r"""Many networks of one architecture as one module, evaluated and trained together.

The parameters of the members are stacked along a new first axis and the network is mapped over it (`torch.func`), so
that M small matrix products become one batched product. Losses of members add up; each depends on the member's own
parameters alone, so the gradients, and with an optimizer that works number by number the whole training, are those of
M networks trained one by one.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, cast

import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap

from simulate.networks.network import Network
from theory.checks import integer


class Ensemble(nn.Module):
    """Many networks of one architecture as one module, evaluated and trained together.

    Arguments:
        build: makes a network; called once for each member.
        seeds: set the first parameters of each member.

    Raises:
        ValueError: where `build` makes no network, or one with buffers.
    """

    def __init__(self, build: Callable[[], Network], seeds: Sequence[int]) -> None:
        super().__init__()
        members = [checked(built(build, seed)) for seed in seeds]
        stacked, buffers = stack_module_state(members)
        if buffers:
            raise ValueError(f"build must make networks without buffers, got {', '.join(buffers)}")
        self._names = list(stacked)
        self.stacked = nn.ParameterList(
            nn.Parameter(_turned(value.detach()).contiguous()) for value in stacked.values()
        )
        self._skeleton = [deepcopy(members[0]).to("meta")]  # in a list: its parameters are not this module's
        self.size = len(members)

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """Noise that each member sees in its own points.

        Arguments:
            x: points, (M, batch, d).
            t: variances > 0, (M, k), for batch/k points each.

        Returns:
            (M, batch, d).
        """
        skeleton = self._skeleton[0]

        def one(parameters: dict[str, torch.Tensor], x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
            return functional_call(skeleton, parameters, (x, t))

        return vmap(one)(self._values(), x, t)

    @property
    def architecture(self) -> str:
        """Which network the members are: the names of its parameters, and what its modules say of themselves."""
        return f"{', '.join(self._names)}\n{self._skeleton[0]!r}"

    def member(self, index: int) -> Network:
        """One member as a network of its own, with a copy of its parameters. Raises ValueError where there is none."""
        if integer("index", index, least=0) >= self.size:
            raise ValueError(f"index must be < {self.size}, the number of networks, got {index}")
        network = deepcopy(self._skeleton[0]).to_empty(device=self.stacked[0].device)
        network.load_state_dict({name: value[index].detach() for name, value in self._values().items()})
        return network

    def _values(self) -> dict[str, torch.Tensor]:
        return {name: _turned(value) for name, value in zip(self._names, self.stacked, strict=True)}


def built(build: Callable[[], Network], seed: int) -> Network:
    """A network whose first parameters depend on a seed alone; the global generator is left as it was.

    Arguments:
        build: makes a network.
        seed: sets its first parameters.

    Returns:
        The network.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build()


def checked(made: Any) -> Network:
    """What `build` made. Raises ValueError where it is no network."""
    if not isinstance(made, nn.Module):
        raise ValueError(f"build must make a network, a torch module, got {type(made).__name__}")
    return cast(Network, made)


def _turned(value: torch.Tensor) -> torch.Tensor:
    """Stacked matrices transposed, as the gradient of a batched product comes: it is then kept, not copied."""
    return value.mT if value.ndim == 3 else value
