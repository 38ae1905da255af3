"""What the controls of the claims on networks are said to show is what they show."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from simulate.dimension import local_dimension
from simulate.experiments.networks import Architecture, spread
from simulate.experiments.view import View
from simulate.networks import Affine, as_score
from simulate.networks.ensemble import built
from verify.claims.networks import QUICK, Labels, affine, shuffled, untrained

Said = Callable[[View, np.ndarray, Labels], np.ndarray]
LOG_TIMES = np.linspace(np.log(QUICK.training.shortest), np.log(QUICK.training.longest), 400)


def said(predict: Said, view: View) -> float:
    return float(predict(view, np.array([view.t]), {})[0])


def shown(score: Callable[..., torch.Tensor], view: View) -> float:
    x = torch.as_tensor(view.x)
    readings = [local_dimension(score, x, view.t, rng=np.random.default_rng(i)).dimension for i in range(9)]
    return float(np.median(np.array(readings, dtype=float)))


def blind(view: View) -> Callable[[torch.Tensor, float], torch.Tensor]:
    """The least squares optimum of a network that is told nothing of t: E[z | x] over all t of the training.

    With few data that of the one data point at x, with many that of the law.
    """
    variances = torch.as_tensor(view.numbers if view.n > 10 else 0 * view.numbers)
    centre = 0 if view.n > 10 else torch.as_tensor(view.x)
    t = torch.as_tensor(np.exp(LOG_TIMES))[:, None, None]

    def score(x: torch.Tensor, told: float) -> torch.Tensor:
        offset = x - centre
        energies = (offset**2 / (variances + t) + torch.log(variances + t)).sum(dim=2, keepdim=True) / 2
        noise = (torch.softmax(-energies, dim=0) * t.sqrt() * offset / (variances + t)).sum(dim=0)
        return -noise / told**0.5

    return score


@pytest.mark.parametrize("view", QUICK.cases, ids=lambda view: f"N = {view.n}")
def test_a_network_blind_to_the_noise_shows_one_direction_more(view: View) -> None:
    assert shown(blind(view), view) == said(shuffled, view) == (1 if view.n < 10 else 4)


@pytest.mark.parametrize("view", QUICK.cases, ids=lambda view: f"N = {view.n}")
def test_an_untrained_and_an_affine_network_show_what_is_said_of_them(view: View) -> None:
    data = view.draw(1, np.random.default_rng(0))[0]
    build = Architecture(QUICK.architecture.kind, QUICK.architecture.width).builder((8,), spread(data))
    assert shown(as_score(built(build, 0).double()), view) == said(untrained, view) == 8
    assert shown(as_score(Affine.optimum(torch.as_tensor(data))), view) == said(affine, view)
