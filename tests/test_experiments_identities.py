"""Identities: rows carry their data, and an error of 1e-6 in a score or Jacobian is seen."""

import numpy as np
import pytest

from simulate.experiments.identities import EmpiricalJacobian, EmpiricalScore
from simulate.experiments.process import PreservingScore
from simulate.experiments.setting import Setting
from verify.claim import Claim, judge
from verify.claims import identities, process

SETTING = Setting("graded", "origin", 3, 7)


def test_rows_carry_the_data_that_they_belong_to() -> None:
    observed = EmpiricalScore(setting=SETTING, times=(0.1, 1.0)).run(progress=False)
    assert dict(observed.sizes) == {"point": 6, "axis": 3, "sample": 7}
    offsets = observed.data.values - observed.x.values[:, None]
    weights = np.exp(-(offsets**2).sum(axis=2) / (2 * observed.t.values[:, None]))
    mean = (weights[..., None] * offsets).sum(axis=1) / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(observed.observed, mean[np.arange(6), observed.i] / observed.t, rtol=1e-9)


def test_every_pair_of_axes_has_a_row() -> None:
    observed = EmpiricalJacobian(setting=SETTING, times=(0.5,)).run(progress=False)
    assert sorted(zip(observed.i.values, observed.j.values, strict=True)) == [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 1),
        (1, 2),
        (2, 2),
    ]


def test_the_preserving_process_keeps_its_own_clock() -> None:
    observed = PreservingScore(setting=SETTING, times=(0.2, 30.0)).run(progress=False)
    assert "t" not in observed.coords
    assert set(observed.tau.values) == {0.2, 30.0}
    late = observed.isel(point=observed.tau.values == 30.0)
    np.testing.assert_allclose(late.observed, -late.x.values[np.arange(3), late.i], atol=1e-9)  # noise alone is left


@pytest.mark.parametrize("claim", [identities.SCORE, identities.JACOBIAN, process.PRESERVING], ids=lambda c: c.name)
def test_a_small_error_is_seen(claim: Claim) -> None:
    observed = claim.experiment.run(progress=False)
    assert judge(claim, observed).attrs["stands"]
    wrong = observed.assign(observed=observed.observed * (1 + 1e-6))
    assert judge(claim, wrong).attrs["verdict"] == "disagrees"
