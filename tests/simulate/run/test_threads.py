"""Threads of torch: taken inside, given back after."""

import torch

from simulate.run.threads import one_thread


def test_threads_are_given_back() -> None:
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
