"""Kernels of pairs of points: gradients against differences, and the tangent kernel by its integral."""

import numpy as np
import pytest

from theory.learned.kernels import KERNELS, NeuralTangent, Pairs

PLACES, OTHERS = np.random.default_rng(0).standard_normal((2, 2, 3))


@pytest.mark.parametrize("name", KERNELS)
def test_gradients_are_differences(name: str) -> None:
    kernel, step, axes = KERNELS[name], 1e-5, np.eye(3)
    sides = [[kernel.value(Pairs(PLACES + sign * step * axis, OTHERS)) for sign in (1, -1)] for axis in axes]
    along, own = kernel.slopes(Pairs(PLACES, OTHERS))
    gradient = (along[..., None] * OTHERS + 2 * own[..., None] * PLACES[:, None]) / 3
    np.testing.assert_allclose(gradient, np.stack([(up - down) / (2 * step) for up, down in sides], axis=-1), atol=1e-8)


def test_a_tangent_kernel_of_one_layer_by_its_integral() -> None:
    """E over w of 2 [relu(w.x) relu(w.y) + 1[w.x > 0] 1[w.y > 0] x.y] over d."""
    w, (x, y) = np.random.default_rng(2).standard_normal((400_000, 3)), PLACES
    both, inner = (w @ x > 0) & (w @ y > 0), x @ y
    drawn = 2 * both * ((w @ x) * (w @ y) + inner) / 3
    found = NeuralTangent(1).value(Pairs(PLACES[:1], PLACES[1:]))[0, 0]
    assert found == pytest.approx(drawn.mean(), abs=5 * drawn.std() / np.sqrt(len(w)))
