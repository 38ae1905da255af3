r"""Does this model memorize, at which noise, and which directions go first?

    python -m verify.probe --model my_model.py:score --data images.npy
    python -m verify.probe --model my_model.py:score --data train/ --held-out test/ --size 32 --out probe/
    answer = report(probe(score, data, held_out=other))                       # the same from Python

`score(x, t)` maps torch rows (batch, d) at the variance t to (batch, d); `simulate.adapters` makes one of a diffusers
UNet or of an EDM denoiser. The suite's data are rows of pixels in [0, 1] (`simulate.images`). At each of a grid of
times, around training points y noised to x = y + sqrt(t) z,

    dimension        how many directions the score sees the data vary in (`simulate.dimension`), with an interval
    contraction      -t u.J u along groups of principal axes u of the data: t/(t + v) where the model knows a Gaussian
                     law, more on a curved manifold, and 1 where the direction is lost (`verify.probe.answer`)
    effective        1/sum w^2, how many data points carry the *empirical* score there, the score of full memorization
    copied           of the held-out points, noised and denoised by one step x + t s: how many land on a training point
                     (three times nearer to it than to any other). Without held-out data, of draws from the Gaussian of
                     the mean and covariance of the training set

and, from the data alone, the exact condensation time of the Gaussian with their covariance
(`theory.limits.condensation`). The model is said to memorize from t down where no direction is proven to vary although
the data vary in some, v > 2 t, there and at all smaller times. Exact copies among the data count as one point.
"""

from verify.probe.answer import report, table
from verify.probe.axes import axis_groups, principal_axes
from verify.probe.observe import probe

__all__ = ["axis_groups", "principal_axes", "probe", "report", "table"]
