r"""FLIPD in a typical data set: the median over data sets, beside the mean of `verify.claims.dimension.estimators`.

The exact average is one of the mean. FLIPD is a sum over directions of what the weights leave, so that it is 0 in the
data sets that the point at x carries alone and about the law's in the others: with few points its median lies below
its mean, by 0.1 at N = 20, and with many both grow alike.
"""

from dataclasses import replace

from verify.claims.dimension.estimators import FLIPD_GROWS

CONTROLS = ("that of the law at every N", "half as many points", "half of it: <E>_w/t")  # two thirds stand too near

MEDIAN = replace(
    FLIPD_GROWS,
    name="flipd-grows-typical",
    title="FLIPD and number of data, in a typical data set",
    statement=(
        r"At a data point the median FLIPD grows with $N$ as, within 0.2, its mean $2 \partial\, \mathbb{E} \log Z / "
        r"\partial \log t$ does."
    ),
    regime="$N$ from 20 to 2500, $t = 0.1$ and $0.03$: Gaussian data on three directions, $S^4$; median of data sets",
    interpretation="FLIPD grows smoothly in a typical data set as in the mean, and jumps in neither.",
    controls={name: FLIPD_GROWS.controls[name] for name in CONTROLS},
    statistic="median",
    stated_tolerance=0.2,
    equivalence_margin=0.35,
    value_label="median FLIPD",
)

CLAIMS = (MEDIAN,)
