"""Why a score, or a time, is refused: the names of the errors."""


class BadScore(ValueError):
    """The score is not a function R^d -> R^d of each row alone; the subclasses say how."""


class WrongShape(BadScore):
    """The score of a batch (n, d) is not of shape (n, d)."""


class NotFinite(BadScore):
    """The score is infinite or not a number."""


class DependsOnBatch(BadScore):
    """The score of a point changes with the points beside it."""


class NotDifferentiable(BadScore):
    """No gradient flows through the score, and it brings no Jacobian of its own."""


class TimeOutOfRange(ValueError):
    """The score is not defined at this t."""
