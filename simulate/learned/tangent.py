r"""The empirical tangent kernel of a real network: its derivatives by its parameters, block by block.

Tangents J = df/dtheta of a network f(x, t) at points x are `torch.func.jacrev` of each point, mapped over a block of
points, so that no more than one block of derivatives is made at a time. (Distances by `torch.cdist` have wrong
derivatives under `jacrev`; the networks here have none.) The linear model f_0 + J delta is also trained as it is, by
plain gradient descent on `torch.func.jvp`, without its kernel.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch.func import functional_call, grad, jacrev, jvp, vmap

from simulate.networks import Network, ResidualMLP
from simulate.networks.ensemble import Ensemble, built
from theory.checks import finite, integer, positive, scalar

BLOCK = 64  # points whose derivatives are made at a time
Parameters = dict[str, torch.Tensor]


def paper_like(d: int, width: int) -> Network:
    """The paper's perceptron with layers and time embedding of `width` in place of 128 and 512.

    Arguments:
        d: the dimension of the data.
        width: of the layers and of the time embedding.
    """
    return ResidualMLP(integer("d", d), integer("width", width), embedding=width)


def outputs(network: Network, x: np.ndarray, t: float) -> np.ndarray:
    """f(x, t) of points x (n, d) at one variance t > 0, (n, d), in double precision.

    Arguments:
        network: f.
        x: points, (n, d).
        t: the noise variance > 0, one for all points.
    """
    return _outputs(network, _parameters(network), x, t).detach().numpy()


def tangents(network: Network, x: np.ndarray, t: float) -> np.ndarray:
    """df/dtheta at points x (n, d) and one variance t > 0, (n, d, parameters), in double precision.

    Arguments:
        network: f.
        x: points, (n, d).
        t: the noise variance > 0, one for all points.
    """
    kept, time = _parameters(network), _variance(t)

    def one(parameters: Parameters, point: torch.Tensor) -> torch.Tensor:
        return functional_call(network, parameters, (point[None], time))[0]

    blocks = torch.as_tensor(finite("x", x, ndim=(2,))).split(BLOCK)
    made = [vmap(jacrev(one), (None, 0))(kept, block) for block in blocks]
    return torch.cat([torch.cat([part.flatten(2) for part in one.values()], 2) for one in made]).numpy()


def trained(
    networks: Sequence[Network], inputs: np.ndarray, noise: np.ndarray, t: float, rate: float, steps: int
) -> list[Network]:
    """Networks of one architecture after `steps` of Adam, each on all of its own inputs at once.

    Arguments:
        networks: M networks, which stay as they are.
        inputs: noised data (M, n, d).
        noise: the noise of each input, (M, n, d), that the outputs are fitted to.
        t: the noise variance > 0.
        rate: learning rate > 0.
        steps: number of steps, >= 1.

    Returns:
        M networks in double precision.
    """
    ready = iter(networks)
    ensemble = Ensemble(lambda: next(ready), range(len(networks)))
    x, z = (torch.as_tensor(rows, dtype=torch.float32) for rows in (inputs, noise))
    times = torch.full((len(networks), 1), float(positive("t", scalar("t", t))))
    optimizer = torch.optim.Adam(ensemble.parameters(), lr=rate)
    for _ in range(integer("steps", steps)):
        optimizer.zero_grad()
        ((ensemble(x, times) - z) ** 2).sum(dim=2).mean(dim=1).sum().backward()
        optimizer.step()
    return [ensemble.member(i).double() for i in range(len(networks))]


def made(d: int, width: int, seeds: Sequence[int]) -> list[Network]:
    """One perceptron for each seed, untrained.

    Arguments:
        d: the dimension of the data.
        width: of the layers and of the time embedding.
        seeds: of the parameters, one for each network.
    """
    return [built(lambda: paper_like(d, width), seed) for seed in seeds]


def descended(network: Network, inputs: np.ndarray, noise: np.ndarray, t: float, rate: float, steps: int) -> Parameters:
    """delta after gradient descent from 0 of the model f_0 + J delta, by automatic differentiation.

    Arguments:
        network: f_0, in double precision.
        inputs: noised data (n, d).
        noise: of each input, (n, d), that the outputs are fitted to.
        t: the noise variance > 0.
        rate: learning rate > 0; the training time is rate * steps.
        steps: number of steps, >= 1.

    Returns:
        delta, by the names of the parameters.
    """
    x, z = torch.as_tensor(finite("inputs", inputs, ndim=(2,))), torch.as_tensor(noise)

    def loss(delta: Parameters) -> torch.Tensor:
        return ((_linear(network, delta, x, t) - z) ** 2).sum(dim=1).mean()

    delta = {name: torch.zeros_like(value) for name, value in _parameters(network).items()}
    for _ in range(integer("steps", steps)):
        delta = {name: delta[name] - rate * slope for name, slope in grad(loss)(delta).items()}
    return delta


def moved(network: Network, delta: Parameters, x: np.ndarray, t: float) -> np.ndarray:
    """J delta at points x (n, d), (n, d).

    Arguments:
        network: f, whose derivatives at its parameters are J.
        delta: a change of each parameter, by its name.
        x: points, (n, d).
        t: the noise variance > 0, one for all points.
    """
    rows = torch.as_tensor(x)
    return (_linear(network, delta, rows, t) - _outputs(network, _parameters(network), x, t)).numpy()


def _linear(network: Network, delta: Parameters, x: torch.Tensor, t: float) -> torch.Tensor:
    def at(parameters: Parameters) -> torch.Tensor:
        return functional_call(network, parameters, (x, _variance(t)))

    value, slope = jvp(at, (_parameters(network),), (delta,))[:2]
    return value + slope


def _outputs(network: Network, parameters: Parameters, x: np.ndarray, t: float) -> torch.Tensor:
    return functional_call(network, parameters, (torch.as_tensor(finite("x", x, ndim=(2,))), _variance(t)))


def _parameters(network: Network) -> Parameters:
    return {name: value.detach().double() for name, value in network.named_parameters()}


def _variance(t: float) -> torch.Tensor:
    return torch.full((1,), float(positive("t", scalar("t", t))), dtype=torch.float64)
