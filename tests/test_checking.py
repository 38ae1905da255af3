"""Annotations of theory and simulate are checked while the tests run."""

from typing import Any

import numpy as np
import pytest
from beartype.roar import BeartypeCallHintParamViolation

from theory.case import typical
from theory.laws.spectra import halves

PLACE: Any = typical


def test_a_function_refuses_what_its_annotations_do_not_name() -> None:
    with pytest.raises(BeartypeCallHintParamViolation):
        PLACE(np.ones(4), 0.1)
    with pytest.raises(BeartypeCallHintParamViolation):
        PLACE(halves(4), "0.1")


def test_an_int_is_a_float_and_a_reduction_of_numpy_an_array() -> None:
    assert PLACE(halves(4), 1).shape == (4,)
