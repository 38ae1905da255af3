r"""An affine score: that of Gaussian data, the control whose optimum is known.

    noise = sqrt(t) (C + t I)^{-1} (x - mu),     C = L L^T

Of all noise estimates affine in x this form holds the best at every t at once: mu and C the mean and covariance of the
data. It cannot memorize: with d(d+3)/2 numbers it knows no single data point.
"""

import torch
from torch import nn

from simulate.networks.network import Network


class Affine(Network):
    """An affine score, that of Gaussian data: mean (d,) and factor L (d, d) of the covariance are learnt.

    `optimum` sets both from data.

    Arguments:
        dimension: d.
    """

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(dimension))
        self.factor = nn.Parameter(torch.eye(dimension))

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        identity = torch.eye(len(self.mean), dtype=x.dtype, device=x.device)
        covariance = self.factor @ self.factor.mT + t[:, None, None] * identity
        centred = (x - self.mean).view(len(t), -1, x.shape[1])
        return (t.sqrt()[:, None, None] * torch.linalg.solve(covariance, centred.mT).mT).reshape(x.shape)

    @classmethod
    def optimum(cls, data: torch.Tensor) -> "Affine":
        """The best affine score of the empirical distribution of `data` (N, d), in closed form."""
        network = cls(data.shape[1]).to(data)
        centred = data - data.mean(dim=0)
        values, vectors = torch.linalg.eigh(centred.T @ centred / len(data))
        with torch.no_grad():
            network.mean.copy_(data.mean(dim=0))
            network.factor.copy_(vectors * values.clamp(min=0).sqrt())
        return network
