r"""Predictions held against what is measured: a law fitted to few points of a set, and t_half of many of them.

    python -m verify.data.judged PATH --fit 3000 --points 10000 --points 50000

The points from which t_half is measured are neither in the fit nor held out of it, nor among the data measured.
"""

import sys
from pathlib import Path

import numpy as np

from simulate.images import load_images
from theory.checks import NotComputable
from verify.data.audit import audit
from verify.data.energies import Energies
from verify.data.held_out import HeldOut
from verify.data.measured import one_size
from verify.door import Flag, Seed, door, refusing

JUDGES = 600  # points from which is measured, at most
SHARE = 0.1  # of the set, at most


def judged(data: np.ndarray, fit: int, sizes: tuple[int, ...], seed: int = 0) -> list[dict[str, float]]:
    """For each number of points: t_half measured, predicted with its interval, and of one Gaussian.

    Arguments:
        data: (N, d), all that there is.
        fit: points that the audit sees, of which a tenth is held out.
        sizes: numbers of points, at most N less the judges.
        seed: of the order of the points, the noise and the audit.

    Returns:
        One record for each size: fitted n, judged n, `measured`, `log_stderr`, `time`, `lower`, `upper`,
        `one_gaussian`, variances in squared units of the data.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(data))
    judges, rest = np.split(order, [min(JUDGES, int(SHARE * len(data)))])
    if max(sizes) > len(rest):
        raise ValueError(f"points must be at most {len(rest)}, all but the judges, got {max(sizes)}")
    seen = HeldOut(data[judges].astype(float), rng.standard_normal((len(judges), data.shape[1])))
    found = audit(data[rest[:fit]], sizes=sizes, seed=seed)
    records = []
    for n, half in ((n, found.prediction.half(n)) for n in sizes):
        measured = one_size(Energies.of(seen, data[rest[-n:]]), n, half.time)
        own = {"fit": found.prediction.own.n, "n": n, "measured": measured.time, "log_stderr": measured.log_stderr}
        records.append({**own, **vars(half), "one_gaussian": found.one_gaussian(n)})
    return records


@refusing(ValueError, OSError, NotComputable)
def command(
    data: Path,
    *,
    fit: int,
    points: tuple[int, ...],
    size: int | None = None,
    grey: Flag = False,
    seed: Seed = 0,
) -> int:
    """Fit a law to few points and measure at many: one row of a table for each number of points.

    Args:
        data: an array, IDX or CIFAR-10 file, or a folder of pictures.
        fit: points that the law may see.
        points: a number of points at which to predict and to measure; may be repeated.
        size: shrink images to this size.
        grey: images in grey.
        seed: of the order of the points, the fits and the noise.
    """
    images = load_images(data, size=size, grey=grey)
    print("| data | N fit | N | measured | predicted | interval | one Gaussian |\n|---|---|---|---|---|---|---|")
    for row in judged(images.data, fit, points, seed):
        print(f"| {images.source} | {_cells(row)} |", flush=True)
    return 0


def _cells(row: dict[str, float]) -> str:
    measured = f"{row['measured']:.3g} +- {1.96 * row['log_stderr']:.0%}"
    predicted = f"{row['time']:.3g} | {row['lower']:.3g} to {row['upper']:.3g}"
    return f"{row['fit']} | {row['n']} | {measured} | {predicted} | {row['one_gaussian']:.3g}"


main = door("python -m verify.data.judged", command, __doc__)


if __name__ == "__main__":
    sys.exit(main())
