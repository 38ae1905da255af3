r"""The empirical distribution seen from x at time t: its weights, score, moments and Jacobian, exactly.

Data y_1 .. y_N diffused to time t (a variance) have the density p_t(x) = 1/N sum_mu N(x; y_mu, t I). With the energies
E_mu = |x - y_mu|^2/2,

    Z = sum_mu exp(-E_mu/t),   w_mu = exp(-E_mu/t)/Z,   participation ratio sum w^2,   <y> = sum w y
    s(x) = grad log p_t = (<y> - x)/t,   J(x) = hess log p_t = Cov_w(y)/t^2 - I/t

One pass over the data (`simulate.engine.screening`), at the accuracy that the type of x asks for, whatever that of the
data: x in double precision gets every weight to a relative error of 1e-10, or of a few 1e-16 E/t where that is more
(the rounding of E itself); x in single precision to 1e-2 (a bound that data seldom come near) and to 1e-7 E/t as a
rule. Points that weigh less than 1e-13 (1e-8) together are left out. So the digits of a score are those of the larger
of <|y - x|>/t and 1/sqrt(t), and those of a Jacobian of <|y - x|^2>/t^2 or 1/t: a score that is itself far smaller, as
at a data point far below its condensation, has fewer.
"""

from functools import cached_property
from typing import Any

import numpy as np
import torch

from simulate.engine.queries import Array, Queries, Times
from simulate.engine.times import positions
from theory import checks as arguments
from theory.checks import NotComputable

LARGEST = 1 << 28  # entries of a result


def empirical_score(x: Array, data: Any, t: Times, device: str = "auto") -> Any:
    """Empirical score of a data set at noise variance t: s(x) = (<y> - x)/t, <y> the weighted mean of its points.

    No gradient flows through: the Jacobian is that of `posterior`.

    Arguments:
        x: location, (d,) or (batch, d), in units of the data; its type sets the accuracy (see the module).
        data: points y, (N, d): NumPy array, memmap, tensor, zarr or Dask array.
        t: noise variance > 0, one number, in squared units of the data.
        device: "auto" takes a GPU where there is one; or a name that torch knows.

    Returns:
        Of the shape, kind and type of `x`, in inverse units of the data.

    Raises:
        ValueError: where an argument is not finite, out of range or of another shape.
        NotComputable: where the score is no float.
    """
    time = float(arguments.times(arguments.scalar("t", t)))
    queries = Queries(x, data, device)
    (moments,) = queries.moments([time], order=1, halves=False)
    return queries.answer(moments.mean_offset() / time, tail=1)


def posterior(x: Array, data: Any, t: Times, device: str = "auto") -> "Posterior":
    """Weights and moments of a data set seen from x at noise variance t, or at several: the empirical posterior.

    Arguments:
        x: location, (d,) or (batch, d), in units of the data; its type sets the accuracy (see the module).
        data: points y, (N, d): NumPy array, memmap, tensor, zarr or Dask array.
        t: noise variances > 0, one number or (n,), in squared units of the data.
        device: "auto" takes a GPU where there is one; or a name that torch knows.

    Returns:
        An object with `log_partition`, `participation`, `mean`, `score`, `covariance`, `jacobian` and `weights`.

    Raises:
        ValueError: where an argument is not finite, out of range or of another shape.
    """
    times = arguments.times(t)
    if times.ndim > 1 or times.size == 0:
        raise ValueError(f"t must be one number or a sequence of times, got shape {times.shape}")
    return Posterior(Queries(x, data, device), times)


class Posterior:
    """Weights and moments of a data set seen from x, (d,) or (batch, d), at noise variances t; made by `posterior`.

    Results have the shape of x without its last axis, behind an axis of times if t has one, and the kind and type of x.
    `covariance` and `jacobian` take a second pass over the data, `weights` a slow one; each when first asked for.

    Arguments:
        queries: x and the data.
        times: noise variances > 0, () or (n,).

    Raises:
        NotComputable: where a result would not fit in memory.
    """

    def __init__(self, queries: Queries, times: np.ndarray) -> None:
        self._queries, self.t = queries, times
        self._times = times.ravel().tolist()
        (self._moments,) = queries.moments(self._times, order=1)

    @property
    def log_partition(self) -> Any:
        """log Z = log sum exp(-E/t)."""
        return self._answer(self._moments.log_partition()[self._at(1)])

    @property
    def participation(self) -> Any:
        """sum w^2, in [1/N, 1]."""
        ratio = self._moments.participation(self._at(1), self._at(2))
        return self._answer(ratio.clamp(1 / self._queries.blocks.size, 1.0))

    @property
    def mean(self) -> Any:
        """<y>, (..., d)."""
        return self._answer(self._queries.x + self._moments.mean_offset(), tail=1)

    @property
    def score(self) -> Any:
        """(<y> - x)/t, (..., d)."""
        return self._answer(self._moments.mean_offset() / self._column(1), tail=1)

    @property
    def covariance(self) -> Any:
        """Cov_w(y), (..., d, d)."""
        return self._answer(self._covariance, tail=2)

    @property
    def jacobian(self) -> Any:
        """Cov_w(y)/t^2 - I/t, (..., d, d)."""
        t = self._column(2)
        identity = torch.eye(self._queries.blocks.dimension, dtype=torch.float64, device=t.device)
        return self._answer(self._covariance / t / t - identity / t, tail=2)

    @property
    def weights(self) -> Any:
        """w, (..., N)."""
        queries = self._queries
        self._fits("weights", queries.blocks.size)
        energies = torch.cat([_energies(queries.x, block.raw.double()) for block in queries.blocks.blocks(512)], dim=1)
        return self._answer(torch.softmax(-energies / self._column(1), dim=-1), tail=1)

    @cached_property
    def _covariance(self) -> torch.Tensor:
        self._fits("covariance", self._queries.blocks.dimension**2)
        (moments,) = self._queries.moments(self._times, order=2, halves=False)
        assert moments.scatter is not None
        return moments.scatter / moments.at_known()[..., None]

    def _fits(self, name: str, entries: int) -> None:
        total = len(self._times) * len(self._queries.x) * entries
        if total > LARGEST:
            raise NotComputable(f"{name} must have at most {LARGEST} entries, not {total}: pass fewer x or t at a time")

    def _at(self, divisor: int) -> torch.Tensor:
        return positions([time / divisor for time in self._times], self._moments.times)

    def _column(self, axes: int) -> torch.Tensor:
        column = torch.tensor(self._times, dtype=torch.float64, device=self._queries.device)
        return column.reshape(-1, 1, *[1] * axes)

    def _answer(self, values: torch.Tensor, tail: int = 0) -> Any:
        return self._queries.answer(values, self.t.shape, tail)


def _energies(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """|x - y|^2/2 from differences, (Q, n)."""
    return torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist").square_().div_(2)
