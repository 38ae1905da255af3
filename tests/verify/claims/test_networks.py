"""What the claims on networks predict, and that the controls show what theory says of them."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
import xarray as xr

from simulate.dimension import local_dimension
from simulate.experiments.networks.pairs import SHORT, at_training_points
from theory.case import Case
from verify.claim import Prediction
from verify.claims.networks.generalization import agree, exact, one_function, share
from verify.claims.networks.shown import FEW, LAWS, MANY, lost_anyway, shows, trained, tuned

LOG_TIMES = np.linspace(np.log(SHORT.shortest), np.log(SHORT.longest), 400)


def table(**rows: object) -> xr.Dataset:
    """Rows that differ in N, further steps, and t."""
    labels = {"n": [3, 3, 300, 300], "steps": [0, 9, 0, 9], "quantity": ["difference", "departure"] * 2}
    coords = {name: ("point", values) for name, values in {**labels, "t": [0.1] * 4}.items()}
    return xr.Dataset({**rows, "variances": ("direction", LAWS[0].variances)}, coords=coords)


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        (trained, [0, 0, 3, 3]),
        (tuned, [3, 0, 3, 3]),
        (lost_anyway, [3, 0, 3, 0]),
        (agree, [1, 0, 0, 1]),
        (exact, [1, 0, 1, 0]),
        (one_function, [0, 1, 0, 1]),
    ],
)
def test_predictions(prediction: Prediction, expected: list[int]) -> None:
    np.testing.assert_array_equal(prediction(table()), expected)


def test_controls_predict_what_their_networks_show() -> None:
    shown = np.arange(24.0).reshape(4, 2, 3)
    observed = table(control_values=(("point", "control", "trial"), shown)).assign_coords(control=["one", "two"])
    np.testing.assert_array_equal(shows("two")(observed), [4, 10, 16, 22])
    np.testing.assert_array_equal(shows("one")(observed), [1, 7, 13, 19])
    shares = table(share=(("point", "replica"), [[0.1, 0.2, 1.0]] * 4))
    np.testing.assert_array_equal(share(shares), [0.2] * 4)


def blind(case: Case) -> Callable[[torch.Tensor, float], torch.Tensor]:
    """The least squares optimum of a network that is told nothing of t: E[z | x] over all t of the training.

    With few data that of the one data point at x, with many that of the law.
    """
    variances = torch.tensor(case.variances if case.n > FEW else 0 * case.variances)
    centre = 0 if case.n > FEW else torch.tensor(case.x)
    t = torch.as_tensor(np.exp(LOG_TIMES))[:, None, None]

    def score(x: torch.Tensor, told: float) -> torch.Tensor:
        offset = x - centre
        energies = (offset**2 / (variances + t) + torch.log(variances + t)).sum(dim=2, keepdim=True) / 2
        noise = (torch.softmax(-energies, dim=0) * t.sqrt() * offset / (variances + t)).sum(dim=0)
        return -noise / told**0.5

    return score


CASES = at_training_points(LAWS[:1], (FEW, MANY), t=0.03)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.n)
def test_a_network_blind_to_the_noise_shows_one_direction_more(case: Case) -> None:
    x = torch.tensor(case.x)
    readings = [local_dimension(blind(case), x, case.t, rng=np.random.default_rng(i)).dimension for i in range(9)]
    truth = 0 if case.n == FEW else (case.variances > case.t).sum()
    assert np.median(np.array(readings, dtype=float)) == truth + 1
