"""Four modes of few noises: their equations, their end, one noise, and a drawn model."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from simulate.experiments.learned.kernels import curves
from theory.learned.few_noises import FewNoises, few_noises_slope, memorizing_eigenvalue
from theory.learned.kernels import KERNELS, Pairs
from theory.learned.timescales import Moments, coupled, memory_time

TAUS = np.array([0.5, 5.0, 50.0, 500.0])
TANGENT = "tangent, one hidden layer"


@pytest.mark.parametrize("m", [1, 3])
def test_slopes_obey_their_equations(m: int) -> None:
    n, d, t, lam = 30, 20, 0.1, 0.7
    model = FewNoises(KERNELS["Gaussian"], n, d, m, t)
    linear, constant, own = model.couplings

    def down(_: float, s: np.ndarray) -> np.ndarray:
        g, a, b, e = s
        of_y, of_mean, of_rest = 1 - g - a, -(g + b), -(g + e)
        follows = linear / d * (lam * of_y + t / m * of_mean + t * (m - 1) / m * of_rest)
        copies = (constant + own / m) / n
        return 2 * np.array([follows, copies * of_y, copies * of_mean, own / (n * m) * of_rest])

    found = solve_ivp(down, (0, TAUS[-1]), np.zeros(4), t_eval=TAUS, rtol=1e-10, atol=1e-12, method="LSODA")
    np.testing.assert_allclose(model.slope(lam, TAUS), found.y[0], atol=1e-7)


def test_the_end_is_the_fixed_point() -> None:
    model = FewNoises(KERNELS[TANGENT], 100, 20, 3, 0.1)
    sizes = (100.0, 20.0, 3.0, 0.1)
    assert model.slope(1.3, np.array([1e12]))[0] == pytest.approx(
        float(few_noises_slope.numeric(1.3, *model.couplings, *sizes)), rel=1e-6
    )
    data = Moments(np.zeros(3), np.diag([0.5, 1.0, 1.5]))
    assert model.risk(data, np.array([1e12]))[0] == pytest.approx(model.plateau(data), rel=1e-6)


def test_one_noise_does_not_tell_noise_from_data() -> None:
    """For m = 1 and many points what is left is the slope of the linear denoiser."""
    lam, t = 0.8, 0.3
    assert few_noises_slope.numeric(lam, 1.0, 0.2, 0.3, 1e12, 10.0, 1.0, t) == pytest.approx(lam / (lam + t))


@pytest.mark.parametrize("m", [2, 5])
def test_points_are_memorized_at_the_eigenvalue_stated(m: int) -> None:
    """At N far above d the slope falls from that of the law to its end in the time N m/(2 lambda_mem)."""
    n, d, lam, t = 10**8, 10, 0.7, 0.4
    model = FewNoises(KERNELS["Gaussian"], n, d, m, t)
    _, gamma, own = model.couplings
    scale = n * m / (2 * memorizing_eigenvalue.numeric(lam, gamma, own, float(m), t))
    start, later, end = model.slope(lam, scale * np.array([1e-4, 1.0001, 60.0]))
    assert start == pytest.approx(lam / (lam + t), rel=1e-3)
    assert (later - end) / (start - end) == pytest.approx(np.exp(-1), rel=1e-5)


def test_many_noises_are_memorized_at_the_memory_time() -> None:
    tau = 50 * 1e9 / (2 * memorizing_eigenvalue.numeric(0.7, 0.2, 0.3, 1e9, 0.1))
    assert tau == pytest.approx(memory_time.numeric(0.7, 0.2, 50.0, 0.1), rel=1e-7)


@pytest.mark.parametrize("m", [2, 4])
def test_a_drawn_kernel_matrix_has_the_eigenvalue(m: int) -> None:
    """Rayleigh's quotient of the mode that is not linear: the mean of a point's copies against what each has alone."""
    rng, n, d, t = np.random.default_rng(2), 2000 // m, 300, 0.5
    y = np.repeat(rng.standard_normal((n, 1, d)), m, axis=1)
    x = y + np.sqrt(t) * rng.standard_normal(y.shape)
    x *= np.sqrt(d) / np.linalg.norm(x, axis=2, keepdims=True)
    mean, flat = x.mean(axis=1, keepdims=True), x.reshape(-1, d)
    mode = (mean - (1 + t / m) / (t * (m - 1) / m) * (x - mean)).reshape(-1, d)
    straight = np.column_stack([np.ones(len(flat)), flat])
    mode -= straight @ np.linalg.lstsq(straight, mode, rcond=None)[0]  # what is so by chance
    gram = KERNELS["Gaussian"].value(Pairs(flat, flat))
    found = (mode * (gram @ mode)).sum() / (mode**2).sum()
    _, gamma, own = FewNoises(KERNELS["Gaussian"], n, d, m, t).couplings
    assert found == pytest.approx(float(memorizing_eigenvalue.numeric(1.0, gamma, own, float(m), t)), rel=0.1)


def test_many_noises_forget_the_law() -> None:
    left = [float(few_noises_slope.numeric(1.0, 1.0, 0.2, 0.3, 1e6, 1e3, m, 0.1)) for m in (1.0, 10.0, 100.0, 1000.0)]
    assert all(np.diff(left) < 0)
    assert left[-1] < 0.05


def test_a_part_without_weight_stays_at_0() -> None:
    found = coupled(0.1, np.array([0.2, 0.3]), np.array([1.0, 0.0]), np.array([1.0, 0.0]), TAUS)
    np.testing.assert_array_equal(found[:, 2], 0)


def test_a_drawn_model_of_two_noises() -> None:
    rng, (d, n, m, t) = np.random.default_rng(0), (40, 120, 2, 0.1)
    taus = np.array([3.0, 30.0, 300.0, 1e6])
    found = [curves(TANGENT, d, n, m, t, taus, rng) for _ in range(3)]
    said = [FewNoises(KERNELS[TANGENT], n, d, m, t).risk(Moments(*_parts(one.moments)), taus) for one in found]
    np.testing.assert_allclose(np.mean([one.risk for one in found], axis=0), np.mean(said, axis=0), atol=0.03)


def _parts(moments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return moments[:, 0], moments[:, 1:]
