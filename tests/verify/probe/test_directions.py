"""Directions: what a score sees of them, at which noise they are lost, and when nothing is told of them."""

import re

import numpy as np
import torch
import xarray as xr

from simulate.dimension import EmpiricalScore, PopulationScore
from tests.verify.probe.laws import LAW, curve, law_score
from theory.laws import LinearGaussian, Mixture
from verify.probe import axis_groups, principal_axes, probe, report


def test_a_score_of_more_directions_than_its_data_have_is_not_taken_for_theirs(knowing: xr.Dataset) -> None:
    few = LAW.sample(3, np.random.default_rng(3))
    found = probe(law_score, few, times=[0.01], probes=2)
    assert "it sees more directions than 3 points can vary in at t = 0.01" in report(found)
    assert "more directions" not in report(knowing)


def test_a_model_that_sees_nothing_at_some_noise_but_something_at_less_does_not_memorize() -> None:
    law = LinearGaussian([1.0] + [0.05] * 19)
    points = law.sample(60, np.random.default_rng(0))
    found = probe(lambda x, t: -x / (0.1 + t), points, times=[0.4, 0.1, 0.01, 1e-3])  # an isotropic Gaussian
    assert (found.outcome.sel(time=0.4) == "memorized").mean() > 0.5
    said = report(found)
    assert found.attrs["verdict"] == "does not memorize"
    assert "at t = 0.4 (std 0.632) it sees no direction although the data show some" in said
    assert "at smaller times it does: it has learnt too little, or the data lie in tight clusters" in said
    assert "it loses no direction that the data show." in said


def test_a_curved_manifold_is_not_taken_for_memorization_of_its_axes() -> None:
    rng = np.random.default_rng(3)
    points, others = curve(rng.uniform(0, 2 * np.pi, 300)), curve(rng.uniform(0, 2 * np.pi, 50))
    law = torch.as_tensor(curve(np.linspace(0, 2 * np.pi, 4000, endpoint=False)))

    def score(x: torch.Tensor, t: float) -> torch.Tensor:
        weights = torch.softmax(-(torch.cdist(x.double(), law) ** 2) / (2 * t), dim=1)
        return ((weights @ law - x) / t).to(x.dtype)

    times = (0.3, 0.1, 0.03, 0.01, 1e-3)
    knowing, memorizing = (probe(each, points, others, times) for each in (score, EmpiricalScore(points)))
    assert (knowing.dimension.sel(time=1e-3) == 1).all()
    assert (knowing.normalized_jacobian.sel(time=1e-3).median("probe") > 2 / 3).all()  # no axis is a tangent
    assert knowing.attrs["verdict"] == "does not memorize"  # it misses held-out points by no more than its own
    alone = probe(score, points, None, times)
    assert alone.attrs["verdict"] == "not told"
    assert "it loses no direction that the data show; of variance" in report(alone)
    assert "and so does a curved manifold" in report(alone)
    assert memorizing.attrs["verdict"] == "memorizes"
    assert memorizing.attrs["from_time"] < 0.02  # at t above its collapse it shows what the others show


def test_directions_that_the_other_data_show_and_the_model_has_memorized_are_lost() -> None:
    law = LinearGaussian([1.0] * 30 + [1e-2] * 5)
    points = law.sample(100, np.random.default_rng(0))
    memory = EmpiricalScore(points[:, :30])

    def score(x: torch.Tensor, t: float) -> torch.Tensor:
        return torch.cat([memory(x[:, :30], t), -x[:, 30:] / (1e-2 + t)], dim=1)

    said = report(probe(score, points, times=[3.0, 2.0, 1.0, 0.1, 1e-3, 1e-4], seed=1))
    assert "this model memorizes" in said
    found = re.search(r"first to last: variance ([\d.]+): t = (\d)", said)
    assert found
    assert float(found[1]) > 0.3
    assert found[2] in "123"
    flat = probe(lambda x, t: -x / (1e-2 + t), points, times=[3.0, 2.0, 1.0, 0.1, 1e-3, 1e-4], seed=1)
    assert flat.attrs["verdict"] in ("does not memorize", "not told")  # it is nowhere near its points


def test_a_score_may_have_negative_normalized_jacobians_between_clusters() -> None:
    law = Mixture([1.0, 2.0], [LinearGaussian([0.05**2] * 3, [x, 0.0, 0.0]) for x in (-1.0, 1.0)])
    for seed in range(6, 10):
        data = law.sample(30, np.random.default_rng(seed))
        for score in (PopulationScore(law), EmpiricalScore(data)):
            assert probe(score, data, probes=1, seed=seed).attrs["verdict"] != "no score"


def test_normalized_jacobians_are_those_of_the_law(knowing: xr.Dataset) -> None:
    largest = knowing.normalized_jacobian.isel(group=0).sel(time=0.3)
    np.testing.assert_allclose(largest, 0.3 / 1.3, rtol=0.05)  # the axes are those of 40 points


def test_the_higher_variance_is_lost_first_by_memorization(memorizing: xr.Dataset) -> None:
    lines = [line for line in report(memorizing).splitlines() if "directions it loses" in line]
    assert lines
    first, *_ = lines[0].split("first to last: variance ")[1:]
    assert float(first.split(":")[0]) > 0.5


def test_principal_axes_are_orthonormal_and_carry_the_variance_whether_points_or_dimensions_are_more() -> None:
    rng = np.random.default_rng(2)
    for shape in ((50, 8), (8, 50)):
        points = rng.standard_normal(shape)
        axes, variances = principal_axes(points)
        np.testing.assert_allclose(axes @ axes.T, np.eye(len(axes)), atol=1e-10)
        np.testing.assert_allclose(((points - points.mean(0)) @ axes.T).var(axis=0), variances, rtol=1e-8)
        assert len(axes) == min(shape[1], shape[0] - 1)


def test_groups_part_the_axes_by_their_variance() -> None:
    groups = axis_groups(np.array([1.0, 0.9, 0.1, 0.09, 0.001]))
    assert [group.tolist() for group in groups] == [[0, 1], [2, 3], [4]]


def test_a_score_that_is_scaled_wrongly_is_told_so() -> None:
    points = LAW.sample(200, np.random.default_rng(0))
    doubled, plain = (report(probe(lambda x, t, a=a: a * law_score(x, t), points, seed=1)) for a in (2, 1))
    assert "where that of a density is at most 1: it is scaled wrongly" in doubled
    assert "scaled wrongly" not in plain
