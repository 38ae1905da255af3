r"""Samplers of scores: that of each of many data sets, or that of the law, for observables that evaluate a score.

EmpiricalScores     the exact score of whole data sets, every point drawn, one data set at a time
PopulationScores    the score of the law itself, N -> infinity: the same in every replica
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulate.dimension.scores import EmpiricalScore, PopulationScore
from theory.case import Case


@dataclass(frozen=True, eq=False)
class Scored:
    """A score and a source of random numbers, for observables that evaluate a score.

    Arguments:
        score: `score(rows, t)`, (n, d) to (n, d).
        rng: for what an observable draws.
    """

    score: EmpiricalScore | PopulationScore
    rng: np.random.Generator


@dataclass(frozen=True, kw_only=True)
class EmpiricalScores:
    """The exact score of whole data sets of N points, every point drawn from the law."""

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Scored]:
        """The exact scores of independent whole data sets, one data set at a time.

        Arguments:
            case: the law, N and the training point.
            replicas: number of data sets.
            rng: draws them.

        Returns:
            `replicas` scores.
        """
        for _ in range(replicas):
            data = case.law.sample(case.n, rng)
            if case.own_point is not None:
                data[0] = case.own_point
            yield Scored(EmpiricalScore(data), rng)


@dataclass(frozen=True, kw_only=True)
class PopulationScores:
    """The score of the law, whatever N is."""

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Scored]:
        """The score of the law itself, the same in every replica.

        Arguments:
            case: the law.
            replicas: how many times.
            rng: for what an observable draws.

        Returns:
            `replicas` times the score.
        """
        for _ in range(replicas):
            yield Scored(PopulationScore(case.law), rng)
