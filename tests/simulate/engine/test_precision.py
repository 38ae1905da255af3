"""Products in single precision: the faster library only where it keeps their digits, and the user's word stays."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from simulate.engine import precision
from simulate.engine.posterior import posterior
from simulate.engine.precision import FASTER, ON_CPU, fast_products, in_full


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    torch.backends.cuda.matmul.fp32_precision = "none"
    torch.backends.mkldnn.matmul.fp32_precision = "none"
    torch.set_float32_matmul_precision("highest")
    assert in_full()


SHAPES = ((128, 512, 512), (512, 128, 512), (128, 30, 128), (16, 128, 512))  # of a step of the paper's network


@pytest.mark.parametrize(("rows", "inner", "columns"), SHAPES)
def test_products_within_keep_the_digits_of_single_precision(rows: int, inner: int, columns: int) -> None:
    one, other = torch.randn(3, rows, inner), torch.randn(3, columns, inner).mT
    with fast_products():
        found = torch.bmm(one, other)
        assert torch.backends.cuda.matmul.fp32_precision in ("none", "ieee")
    expected = torch.bmm(one.double(), other.double())
    assert (found - expected).norm() < 1e-6 * expected.norm()


def test_within_products_are_in_full_unless_those_of_a_gpu_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "_faster_is_full", lambda: True)
    with fast_products():
        assert in_full()
        torch.backends.cuda.matmul.fp32_precision = "tf32"
        assert not in_full()


def test_the_word_is_back_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), fast_products():
        1 / 0  # noqa: B018
    assert in_full()


def test_where_the_faster_library_rounds_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "_faster_is_full", lambda: False)
    with fast_products():
        assert in_full()


def test_a_trial_product_tells_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    product = torch.bmm

    def rounding(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return product(one.bfloat16().to(one.dtype) if one.dtype == torch.float32 else one, other)

    monkeypatch.setattr(torch, "bmm", rounding)
    assert not precision._faster_is_full.__wrapped__()
    assert in_full()


def test_what_the_user_has_set_stays() -> None:
    torch.set_float32_matmul_precision("high")
    with fast_products():
        assert torch.get_float32_matmul_precision() == "high"
    assert torch.get_float32_matmul_precision() == "high"


def test_a_word_set_within_stays_where_another_enters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "_faster_is_full", lambda: True)
    with fast_products():
        ON_CPU.fp32_precision = "ieee"
        with fast_products():
            assert ON_CPU.fp32_precision == "ieee"
    assert ON_CPU.fp32_precision == "ieee"


def test_one_thread_does_not_take_the_word_from_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "_faster_is_full", lambda: True)
    entered, may_leave = threading.Event(), threading.Event()

    def stay() -> None:
        with fast_products():
            entered.set()
            may_leave.wait(10)

    other = threading.Thread(target=stay)
    other.start()
    assert entered.wait(10)
    with fast_products():
        pass
    assert ON_CPU.fp32_precision == FASTER
    may_leave.set()
    other.join()
    assert in_full()


@pytest.mark.parametrize("word", ["medium", "one backend alone"])
def test_the_posterior_is_exact_whatever_the_word(word: str) -> None:
    rng = np.random.default_rng(0)
    data, x = rng.standard_normal((3000, 20)), rng.standard_normal((5, 20))
    expected = posterior(x, data, 3.0)
    if word == "medium":
        torch.set_float32_matmul_precision(word)
    else:
        torch.backends.cuda.matmul.fp32_precision = "tf32"
    assert not in_full()
    found = posterior(x, data, 3.0)
    np.testing.assert_allclose(found.mean, expected.mean, rtol=1e-12, atol=1e-13)
