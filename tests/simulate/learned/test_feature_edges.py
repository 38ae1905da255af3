"""Eigenvalues of drawn features: many noises are all noise, and the law's eigenvalues stand apart."""

import numpy as np
import pytest

from simulate.learned.feature_edges import ENDS, FeatureEdges, ends


def test_many_noises_are_all_noise_averaged() -> None:
    drawn, averaged = (ends(6, 3.0, 4.0, m, 0.3, np.random.default_rng(1)) for m in (4000, np.inf))
    assert drawn == pytest.approx(averaged, rel=0.03)


def test_a_gap_parts_the_law_from_the_points() -> None:
    point, least, largest = ends(20, 4.0, 12.0, np.inf, 0.2, np.random.default_rng(0))
    assert 3 * point < least < largest


def test_the_table_has_a_row_for_each_end() -> None:
    table = FeatureEdges(shapes=((2.0, 4.0, np.inf), (2.0, 4.0, 2.0)), t=0.2, d=6, replicas=3).run(progress=False)
    assert table.eigenvalue.values.tolist() == [*ENDS, *ENDS]
    assert np.isfinite(table.observed).all()
