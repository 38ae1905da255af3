"""An experiment whose points are cases: each has random numbers and a key of its own, from what the case is."""

from abc import ABC
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from simulate.run.experiment import Experiment, Point
from theory.case import Case


@dataclass(frozen=True, kw_only=True)
class OverCases(Experiment, ABC):
    """An experiment that measures one case after another.

    Arguments:
        cases: the cases, with different labels.
        seed: of all random numbers, an integer >= 0.

    The random numbers of a case depend on the seed and the case alone, and its key in a store on what is asked of it:
    further cases leave those of the others as they are.
    """

    cases: tuple[Case, ...]
    along: ClassVar[tuple[str, ...]] = ("cases",)

    def points(self) -> Sequence[Point]:
        """The labels of each case."""
        return list(self._cases)

    def case_of(self, point: Point) -> Case:
        """The case that a point of this experiment stands for."""
        return self._cases[point]

    def content(self, point: Point) -> str:
        """The content of the case, whatever its labels."""
        return self.case_of(point).content

    def asked(self, point: Point) -> list[Any]:
        """The case, with its labels."""
        return [self.case_of(point), point]

    @cached_property
    def _cases(self) -> dict[Point, Case]:
        if not isinstance(self.cases, tuple | list) or not all(isinstance(case, Case) for case in self.cases):
            raise ValueError(f"cases must be a tuple of cases, got {type(self.cases).__name__}")
        counted = all("n" in case.labels for case in self.cases)
        points = {Point(**_with_size(case, counted)): case for case in self.cases}
        if not points or len(set(self.cases)) < len(self.cases):  # equal cases would pass for independent ones
            raise ValueError(
                f"cases must be at least one and all different, got {[case.labels for case in self.cases]}"
            )
        if len(points) < len(self.cases):
            labels = [one.labels for one in self.cases if points[Point(**_with_size(one, counted))] is not one]
            raise ValueError(f"cases must have different labels: give x a label of its own at {labels[0]}")
        return points


def _with_size(case: Case, counted: bool) -> dict[str, Any]:
    """Labels with N where every case counts its points, else with log N."""
    size = {"n": case.n} if counted else {"log_n": case.log_n}
    return {name: value for name, value in case.labels.items() if name not in ("n", "log_n")} | size
