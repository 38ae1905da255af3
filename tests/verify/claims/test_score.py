"""The finite-size part of limits of the score: directions in another order, and a part that vanishes as N grows."""

import numpy as np
import pytest

from theory.case import Case, typical
from theory.exact.score import score_variance
from theory.laws.spectra import gaussian, halves
from verify.claims.score import fluctuation, paper

CASE = Case(gaussian((1, 2), (0.09, 4), (1e-4, 4)), typical, np.log(100), 0.1)


def test_another_order_of_directions_changes_no_average_of_a_subspace() -> None:
    copies = fluctuation.of_copies(CASE)
    assert copies.unit.d == 5
    np.testing.assert_array_equal(copies.unit.variances, [1, 0.09, 0.09, 1e-4, 1e-4])
    ordered = copies.unit.over_subspaces(np.asarray(score_variance(copies))[: copies.unit.d])
    np.testing.assert_allclose(ordered, fluctuation.exact_variance(CASE), rtol=1e-6)


def test_the_finite_size_part_vanishes_as_n_grows() -> None:
    cases = [Case(halves(2 * size), typical, 0.8 * size, 0.08) for size in (10, 40)]
    parts = [fluctuation.finite_size(fluctuation.unit_variances)(case).shift for case in cases]
    assert (np.abs(parts[1]) < 0.4 * np.abs(parts[0])).all()


def test_where_variances_are_small_both_posteriors_are_one() -> None:
    for case in paper.SMALL:
        claimed = fluctuation.frozen(paper.paper_score_variance)(case)
        frozen = fluctuation.frozen(fluctuation.frozen_score_variance)(case)
        assert frozen == pytest.approx(claimed, rel=0.15)
        assert (claimed < frozen).all()
