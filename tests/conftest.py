"""What holds for all tests: annotations are checked at run time, and random examples are the same in every run.

Annotations of theory and simulate are checked by the tests, and not by `pytest verify`, which measures.

Hypothesis has two profiles. "ci", the default, draws the same examples in every run, so that a test fails only where
the code has changed. "fuzz" (`make fuzz`) draws new ones in every run, `TIMES_MORE` as many as each test asks for.
"""

from typing import Any

import pytest
from beartype.claw import beartype_packages
from checking import ANNOTATIONS
from hypothesis import HealthCheck, is_hypothesis_test, settings

beartype_packages(("theory", "simulate"), conf=ANNOTATIONS)

TIMES_MORE = 20
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile(
    "fuzz", derandomize=False, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")


def pytest_configure(config: pytest.Config) -> None:
    """One Ctrl-C ends a session within seconds."""
    config.pluginmanager.import_plugin("verify.session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In the profile "fuzz", every test of random examples gets `TIMES_MORE` of its own number."""
    if settings.get_current_profile_name() != "fuzz":
        return
    tests: set[Any] = {function for item in items if is_hypothesis_test(function := getattr(item, "obj", None))}
    for test in tests:
        own: Any = getattr(test, "_hypothesis_internal_use_settings", settings.default)
        test._hypothesis_internal_use_settings = settings(own, max_examples=TIMES_MORE * own.max_examples)
