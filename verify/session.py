"""A plugin of pytest, with which one Ctrl-C ends a session within seconds, whatever its tests compute.

Workers of pytest-xdist get the signal from the terminal, and are ended by the signal itself, in the middle of a call:
what a store holds is whole. Python would look at the signal when the call has ended, and execnet waits for five seconds
before it insists. Nor does pytest, or the interpreter as it ends, look through all objects again, for seconds, or read
the source of all callers.
"""

import gc
import signal
import sys

import pytest

from simulate.run import interrupts
from simulate.run.processes import die_with_parent


def pytest_configure(config: pytest.Config) -> None:
    """Ctrl-C is raised in the process that reports, and ends a worker."""
    interrupts.raise_again()
    if hasattr(config, "workerinput"):
        die_with_parent()
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    if not config.getoption("fulltrace"):
        config.pluginmanager.register(LastPlace())


class LastPlace:
    """Of an interrupt pytest shows the last place alone, and parses all files of the traceback for that."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Leave the last place; where a session ends itself, by `pytest.exit`, the last place is hidden."""
        if isinstance(excinfo.value, KeyboardInterrupt):
            excinfo.traceback = excinfo.traceback[-1:]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Collections of garbage look at new objects alone, and Hypothesis is not imported to say that it found nothing.

    Arguments:
        session: that ends.
        exitstatus: how; all is left as it is unless it was interrupted.
    """
    if exitstatus != pytest.ExitCode.INTERRUPTED:
        return
    gc.freeze()
    if "hypothesis" not in sys.modules and session.config.pluginmanager.has_plugin("hypothesispytest"):
        session.config.pluginmanager.unregister(name="hypothesispytest")
