"""What the tools cost, and what is left of commands that are stopped."""

from simulate.run.interrupts import one_line

one_line()
