r"""From exact averages at finite N to the population: their finite-size part, far above t_c.

There data sets of N = e^{POPULATION} points are the population to rounding.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from theory.case import Case
from verify.claim import Correction

POPULATION = 60.0  # log N


def to_population(exact: Callable[[Case], Any]) -> Callable[[Case], Correction]:
    """The finite-size part of an exact average of a case: its value at N = e^POPULATION less that at N."""

    def correction(case: Case) -> Correction:
        shift = np.asarray(exact(replace(case, log_n=POPULATION))) - np.asarray(exact(case))
        return Correction(shift, np.zeros_like(shift))

    return correction
