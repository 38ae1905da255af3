"""Annotations of theory and simulate are checked at run time by the tests, and not by `pytest verify`.

There they would cost more than half of the time (46 s in place of 18 for condensation-ratio).
"""

from jaxtyping import install_import_hook

install_import_hook(["theory", "simulate"], "checking.annotations")
