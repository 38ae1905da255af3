r"""Wide ReLU perceptrons, trained by plain gradient descent: what tangent kernels are the limit of.

Each network has layers of width w without biases, in the parametrization in which a wide network is lazy,

.. math:: h_{l+1} = \sqrt{2/w_l}\, \mathrm{relu}(W_l h_l), \qquad f(x) = W_L h_L/w^{1/2}, \qquad h_1 = \mathrm{relu}

of :math:`W_0 x/d^{1/2}` times :math:`2^{1/2}`, all weights standard normal. A network is the difference of two of them
that start alike, over the root of two: it starts at 0, and has the same kernel on average. Descent goes down
:math:`\sum_a |f(x_a) - y_a|^2/n`.

Reference:
    Lazy training (L. Chizat, E. Oyallon, F. Bach, 2019), arXiv:1812.07956, for networks that start at 0.
"""

from itertools import pairwise

import numpy as np
import torch

from theory.checks import finite, integer, positive, scalar

Weights = list[torch.Tensor]


def started(d: int, width: int, depth: int, networks: int, rng: np.random.Generator) -> Weights:
    """Weights of both halves of each network, alike at the start.

    Arguments:
        d: number of inputs and of outputs.
        width: of the hidden layers.
        depth: their number.
        networks: how many.
        rng: draws the weights.

    Returns:
        A tensor (networks, 2, outputs, inputs) for each layer.

    Raises:
        ValueError: that names the argument and its bound.
    """
    sizes = [integer("d", d), *[integer("width", width)] * integer("depth", depth), d]
    drawn = [rng.standard_normal((networks, 1, after, before)) for before, after in pairwise(sizes)]
    return [torch.as_tensor(np.repeat(layer, 2, axis=1)) for layer in drawn]


def outputs(weights: Weights, x: torch.Tensor) -> torch.Tensor:
    """f of each network.

    Arguments:
        weights: of `started`.
        x: points, (n, d).

    Returns:
        (networks, n, d).
    """
    hidden = x
    for layer in weights[:-1]:
        hidden = torch.relu(hidden @ layer.mT / layer.shape[-1] ** 0.5) * 2**0.5
    both = hidden @ weights[-1].mT / weights[-1].shape[-1] ** 0.5
    return (both[:, 0] - both[:, 1]) / 2**0.5


def descended(weights: Weights, inputs: np.ndarray, targets: np.ndarray, rate: float, steps: int) -> Weights:
    """Weights after steps of plain gradient descent; the training time is rate times steps.

    Arguments:
        weights: of `started`.
        inputs: (n, d).
        targets: (n, d).
        rate: learning rate > 0.
        steps: their number, >= 1.

    Returns:
        Weights like those given.

    Raises:
        ValueError: that names the argument and its bound.
    """
    x, y = (
        torch.as_tensor(finite(name, value, ndim=(2,))) for name, value in (("inputs", inputs), ("targets", targets))
    )
    at, pace = [layer.clone().requires_grad_() for layer in weights], float(positive("rate", scalar("rate", rate)))
    for _ in range(integer("steps", steps)):
        loss = ((outputs(at, x) - y) ** 2).sum() / len(x)
        with torch.no_grad():
            for layer, slope in zip(at, torch.autograd.grad(loss, at), strict=True):
                layer -= pace * slope
    return [layer.detach() for layer in at]
