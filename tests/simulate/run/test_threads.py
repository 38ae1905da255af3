"""Threads: taken inside, given back after, of torch and of linear algebra."""

import torch
from threadpoolctl import threadpool_info

from simulate.run.threads import one_thread


def test_threads_are_given_back() -> None:
    before, libraries = torch.get_num_threads(), threadpool_info()
    with one_thread():
        assert torch.get_num_threads() == 1
        assert {library["num_threads"] for library in threadpool_info()} == {1}
    assert (torch.get_num_threads(), threadpool_info()) == (before, libraries)
