r"""A step's losses as one list of operations of tensors, for a processor.

A network of small layers spends most of a step in Python: M networks are one network mapped over their parameters
(`simulate.networks.Ensemble`), and the mapping finds anew, step after step, which operations it comes to. They are
written down once (`torch.fx`) and carried out from the list: the same kernels in the same order, so losses and
gradients are the same to the last bit. That saves a part of the step where few small networks are trained, and little
where many are: products are then most of the time.

What is written down is put to the test on a batch that it has not seen: where its losses and gradients are not those
of the step itself, as with a network that draws random numbers or looks at a value to decide what to do, the step is
taken as it is.
"""

from collections.abc import Sequence

import torch
from torch import nn
from torch.fx.experimental.proxy_tensor import make_fx

from simulate.training.recorded import outcome

LEAST = 200  # steps of a training that is worth the tenths of a second that it takes to write one down


class Traced(nn.Module):
    """A module as a list of operations, for arguments of one shape.

    Arguments:
        module: the module, whose parameters are those of the list.
        samples: arguments of that shape.
    """

    def __init__(self, module: nn.Module, samples: Sequence[torch.Tensor]) -> None:
        super().__init__()
        names = [name for name, _ in module.named_parameters()]
        self._parameters_of = list(module.parameters())

        def called(parameters: list[torch.Tensor], *arguments: torch.Tensor) -> torch.Tensor:
            return torch.func.functional_call(module, dict(zip(names, parameters, strict=True)), arguments)

        shapes_alone = {"tracing_mode": "fake", "_allow_non_fake_inputs": True}  # with values it takes twice as long
        self._operations = make_fx(called, **shapes_alone)(self._parameters_of, *samples)

    def forward(self, *arguments: torch.Tensor) -> torch.Tensor:
        """The module's result.

        Arguments:
            arguments: those of the module.

        Returns:
            What the module returns.
        """
        return self._operations(self._parameters_of, *arguments)


def traced(module: nn.Module, batch: Sequence[torch.Tensor]) -> nn.Module:
    """A module as a list of operations, for arguments of some shapes; as it is where the list gives another result.

    Arguments:
        module: the module.
        batch: arguments to try it on, of these shapes.

    Returns:
        The module, or its list.
    """
    try:
        found = Traced(module, [torch.ones_like(part) for part in batch])
        parameters = list(module.parameters())
        pairs = zip(outcome(found, batch, parameters), outcome(module, batch, parameters), strict=True)
        return found if all(torch.equal(one, other) for one, other in pairs) else module
    except RuntimeError:
        return module
