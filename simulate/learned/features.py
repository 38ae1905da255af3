r"""Random features of noised data, solved and trained: a score of finite width with finitely many noises.

The noise z of :math:`x = e^{-u} y + \sqrt{\Delta} z`, :math:`e^{-2u} = 1/(1 + t)`, is fitted by
:math:`B\, \sigma(W x/\sqrt d)` with a ridge,

.. math::

    L = \frac{1}{N m d} \sum |z - B \sigma|^2 + \frac{\lambda}{d} |B|^2

W (p, d) of standard normal entries stays as drawn, and B is solved for, or moved down the gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from theory.checks import integer, positive, scalar

Activation = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Drawn:
    """One draw of noised data and features.

    Arguments:
        noise: z, (N m, d).
        features: sigma, (N m, p).
        held_out_noise: z of held-out points, (held, d).
        held_out_features: sigma of held-out points, (held, p).
    """

    noise: np.ndarray
    features: np.ndarray
    held_out_noise: np.ndarray
    held_out_features: np.ndarray

    def training_loss(self, b: np.ndarray) -> float:
        """Mean squared error per dimension of B (d, p) on the training points, without a penalty."""
        return float(((self.noise - self.features @ b.T) ** 2).mean())

    def test_loss(self, b: np.ndarray) -> float:
        """Mean squared error per dimension of B (d, p) on the held-out points."""
        return float(((self.held_out_noise - self.held_out_features @ b.T) ** 2).mean())


def drawn(
    d: int,
    n: int,
    p: int,
    m: int,
    t: float,
    rng: np.random.Generator,
    activation: Activation = np.tanh,
    held_out: int = 1000,
    weights: np.ndarray | None = None,
) -> Drawn:
    """Noised isotropic data with their features.

    Arguments:
        d, n, p, m: numbers of dimensions, points, features, and noises for each point.
        t: the noise variance > 0, in units of the variance of the data.
        rng: where all is drawn from.
        activation: sigma.
        held_out: the number of held-out points, each with one noise.
        weights: W/sqrt(d), (p, d); drawn unless given.

    Raises:
        ValueError: that names the argument and its bound.
    """
    d, n, p, m = (integer(name, value) for name, value in (("d", d), ("n", n), ("p", p), ("m", m)))
    c = 1 / (1 + float(positive("t", scalar("t", t))))
    inner = rng.standard_normal((p, d)) / np.sqrt(d) if weights is None else weights
    noises, rows = [], []
    for points, copies in ((n, m), (integer("held_out", held_out), 1)):
        y = np.repeat(rng.standard_normal((points, d)), copies, axis=0)
        z = rng.standard_normal(y.shape)
        noises.append(z)
        rows.append(activation((np.sqrt(c) * y + np.sqrt(1 - c) * z) @ inner.T))
    return Drawn(noises[0], rows[0], noises[1], rows[1])


def solved(data: Drawn, ridge: float) -> np.ndarray:
    """B of the least penalised loss, by the smaller of the two linear systems.

    Arguments:
        data: features (count, p) and noise (count, d).
        ridge: of the penalty, > 0.

    Returns:
        (d, p).
    """
    count, p = data.features.shape
    if p <= count:
        moments = data.features.T @ data.features / count + ridge * np.eye(p)
        return np.linalg.solve(moments, data.features.T @ data.noise / count).T
    gram = data.features @ data.features.T / count + ridge * np.eye(count)
    return np.linalg.solve(gram, data.noise).T @ data.features / count


def descended(data: Drawn, ridge: float, rate: float, steps: int) -> np.ndarray:
    """B after gradient descent on d times the penalised loss from B = 0, with automatic differentiation.

    Arguments:
        data: features (count, p) and noise (count, d).
        ridge: of the penalty, >= 0.
        rate: of learning.
        steps: how many, an integer >= 1.

    Returns:
        (d, p).

    Raises:
        ValueError: where `steps` is no integer >= 1.
    """
    noise, features = torch.as_tensor(data.noise), torch.as_tensor(data.features)
    b = torch.zeros(noise.shape[1], features.shape[1], dtype=torch.float64, requires_grad=True)
    for _ in range(integer("steps", steps)):
        loss = ((noise - features @ b.T) ** 2).sum(dim=1).mean() + ridge * (b**2).sum()
        (slope,) = torch.autograd.grad(loss, b)
        b = (b - rate * slope).detach().requires_grad_()
    return b.detach().numpy()
