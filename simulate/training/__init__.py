r"""Denoising score matching, many networks at once, as a generator of (step, loss).

For a data point y, a time t whose logarithm is uniform between two variances, and z ~ N(0, I),

    loss = E |network(y + sqrt(t) z, t) - z|^2 / d,

least at the noise of the empirical score: what the network learns of it in a given time, and what it does not, is the
question. Every member of an ensemble sees its own data, in a new order every epoch.

    training = TrainingRun(lambda: ResidualMLP(30), data=[first, second], settings=Settings(steps=1000))
    for step, loss in training: ...
    score = as_score(training.network(0))

A network that starts from another is built as a copy of it: build=lambda: deepcopy(pretrained).
"""

from simulate.training.checkpoint import UnreadableCheckpoint
from simulate.training.run import Diverged, TrainingRun
from simulate.training.settings import Settings

__all__ = ["Diverged", "Settings", "TrainingRun", "UnreadableCheckpoint"]
