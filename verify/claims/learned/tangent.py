r"""The tangent of a real network: its flow in closed form, and how much of a trained network it explains.

The first is exact and tests the kernel, the third lets real networks become wide. The second is a share of each network
of its own data, between 0 and 1, whose law has a tail to 0 where a training has gone astray: what is judged is a
median, which has an interval at any tail.

Seen beside the statements:

    network-tangent-share: with the width the share of the trained network's kernel grows to all, and that of the
        kernel at initialization, under Adam at one rate, does not.
"""

from dataclasses import replace

import xarray as xr

from simulate.experiments.learned.tangent import TangentDescent, TangentShare
from simulate.experiments.learned.wide import WideLimit
from theory.learned.kernel_flow import KernelFlow
from theory.learned.kernels import KERNELS
from theory.learned.tangent import TangentFlow
from verify.claim import Claim
from verify.claims.learned.kernels import TANGENT, Row, by_row
from verify.claims.predictions import constant

SHARE = TangentShare()
WIDE = {1: TANGENT, 3: "tangent, three hidden layers"}  # kernel of infinite width, by number of hidden layers


def flow(row: Row, share: float = 1.0) -> float:
    """f - f_0 of a row, by the flow of its tangents.

    Arguments:
        row: of the table, with tangents and residuals.
        share: factor on the training time, for a control.
    """
    moved = TangentFlow(row.tangents.values, row.residual.values).moved(row.seen.values, share * float(row.tau))
    return float(moved[0, int(row.output)])


def without_blocks(row: Row) -> float:
    """The flow of a kernel that is a number, as if outputs shared one kernel and no parameters."""
    mixed = xr.zeros_like(row.tangents)
    mixed[{"of": int(row.output)}] = row.tangents.isel(of=int(row.output))
    return flow(row.assign(tangents=mixed))


def aligned(row: Row, share: float = 1.0) -> float:
    """A of a row, by the flow of the kernel of infinite width.

    Arguments:
        row: of the table of `simulate.experiments.learned.wide`.
        share: factor on the training time, for a control.
    """
    y, kernel = row.data.values, KERNELS[WIDE[int(row.depth)]]
    moved = KernelFlow(kernel, row.inputs.values, y).at(share * float(row.tau)).denoise(row.seen.values)
    return float((moved * y).sum() / (y**2).sum())


CLAIMS = (
    Claim(
        name="network-tangent-flow",
        title="A network along its tangent",
        statement=(
            r"Descent takes a network that is linear in its parameters' displacement to "
            r"$f-f_0=J(x)\,J^T\,\frac{1-e^{-2K\tau}}{nK}\,r$, $K=JJ^T/n$."
        ),
        source="theory.learned.tangent, by eigenvectors; derivatives by torch.func, trained by plain descent",
        regime="exact; the paper's perceptron of width 4, d = 2, 6 inputs, t = 0.1, tau = 0.3 and 1, a held-out x",
        interpretation=(
            "The empirical tangent kernel of a real network, output by output, is what its linear part learns with: "
            "the share below is that of the network, and not an error of the kernel."
        ),
        estimate=TangentDescent(),
        prediction=by_row(flow),
        reads=("tangents", "residual", "seen"),
        controls={
            "half the training time": by_row(lambda row: flow(row, 0.5)),
            "outputs that share no parameters": by_row(without_blocks),
        },
        statistic="exact",
        equivalence_margin=0.02,
        axis="tau",
        axis_label="training time tau",
        series="output",
        value_label="f - f_0",
    ),
    Claim(
        name="network-tangent-share",
        title="How much of a network its tangent explains",
        statement="Gradient flow with its tangent kernel explains all that a small perceptron learns.",
        source="the lazy limit, arXiv:1806.07572, read at finite width",
        reading_to_avoid=True,
        regime=(
            "stated for infinite width and gradient flow; here the paper's perceptron of width 16, in the full profile "
            "24 and 48 too, d = 4, N = 8, 6 noises for each point, t = 0.1, 200 steps of Adam at 0.003, noised "
            "training points, the most favourable training time"
        ),
        interpretation=(
            "At initialization the tangent kernel explains little more than half of what training does to the "
            "denoiser of this width and a fifth of what training does to the Jacobian; the kernel of the trained "
            "network, which no theory gives before training, 0.8 and 0.4."
        ),
        estimate=SHARE,
        full=replace(SHARE, widths=(16, 24, 48)),
        prediction=constant(1.0),
        expected_verdict="disagrees",
        controls={"three quarters of it": constant(0.75), "nothing": constant(0.0)},
        statistic="median",
        equivalence_margin=0.05,
        axis="of",
        axis_label="quantity",
        series="kernel",
        value_label="share that is explained",
    ),
    Claim(
        name="wide-network-limit",
        title="Real networks as they get wide",
        statement=(
            r"Perceptrons trained by plain descent, extrapolated to infinite width, are the flow of their tangent "
            r"kernel, within 0.03 of $\sum_a f(x'_a)\cdot y_a/\sum_a|y_a|^2$."
        ),
        source="arXiv:1806.07572; kernels of infinite width in theory.learned.kernels",
        regime=(
            "to order 1/width^2 and the rate of descent, 0.01; ReLU, no biases, widths 64 and 128, one hidden layer, "
            "in the full profile three too, all starting at 0; d = 4, variances 1 and 0.09, N = 8, one noise each, "
            "t = 0.1, tau = 0.3 and 1; at noised training points"
        ),
        interpretation=(
            "The kernels of this chapter are those of networks: what they lose and memorize is what networks do that "
            "are wide and slow, and networks in use differ by leaving their kernel, not by an error of it."
        ),
        estimate=WideLimit(),
        full=WideLimit(depths=(1, 3)),
        prediction=by_row(aligned),
        reads=("data", "inputs", "seen"),
        controls={
            "half the training time": by_row(lambda row: aligned(row, 0.5)),
            "twice the training time": by_row(lambda row: aligned(row, 2.0)),
        },
        statistic="t",
        equivalence_margin=0.1,
        stated_tolerance=0.03,
        axis="tau",
        axis_label="training time tau",
        series="depth",
        value_label="f . y over |y|^2",
    ),
)
