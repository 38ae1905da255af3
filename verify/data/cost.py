r"""What the predictions of an audit will cost, before they are made.

Exact averages at EXACT held-out points are timed, at the N_0 and t_half that were measured. They are evaluated at
SEARCH times for each number of points whose t_half is asked, and at NODES for each curve:

    seconds = (SEARCH sizes + NODES curves) (seconds of these averages),      to a factor of about two.

It is milliseconds on a line and in many dimensions, and tenths of a second where energies vary by far more than t, as
in two dimensions, or of a law with a few points far out.
"""

import time

from verify.data.audit import Audit

SEARCH, NODES = 3, 9  # times at which averages are evaluated: for a half-condensation time, and for a curve
LONG = 60.0  # seconds that are worth a word before


def told(found: Audit, curves: bool) -> str:
    """What the predictions of an audit will take, in a sentence; empty where that is not long.

    Arguments:
        found: the audit, of whose predictions none has been asked for.
        curves: whether participation curves will be asked for, too.
    """
    seconds = seconds_of(found, curves)
    return f"The predictions take about {seconds / 60:.1f} min: exact averages are slow here." if seconds > LONG else ""


def seconds_of(found: Audit, curves: bool) -> float:
    """Seconds that the predictions of an audit will take.

    Arguments:
        found: the audit, of whose predictions none has been asked for.
        curves: whether participation curves will be asked for, too.

    Returns:
        A number, from the time that averages at one noise take.
    """
    own, seen = found.prediction.own, found.prediction.seen
    seen.average(own.time, seen.held_out.at(own.time)[0], own.n)  # compiles formulas
    begun = time.perf_counter()
    seen.values(own.time, own.n)
    once = time.perf_counter() - begun
    sizes = len({each.n for each in found.prediction.measured} | set(found.sizes))
    return once * sizes * (SEARCH + NODES * curves)
