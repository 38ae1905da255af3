r"""How often intervals of an audit hold: python -m benchmarks.data_coverage [PATH ...] [--seeds 5].

`verify.data.judged` fits a law to few points of a set, predicts t_half of more, and measures it. The sets are those of
PATH, scikit-learn's digits, and points of laws that no mixture of few Gaussians is,

    gaussian        variances from 1 to 0.01 in 30 dimensions
    clusters-K      K flat clusters of three directions in 20 dimensions, K = 10 and 40
    torus           (cos a_i, sin a_i), i = 1, 2, 3
    sheet           20 sines of four uniform numbers
    sphere          a shell of 5 dimensions in 12, 2 % thick
    student         5 degrees of freedom, in 10 dimensions, standard deviations 1, 1/2, ...

at twice and sixteen times the number that is fitted, or as many as there are. A row counts, over seeds, ratios within
15 %, and intervals that hold: of the ratio and of the time that is measured, together, at 95 %.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.measure import Count
from simulate.images import digits, load_images
from theory.laws import LinearGaussian, LowRankGaussian, Mixture
from verify.data.judged import JUDGES, SHARE, judged
from verify.data.prediction import ERRORS, KNOWN
from verify.door import Seed, door, refusing

POINTS = 8000  # of a set, at most
FACTORS = (2, 16)  # times the number that is fitted
CLOSE = 0.15

Record = dict[str, float]


def gaussian(rng: np.random.Generator) -> np.ndarray:
    """Points of a Gaussian law.

    Arguments:
        rng: the generator that draws them.
    """
    return LinearGaussian(np.geomspace(1, 0.01, 30)).sample(POINTS, rng)


def clusters(count: int) -> Callable[[np.random.Generator], np.ndarray]:
    """Points of so many flat clusters.

    Arguments:
        count: of clusters.
    """

    def drawn(rng: np.random.Generator) -> np.ndarray:
        axes = [np.linalg.qr(rng.standard_normal((20, 3)))[0].T for _ in range(count)]
        laws = [LowRankGaussian(0.6 * rng.standard_normal(20), each, np.array([1, 0.5, 0.25]), 0.01) for each in axes]
        return Mixture(np.full(count, 1 / count), laws).sample(POINTS, rng)

    return drawn


def torus(rng: np.random.Generator) -> np.ndarray:
    """Points of a flat torus.

    Arguments:
        rng: the generator that draws them.
    """
    angles = rng.uniform(0, 2 * np.pi, (POINTS, 3))
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1)


def sheet(rng: np.random.Generator) -> np.ndarray:
    """Points of a curved sheet of four dimensions.

    Arguments:
        rng: the generator that draws them.
    """
    return np.sin(rng.uniform(size=(POINTS, 4)) @ (3 * rng.standard_normal((4, 20))))


def sphere(rng: np.random.Generator) -> np.ndarray:
    """Points of a thin shell.

    Arguments:
        rng: the generator that draws them.
    """
    points = rng.standard_normal((POINTS, 6))
    shell = points / np.linalg.norm(points, axis=1, keepdims=True)
    return np.pad(shell, ((0, 0), (0, 6))) + 0.02 * rng.standard_normal((POINTS, 12))


def student(rng: np.random.Generator) -> np.ndarray:
    """Points of a law with heavy tails.

    Arguments:
        rng: the generator that draws them.
    """
    return rng.standard_t(5, (POINTS, 1)) * rng.standard_normal((POINTS, 10)) / np.arange(1, 11)


KNOWN_LAWS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "gaussian": gaussian,
    "clusters-10": clusters(10),
    "clusters-40": clusters(40),
    "torus": torus,
    "sheet": sheet,
    "sphere": sphere,
    "student": student,
}


def sets(paths: tuple[Path, ...]) -> Iterator[tuple[str, np.ndarray]]:
    """Each set by its name, with points (n, d).

    Arguments:
        paths: of further sets.
    """
    for path in paths:
        data = load_images(path)
        yield data.source, data.data[:POINTS]
    yield "digits", digits().data
    for name, drawn in KNOWN_LAWS.items():
        yield name, drawn(np.random.default_rng(77))


def rows_of(name: str, data: np.ndarray, fit: int, seeds: range) -> Iterator[str]:
    """One row of the table for each number of points at which is predicted.

    Arguments:
        name: of the set.
        data: all its points, (n, d).
        fit: points that an audit sees.
        seeds: of the draws.
    """
    most = len(data) - min(JUDGES, int(SHARE * len(data)))
    sizes = tuple(sorted({min(factor * fit, most) for factor in FACTORS}))
    records = [judged(data, fit, sizes, seed) for seed in seeds]
    for n, found in zip(sizes, zip(*records, strict=True), strict=True):
        logs = np.array([np.log(one["time"] / one["measured"]) for one in found])
        ratio = np.mean([one["upper"] / one["lower"] for one in found])
        told = sum(one["upper"] <= KNOWN * one["lower"] for one in found)
        close, held = sum(abs(np.expm1(logs)) <= CLOSE), sum(map(holds, found))
        off = np.sqrt((logs**2).mean())
        yield f"| {name} | {n} | {off:.2f} | {close} | {held} | {ratio:.2f} | {told} | {len(found)} |"


def holds(one: Record) -> bool:
    """Whether the time that is measured lies in the interval, with the errors of both.

    Arguments:
        one: a record of `verify.data.judged.judged`.
    """
    off = np.log(one["measured"] / one["time"])
    end = np.log(one["upper"] / one["time"]) if off > 0 else np.log(one["lower"] / one["time"])
    return bool(np.hypot(end, ERRORS * one["log_stderr"]) >= abs(off))


@refusing(ValueError, OSError)
def coverage(*paths: Path, fit: Count = 200, seeds: Count = 5, first: Seed = 0) -> int:
    """Fit laws to few points of many sets, predict, measure, and count.

    Arguments:
        paths: arrays, IDX or CIFAR-10 files, or folders of pictures.
        fit: points that an audit sees.
        seeds: of each set.
        first: the first of them.
    """
    print("| set | N | root mean square of log ratio | within 15 % | held | upper over lower end | told | of |")
    print("|---|---|---|---|---|---|---|---|")
    for name, data in sets(paths):
        for row in rows_of(name, data, fit or 0, range(first, first + (seeds or 0))):
            print(row, flush=True)
    return 0


main = door("python -m benchmarks.data_coverage", coverage, __doc__)


if __name__ == "__main__":
    sys.exit(main())
