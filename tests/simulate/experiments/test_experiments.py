"""Experiments of the ledger: unbiased, independent of order, settings rebuilt from their labels."""

import numpy as np
import pytest
import torch

from simulate.experiments.setting import QUERIES, SPECTRA, Setting, exponential
from simulate.experiments.weights.participation import Participation
from simulate.run.threads import one_thread


def test_settings_are_rebuilt_from_their_labels() -> None:
    for spectrum in SPECTRA:
        for query in QUERIES:
            setting = Setting(spectrum, query, 9, 5)
            assert Setting.of(setting.point) == setting
            assert setting.variances.shape == setting.x.shape == (9,)


def test_paper_spectrum() -> None:
    np.testing.assert_allclose(Setting("paper", "origin", 30, 1000).variances, [1] * 2 + [0.09] * 5 + [1e-4] * 23)


def test_exponential_sizes() -> None:
    assert [setting.n for setting in exponential("halves", "origin", (10, 20), 0.4)] == [54, 2980]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("flat", "origin", 3, 1), "spectrum"),
        (("equal", "here", 3, 1), "query"),
        (("equal", "far", 0, 1), "d"),
        (("equal", "far", 3, 0), "n"),
    ],
)
def test_bad_settings_are_refused(arguments: tuple[str, str, int, int], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be"):
        Setting(*arguments)


def test_drawn_data_have_the_variances() -> None:
    setting = Setting("graded", "origin", 4, 1)
    variance = setting.draw(200_000, np.random.default_rng(0)).var(axis=0)
    np.testing.assert_allclose(variance, setting.variances, rtol=0.02)


def test_participation_of_one_point_is_one_and_of_two_is_between() -> None:
    settings = (Setting("equal", "origin", 3, 1), Setting("equal", "origin", 3, 2))
    observed = Participation(settings=settings, times=(0.5, 1e6), replicas=20).run(progress=False)
    ratio = observed["values"].values.reshape(2, 2, 20)
    assert (ratio[0] == 1).all()
    assert ((ratio[1] >= 0.5) & (ratio[1] <= 1)).all()
    np.testing.assert_allclose(ratio[1, 1], 0.5, rtol=1e-9)  # at large t all points weigh the same
    assert dict(observed.sizes) == {"point": 4, "replica": 20}
    np.testing.assert_allclose(observed.t, [0.5, 1e6, 0.5, 1e6])


def test_participation_agrees_with_weights_written_out() -> None:
    setting = Setting("halves", "typical", 6, 50)
    experiment = Participation(settings=(setting,), times=(0.1, 1.0), replicas=3)
    observed = experiment.run(progress=False)["values"].values
    rng = experiment.rng(setting.point)
    for replica in range(3):
        energies = ((setting.draw(50, rng) - setting.x) ** 2).sum(axis=1) / 2
        weights = np.exp(-(energies - energies.min()) / np.array([[0.1], [1.0]]))
        ratio = (weights**2).sum(axis=1) / weights.sum(axis=1) ** 2
        np.testing.assert_allclose(observed[:, replica], ratio, rtol=1e-8)


def test_threads_are_given_back() -> None:
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
