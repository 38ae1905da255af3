"""Data sets and hidden manifolds as laws: against the law they are drawn from, their stated error, an integral."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import integrate, stats

from tests.theory.laws.checks import assert_derivatives, assert_door, assert_sampler, assert_shapes
from theory.checks import NotComputable
from theory.exact.averages import participation_ratio
from theory.exact.score import mean_score
from theory.laws import DatasetLaw, HiddenManifold, LinearGaussian, dataset
from theory.limits.condensation import condensation_time
from theory.limits.entropy import entropy

X = np.array([0.5, -0.4, 0.2])
FEATURES = np.array([[1.0], [0.4], [-0.8]])
WIDE = np.random.default_rng(8).standard_normal((3, 2))
VARIANCES = np.array([1.0, 0.5, 0.1])
POINTS = LinearGaussian(VARIANCES).sample(40, np.random.default_rng(0))
CURVE, SURFACE = HiddenManifold(FEATURES), HiddenManifold(WIDE, 2500)
LAWS = [DatasetLaw(POINTS), DatasetLaw(POINTS, np.arange(1.0, 41)), CURVE, SURFACE]
IDS = ["data set", "with probabilities", "curve", "surface"]


@pytest.mark.parametrize("law", LAWS, ids=IDS)
@pytest.mark.parametrize("lam", [0.8, 3.0, 0.5 + 1j])
def test_derivatives(law: DatasetLaw, lam: complex) -> None:
    assert_derivatives(law, X, lam)


@pytest.mark.parametrize("law", LAWS, ids=IDS)
def test_shapes_and_sampler(law: DatasetLaw) -> None:
    """20 comparisons: a false alarm in one run of 5000."""
    assert_shapes(law, X)
    assert_door(law, X)
    assert_sampler(law, X, 1.5)


@pytest.mark.parametrize("lam", [0.3, 4.0, 300.0])
def test_a_curve_against_its_integral(lam: float) -> None:
    def boltzmann(z: float) -> float:
        y = np.tanh(FEATURES[:, 0] * z)
        return float(np.exp(-lam * ((X - y) ** 2).sum() / 2) * stats.norm.pdf(z))

    exact = np.log(integrate.quad(boltzmann, -9, 9, points=[0, 1], epsabs=0, epsrel=1e-12, limit=300)[0])
    assert CURVE.log_mgf(lam, X) == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize("lam", [0.5, 5.0])
def test_the_stated_error_is_that_of_other_data_sets(lam: float) -> None:
    """Mean square of (K - exact)/error over 400 data sets: 1 within 5 standard errors of a chi-square, and its bias."""
    law, score = LinearGaussian(VARIANCES), []
    for seed in range(400):
        own = DatasetLaw(law.sample(2000, np.random.default_rng(seed)))
        score.append((own.log_mgf(lam, X) - law.log_mgf(lam, X)) / own.error(lam, X))
    assert np.mean(np.square(score)) == pytest.approx(1, abs=5 * np.sqrt(2 / 400))


def test_a_sampled_manifold_agrees_with_its_rule() -> None:
    sampled, rule = HiddenManifold(WIDE, 20_000, np.random.default_rng(4)), SURFACE
    assert abs(sampled.log_mgf(2.0, X) - rule.log_mgf(2.0, X)) < 5 * sampled.error(2.0, X)
    with pytest.raises(ValueError, match="rng must have been given"):
        rule.error(2.0, X)


def test_the_trap_of_all_points() -> None:
    """With all n points the entropy is that of the weights: it never vanishes at a positive time. With few it does."""
    law = LinearGaussian(VARIANCES)
    own = DatasetLaw(law.sample(20_000, np.random.default_rng(1)))
    log_n, lam = float(np.log(20_000)), np.array([1.0, 10.0, 100.0])
    weights = np.exp(-lam[:, None] * ((own.points - X) ** 2).sum(-1) / 2)
    weights /= weights.sum(1, keepdims=True)
    logs = np.log(weights, out=np.zeros_like(weights), where=weights > 0)
    np.testing.assert_allclose(entropy(lam, X, own, log_n), -(weights * logs).sum(1), rtol=1e-9)
    with pytest.raises(NotComputable, match="finitely many points"):
        condensation_time(X, own, 1.001 * log_n / 3)
    assert condensation_time(X, own, 0.4) == pytest.approx(float(condensation_time(X, law, 0.4)), rel=0.05)


def test_averages_over_two_draws_are_sums_over_pairs_and_below_the_spacing_of_levels_it_is_said() -> None:
    law, t = LAWS[1], 0.3
    factor = np.exp(-((POINTS - X) ** 2).sum(1) / (2 * t))
    share = factor[:, None] / (factor[:, None] + factor)
    pair = np.multiply.outer(law.probabilities, law.probabilities)
    own = 2 * (pair * share).sum(1)  # a point's part in E sum w, as the first of the pair or the second
    exact = (pair * (share**2 + share.T**2)).sum()
    assert participation_ratio(t, X, law, np.log(2)) == pytest.approx(exact, rel=1e-10)
    assert mean_score(t, X, law, np.log(2)) == pytest.approx((own @ POINTS - X) / t, rel=1e-9)
    with pytest.raises(NotComputable, match="law must have energies that differ down to the lowest"):
        participation_ratio(0.01, X, law, np.log(6))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: DatasetLaw(np.zeros((0, 3))), "points must have at least one row"),
        (lambda: DatasetLaw(np.zeros(3)), "points must have 2 dimensions"),
        (lambda: DatasetLaw(POINTS, np.ones(3)), "probabilities must have one entry for each of the 40 points"),
        (lambda: DatasetLaw(POINTS, np.zeros(40)), "probabilities must be > 0"),
        (lambda: HiddenManifold(np.ones((5, 4))), "rng must be given where features have 4 columns"),
    ],
)
def test_bad_arguments_name_themselves(build: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize("lam", [0.5, np.array([0.5, 2.0, 8.0]), np.array([[0.5], [2.0], [8.0]])])
@pytest.mark.parametrize("places", [1, 3])
def test_each_entry_of_a_batch_is_that_of_its_own_lam_and_place(
    lam: float | np.ndarray, places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset, "ENTRIES", len(POINTS) // 2)  # so few that one row is worked out at a time
    law, x = DatasetLaw(POINTS), np.linspace(-1, 1, 3 * places).reshape(places, 3)
    found, shape = law.log_mgf(lam, x), np.broadcast_shapes(np.shape(lam), (places,))
    lams, place = np.broadcast_to(lam, shape), np.broadcast_to(np.arange(places), shape)
    alone = [law.log_mgf(float(lams[at]), x[place[at]]) for at in np.ndindex(*shape)]
    np.testing.assert_allclose(found, np.reshape(alone, shape), rtol=1e-13)


def test_points_of_a_manifold_are_those_of_the_generator() -> None:
    drawn = [HiddenManifold(WIDE, 8, np.random.default_rng(seed)).points for seed in (4, 4, 5)]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).all()
