"""Copies: among the training points, among the held-out points, and among what is denoised."""

import numpy as np
import pytest
import xarray as xr

from simulate.dimension import EmpiricalScore
from tests.verify.probe.laws import LAW, TIMES, law_score
from verify.probe import probe, report


def test_copies_are_counted(memorizing: xr.Dataset) -> None:
    total = memorizing.sizes["free"]
    said = report(memorizing)
    assert "one step denoises into copies of training points, three times nearer than to any other" in said
    assert f"{total} of {total} noised held-out points, at t = 0.01 " in said
    assert "of 40 training points 0 lie so near to another one" in said


def test_copies_count_as_one_point(data: np.ndarray, held_out: np.ndarray) -> None:
    twice = np.concatenate([data, data])
    once, doubled = (probe(EmpiricalScore(points), points, held_out, TIMES) for points in (data, twice))
    for found in (once, doubled):
        assert (found.landing_ratio.sel(time=1e-4) < 1e-3).all()
        np.testing.assert_allclose(found.effective.sel(time=1e-4), 1, rtol=1e-6)
    assert doubled.landed_on.max() < len(data)
    x = doubled.effective.sel(time=0.3)
    assert ((x >= 1) & (x <= len(data))).all()
    assert "40 of them exact copies, which count as one point here" in report(doubled)


def test_without_held_out_data_draws_of_a_gaussian_are_denoised(data: np.ndarray) -> None:
    memorizing, nothing = (probe(each, data, times=[1e-4]) for each in (EmpiricalScore(data), lambda x, t: 0 * x))
    assert "4 of 4 noised draws of a Gaussian of their covariance, at t = 0.0001" in report(memorizing)
    assert (nothing.landing_ratio.values > 1 / 3).sum() >= 3


def test_held_out_points_that_are_training_points_are_counted(data: np.ndarray, held_out: np.ndarray) -> None:
    found = probe(law_score, data, np.concatenate([held_out, data[:3]]), [0.1])
    assert "3 of the held-out points are among them, and left out" in report(found)
    assert "held-out points are among" not in report(probe(law_score, data, held_out, [0.1, 0.1]))
    with pytest.raises(ValueError, match="held_out must have points that are not in data"):
        probe(law_score, data, data[:7], [0.1])


def test_exact_copies_are_said() -> None:
    points = np.repeat(LAW.sample(10, np.random.default_rng(0)), 2, axis=0)
    assert "10 of them exact copies" in report(probe(law_score, points, times=[0.1], probes=2))
