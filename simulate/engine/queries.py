"""Points x asked about a data set: checked, put on the device, taken through the data, and answered in kind.

Queries go through the data in parts of 256, all of them over each block before the next is read, so that data on disk
are read once. The accuracy is the one that the type of x asks for (see `simulate.engine.posterior`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from simulate.engine import distributed
from simulate.engine.blocks import HUGE, Blocks
from simulate.engine.moments import Moments
from simulate.engine.plan import Plan
from simulate.engine.screening import Accuracy
from simulate.engine.times import halved_times, positions
from theory import checks as arguments
from theory.checks import NotComputable

Array = np.ndarray | torch.Tensor | Sequence
Times = float | int | np.generic | np.ndarray | torch.Tensor | Sequence
SINGLE = Accuracy(error=1e-2, tolerance=1e-8)
DOUBLE = Accuracy(error=0.0, tolerance=1e-13)
SHORT_TYPES = ("float32", "float16", "bfloat16")


class Queries:
    """Locations x asked about a data set: checked, on the device, and answered in kind.

    Arguments:
        x: (d,) or (batch, d), in units of the data; its type sets the accuracy.
        data: (N, d): NumPy array, memmap, tensor, zarr or Dask array.
        device: "auto" takes a GPU where there is one; or a name that torch knows.

    Raises:
        ValueError: where `x` or `data` is not finite or of another shape, or there is no such device.
    """

    def __init__(self, x: Array, data: Any, device: str = "auto") -> None:
        self.device = pick_device(device)
        self.blocks = Blocks(data, self.device)
        plain = x if not isinstance(x, torch.Tensor) or x.is_meta else x.detach().cpu().double().numpy()
        points = arguments.points("x", plain, self.blocks.dimension)
        self.like = x if isinstance(x, torch.Tensor) else np.asarray(x)
        if points.shape[0] == 0:
            raise ValueError(f"x must have at least one point, got shape {points.shape}")
        self.batch = points.shape[:-1]
        self.x = torch.as_tensor(np.array(points, order="C", ndmin=2), device=self.device)  # torch knows no x[::-1]
        self._refuse_far()
        self.accuracy = SINGLE if str(self.like.dtype).removeprefix("torch.") in SHORT_TYPES else DOUBLE

    def moments(
        self, times: Sequence[float], order: int, halves: bool = True, sizes: tuple[int, ...] = ()
    ) -> list[Moments]:
        """Moments of the weights over the first n rows of the data for each size n, in one pass.

        Arguments:
            times: noise variances > 0; they may repeat.
            order: 0 for partitions alone, 1 for mean offsets at the times, 2 for scatters too.
            halves: whether partitions at t/2 are wanted.
            sizes: ascending; all rows where empty.

        Returns:
            One for each size, in the order of the times.

        Raises:
            ValueError: where an entry of the data is not finite.
        """
        grid = torch.tensor(halved_times(times, halves), dtype=torch.float64, device=self.device)
        known = positions(times, grid) if order else torch.empty(0, dtype=torch.long, device=self.device)
        distinct = known.unique()
        plan = Plan(self.x, grid, distinct, order, sizes or (self.blocks.size,), self.accuracy)
        if distributed.is_distributed(self.blocks.data):
            found = distributed.moments(plan, self.blocks.data, self.device)
        else:
            found = plan.over(self.blocks, plan.sizes)
        return found if torch.equal(known, distinct) else [one.at_times(known) for one in found]

    def answer(self, values: torch.Tensor, lead: tuple[int, ...] = (), tail: int = 0) -> Any:
        """Results for all queries in the shape, kind and type of x; integers become float64.

        Arguments:
            values: (n, Q, *tail axes).
            lead: axes that stand before those of x.
            tail: how many axes stand behind.

        Returns:
            (*lead, *batch, *tail axes).

        Raises:
            NotComputable: where a value is no float of that type.
        """
        values = values.reshape((*lead, *self.batch, *values.shape[values.ndim - tail :]))
        if isinstance(self.like, torch.Tensor):
            kind = self.like.dtype if self.like.is_floating_point() else torch.float64
            return _finite(values.to(self.like.device, kind))
        kind = getattr(torch, str(self.like.dtype), torch.float64) if self.like.dtype.kind == "f" else torch.float64
        return _finite(values.cpu().to(kind)).numpy()[()]

    def _refuse_far(self) -> None:
        """Energies of points farther away would not be numbers of single precision."""
        centre = self.blocks.centre
        far = (self.x if centre is None else self.x - centre).abs().max()
        if not far <= HUGE:
            raise NotComputable(f"x must lie within {HUGE:g} of the data, got a coordinate {float(far):g} away")


def _finite(values: torch.Tensor) -> torch.Tensor:
    if not bool(torch.isfinite(values).all()):
        raise NotComputable(f"t must be larger: the result is beyond the numbers of type {values.dtype}")
    return values


def pick_device(device: str) -> torch.device:
    """The device of that name; "auto" is a GPU where torch finds one."""
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        return torch.empty(0, device=device).device
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"device must be auto or one that torch finds here, got {device!r}") from error
