r"""Bias and variance of random features along their width: what grows and what falls after the peak.

Observed are pairs of data sets with the same features at d = 24 and 48, extrapolated to many dimensions
(`simulate.learned.features_bias`). Losses of independent draws have light tails: Student's t.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from simulate.learned.features_bias import FeatureParts
from theory.learned.feature_bias import Parts, parts
from theory.learned.random_features import DESCENT
from verify.claim import Claim
from verify.claims.learned.features import FORMULAS, RIDGE, Setting, T, one_noise

WIDTHS = ((2.0, 2.0, 3), (2.0, 6.0, 3), (2.0, 12.0, 3))  # (N/d, p/d, m): p = N, N m and 2 N m


def same(setting: Setting) -> Setting:
    """The shape of the row."""
    return setting


def at_interpolation(setting: Setting) -> Setting:
    """The width p = N, from which on the bias would not change."""
    return setting[0], setting[0], setting[2]


def more_points(setting: Setting) -> Setting:
    """A tenth more points."""
    return 1.1 * setting[0], setting[1], setting[2]


def of_rows(
    change: Callable[[Setting], Setting] = same, combined: Callable[[Parts], Parts] = lambda found: found
) -> Callable[[xr.Dataset], np.ndarray]:
    """A prediction of bias or variance for each row of a table, from its N/d, p/d and m.

    Arguments:
        change: of the setting, for a control.
        combined: of the parts, for a control.
    """

    def along(table: xr.Dataset) -> np.ndarray:
        columns = (table[name].values.astype(float) for name in ("points", "width", "noises"))
        found = [combined(parts(T, *change(setting), RIDGE)) for setting in zip(*columns, strict=True)]
        return np.array([getattr(one, str(of)) for one, of in zip(found, table.of.values, strict=True)])

    return along


def swapped(found: Parts) -> Parts:
    """Bias taken for variance."""
    return Parts(found.variance, found.bias)


CLAIMS = (
    Claim(
        name="learned-features-bias",
        title="After the peak bias grows and variance falls",
        statement=(
            r"From $p=N$ to $2Nm$ features the bias of random features grows, and from the peak at $p=Nm$ on their "
            r"variance falls: both are those of the roots $q$ and $r$, within 3 %."
        ),
        source="theory.learned.feature_bias: means over data sets at given features",
        stated_by=f"{DESCENT}: the bias grows once p is beyond N, the variance falls after the peak",
        regime=(
            "d -> infinity; isotropic data, tanh, t = 0.22, ridge 0.003, N/d = 2, m = 3, p = N, N m and 2 N m; d = 24 "
            "and 48 extrapolated"
        ),
        interpretation=(
            "More features than noised points do not bring the law back: what is gained after the peak is variance "
            "alone, and there even the mean over data sets errs more than no fit at all."
        ),
        formulas=(*FORMULAS, "signal_overlap", "feature_bias"),
        estimate=FeatureParts(shapes=WIDTHS, t=T, ridge=RIDGE, replicas=100),
        prediction=of_rows(),
        controls={
            "a bias that stays as it is at p = N": of_rows(at_interpolation),
            "N m points with one noise each": of_rows(one_noise),
            "a tenth more points": of_rows(more_points),
            "bias for variance": of_rows(combined=swapped),
        },
        statistic="t",
        equivalence_margin=0.08,
        stated_tolerance=0.03,
        relative=True,
        axis="width",
        axis_label="p/d",
        series="of",
        value_label="bias and variance per dimension",
    ),
)
