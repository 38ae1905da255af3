"""Exact averages: against another road in 40 digits, against Monte Carlo, against each other, and at their limits."""

import json

import numpy as np
import pytest
import torch
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from scipy import special, stats

from tests.theory.reference.averages import PATH, Case, log_moments
from theory.checks import NotComputable
from theory.exact.averages import entropy, log_participation_ratio, log_partition, mean_energy, participation_ratio
from theory.exact.score import equal_weights_jacobian, mean_jacobian, mean_score, score_variance
from theory.laws import LinearGaussian, Product, Rotated, UnitNormGaussian
from theory.limits.condensation import condensation_time

REFERENCE = json.loads(PATH.read_text())
NAME = "d{dimension}-n{log_n:g}-r{ratio:g}-x{square:g}"
VARIANCES = np.array([1.0, 1.0, 0.3, 0.3, 0.05, 0.01])
X = np.array([0.5, -1.0, 0.2, 0.4, 0.1, 0.05])
TRAINING_POINT = np.array([0.7, -0.8, 0.1, 0.4, 0.3, 0.1])


@pytest.mark.parametrize("row", REFERENCE, ids=lambda row: NAME.format(**row))
def test_participation_agrees_with_the_reference_to_1e_10(row: dict[str, float]) -> None:
    case = Case(int(row["dimension"]), row["square"], row["log_n"], row["ratio"])
    ours = log_participation_ratio(case.t, case.x, np.ones(case.dimension), case.log_n)
    assert abs(row["unit_error"]) < 1e-11
    assert np.expm1(ours - row["log_participation"]) == pytest.approx(0, abs=1e-10)


def test_the_reference_is_what_its_code_computes() -> None:
    row = next(r for r in REFERENCE if (r["dimension"], r["log_n"], r["ratio"]) == (20, 7.0, 3.0))
    unit, value = log_moments(Case(20, row["square"], 7.0, 3.0))
    assert (value, np.expm1(unit)) == pytest.approx((row["log_participation"], 0), abs=1e-11)


@pytest.mark.parametrize(("d", "value"), [(20, 0.383961387), (100, 0.169461845), (400, 0.0816158105)])
def test_checked_values_at_the_condensation_time(d: int, value: float) -> None:
    variances = np.repeat([1.0, 0.09], d // 2)
    log_n = np.log(np.floor(np.exp(0.4 * d)))
    t_c = condensation_time(np.sqrt(variances), variances, log_n / d)
    assert participation_ratio(t_c, np.sqrt(variances), variances, log_n) == pytest.approx(value, rel=1.5e-9)


@pytest.mark.parametrize("training_point", [None, TRAINING_POINT], ids=["random", "training-point"])
@pytest.mark.parametrize("t", [0.02, 0.3, 3.0])
def test_monte_carlo_agrees_within_its_error(t: float, training_point: np.ndarray | None) -> None:
    """53 numbers a case, each two-sided: a false alarm in one of 10,000 runs of all six cases (318 numbers)."""
    size, replicas, rng = 50, 8000, np.random.default_rng(7)
    data = np.sqrt(VARIANCES) * rng.standard_normal((replicas, size, 6))
    if training_point is not None:
        data[:, 0] = training_point
    energy = ((X - data) ** 2).sum(-1) / 2
    lowest = energy.min(axis=1, keepdims=True)
    factors = np.exp(-(energy - lowest) / t)
    weights = factors / factors.sum(axis=1, keepdims=True)
    mean = np.einsum("rn,rnd->rd", weights, data)
    score = (mean - X) / t
    residue = data - mean[:, None]
    jacobian = np.einsum("rn,rni,rnj->rij", weights, residue, residue) / t**2 - np.eye(6) / t
    arguments = (t, X, VARIANCES, np.log(size), training_point)
    exact_mean = mean_score(*arguments)
    observed = [
        (weights**2).sum(1),
        (weights**3).sum(1),
        np.log(factors.sum(1)) - lowest[:, 0] / t,
        (weights * energy).sum(1),
        special.entr(weights).sum(1),
        *score.T,
        *((score - exact_mean) ** 2).T,
        *jacobian.reshape(replicas, -1).T,
    ]
    exact = [
        participation_ratio(*arguments),
        participation_ratio(*arguments, order=3),
        log_partition(*arguments),
        mean_energy(*arguments),
        entropy(*arguments),
        *exact_mean,
        *score_variance(*arguments),
        *mean_jacobian(*arguments).ravel(),
    ]
    z = [(np.mean(o) - e) / stats.sem(o) for o, e in zip(observed, exact, strict=True)]
    assert np.abs(z).max() < stats.norm.isf(1e-4 / 2 / 6 / len(z))


@pytest.mark.parametrize("training_point", [None, TRAINING_POINT], ids=["random", "training-point"])
def test_score_and_jacobian_are_derivatives_of_the_log_partition(training_point: np.ndarray | None) -> None:
    t, log_n, h = 0.3, np.log(50), 1e-4
    shifted = np.concatenate([X + h * np.eye(6), X - h * np.eye(6)])
    log_z = log_partition(t, shifted, VARIANCES, log_n, training_point)
    score = mean_score(t, shifted, VARIANCES, log_n, training_point)
    assert mean_score(t, X, VARIANCES, log_n, training_point) == pytest.approx(
        (log_z[:6] - log_z[6:]) / (2 * h), abs=1e-7
    )
    assert mean_jacobian(t, X, VARIANCES, log_n, training_point) == pytest.approx(
        (score[:6] - score[6:]) / (2 * h), abs=1e-7
    )


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.3, 30), st.floats(0.3, 3))
def test_the_score_is_the_slope_of_the_log_partition_in_any_direction(seed: int, log_n: float, ratio: float) -> None:
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.1, 2, 4)
    x, direction = np.sqrt(v) * rng.standard_normal(4), rng.standard_normal(4)
    t = ratio * float(condensation_time(x, v, log_n / 4))
    h = 1e-3 * np.sqrt(t) / np.linalg.norm(direction)
    after, before = log_partition(t, np.stack([x + h * direction, x - h * direction]), v, log_n)
    assert (after - before) / 2 == pytest.approx(h * mean_score(t, x, v, log_n) @ direction, abs=1e-8)


def test_one_point_alone() -> None:
    t = np.array([0.01, 1.0, 100.0])
    assert participation_ratio(t, X, VARIANCES, 0.0) == pytest.approx(1, abs=1e-11)
    assert log_partition(t, X, VARIANCES, 0.0) == pytest.approx(-(X**2 + VARIANCES).sum() / (2 * t), rel=1e-11)
    assert mean_score(t, X, VARIANCES, 0.0) == pytest.approx(-X / t[:, None], rel=1e-9)
    assert score_variance(t, X, VARIANCES, 0.0) == pytest.approx(VARIANCES / t[:, None] ** 2, rel=1e-9)
    assert mean_jacobian(t, X, VARIANCES, 0.0) == pytest.approx(-np.eye(6) / t[:, None, None], rel=1e-9)


def test_the_training_point_alone() -> None:
    assert mean_score(0.5, X, VARIANCES, 0.0, TRAINING_POINT) == pytest.approx((TRAINING_POINT - X) / 0.5, rel=1e-12)
    assert score_variance(0.5, X, VARIANCES, 0.0, TRAINING_POINT) == pytest.approx(0, abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(
    variances=st.lists(st.floats(0.01, 4), min_size=2, max_size=6),
    log_n=st.floats(0.1, 60),
    log_t=st.floats(-4, 6),
    scale=st.floats(0.1, 10),
)
def test_bounds_order_and_scale_covariance(variances: list[float], log_n: float, log_t: float, scale: float) -> None:
    v, x, t = np.array(variances), np.sqrt(variances), float(np.exp(log_t))
    second = log_participation_ratio(t, x, v, log_n)
    third = log_participation_ratio(t, x, v, log_n, order=3)
    assert 2 * second <= third + 1e-9  # (sum w^2)^2 <= sum w^3 by Cauchy-Schwarz with weights w
    assert -log_n <= second <= 0
    assert third <= second + 1e-12
    scaled = log_participation_ratio(scale**2 * t, scale * x, scale**2 * v, log_n)
    assert scaled == pytest.approx(second, abs=1e-9)
    assert log_participation_ratio(t, x[::-1], v[::-1], log_n) == pytest.approx(second, abs=1e-10)


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(variances=st.lists(st.floats(0.05, 4), min_size=6, max_size=8), log_n=st.floats(1, 25))
@example(variances=[0.05, 0.7, 1.4, 2.0, 2.7, 3.4, 4.0], log_n=25.0)  # u^2 = e^-50 wants a finer step than u
@example(variances=[4.0] + [0.05] * 5, log_n=1.0)  # one dominant variance: t = 0.2 t_c is not small
def test_participation_falls_from_one_to_one_over_n(variances: list[float], log_n: float) -> None:
    """In proportion to t for t -> 0, by 0.25 to 1 times t/t_c; to 1/N, never less, at large t; one point alone is 1."""
    v, x = np.array(variances), np.sqrt(variances)
    t_c = float(condensation_time(x, v, log_n / v.size))
    logs = log_participation_ratio(np.array([0.005, 0.01, 0.1, 0.2, 1, 5, 1e9]) * t_c, x, v, log_n)
    lost = -np.expm1(logs)
    assert (np.diff(logs) < 0).all()
    assert lost[0] / lost[1] == pytest.approx(0.5, abs=0.01)
    assert 0.0025 < lost[1] < 0.01
    assert 0 <= logs[-1] + log_n < 1e-6
    assert participation_ratio(t_c, x, v, 0.0) == pytest.approx(1, abs=1e-11)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.3, 30), st.floats(0.3, 3))
def test_turned_and_multiplied_laws_have_the_averages_of_the_whole(seed: int, log_n: float, ratio: float) -> None:
    """A rotation of law and point changes nothing but the direction of the score; a product is its whole."""
    rng = np.random.default_rng(seed)
    v, turn = rng.uniform(0.1, 2, 4), stats.ortho_group.rvs(4, random_state=seed)
    x = np.sqrt(v) * rng.standard_normal(4)
    t = ratio * float(condensation_time(x, v, log_n / 4))
    score, number = mean_score(t, x, v, log_n), log_participation_ratio(t, x, v, log_n)
    turned = Rotated(LinearGaussian(v), turn)
    product = Product([LinearGaussian(v[:1]), LinearGaussian(v[1:])])
    assert log_participation_ratio(t, turn @ x, turned, log_n) == pytest.approx(number, abs=1e-9)
    assert mean_score(t, turn @ x, turned, log_n) == pytest.approx(turn @ score, rel=1e-8, abs=1e-8)
    assert log_participation_ratio(t, x, product, log_n) == pytest.approx(number, abs=1e-9)


@pytest.mark.parametrize("ratio", [1.0, 0.1, 0.01])
def test_far_below_the_condensation_time_levels_with_an_edge_agree_with_their_closed_form(ratio: float) -> None:
    """Exponential energies (a plane seen from its centre): psi_k = e^{-e}/lam gamma(k + 1/lam, e^{lam e})."""
    size = 100
    t = ratio * float(condensation_time(np.zeros(2), np.ones(2), np.log(size) / 2))
    lam = 1 / t

    def psi(k: int, log_u: np.ndarray) -> np.ndarray:
        upper = np.exp(np.minimum(log_u, 700))
        return np.exp(-log_u / lam) / lam * special.gammainc(k + t, upper) * special.gamma(k + t)

    def term(log_u: np.ndarray) -> np.ndarray:
        loss = -np.expm1(-np.exp(np.minimum(log_u, 700))) - lam * psi(1, log_u)
        return size * psi(2, log_u) * (1 - loss) ** (size - 1)

    edges = np.concatenate([np.linspace(-45, 10, 60), np.geomspace(10.5, lam, 80)])  # of lam e; psi_k has its edge at 0
    nodes, weights = np.polynomial.legendre.leggauss(20)
    half = np.diff(edges)[:, None] / 2
    expected = (term(edges[:-1, None] + half * (nodes + 1)) * weights * half).sum()
    assert participation_ratio(t, np.zeros(2), np.ones(2), np.log(size)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("variances", "log_n", "ratio"),
    [([1.0], np.log(100), 1e-6), ([0.4, 0.3, 2.7, 3.1, 3.6, 2.9], 24.7, 1e-4), ([1.0, 0.25], np.log(100), 0.01)],
)
def test_far_below_the_condensation_time_one_point_is_all(variances: list[float], log_n: float, ratio: float) -> None:
    """1 - E sum w^2 in proportion to t; to t log(1/t) on a line, where the density of energies is E^{-1/2}."""
    v, x = np.array(variances), 0.6 * np.sqrt(variances)
    t = ratio * float(condensation_time(x, v, log_n / v.size))
    lost = 1 - participation_ratio(t * np.array([1, 2]), x, v, log_n)
    assert 0.1 * ratio < lost[0] < 3 * ratio
    assert lost[1] / lost[0] == pytest.approx(2, rel=0.05)


def test_limits_in_time() -> None:
    log_n = 160.0
    t = np.geomspace(1e-9, 1e3, 25)
    p = participation_ratio(t, np.ones(20), np.ones(20), log_n)
    assert (np.diff(p) < 0).all()
    assert p[0] == pytest.approx(1, abs=0.06)
    assert np.log(p[-1]) == pytest.approx(-log_n, abs=1e-3)


@pytest.mark.parametrize("t_over_t_c", [0.05, 1.0])
def test_a_huge_data_set_in_a_huge_space(t_over_t_c: float) -> None:
    d, log_n = 10_000, 5000.0
    variances = np.repeat([1.0, 0.09], d // 2)
    x = np.sqrt(variances)
    t = t_over_t_c * condensation_time(x, variances, log_n / d)
    p = participation_ratio(t * np.array([0.99, 1.0, 1.01]), x, variances, log_n)
    assert (np.diff(p) < 0).all()
    assert p[1] == pytest.approx(max(1 - t_over_t_c, 0), abs=2 / np.sqrt(log_n))


@pytest.mark.parametrize("scale", [1e-140, 1e-66, 1e140])
def test_no_unit_of_energy_costs_digits(scale: float) -> None:
    x, variances, t = np.array([0.3, 0.0]), np.array([1.0, 0.3]), 0.7
    here = participation_ratio(t, x, variances, 3.0)
    assert participation_ratio(t * scale, np.sqrt(scale) * x, scale * variances, 3.0) == pytest.approx(here, rel=1e-12)
    moved = log_partition(t * scale, np.sqrt(scale) * x, scale * variances, 3.0)
    assert moved == pytest.approx(log_partition(t, x, variances, 3.0), rel=1e-12)


def test_shapes_and_kinds() -> None:
    t, x = np.array([[0.1, 0.2, 0.5]]), np.stack([X, 0 * X])
    assert participation_ratio(t, x, VARIANCES, 3.0).shape == (2, 1, 3)
    assert mean_score(t, X, VARIANCES, 3.0).shape == (1, 3, 6)
    assert mean_jacobian(0.1, x, VARIANCES, 3.0).shape == (2, 6, 6)
    tensor = participation_ratio(0.1, torch.tensor(X), torch.tensor(VARIANCES), 3.0)
    assert isinstance(tensor, torch.Tensor)
    assert tensor.item() == participation_ratio(0.1, X, LinearGaussian(VARIANCES), 3.0)


def test_far_above_all_energies_the_score_varies_as_a_mean_of_n_points() -> None:
    variances, x = np.array([1.0, 0.3, 0.09]), np.array([0.5, -0.2, 0.1])
    for t, error in ((1e6, 3e-6), (1e10, 1e-5)):
        np.testing.assert_allclose(score_variance(t, x, variances, 5.0), variances / t**2 * np.exp(-5), rtol=error)
    with pytest.raises(NotComputable, match="t must be at most the standard deviation"):
        score_variance(1e15, x, variances, 5.0)


def test_two_points_of_equal_weight_have_a_fourth_of_their_mean_square_difference_as_covariance() -> None:
    law, own, t = UnitNormGaussian([1.0, 0.5, 0.2]), np.array([0.6, 0.0, 0.8]), np.array([0.1, 3.0])
    other = law.sample(400_000, np.random.default_rng(0))
    covariance = (other.T @ other / len(other) + np.outer(own, own)) / 4
    expected = covariance / t[:, None, None] ** 2 - np.eye(3) / t[:, None, None]
    found = equal_weights_jacobian(t, np.zeros(3), law, np.log(2), own)
    np.testing.assert_allclose(t[:, None, None] ** 2 * found, t[:, None, None] ** 2 * expected, atol=1e-3)
