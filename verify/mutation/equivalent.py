"""Mutants of the code that change no result by more than its error, as a person has read, each with the reason."""

EQUIVALENT: dict[tuple[str, str, str], str] = {}  # by file, function and change
