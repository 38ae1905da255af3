"""The zero of a decreasing function, of which one place nearby is known: looked for outwards from there, then between.

The walk goes one way only, up where the function is positive and down where it is negative. Libraries widen a bracket
both ways, and the way that is not needed may lead to where double precision does not suffice.
"""

from collections.abc import Callable

from scipy.optimize import brentq

EXACT = 2e-12  # absolute error, that of `scipy.optimize.brentq`


def falling_root(function: Callable[[float], float], start: float, step: float = 1.0, xtol: float = EXACT) -> float:
    """The zero of a decreasing function, looked for in steps on either side of a place.

    Arguments:
        function: decreasing; it is > 0 somewhere below its zero and < 0 somewhere above.
        start: where it is first evaluated.
        step: of the walk, > 0.
        xtol: the absolute error of the zero.

    Returns:
        The zero, by the method of Brent between the two places where the walk ends.
    """
    low = high = start
    while function(low) < 0:
        low -= step
    while function(high) > 0:
        high += step
    return float(brentq(function, low, high, xtol=xtol))
