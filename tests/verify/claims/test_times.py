"""Times that claims write down, so that no import computes them, are those of the theory, to the digits written."""

from collections.abc import Sequence

import numpy as np
import pytest

from simulate.estimate import Estimate
from theory.case import Case, typical
from theory.limits.condensation import condensation_time
from theory.limits.related import best_generalization_time, collapse_time, equal_collapse_time, onset_time
from verify.claim import Claim
from verify.claims.related import collapse
from verify.claims.transition import glass, growth, scaling
from verify.claims.weights import above

ROUNDING = 1e-12  # relative
HALVES = np.tile(scaling.PAIR.variances, collapse.D // 2)


def cases_of(claim: Claim) -> tuple[Case, ...]:
    assert isinstance(claim.estimate, Estimate)
    return claim.estimate.cases


def test_critical_times_of_the_transition() -> None:
    pair = Case(scaling.PAIR, typical, 2 * scaling.ALPHA, scaling.T_C)
    assert pair.t == pytest.approx(condensation_time(pair), ROUNDING)
    for case, share in zip(cases_of(scaling.SPARSE_LIMIT), (0.3, 0.8, 0.5, 0.8), strict=True):
        assert case.t == pytest.approx(share * condensation_time(case, order="second-cumulant"), ROUNDING)
    for case, a in zip(glass.NEAR, (-1.2, 0.8) * 3, strict=True):
        assert case.t == pytest.approx(condensation_time(case) * (1 + a / np.sqrt(case.log_n)), ROUNDING)
    for case in glass.SERIES:
        assert case.t == pytest.approx(condensation_time(case), ROUNDING)
    for case in sum(glass.WIDTHS, ()):
        assert case.t == float(f"{condensation_time(case):.6g}")


@pytest.mark.parametrize("claim", [growth.EXPONENTIAL, growth.POWERS, growth.LINEAR])
def test_searches_for_half_times_begin_at_half_the_condensation_time(claim: Claim) -> None:
    for case in cases_of(claim):
        assert case.t == pytest.approx(condensation_time(case) / 2, ROUNDING)


def test_times_of_neighbouring_works() -> None:
    written = (collapse.ONSET_AT, collapse.COLLAPSE_AT, collapse.BEST_AT)
    times = [time(HALVES, collapse.LOG_N) for time in (onset_time, collapse_time, best_generalization_time)]
    assert written == pytest.approx(times, ROUNDING)
    assert pytest.approx(np.sqrt(times[0] * times[1]), ROUNDING) == collapse.BETWEEN
    assert pytest.approx(equal_collapse_time.numeric(1.0, scaling.ALPHA), ROUNDING) == collapse.EQUAL_AT


@pytest.mark.parametrize(
    ("cases", "ratios"),
    [(above.DEEPLY, (*[1.5] * 5, 3.0, 3.0)), (above.RARELY, [1.5] * 5)],
    ids=["typical", "average"],
)
def test_times_above_condensation(cases: tuple[Case, ...], ratios: Sequence[float]) -> None:
    for case, share in zip(cases, ratios, strict=True):
        assert case.t == float(f"{share * condensation_time(case):.4g}")
