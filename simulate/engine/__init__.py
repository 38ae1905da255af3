"""The exact empirical score of a data set of any size, and whole phase diagrams, in one pass over the data."""

from simulate.engine.phase_diagram import phase_diagram
from simulate.engine.posterior import empirical_score, posterior

__all__ = ["empirical_score", "phase_diagram", "posterior"]
