"""Single readings: FLIPD is an energy, the law's readings by hand, the gap of noise, and bad words refused."""

import numpy as np
import pytest
import sympy as sp

from simulate.dimension import EmpiricalScore, PopulationScore, local_dimension
from simulate.engine.posterior import posterior
from simulate.experiments.dimension.readings import MeanReading, ReadingShares, ReadingsOfLaw, reading
from simulate.experiments.view import View, views
from theory.formula import expand, symbol
from theory.laws import LinearGaussian
from theory.laws.linear import linear_energy_law
from theory.limits.dimension import flipd_of_law, lhsd_of_law, participation_of_law
from verify.claims.dimension.estimators import energy, energy_of_law, one_more
from verify.claims.dimension.memorized import gaps_of_noise, memorized
from verify.claims.dimension.readings import intrinsic

VIEW = View("gaussian 1*2 0.3*2 0*3", "training", 40, 0.2)


def test_flipd_is_twice_the_mean_energy_over_t() -> None:
    data = VIEW.draw(1, np.random.default_rng(0))[0]
    weights = posterior(VIEW.x, data, VIEW.t).weights
    expected = weights @ ((data - VIEW.x) ** 2).sum(axis=1) / VIEW.t
    found = reading(EmpiricalScore(data), VIEW, "flipd", np.random.default_rng(1))
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("method", ["flipd", "lhsd", "participation"])
def test_a_reading_is_that_of_local_dimension(method: str) -> None:
    data, rng = VIEW.draw(1, np.random.default_rng(2))[0], np.random.default_rng(3)
    expected = local_dimension(EmpiricalScore(data), VIEW.x, VIEW.t, method).dimension.item()
    assert reading(EmpiricalScore(data), VIEW, method, rng) == pytest.approx(expected, rel=1e-12)


def test_flipd_of_the_law_is_its_energy() -> None:
    """-2 lambda dK/dlambda, term by term."""
    t, lam = symbol("t"), symbol("lam")
    law = expand(linear_energy_law.written, 1)
    derived = -2 * lam * sp.diff(law, lam)
    assert sp.simplify(derived.subs(lam, 1 / t) - expand(flipd_of_law.written, 1)) == 0


def test_readings_of_the_law_tend_to_the_number_of_directions() -> None:
    v, x = np.array([1.0, 0.5, 0.0, 0.0]), np.array([1.0, -0.7, 0.0, 0.0])
    assert flipd_of_law.numeric(1e-6, x, v) == pytest.approx(2, abs=1e-5)
    assert participation_of_law.numeric(1e-6, v) == pytest.approx(2, abs=1e-5)
    assert lhsd_of_law.numeric(1e-6, v, 0.25) == pytest.approx(2 + 2 / 257, abs=1e-5)
    assert lhsd_of_law.numeric(1.0, np.zeros(257), 0.25) == pytest.approx(1)


def test_readings_of_the_law_are_measured_at_its_own_score() -> None:
    observed = ReadingsOfLaw(cases=views("gaussian 1*1 0.2*2 0*3", "typical", 1, (0.3,))).run(progress=False)
    law = LinearGaussian([1.0, 0.2, 0.2, 0, 0, 0])
    x = np.sqrt(law.variances) * [1, -1, 1, -1, 1, -1]
    for i, method in enumerate(("flipd", "lhsd", "participation")):
        expected = local_dimension(PopulationScore(law), x, 0.3, method).dimension
        assert observed.observed[i] == pytest.approx(float(expected), rel=1e-12)


def test_two_points_have_the_energy_that_one_integral_gives() -> None:
    """N = 2, by quadrature over the squared distance of the other point: an exact average with no Laplace transform."""
    view = View("gaussian 1*1", "training", 2, 0.5)
    y = np.linspace(-9, 9, 20_001)
    squares = (y - view.x[0]) ** 2
    weight = 1 / (1 + np.exp(squares / 2 / view.t))
    expected = np.trapezoid(np.exp(-(y**2) / 2) / np.sqrt(2 * np.pi) * weight * squares / view.t, y)
    assert energy(view, np.array([view.t]), {})[0] == pytest.approx(expected, rel=1e-5)


def test_many_points_have_the_energy_of_the_law() -> None:
    view, t = View("gaussian 1*1 0*2", "training", 10**7, 0.1), np.array([0.1])
    np.testing.assert_allclose(energy(view, t, {}), energy_of_law(view, t, {}), rtol=1e-4)


def test_means_are_those_of_the_readings() -> None:
    experiment = MeanReading(cases=views("gaussian 1*2 0*1", "training", 5, (0.3,)), replicas=50)
    (point,), rng = experiment.points(), np.random.default_rng(4)
    values = [reading(EmpiricalScore(View.of(point).draw(1, rng)[0]), View.of(point), "flipd", rng) for _ in range(50)]
    observed = experiment.measure(point, np.random.default_rng(4))
    assert observed.observed == pytest.approx(np.mean(values))
    assert observed.stderr == pytest.approx(np.std(values, ddof=1) / np.sqrt(50))


def test_the_gap_of_noise_is_that_of_gaussian_matrices() -> None:
    rng, d = np.random.default_rng(5), 5
    values = np.linalg.svd(rng.standard_normal((6000, 4 * d, d)), compute_uv=False)
    gaps = d - 1 - (values[:, :-1] - values[:, 1:]).argmax(axis=1)
    for most in range(1, d - 1):
        assert (gaps <= most).mean() == pytest.approx((gaps_of_noise(d) <= most).mean(), abs=5 * 0.5 / np.sqrt(6000))


def test_shares_rise_to_one_and_are_labelled() -> None:
    experiment = ReadingShares(cases=views("gaussian 1*2 0*3", "training", 3, (1e-4,)), replicas=40)
    observed = experiment.run(progress=False)
    assert list(observed.most.values) == [1, 2, 3]
    assert (np.diff(observed.observed) >= 0).all()
    assert (observed.observed <= 1).all()
    assert (observed.replicas == 40).all()


def test_predictions_at_both_ends() -> None:
    few, many = (View("gaussian 1*3 0*5", "training", n, t) for n, t in ((3, 0.01), (3000, 0.3)))
    assert one_more(few, np.array([few.t]), {})[0] == 0
    assert one_more(many, np.array([many.t]), {})[0] == 4
    assert memorized(few, np.array([few.t]), {})[0] == pytest.approx(8 / 257, abs=1e-9)
    assert (intrinsic(few), intrinsic(View("sphere 4", "origin", 2, 1.0))) == (3, 4)


def test_a_method_that_noises_x_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^methods must be one of gap, curvature, flipd"):
        MeanReading(methods=("test",))
