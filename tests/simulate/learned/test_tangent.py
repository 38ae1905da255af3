"""Tangents of a network: against differences, against the flow of a network that is linear, and what a share is."""

import numpy as np
import pytest
import torch

from simulate.experiments.learned.tangent import TangentDescent, TangentShare, _flow, _share
from simulate.learned.tangent import descended, made, moved, outputs, tangents, trained
from theory.learned.tangent import TangentFlow

T = 0.1
NETWORK = made(2, 4, [3])[0].double()
X = np.random.default_rng(0).standard_normal((5, 2))


def test_tangents_are_derivatives_by_the_parameters_in_their_order() -> None:
    found, step, parameters = tangents(NETWORK, X, T), 1e-6, list(NETWORK.parameters())
    direction = [torch.randn(value.shape, generator=torch.Generator().manual_seed(1)).double() for value in parameters]
    ends = []
    for sign in (1, -1):
        for value, move in zip(parameters, direction, strict=True):
            value.data += sign * step * move
        ends.append(outputs(NETWORK, X, T))
        for value, move in zip(parameters, direction, strict=True):
            value.data -= sign * step * move
    along = found @ torch.cat([move.flatten() for move in direction]).numpy()
    assert along == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-7)


def test_descent_of_the_linear_model_is_the_flow_of_its_tangents() -> None:
    noise = np.random.default_rng(1).standard_normal((5, 2))
    flow = TangentFlow(tangents(NETWORK, X, T), noise - outputs(NETWORK, X, T))
    delta = descended(NETWORK, X, noise, T, rate=0.002, steps=100)
    assert moved(NETWORK, delta, X + 1, T) == pytest.approx(flow.moved(tangents(NETWORK, X + 1, T), 0.2), rel=0.02)


def test_descent_never_overshoots_however_large_its_rate_is_asked_for() -> None:
    found = TangentDescent(taus=(0.3,), rate=10.0, seed=4).run(progress=False)
    flow = TangentFlow(found.tangents.values[0], found.residual.values[0])
    expected = flow.moved(found.seen.values[0], 0.3)[0]
    assert found.observed.values == pytest.approx(expected, abs=0.02)


def test_training_moves_each_network_on_its_own_data_and_leaves_the_start() -> None:
    rng = np.random.default_rng(2)
    start, inputs = made(2, 4, [0, 1]), rng.standard_normal((2, 6, 2))
    before = outputs(start[0], X, T)
    ends = trained(start, inputs, inputs, T, 1e-2, 20)
    alone = trained(start[1:], inputs[1:], inputs[1:], T, 1e-2, 20)
    assert outputs(ends[1], X, T) == pytest.approx(outputs(alone[0], X, T), rel=1e-4, abs=1e-5)
    assert (outputs(start[0], X, T) == before).all()
    assert abs(outputs(ends[0], X, T) - before).max() > 1e-2


def test_a_share_is_1_for_the_flow_itself_and_0_for_what_it_never_nears() -> None:
    own = tangents(NETWORK, X, T)
    flow = _flow(own, tangents(NETWORK, X + 1, T), np.ones((5, 2)))
    assert _share(flow, flow[7]) == 1.0
    assert _share(flow, -flow[7]) == 0.0
    theirs = TangentFlow(own, np.ones((5, 2))).moved(tangents(NETWORK, X + 1, T), 0.3)
    assert flow[0] == pytest.approx(theirs, rel=1e-6)


def test_the_same_seed_gives_the_same_shares_between_0_and_1() -> None:
    small = TangentShare(widths=(4, 5), n=3, m=2, steps=5, seen=4, replicas=2)
    first, second = small.run(progress=False), small.run(progress=False)
    assert (first["values"] == second["values"]).all()
    assert ((first["values"] >= 0) & (first["values"] <= 1)).all()
    assert first.width.values.tolist() == [4] * 4 + [5] * 4
