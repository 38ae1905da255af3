"""Random manifolds have the spectra they should, and their quantities tend to those of endless dimension."""

import numpy as np
import pytest

from simulate.experiments.spectrum.random_manifold import RandomSpectrum, eigenvalues, quantity_of
from verify.claims.spectrum.random_manifold import manifold


def test_random_manifold_has_the_variances_of_its_case() -> None:
    found = eigenvalues(manifold((4, 3), (1, 2), d=20, t=0.5), 50, np.random.default_rng(0))
    assert found.shape == (250,)
    assert found.sum() / 1000 == pytest.approx(14 / 5, rel=0.02)  # trace of F D F^T/m over d: mean of D


@pytest.mark.parametrize(("quantity", "value"), [("mean", 0.75), ("final gap", 0.5), ("intermediate gap", 0.25)])
def test_quantities_of_known_eigenvalues(quantity: str, value: float) -> None:
    case = manifold((3, 1), (1, 1), d=5, t=1.0)  # -t J is 1/2, 1/4 and three times 1
    assert quantity_of(quantity, case, 1, np.array([1.0, 3.0])) == pytest.approx(value)


def test_extrapolation_removes_the_leading_power() -> None:
    """The smallest eigenvalue at one size lies beyond the edge by ten errors, the extrapolated one does not."""
    case = manifold((1, 20), d=80, t=1.0)
    rng = np.random.default_rng(5)
    raw = [quantity_of("final gap", case, 1, eigenvalues(case, 1, rng)) for _ in range(200)]
    assert np.mean(raw) - 0.5 > 10 * np.std(raw) / np.sqrt(200)
    observed = RandomSpectrum(cases=(case,), quantities=("final gap",)).run(progress=False)
    assert abs(observed.observed.item() - 0.5) < 4 * observed.stderr.item() + observed.rest.item()


def test_rows_are_in_the_order_of_cases_and_quantities() -> None:
    cases = (manifold((1, 2), d=6, t=1.0), manifold((1, 2), d=8, t=1.0))
    observed = RandomSpectrum(cases=cases, quantities=("mean", "final gap"), replicas=3).run(progress=False)
    assert list(observed.quantity.values) == ["mean", "final gap"] * 2
    assert list(observed.d.values) == [6, 6, 8, 8]


def test_quantities_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="quantities must be one of"):
        RandomSpectrum(cases=(manifold((1, 2), d=6, t=1.0),), quantities=("first gap",))
