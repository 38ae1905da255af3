"""Predictions and controls of the linear denoiser: roots that they name, order, and what corrections leave."""

from dataclasses import replace

import numpy as np
import pytest

from theory.case import Case, noised, origin
from theory.laws.spectra import halves
from verify.claims.learned import linear, linear_divergence, linear_splits, linear_training

CASE = Case(halves(20), origin, np.log(30), 0.05)


def test_the_printed_noise_solves_its_own_equation() -> None:
    lost = linear.without_factor(CASE)
    kappa = lost * CASE.over_subspaces(CASE.variances) / (1 - lost)
    right = CASE.t + (CASE.variances / (CASE.variances + kappa[0])).sum() / CASE.n
    assert kappa == pytest.approx(right, rel=1e-9)


def test_fewer_data_shrink_more_than_infinitely_many() -> None:
    assert (linear.population(CASE) < linear.limit(CASE)).all()
    assert (linear.limit(CASE) < linear.finite(CASE)).all()
    assert linear.contrast(CASE) < 0
    own = replace(CASE.at(1e-3), training=True)  # the empirical score has lost all directions at its own points
    assert linear.empirical_contrast(own) == pytest.approx(0, abs=1e-6)


def test_corrections_vanish_with_n_and_bound_what_is_left() -> None:
    shifts = [linear.finite_size(CASE.with_points(share)) for share in (1.0, 100.0)]
    assert (np.abs(shifts[1].shift) < np.abs(shifts[0].shift) / 50).all()
    assert shifts[0].error == pytest.approx(shifts[0].shift ** 2)


def test_halves_have_half_of_the_points() -> None:
    case = Case(halves(20), noised, np.log(60), 0.05)
    assert linear_splits.half(case).n == 30
    assert linear_splits.log_kappa(case) > linear_splits.log_kappa(case, points=1.0) > np.log(case.t)
    many = case.with_points(1e6)
    assert linear_splits.disagreement(many) == pytest.approx(linear_splits.without_renormalization(many), rel=1e-4)


def test_many_directions_and_points_have_a_quarter_of_d_over_n() -> None:
    case = Case(halves(1000), origin, np.log(500_000), 1.0)
    assert linear_divergence.of_the_fit(case) == pytest.approx(linear_divergence.quarter(case), rel=0.01)
    moved = linear_divergence.of_the_fit(case) + linear_divergence.many_directions(case).shift
    assert moved == pytest.approx(linear_divergence.quarter(case), rel=5 / 3 * case.d / case.n * 1.01)


def test_controls_of_training_differ_where_they_are_looked_at() -> None:
    table = linear_training.WEIGHTS.run(progress=False)
    right = linear_training.weights(table)
    assert np.abs(right - linear_training.without_noise(table)).max() > 0.1
    assert np.abs(right - linear_training.weights(table, swapped=True)).max() > 0.1
    assert table.observed.values == pytest.approx(right, abs=1e-7)
