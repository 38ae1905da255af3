r"""Rules on claims from elsewhere that take some measuring: what the ledger's own claims are tested for is asked here.

    same        an observable gives the same numbers of the same data: noise of its own is no observation
    other       and other numbers of other data, unless it gives one number of all: a seed of its own is none either
    constant    a prediction says the same of the same case, however often it is asked
    vanishing   the shift s of a correction falls with size, to :math:`|s'| \le \tfrac{4}{5} |s|`: at COPIES times as
                many directions, with N or :math:`\alpha = \log(N)/d` as it is, or at MANY times as many points

A shift of order 1/d falls to a sixteenth, one of order :math:`(\log N)^{-1/3}` to 0.4. The last is not asked where a
case has no copies, and where the experiment is not one over cases.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from simulate.estimate import Estimate
from simulate.run.experiment import Experiment
from simulate.run.over_cases import OverCases
from theory.case import Case
from verify.claim import Claim
from verify.judge.checks import BadClaim

COPIES, MANY = 16, 1000.0  # times the directions, times the points
FALL = 0.8


def refuse_unmeasured(claim: Claim, experiment: Experiment) -> None:
    """Refuses a claim whose observable is no function of the data, or whose correction does not vanish.

    Arguments:
        claim: what is claimed.
        experiment: the estimate that is to observe it.

    Raises:
        BadClaim: in one sentence.
    """
    if isinstance(experiment, Estimate):
        _refuse_noise(claim.name, experiment)
        _refuse_fickle(claim, experiment.cases[0])
    if isinstance(experiment, OverCases) and claim.correction is not None:
        for case in experiment.cases:
            _refuse_lasting(claim, case)


def _refuse_noise(name: str, estimate: Estimate) -> None:
    """Of the first data sets of one case, twice, and of others."""
    case = estimate.cases[0]
    first, other = (
        next(iter(estimate.sampler.parts(case, estimate.replicas, np.random.default_rng(seed)))) for seed in (0, 1)
    )
    once, again, elsewhere = (np.asarray(estimate.observable(case, drawn)) for drawn in (first, first, other))
    if not np.array_equal(once, again, equal_nan=True):
        raise BadClaim(f"observable of {name} must give the same numbers of the same data, got others")
    if np.ptp(once) > 0 and np.array_equal(once, elsewhere):
        raise BadClaim(f"observable of {name} must give other numbers of other data, got the same")


def _refuse_fickle(claim: Claim, case: Case) -> None:
    once, again = (np.asarray(claim.prediction(case)) for _ in range(2))
    if not np.array_equal(once, again, equal_nan=once.dtype.kind == "f"):
        raise BadClaim(f"{claim.name} must predict the same of the same case, got {again} after {once}")


def _refuse_lasting(claim: Claim, case: Case) -> None:
    here, larger = _shift(claim, case), [_shift(claim, each) for each in _larger(case)]
    falls = [shift <= FALL * here for shift in larger if np.isfinite(shift)]
    if here > 0 and falls and not any(falls):
        size = f"with {COPIES} times as many directions, or {MANY:g} times as many points"
        raise BadClaim(f"correction of {claim.name} must vanish: it must fall by a fifth at least {size}")


def _larger(case: Case) -> list[Case]:
    """This case in more directions and with more points; none where its directions cannot be copied."""
    try:
        copies = case.enlarged(COPIES)
    except ValueError:
        return []
    return [copies, replace(copies, log_n=case.log_n), case.with_points(MANY)]


def _shift(claim: Claim, case: Case) -> float:
    """The largest shift of a case, NaN where it cannot be computed."""
    correct: Any = claim.correction
    try:
        return float(np.abs(np.asarray(correct(case).shift)).max())
    except (ValueError, ArithmeticError, KeyError):  # that of a user, at a case that the user did not ask for
        return np.nan
