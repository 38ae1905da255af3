"""What the probe says of models whose truth is known: python -m benchmarks.probe [--sets 4] [--sizes 20 40 200].

On data of ten laws, with held-out data on every other set: the law's own score and scores that know nothing must not be
said to memorize, the empirical score must, and of what is given in place of a score no verdict is to be passed. Counted
are the verdicts, over laws, sizes and data sets.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Count, Counts, keep
from simulate.dimension import EmpiricalScore, PopulationScore
from simulate.run.progress import track
from simulate.run.store import CannotWrite
from theory.laws import LinearGaussian, Mixture, RotatedGaussian, Sphere, Torus
from theory.laws.law import EnergyLaw
from verify.door import door, refusing
from verify.probe import probe
from verify.probe.told.verdict import VERDICTS


def clusters(number: int, std: float) -> Mixture:
    """Equal clusters about normal centres in ten dimensions.

    Arguments:
        number: of clusters.
        std: of each.
    """
    centres = np.random.default_rng(number).standard_normal((number, 10))
    return Mixture([1.0] * number, [LinearGaussian([std**2] * 10, centre) for centre in centres])


def lines() -> Mixture:
    """Two lines through the origin of ten dimensions, at an angle of cosine 0.6."""
    ends = np.eye(10)[0], 0.6 * np.eye(10)[0] + 0.8 * np.eye(10)[1]
    return Mixture([1.0, 1.0], [RotatedGaussian(np.outer(end, end)) for end in ends])


LAWS: dict[str, EnergyLaw] = {
    "two variances": LinearGaussian([1.0] * 3 + [0.05] * 3 + [0.0] * 4),
    "one variance": LinearGaussian([1.0] * 10),
    "graded": LinearGaussian(np.geomspace(1, 1e-5, 10)),
    "one large": LinearGaussian([100.0] + [1e-3] * 19),
    "clusters": clusters(5, 0.01),
    "tight clusters": clusters(20, 0.001),
    "circle": Sphere(1, ambient=10),
    "sphere": Sphere(2, ambient=10),
    "torus": Torus([1.0, 0.3], ambient=10),
    "lines": lines(),
}


def models(law: EnergyLaw, data: np.ndarray) -> dict[str, Any]:
    """Scores of known truth, by name.

    Arguments:
        law: of the data.
        data: (N, d).
    """
    mean, empirical = data.mean(axis=0), EmpiricalScore(data)
    return {
        "law": PopulationScore(law),
        "empirical": empirical,
        "its noise": lambda x, t: -(t**0.5) * empirical(x, t),
        "its denoised point": lambda x, t: x + t * empirical(x, t),
        "minus the score": lambda x, t: -empirical(x, t),
        "one output": _numpy(lambda x, t: (mean - x) / t),
        "no output": _numpy(lambda x, t: 0 * x),
    }


def verdicts(sizes: tuple[int, ...], sets: int) -> Iterator[tuple[str, str, str, int, str]]:
    """(model, law, verdict, N, its reason) for each data set of each law.

    Arguments:
        sizes: numbers N of points, ascending.
        sets: data sets of each law and size.
    """
    cases = [(name, n, i) for name in LAWS for n in sizes for i in range(sets)]
    for name, n, i in track(cases, "probing"):
        rng = np.random.default_rng([n, i])
        data, held_out = LAWS[name].sample(n, rng), LAWS[name].sample(40, rng) if i % 2 else None
        for model, score in models(LAWS[name], data).items():
            found = probe(score, data, held_out, seed=i)
            yield model, name, found.attrs["verdict"], n, found.attrs["reason"]


@refusing(ValueError, CannotWrite)
def judge(*, sets: Count = 4, sizes: Counts = (20, 40, 200), out: Path = Path("out/benchmarks/probe.json")) -> int:
    """Count, print, write.

    Arguments:
        sets: data sets of each law and size.
        sizes: numbers N of points.
        out: a file for the counts, as JSON.
    """
    rows = list(verdicts(sizes, sets))
    counted = Counter((model, verdict) for model, _, verdict, _, _ in rows)
    table = {model: {v: counted[model, v] for v in VERDICTS} for model in dict.fromkeys(row[0] for row in rows)}
    for model, row in table.items():
        print(f"{model:12s}", *(f"{verdict} {number}" for verdict, number in row.items() if number), sep="   ")
    for model, law, verdict, n, said in rows:
        if model != "empirical" and verdict.startswith("memorizes"):
            print(f"accused: {model} of {law}, N = {n}: {said}")
    keep(out, {"verdicts": table})
    return 0


def _numpy(score: Callable[[np.ndarray, float], np.ndarray]) -> Callable[[Any, float], np.ndarray]:
    return lambda x, t: score(np.asarray(x, dtype=float), t)


main = door("python -m benchmarks.probe", judge, __doc__)


if __name__ == "__main__":
    sys.exit(main())
