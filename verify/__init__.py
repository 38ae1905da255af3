"""What is concluded: claims, their verdicts, and the commands that pass them."""

from simulate.run.interrupts import end_at_once_in_imports

end_at_once_in_imports()
