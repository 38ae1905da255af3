"""Training in time: the solutions put in the gradient flow of the loss, and the times put in the solutions."""

import numpy as np
import pytest
import sympy as sp

from theory.formula import Formula
from theory.learned.training import (
    one_layer_time,
    one_layer_weight,
    optimal_weight,
    order_in_time,
    two_layer_half_time,
    two_layer_time,
    two_layer_weight,
)

TAU, T, V, START, ETA = two_layer_weight.symbols
WEIGHT = sp.Symbol("weight", positive=True)
LOSS = (WEIGHT - 1) ** 2 * V + WEIGHT**2 * T  # of one direction: E (W (y + sqrt(t) z) - y)^2


def test_the_best_weight_is_where_the_loss_is_least() -> None:
    assert sp.simplify(sp.solve(sp.diff(LOSS, WEIGHT), WEIGHT)[0] - optimal_weight(T, V)) == 0


def test_one_layer_follows_the_gradient_of_the_loss() -> None:
    path = one_layer_weight(TAU, T, V, START, ETA)
    assert sp.simplify(sp.diff(path, TAU) + ETA * sp.diff(LOSS, WEIGHT).subs(WEIGHT, path)) == 0
    assert sp.simplify(path.subs(TAU, 0) - START) == 0


def test_two_layers_follow_the_gradient_in_p() -> None:
    """W = p^2, and the loss moves both factors of P P^T: dL/dp = 2 p dL/dW."""
    path = two_layer_weight(TAU, T, V, START, ETA)
    of_p = LOSS.subs(WEIGHT, WEIGHT**2)  # WEIGHT stands for p
    flow = (-ETA * 2 * WEIGHT * sp.diff(of_p, WEIGHT)).subs(WEIGHT, sp.sqrt(path))
    assert sp.simplify(sp.diff(path, TAU) - flow) == 0
    assert sp.simplify(path.subs(TAU, 0) - START) == 0


@pytest.mark.parametrize(
    ("weight", "time", "mean"),
    [
        (one_layer_weight, one_layer_time(T, V, ETA), lambda end: (START + end) / 2),
        (two_layer_weight, two_layer_time(V, ETA), lambda end: 2 * START * end / (START + end)),
        (two_layer_weight, two_layer_half_time(V, START * (V + T) / V, ETA), lambda end: end / 2),
    ],
)
def test_each_time_is_where_the_weight_is_the_mean_that_it_names(weight: Formula, time: sp.Expr, mean: object) -> None:
    assert callable(mean)
    assert sp.simplify(weight(time, T, V, START, ETA) - mean(optimal_weight(T, V))) == 0


def test_high_variances_are_learned_first_in_one_layer_only_above_the_noise() -> None:
    variances = np.array([1.0, 0.1, 0.01, 1e-4, 1e-6])
    one, two = order_in_time(0.1, variances, eta=2.0)
    assert (np.diff(one) > 0).all()
    assert one[-1] / one[-2] == pytest.approx(1, abs=2e-3)
    assert two[-1] / two[-2] == pytest.approx(100)
