r"""Networks that learn a score: one protocol, several architectures.

    network(x, t) -> noise      x (batch, d) = y + sqrt(t) z, t (k,) variances for batch/k points each; estimates z
    score(x, t) = -noise/sqrt(t)

The least squares optimum of the noise is E[z | x], and -E[z | x]/sqrt(t) is the score of the data diffused to t. Images
go in and out flat, row by row with the channels of a pixel last, as `simulate.images` lists them; whatever has a shape
knows it itself. `as_score` makes a score of any network, which is what `simulate.dimension` and the probe take.

    ResidualMLP   the paper's: fully connected residual blocks
    UNet          convolutions at two or three resolutions
    Transformer   a diffusion transformer on patches (arXiv:2212.09748)
    Affine        a Gaussian's score, whose optimum is known in closed form: the control
    Ensemble      many networks of one architecture as one
"""

from simulate.networks.affine import Affine
from simulate.networks.ensemble import Ensemble
from simulate.networks.mlp import ResidualMLP
from simulate.networks.network import Network, Precondition, VariancePreserving, as_score
from simulate.networks.transformer import Transformer
from simulate.networks.unet import UNet

__all__ = [
    "Affine",
    "Ensemble",
    "Network",
    "Precondition",
    "ResidualMLP",
    "Transformer",
    "UNet",
    "VariancePreserving",
    "as_score",
]
