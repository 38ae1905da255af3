"""What every energy law must satisfy, whatever it is: shapes, derivatives, samplers and convexity.

Derivatives of K are held against contour integrals of K itself in the complex plane (Cauchy, for lambda) and against
central differences (for x); samplers against K at false-alarm rates that are stated.
"""

import numpy as np
import pytest
import torch
from scipy import stats

from theory.laws.law import EnergyLaw

NODES = 32  # of a circle: converges geometrically
SAMPLES = 100_000
FALSE_ALARM = 1e-5  # of one comparison, two-sided


def assert_shapes(law: EnergyLaw, x: np.ndarray) -> None:
    """Shapes of lam (), (n,), (batch,) and (n, 1), x (d,) and (batch, d); a batch gives what its rows give."""
    d, batch, lam = law.dimension, np.stack([x, 2 * x, x + 0.1]), np.array([0.4, 0.9, 1.7])
    for call, last in (
        (law.log_mgf, 0),
        (law.lam_derivative, 0),
        (law.gradient, 1),
        (law.curvature, 1),
        (law.hessian, 2),
    ):
        axes = (d,) * last
        assert np.shape(call(0.4, x)) == axes
        assert call(lam + 0.3j, x).shape == (3, *axes)
        assert np.shape(call(lam[:0] + 0j, x)) == (0, *axes)
        together = call(lam, batch)
        assert together.shape == (3, *axes)
        for i in range(3):
            np.testing.assert_allclose(together[i], call(lam[i], batch[i]), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(law.log_mgf(lam[:, None], batch)[:, 1], law.log_mgf(lam, batch[1]), rtol=1e-12)
    loss = lam * law.lam_derivative(lam, x) - law.log_mgf(lam, x)
    np.testing.assert_allclose(law.entropy_loss(lam, np.stack([x, x]))[1], loss, rtol=1e-9, atol=1e-13)


def assert_derivatives(law: EnergyLaw, x: np.ndarray, lam: complex, radius: float = 0.1) -> None:
    """Derivatives in lambda to 1e-9, in x to 1e-6 relative; the diagonal of the Hessian is the curvature."""
    turn = np.exp(2j * np.pi * (np.arange(NODES) + 0.5) / NODES)
    around = law.log_mgf(lam + radius * turn, x)
    for order, factor in ((1, 1), (2, 2)):
        expected = factor * (around * turn**-order).mean() / radius**order
        np.testing.assert_allclose(law.lam_derivative(lam, x, order), expected, rtol=1e-9, atol=1e-10)
    step = 1e-4 * np.eye(law.dimension)
    slope = np.stack([law.log_mgf(lam, x + s) - law.log_mgf(lam, x - s) for s in step]) / 2e-4
    np.testing.assert_allclose(law.gradient(lam, x), slope, rtol=1e-6, atol=1e-6)
    hessian = np.stack([law.gradient(lam, x + s) - law.gradient(lam, x - s) for s in step]) / 2e-4
    np.testing.assert_allclose(law.hessian(lam, x), hessian, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(law.curvature(lam, x), np.diagonal(law.hessian(lam, x)), rtol=1e-12, atol=1e-13)


def assert_sampler(law: EnergyLaw, x: np.ndarray, lam: float, seed: int = 0) -> None:
    """Sampled levels have the law's e^K, mean energy and offsets y - x at lam: d + 2 comparisons at FALSE_ALARM."""
    y = law.sample(SAMPLES, np.random.default_rng(seed))
    assert y.shape == (SAMPLES, law.dimension)
    energy = ((y - x) ** 2).sum(-1) / 2
    weight = np.exp(-lam * energy - law.log_mgf(lam, x))
    ones = np.column_stack([weight - 1, weight * (energy + law.lam_derivative(lam, x))])
    columns = np.column_stack([ones, weight[:, None] * (y - x - law.gradient(lam, x) / lam)])
    error = columns.std(axis=0) / np.sqrt(SAMPLES)
    exact = error < 1e-14  # a coordinate without variance, or beyond the manifold
    np.testing.assert_allclose(columns.mean(axis=0)[exact], 0, atol=1e-12)
    score = columns.mean(axis=0)[~exact] / error[~exact]
    assert np.abs(score).max() < stats.norm.isf(FALSE_ALARM / 2)


def assert_door(law: EnergyLaw, x: np.ndarray) -> None:
    """Lists, numbers and tensors are taken and answered in kind; what is no temperature, place or size is refused."""
    rng = np.random.default_rng(0)
    for call in (law.log_mgf, law.lam_derivative, law.gradient, law.curvature, law.hessian):
        expected = call(np.array([1.0, 2.0]), x)
        np.testing.assert_array_equal(call([1, 2], x.tolist()), expected)
        for dtype, rtol in ((torch.float32, 1e-4), (torch.float64, 1e-12)):
            answer = call(torch.tensor([1, 2]), torch.tensor(x, dtype=dtype))
            assert answer.dtype == dtype
            np.testing.assert_allclose(answer.numpy(), expected, rtol=rtol, atol=rtol)
        assert call(torch.tensor([1 + 1j, 2]), x).dtype == torch.complex64
        for lam in (np.nan, [1.0, np.inf], complex(0, np.nan), law.lower, "one", [1.0, [2.0]]):
            with pytest.raises(ValueError, match=r"^lam must be"):
                call(lam, x)
        for bad in (x[:-1], np.append(x[1:], np.nan), 1.0, x.astype(complex)):
            with pytest.raises(ValueError, match=r"^x must"):
                call(1.0, bad)
        with pytest.raises(ValueError, match=r"^lam must broadcast against the batch shape of x"):
            call(np.ones(2), np.stack([x, x, x]))
    with pytest.raises(ValueError, match=r"^order must be 1 or 2"):
        law.lam_derivative(1.0, x, 3)
    for n in (-1, 2.5, np.nan):
        with pytest.raises(ValueError, match=r"^n must be"):
            law.sample(n, rng)
    with pytest.raises(ValueError, match=r"^rng must be"):
        law.sample(3, None)
    assert len(repr(law)) < 400
    assert type(law).__name__ in repr(law)
