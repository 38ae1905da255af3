"""What the theory expects of spectra of -t J on the paper's manifold: means over data sets, -t E J.

The mean is over data sets that hold the training point, as all that are observed do. It is exact at finite N
(`theory.exact.averages`), also where all energies are equal (unit-norm data from the origin: the weights are 1/N), but
for unit-norm data from a held-out point, where the exact average takes minutes for each t: there it is the leading
order in log N, which knows no training point.
"""

from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.dimension.manifold import Manifold
from theory.exact.score import equal_weights_jacobian, mean_jacobian
from theory.laws import UnitNormGaussian
from theory.limits.fluctuation import normalized_jacobian_matrix

SHOWN = 250  # N of the panels
STRIDE, UNIT_NORM_STRIDE = 4, 8  # of the times, one in so many is computed: exact averages take seconds


def spectra_of_probes(linear: xr.Dataset) -> dict[str, Any]:
    """Eigenvalues, descending, at some of the times.

    `probes` holds (probe, time, direction) at N = SHOWN of each law; `sizes` is (size, time, direction) of the first
    law from the training point.
    """
    laws = range(linear.sizes["point"])
    rows = [linear.isel(point=law) for law in laws]
    some = [row.isel(time=slice(None, None, stride(row))) for row in rows]
    probes = [[expected(row, str(probe), SHOWN).tolist() for probe in row.probe.values] for row in some]
    return {"probes": probes, "sizes": spectra_of_sizes(some[0])}


def spectra_of_sizes(row: xr.Dataset) -> list[Any]:
    """Eigenvalues (size, time, direction) of one law, from the training point, at all times."""
    return [expected(row, "training", int(n)).tolist() for n in row["size"].values]


def expected(row: xr.Dataset, probe: str, n: int) -> np.ndarray:
    """Eigenvalues of -t E J over all data sets that hold the training point.

    Arguments:
        row: a law, its times and places, as the experiment has them.
        probe: the name of the place.
        n: number of points N.

    Returns:
        (time, direction).
    """
    times, law = row.t.values, Manifold().named[str(row.law.item())]
    x, y = (row.x.sel(probe=name).values for name in (probe, "training"))
    if isinstance(law, UnitNormGaussian) and probe == "held-out":
        matrices = normalized_jacobian_matrix(times, x, law, np.log(n))
    else:
        equal = isinstance(law, UnitNormGaussian) and probe == "origin"
        exact = equal_weights_jacobian if equal else mean_jacobian
        matrices = -times[:, None, None] * exact(times, x, law, np.log(n), training_point=y)
    return np.linalg.eigvalsh(matrices)[..., ::-1]


def stride(row: xr.Dataset) -> int:
    """One in so many of the times is computed."""
    return UNIT_NORM_STRIDE if isinstance(Manifold().named[str(row.law.item())], UnitNormGaussian) else STRIDE
