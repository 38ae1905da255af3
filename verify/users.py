r"""Rules on claims from elsewhere that take some measuring: what the ledger's own claims are tested for is asked here.

    same        an observable gives the same numbers of the same data and seed: noise of its own is no observation
    other       and other numbers of other data, unless it gives one number of all: a seed of its own is none either
    anew        means over the data sets of SEEDS seeds differ by at most APART standard errors: rows of one data set
                that pass for data sets share what is odd about that one
    constant    a prediction says the same of the same case, however often it is asked
    vanishing   the shift s of a correction falls with size, to :math:`|s'| \le \tfrac{4}{5} |s|`: at COPIES times as
                many directions, with N or :math:`\alpha = \log(N)/d` as it is, or at MANY times as many points

A shift of order 1/d falls to a sixteenth, one of order :math:`(\log N)^{-1/3}` to 0.4. The last is not asked where a
case has no copies, and where the experiment is not one over cases.

Of the first case as many data sets as its sampler draws in one part are drawn six times: tenths of a second with the
samplers of this suite, whose parts are small, and six times that case where all come in one part. Its prediction is
asked for twice, and the correction of each case at up to three larger sizes, until it has fallen.
"""

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from simulate.estimate import Estimate
from simulate.run.experiment import Experiment
from simulate.run.over_cases import OverCases
from simulate.run.progress import track
from simulate.run.threads import one_thread
from theory.case import Case
from verify.claim import Claim
from verify.judge.checks import BadClaim

COPIES, MANY = 16, 1000.0  # times the directions, times the points
FALL = 0.8
APART, ENOUGH, SEEDS = 8.0, 30, 5  # standard errors; values that have one; samples


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
    """Of the first data sets of one case, by one seed twice and by others."""
    seeds = track((0, *range(SEEDS)), f"drawing data sets of {name} anew")
    again, once, *others = seen = [_values(estimate, seed) for seed in seeds]
    if not np.array_equal(once, again, equal_nan=True):
        raise BadClaim(f"observable of {name} must give the same numbers of the same data, got others")
    if (np.ptp(once, axis=1) > 0).any() and np.array_equal(once, others[0]):
        raise BadClaim(f"observable of {name} must give other numbers of other data, got the same")
    if (apart := max(_apart(*pair) for pair in combinations(seen, 2))) > APART:
        raise BadClaim(f"sampler of {name} must draw data sets anew, means of two seeds are {apart:.3g} errors apart")


def _values(estimate: Estimate, seed: int) -> np.ndarray:
    """The observable of the first case in the data sets of a seed that come in the first part, (components, n)."""
    case = estimate.cases[0]
    with one_thread():
        drawn = next(iter(estimate.sampler.parts(case, estimate.replicas, np.random.default_rng(seed))))
        return np.atleast_2d(estimate.observable(case, drawn))


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """How many standard errors the means of two samples (components, n) are apart, at most; 0 of few values."""
    if min(one.shape[1], other.shape[1]) < ENOUGH:
        return 0.0
    variance = sum(each.var(axis=1, ddof=1) / each.shape[1] for each in (one, other))
    distance = np.abs(one.mean(axis=1) - other.mean(axis=1))
    return float((distance / np.sqrt(np.where(variance > 0, variance, np.inf))).max())


def _refuse_fickle(claim: Claim, case: Case) -> None:
    once, again = (np.asarray(claim.prediction(case)) for _ in range(2))
    if not np.array_equal(once, again, equal_nan=once.dtype.kind == "f"):
        raise BadClaim(f"{claim.name} must predict the same of the same case, got {again} after {once}")


def _refuse_lasting(claim: Claim, case: Case) -> None:
    here, lasting = _shift(claim, case), False
    for each in _larger(case) if here > 0 else ():
        shift = _shift(claim, each)
        if shift <= FALL * here:
            return
        lasting |= bool(np.isfinite(shift))
    if lasting:
        size = f"with {COPIES} times as many directions, or {MANY:g} times as many points"
        raise BadClaim(f"correction of {claim.name} must vanish: it must fall by a fifth at least {size}")


def _larger(case: Case) -> list[Case]:
    """This case in more directions and with more points, the least work first; none where it has no copies."""
    try:
        copies = case.enlarged(COPIES)
    except ValueError:
        return []
    return [replace(copies, log_n=case.log_n), case.with_points(MANY), copies]


def _shift(claim: Claim, case: Case) -> float:
    """The largest shift of a case, NaN where it cannot be computed."""
    correct: Any = claim.correction
    try:
        return float(np.abs(np.asarray(correct(case).shift)).max())
    except (ValueError, ArithmeticError, LookupError, MemoryError):  # at a case that its user did not ask for
        return np.nan
