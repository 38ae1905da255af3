r"""Does this model memorize, at which noise, and which directions go first?

    python -m verify.probe --model my_model.py:score --data images.npy
    python -m verify.probe --model my_model.py:score --data train/ --held-out test/ --size 32 --out probe/
    answer = report(probe(score, data, held_out=other))                       # the same from Python
    cost(score, data)                                                         # before it starts

`score(x, t)` maps torch rows (batch, d) at the variance t to (batch, d); `simulate.adapters` makes one of any model
with a schedule. The suite's data are rows of pixels in [0, 1] (`simulate.images`). `probe` observes

    gate.py          whether the score is asked in its own coordinates; blends.py: whether it is a one-step model
    samples.py       how many samples of the model are copies of training points
    collisions.py    how many points the model itself chooses from: pairs of its reverse runs that end at the same one
    places.py        the training points probed, the held-out points denoised, and the times
    around.py        at each of a grid of times, around training points y noised to x = y + sqrt(t) z:
        dimension    how many directions the score sees the data vary in (`simulate.dimension`), with an interval
        normalized_jacobian   -t u.J u along groups of principal axes u of the data: t/(t + v) where the model knows a
                     Gaussian law, more on a curved manifold, and 1 where the direction is lost
        effective    1/sum w^2, how many data points carry the *empirical* score there, the score of full memorization
        landing      where noised held-out points land in one step x + t s
    losses.py        which directions are lost, from which t down
    ways.py          what each of these ways says by itself
    membership.py    whether given images were among the training data, at a stated rate of false positives
    checkpoints.py   at which of some checkpoints memorization began; alone.py: a model without its training data
    verdict.py       the verdict, `attrs["verdict"]`, with `attrs["from_time"]` and `attrs["reason"]`

and, from the data alone, the exact condensation time of the Gaussian with their covariance
(`theory.limits.condensation`). Copies among the data, exact and near, count as one point.
"""

from verify.probe.asked.membership import membership
from verify.probe.budget import cost
from verify.probe.known.axes import axis_groups, principal_axes
from verify.probe.observe import probe
from verify.probe.sampled.alone import probe_alone
from verify.probe.sampled.checkpoints import along_training
from verify.probe.told.answer import report
from verify.probe.told.record import table

__all__ = [
    "along_training",
    "axis_groups",
    "cost",
    "membership",
    "principal_axes",
    "probe",
    "probe_alone",
    "report",
    "table",
]
