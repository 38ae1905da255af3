"""Experiments of the ledger: unbiased, independent of order, settings rebuilt from their labels."""

import numpy as np
import pytest
import torch

from simulate.experiments.setting import QUERIES, SPECTRA, Setting, exponential
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


def test_threads_are_given_back() -> None:
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
