r"""A network's own effective number, by collisions of its clones, beside that of the exact score and its gap.

Shares of collisions are 0 or 1 for many networks: what is judged is a median.

Seen beside the statements:

    network-collisions: from more noise fewer clones collide: at t = 0.3, of which the statement does not speak,
        0.82 in place of 0.85, and 0.78 after 400 steps.
    network-collisions-gap: no network shares the loss of the exact score at held-out points; the nearness to the
        exact score is 0.9 at N = 3 and 0.1 to 0.3 at N = 48.
"""

from dataclasses import replace

import numpy as np
import xarray as xr

from simulate.experiments.learned.collisions import SETTINGS, NetworkCollisions
from verify.claim import Claim
from verify.claims.predictions import constant

FEW, MANY = 3, 48


def none_collide(table: xr.Dataset) -> np.ndarray:
    """No collisions: what is left is what was taken off."""
    return -table.exact.median("replica").values


def twice(table: xr.Dataset) -> np.ndarray:
    """A control: collisions as of twice as many points, half of those of the exact score."""
    return -table.exact.median("replica").values / 2


def all_collide(table: xr.Dataset) -> np.ndarray:
    """Clones that all collide."""
    return 1 - table.gap.median("replica").values


WHERE = "preconditioned perceptrons of width 24, d = 4, noised training points"
OWN = Claim(
    name="network-collisions",
    title="A network's own effective number",
    statement=(
        r"Clones of a network that has memorized its $N=3$ points collide, in the median within 0.1, with the "
        r"probability $\sum_\mu w_\mu^2$ of the exact score."
    ),
    source="collisions of clones, claim collision-clones; here of networks",
    regime=f"a clone counts where it ends at a data point, d1/d2 < 1/3; {WHERE}; 600 steps, t = 0.03 and 0.1",
    interpretation=(
        "The effective number of a network is measurable in its samples and is the paper's where the network has "
        "memorized: such a network keeps not only the points but the weights with which noise mixes the points."
    ),
    estimate=NetworkCollisions(
        against="exact", sizes=(FEW,), times=(0.03, 0.1), places=10, training=replace(SETTINGS, steps=600)
    ),
    prediction=constant(0.0),
    reads=("exact",),
    controls={"no collisions": none_collide, "twice as many points": twice},
    statistic="median",
    equivalence_margin=0.2,
    stated_tolerance=0.1,
    axis="t",
    series="n",
    value_label="share of collisions less sum w^2",
)

CLAIMS = (
    OWN,
    replace(
        OWN,
        name="network-collisions-many",
        title="The effective number of the data is not the network's",
        statement=(
            r"Clones of a network of $N=48$ points collide with the probability $\sum_\mu w_\mu^2$ of the exact score."
        ),
        source="the paper's effective number, read as that of a network",
        regime=f"{WHERE}; 400 steps, t = 0.03, 0.1 and 0.3",
        reading_to_avoid=True,
        interpretation=(
            "Trained as long, a network of 48 points has hardly a collision where the exact score has 0.8, 0.4 "
            "and 0.2: that the network has not memorized is told by its own effective number, by collision, and "
            "not by that of the data."
        ),
        estimate=NetworkCollisions(against="exact", sizes=(MANY,)),
        expected_verdict="disagrees",
        controls={"a tenth more": constant(0.1), "a fifth more": constant(0.2)},
        stated_tolerance=0.0,
    ),
    replace(
        OWN,
        name="network-collisions-gap",
        title="Collisions and the generalization gap",
        statement="The share of a network's clones that collide is its generalization gap at that noise.",
        source="both measure memorization: network-effective-number asks the same of the exact effective number",
        reading_to_avoid=True,
        regime=f"N = 3 and 48; gap in units of that of the exact score; {WHERE}; 400 steps, t = 0.03 to 0.3",
        interpretation=(
            "At N = 3 and t = 0.03 nearly all clones collide where the gap is 0.16 of the exact score's, and at N "
            "= 48 hardly one where the gap is there: collisions go with the network's nearness to the exact "
            "score."
        ),
        estimate=NetworkCollisions(against="gap", sizes=(FEW, MANY)),
        expected_verdict="disagrees",
        reads=("gap",),
        controls={"a tenth more": constant(0.1), "all clones collide": all_collide},
        stated_tolerance=0.0,
        value_label="share of collisions less the gap",
    ),
)
