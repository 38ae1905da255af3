"""What the tools cost, and what is left of commands that are stopped."""

from simulate.run.interrupts import end_at_once_in_imports

end_at_once_in_imports()
