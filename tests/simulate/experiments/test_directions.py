"""Directions that model classes show: each Jacobian is that of its own denoiser, and the limits are known."""

from dataclasses import replace

import numpy as np
import torch

from simulate.experiments.learned.directions import (
    MODELS,
    LearnedDirections,
    LearningDirections,
    _flow,
    _of_each,
    _of_features,
    _of_network,
)
from simulate.experiments.networks.trained import Architecture, deviation, trained
from simulate.learned.linear import covariance
from simulate.networks import as_score
from simulate.training import Settings
from theory.laws.spectra import gaussian

SMALL = LearnedDirections(
    law=gaussian((1.0, 2), (0.09, 2)),
    sizes=(6, 40),
    replicas=2,
    features=60,
    architecture=Architecture("mlp", 8),
    training=Settings(steps=3, batch=16, times=16, rate=1e-3, shortest=0.03**2, longest=9.0),
)


def test_rows_have_the_labels_of_model_size_and_subspace() -> None:
    found = SMALL.run(progress=False)
    assert found.sizes["point"] == len(MODELS) * 2 * 2
    assert set(found.variance.values.tolist()) == {1.0, 0.09}
    assert SMALL.run(progress=False).identical(found)


def test_the_linear_denoiser_shows_t_over_s_plus_t() -> None:
    asked = replace(SMALL, sizes=(40,))
    point = next(point for point in asked.points() if point["model"] == "linear")
    rng = asked.rng(point)
    data = [asked.law.sample(40, rng) for _ in range(2)]
    values = [np.diagonal(asked.t * np.linalg.inv(covariance(y) + asked.t * np.eye(4))) for y in data]
    expected = np.array(values).reshape(2, 2, 2).mean(axis=2).T
    np.testing.assert_allclose(asked.at(point)["values"].values, expected, rtol=1e-10)


def test_features_show_the_slope_of_their_denoiser() -> None:
    rng = np.random.default_rng(0)
    flow = _flow(SMALL, SMALL.law.sample(20, rng), rng)
    x, tau, step = rng.standard_normal((3, 4)), 50.0, 1e-5

    def denoised(points: np.ndarray) -> np.ndarray:
        return flow.features.at(points) @ flow.coefficients(tau).T

    for i, e in enumerate(np.eye(4)):
        slope = (denoised(x + step * e) - denoised(x - step * e))[:, i] / (2 * step)
        np.testing.assert_allclose(_of_features(flow, tau)(x)[:, i], 1 - slope, atol=1e-6)
    assert len(_of_each(SMALL, "features", [flow.data] * 2, rng)) == 2


def test_networks_show_minus_t_times_the_slope_of_their_score() -> None:
    rng, step = np.random.default_rng(0), 1e-5
    network = SMALL.architecture.builder((4,), 1.0)()
    x, score = rng.standard_normal((3, 4)), as_score(network.double())
    slopes = [score(torch.as_tensor(x + e), SMALL.t) - score(torch.as_tensor(x - e), SMALL.t) for e in step * np.eye(4)]
    expected = [-SMALL.t * slope[:, i].detach().numpy() / (2 * step) for i, slope in enumerate(slopes)]
    assert np.ptp(expected) > 1e-3  # they differ, among points and directions
    np.testing.assert_allclose(_of_network(network, SMALL.t)(x), np.stack(expected, axis=1), rtol=1e-4)


def test_networks_are_those_of_their_training() -> None:
    data = [SMALL.law.sample(20, np.random.default_rng(0))]
    (found,) = _of_each(SMALL, "network", data, np.random.default_rng(1))
    run = trained(SMALL.architecture.builder((4,), deviation(data[0])), data, SMALL.training, np.random.default_rng(1))
    np.testing.assert_array_equal(found(data[0][:2]), _of_network(run.network(0), SMALL.t)(data[0][:2]))


def test_the_empirical_score_shows_nothing_where_one_point_carries_it() -> None:
    asked = replace(SMALL, t=1e-7, sizes=(6,))
    point = next(point for point in asked.points() if point["model"] == "empirical")
    np.testing.assert_allclose(asked.at(point).observed, 1.0, atol=1e-9)


def test_features_in_time_end_where_the_trained_ones_are() -> None:
    asked = LearningDirections(
        **{name: getattr(SMALL, name) for name in ("law", "replicas", "features", "architecture", "training")},
        n=20,
        taus=(0.0, 1e6),
        steps=(1, 3),
    )
    found = asked.run(progress=False)
    features = found.isel(point=found.model.values == "features")
    start = features.isel(point=features.moment.values == 0.0)
    np.testing.assert_array_equal(start.observed, 1.0)  # nothing is learned: D = 0
    assert (features.isel(point=features.moment.values == 1e6).observed < 0.9).any()
    assert set(found.isel(point=found.model.values == "network").moment.values.tolist()) == {1.0, 3.0}
