r"""Observables of a score at x: what estimators of local dimension read (`simulate.dimension`).

.. math::

    \text{SingleReading} &= \text{what a method reads off one spectrum of } -t J \\
    \text{LocalDimension} &= \text{the median of repeated readings, as } \texttt{local\_dimension} \text{ takes it}

Readings of a method are whole numbers or nearly so, and their law is mostly unknown: the sign test of their median asks
nothing of that law.
"""

from dataclasses import dataclass

import numpy as np

from simulate.dimension import METHODS, SPECTRA, Field, local_dimension
from simulate.dimension.samplers import Scored
from simulate.observables.observable import Labels, Single
from theory.case import Case
from theory.checks import choice

DIGITS = 9  # of a reading, as exact as estimators are: a median of 0 must not be missed by their rounding
REPEATS = 6  # the fewest for an interval of one reading at 5 %
METHODS_AT_X = tuple(name for name, method in METHODS.items() if not method.noised)


@dataclass(frozen=True)
class LocalDimension(Single):
    """The local dimension at x, to DIGITS digits: a component for each method.

    Arguments:
        methods: names of `simulate.dimension.METHODS`.

    Raises:
        ValueError: for an unknown method.
    """

    methods: tuple[str, ...] = ("test",)

    def __post_init__(self) -> None:
        for method in self.methods:
            choice("methods", method, tuple(METHODS))

    def __call__(self, case: Case, drawn: Scored) -> np.ndarray:
        found = [
            local_dimension(drawn.score, case.x, case.t, method, repeats=REPEATS, rng=drawn.rng).dimension
            for method in self.methods
        ]
        return np.round(np.array(found, dtype=float)[:, None], DIGITS)

    def labels(self, case: Case) -> Labels:
        """The methods."""
        return {"method": self.methods}


@dataclass(frozen=True)
class SingleReading(Single):
    """A single reading of the local dimension at x: a component for each method.

    Arguments:
        methods: names of `simulate.dimension.METHODS`, of those that need no noised copies of x.

    Raises:
        ValueError: for a method that needs noised copies of x.
    """

    methods: tuple[str, ...] = ("flipd",)

    def __post_init__(self) -> None:
        for method in self.methods:
            choice("methods", method, METHODS_AT_X)

    def __call__(self, case: Case, drawn: Scored) -> np.ndarray:
        return np.array([[reading(case, drawn, method)] for method in self.methods])

    def labels(self, case: Case) -> Labels:
        """The methods."""
        return {"method": self.methods}


def reading(case: Case, drawn: Scored, method: str) -> float:
    """What a method reads of the dimension at x, from one draw of what it draws.

    Arguments:
        case: x and t.
        drawn: the score and its random numbers.
        method: a name of METHODS.

    Returns:
        A number of directions.
    """
    chosen, field, x = METHODS[method], Field(drawn.score, case.x, case.t), case.x[None]
    (spectrum,) = SPECTRA[chosen.spectrum or "jacobian"](field, x, drawn.rng)
    return chosen.read(spectrum, field.t * float((field.scores(x) ** 2).sum())).dimension
