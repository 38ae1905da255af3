"""Lanczos against spectra that are known: nodes, shares, ends and counts within their bounds; the asymmetry of J."""

import numpy as np
import pytest
import torch
from scipy.stats import binom

from simulate.dimension import Field, NotDifferentiable, PopulationScore, local_dimension
from simulate.dimension.asymmetry import asymmetry
from simulate.dimension.lanczos import chain, counts
from simulate.dimension.spectra import Spectrum, lanczos, randomized
from simulate.dimension.visible import NORMAL, TANGENT
from theory.laws import LinearGaussian

SPECTRA = {
    "gap": np.r_[np.full(7, 0.01), np.linspace(0.9, 1.1, 193)],
    "uniform": np.linspace(-1, 1, 200),
    "geometric": np.geomspace(1e-6, 1, 200),
    "two values": np.r_[np.full(50, 0.2), np.ones(150)],
    "outlier": np.r_[-3.0, np.random.default_rng(0).normal(1, 0.1, 199)],
}


def run(values, seed, steps=20):
    v = np.random.default_rng(seed).standard_normal(values.size)
    return v / np.linalg.norm(v), chain(lambda rows: rows * values, v, steps)


@pytest.mark.parametrize("name", SPECTRA)
@pytest.mark.parametrize("steps", [1, 5, 48])
def test_nodes_shares_and_residuals_are_within_their_bounds(name, steps):
    values = SPECTRA[name]
    for seed in range(5):
        v, found = run(values, seed, steps)
        assert found.weights.sum() == pytest.approx(1)
        nearest = np.abs(found.pairs[0][:, None] - values).min(axis=1)
        assert (nearest <= found.residuals + 1e-12).all()
        for level in (-4.0, 0.1, TANGENT, 0.5, NORMAL, float(found.pairs[0][0]), 4.0):
            low, high = found.share(level)
            tie = 1e-9
            assert low <= (v[values < level + tie] ** 2).sum() + 1e-9
            assert (v[values < level - tie] ** 2).sum() <= high + 1e-9


def test_a_share_is_sharp_where_there_is_a_gap_and_exact_where_the_space_is_exhausted():
    v, found = run(SPECTRA["gap"], 0)
    low, high = found.share(0.5)
    assert high - low < 1e-9
    assert low == pytest.approx((v[:7] ** 2).sum())
    v, found = run(SPECTRA["two values"], 0)
    assert found.diagonal.size == 2
    assert found.share(0.2)[0] == 0
    assert found.share(0.5) == pytest.approx([(v[:50] ** 2).sum()] * 2)


@pytest.mark.parametrize("chance", [0.3, 0.05])
def test_the_ends_are_passed_with_the_stated_chance_at_most(chance):
    for values in SPECTRA.values():
        found = [run(values, seed, 8)[1] for seed in range(60)]
        passed = [np.mean([one.highest(200, chance) < values.max() - 1e-9 for one in found]),
                  np.mean([one.lowest(200, chance) > values.min() + 1e-9 for one in found])]  # fmt: skip
        assert max(passed) <= binom.ppf(0.9999, 60, chance) / 60


@pytest.mark.parametrize("k", [0, 1, 7, 150, 200])
def test_counts_err_to_either_side_with_a_chance_of_one_half_at_most(k):
    shares = np.random.default_rng(1).standard_normal((2000, 200)) ** 2
    shares = shares[:, :k].sum(axis=1) / shares.sum(axis=1)
    found = np.array([counts((share, share), 200) for share in shares])
    assert (np.diff(found, axis=1) >= 0).all()
    assert np.mean(found[:, 0] > k) <= 0.5 + 4 * np.sqrt(0.25 / 2000)
    assert np.mean(found[:, 2] < k) <= 0.5 + 4 * np.sqrt(0.25 / 2000)
    assert abs(np.median(found[:, 1]) - k) <= 0.05 * k + 1e-6


def test_the_interval_of_a_quadrature_covers_the_dimension():
    law = LinearGaussian([1.0] * 12 + [0.0] * 88)
    found = [
        local_dimension(PopulationScore(law), np.zeros(100), 0.01, spectrum="lanczos", rng=np.random.default_rng(seed))
        for seed in range(25)
    ]
    missed = np.mean([not (one.lower <= 12 <= one.upper) for one in found])
    assert missed <= binom.ppf(0.9999, 25, 0.05) / 25
    assert np.median([one.upper - one.lower for one in found]) < 12
    memorized = local_dimension(PopulationScore(law), np.zeros(100), 1e3, spectrum="lanczos")
    assert str(memorized.outcome.values) == "memorized"


@pytest.mark.parametrize("kind", ["explicit", "torch", "differenced"])
def test_the_antisymmetric_part_is_bounded(kind):
    rng = np.random.default_rng(2)
    matrix = rng.standard_normal((40, 40)) / 10
    turning = np.linalg.norm((matrix - matrix.T) / 2, 2)

    class Score:
        def __call__(self, x, t):
            return x @ (torch.as_tensor(matrix.T) if isinstance(x, torch.Tensor) else matrix.T)

        def jacobian(self, x, t):
            return np.broadcast_to(matrix, (len(x), 40, 40))

    score, like = Score(), torch.zeros(40, dtype=torch.float64) if kind == "torch" else np.zeros(40)
    field = Field(score if kind == "explicit" else score.__call__, like, 0.5)
    field.check(np.zeros(40), rng)
    found = asymmetry(field, np.zeros(40), rng)
    assert turning * 0.5 <= found <= 0.5 * turning * {"explicit": 7, "torch": 40, "differenced": 300}[kind]
    if kind == "differenced":
        with pytest.raises(NotDifferentiable, match="score must let gradients flow, or be a gradient, for lanczos"):
            lanczos(field, np.zeros(40), rng)
        return
    spectrum = lanczos(field, np.zeros(40), rng)
    assert spectrum.asymmetry >= turning * 0.5
    exact = np.linalg.eigvalsh(-0.5 * (matrix + matrix.T) / 2)
    off = np.abs(spectrum.values[:, None] - exact).min(axis=1)
    assert (off <= spectrum.errors + 1e-6).all()


def test_without_gradients_the_bounds_of_the_randomized_spectrum_allow_for_the_antisymmetric_part():
    """B = I + t J with J = A + K, A symmetric: products with J alone are not those that count."""
    rng = np.random.default_rng(3)
    values = np.r_[np.full(5, 0.1), np.ones(75)]
    turn = rng.standard_normal((80, 80)) * 1e-5
    matrix = np.diag(values) + turn - turn.T
    spectrum = randomized(checked(lambda x, t: -x @ matrix.T / t, np.zeros(80), 0.5), np.zeros(80), rng)
    exact = np.sort(values)[::-1]
    assert (spectrum.least <= exact).all()
    assert (exact <= spectrum.most).all()
    assert spectrum.below(0.5) == (5, 5, 5)


@pytest.mark.parametrize("way", ["randomized", "jacobian", "differences"])
def test_in_single_precision_the_bounds_allow_for_its_rounding(way):
    rng = np.random.default_rng(4)
    for d in (3, 20, 60):
        turn, values = np.linalg.qr(rng.standard_normal((d, d)))[0], rng.uniform(0, 1.2, d)
        matrix = torch.as_tensor((turn * values) @ turn.T, dtype=torch.float32)
        x = torch.as_tensor(rng.standard_normal(d), dtype=torch.float32)
        found = local_dimension(lambda rows, t, matrix=matrix: -rows @ matrix / t, x, 0.01, spectrum=way)
        off = np.abs(found.singular_values - np.sort(values)[::-1])
        assert (off <= found.errors).all()
        assert 1e-7 < found.errors.max() < 0.01


def test_the_ends_of_a_wild_spectrum_are_found_without_overflow():
    values = np.r_[1e4 * np.linspace(-1, 1, 4), np.random.default_rng(0).normal(0, 0.2, 140)]
    found = run(values, 0, 60)[1]
    assert values.max() - 1e-6 <= found.highest(144, 1e-4) < 1.01 * values.max()
    assert 1.01 * values.min() < found.lowest(144, 1e-4) <= values.min() + 1e-6


def test_what_is_known_within_bounds_counts_where_they_allow_it():
    values = np.array([0.9, 0.5, 0.3])
    spectrum = Spectrum(values, np.ones(3), values - np.array([0.3, 0.0, 0.0]), values + np.array([0.0, 0.0, 0.1]))
    assert spectrum.below(TANGENT) == (0, 1, 1)
    assert spectrum.below(NORMAL) == (2, 2, 3)
    np.testing.assert_allclose(spectrum.errors, [0.3, 0.0, 0.1])


def checked(score, x, t):
    field = Field(score, x, t)
    field.check(x, np.random.default_rng(0))
    return field


def test_a_hessian_has_no_antisymmetric_part():
    result = local_dimension(PopulationScore(LinearGaussian([1.0, 0.0])), np.zeros(2), 0.1)
    assert result.asymmetry == 0
    assert (result.errors < 1e-12).all()
