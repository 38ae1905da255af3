"""Points that a linear denoiser needs, held against its law and against denoisers of drawn data."""

import numpy as np
import pytest

from verify.data.learned import noise_of_linear, points_of_linear

VARIANCES = np.geomspace(3, 0.01, 40)


@pytest.mark.parametrize("t", [0.02, 0.3, 5.0])
def test_so_many_points_make_the_noise_twice_as_large(t: float) -> None:
    n = points_of_linear(t, VARIANCES)
    assert noise_of_linear(t, VARIANCES, n) == pytest.approx(2 * t, rel=1e-9)
    assert noise_of_linear(t, VARIANCES, 100 * n) == pytest.approx(t, rel=0.02)


def test_denoisers_of_drawn_data_act_at_that_noise() -> None:
    rng, t, n = np.random.default_rng(0), 0.2, 60
    kappa = noise_of_linear(t, VARIANCES, n)
    lost = np.zeros(VARIANCES.size)
    for _ in range(200):
        data = rng.standard_normal((n, VARIANCES.size)) * np.sqrt(VARIANCES)
        lost += np.diag(t * np.linalg.inv(data.T @ data / n + t * np.eye(VARIANCES.size))) / 200
    np.testing.assert_allclose(lost, kappa / (kappa + VARIANCES), atol=0.02)
    assert np.abs(lost - t / (t + VARIANCES)).max() > 0.05
