"""What is shown: the report, figures, and the command line of all of it."""

from simulate.run.interrupts import end_at_once_in_imports

end_at_once_in_imports("losing-dimensions")
