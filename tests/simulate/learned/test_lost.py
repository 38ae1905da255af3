"""Losses of learned denoisers along directions: against sampled noise, the rule on the empirical score, repetition."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.experiments.learned.course import LinearCourse
from simulate.experiments.learned.lost import LostRule, _slope
from simulate.experiments.networks.trained import Architecture
from simulate.learned.linear import solved
from simulate.learned.lost import LinearShare
from simulate.samplers import DataSets
from theory.case import Case, origin
from theory.laws.spectra import halves
from theory.learned.lost import trained_share


@pytest.mark.parametrize("at", ["training", "held-out"])
def test_the_share_of_a_linear_denoiser_is_its_loss_at_sampled_noise(at: str) -> None:
    case, rng = Case(halves(4), origin, np.log(9), 0.1), np.random.default_rng(0)
    drawn = next(iter(DataSets().parts(case, 3, rng)))
    shares = LinearShare(at=at)(case, drawn)
    for replica, data in enumerate(drawn.offsets):
        y = np.repeat(data, 20_000, axis=0) if at == "training" else case.law.sample(180_000, rng)
        errors = solved(data, case.t).denoise(y + np.sqrt(case.t) * rng.standard_normal(y.shape)) - y
        found = (errors**2).mean(axis=0) * (case.t + case.variances) / (case.t * case.variances)
        assert shares[:, replica] == pytest.approx(case.over_subspaces(found), rel=0.02)


def test_an_unknown_place_is_named() -> None:
    case = Case(halves(2), origin, np.log(3), 0.1)
    with pytest.raises(ValueError, match=r"^at must be one of"):
        LinearShare(at="elsewhere")(case, next(iter(DataSets().parts(case, 2, np.random.default_rng(0)))))


def test_a_slope_is_the_mean_of_the_diagonal() -> None:
    w = np.array([[0.5, 3.0], [0.2, 0.1]])
    x = np.random.default_rng(0).standard_normal((2000, 2))
    assert _slope(lambda at: at @ w.T, x, np.array([1]), 1e-3, np.random.default_rng(1)) == pytest.approx(0.1)
    assert _slope(np.sin, x, np.array([0]), 1e-4, np.random.default_rng(1)) == pytest.approx(np.cos(x[:, 0]).mean())


def test_the_empirical_score_keeps_the_rule_and_the_seed_its_bits() -> None:
    small = LostRule(models=("empirical",), sizes=(5,), law=halves(2), seen=4000, replicas=2)
    table = small.run(progress=False)
    assert table.observed.values == pytest.approx([0, 0], abs=0.08)
    assert (table.slope.values > 0.3).all()
    rule = trained_share.numeric(table.slope.values, table.variance.values[:, None], small.t)
    assert table["values"].values == pytest.approx(table.loss.values - rule, abs=1e-12)
    assert (table["values"] == small.run(progress=False)["values"]).all()


def test_a_linear_layer_comes_from_the_mean_to_the_loss_of_its_data() -> None:
    table = LinearCourse(taus=(0.002, 20.0)).run(progress=False)
    start, end = (table.isel(point=np.isclose(table.tau, tau)) for tau in (0.002, 20.0))
    assert start.observed.values == pytest.approx(1 + start.eigenvalue.values / 0.1, rel=0.05)
    assert end.observed.values == pytest.approx(1, abs=0.01)


def test_a_u_net_learns_square_images_and_others_have_their_own_law() -> None:
    rule = LostRule(models=("empirical", "U-Net"), law=halves(2), pixels=halves(4), sizes=(3,), replicas=2, seen=50)
    brief = replace(rule, training=replace(rule.training, steps=3), unet=Architecture("unet", 4))
    table = brief.run(progress=False)
    assert table.d.values.tolist() == [2, 2, 4, 4]
    assert table.model.values.tolist() == ["empirical"] * 2 + ["U-Net"] * 2
    assert np.isfinite(table.loss.values).all()
    with pytest.raises(ValueError, match=r"^model must be one of"):
        brief.denoisers("transformer", [], np.random.default_rng(0))


def test_a_linear_denoiser_keeps_the_rule_and_has_the_slopes_of_its_weights() -> None:
    asked = LostRule(models=("linear",), sizes=(30,), seen=3000, replicas=12)
    table = asked.run(progress=False)
    assert (abs(table.observed) < 4 * table.stderr + 0.01).all()
    data = asked.law.sample(30, np.random.default_rng(0))
    (denoise,) = asked.denoisers("linear", [data], np.random.default_rng(1))
    weights, x = solved(data, asked.t).weights, np.zeros((1, 8))
    assert denoise(x + np.eye(8)) - denoise(x) == pytest.approx(weights, abs=1e-12)
