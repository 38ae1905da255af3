"""How many points make a task: as many as are measured within `TASK` seconds, at the cost of those measured so far.

A task that costs more than was thought gives up after that time: it returns what it has measured, and the other points
go into later tasks. What a kill can lose is then what so many seconds can measure, and one point.
"""

from dataclasses import dataclass

TASK = 2.0  # seconds of one task
MOST = 1000  # points in one task
WEIGHT = 0.3  # of the last task, in the mean cost of a point


@dataclass
class Pace:
    """The cost of points, in seconds of a worker, as tasks come back; the first tasks are of one point."""

    cost: float = TASK

    def learn(self, points: int, seconds: float) -> None:
        """So many points of one task took so long.

        Arguments:
            points: how many points were measured, none where the task failed.
            seconds: the time that they took, in seconds.
        """
        if points:
            weight = WEIGHT if self.cost < TASK else 1.0  # the first tasks tell it all
            self.cost += weight * (seconds / points - self.cost)

    def size(self, waiting: int, workers: int) -> int:
        """Points of the next task: a share of those that wait, so that workers end together.

        Arguments:
            waiting: the number of points that no task holds yet.
            workers: the number of workers.

        Returns:
            a number of points, from 1 to MOST.
        """
        affordable = int(TASK / max(self.cost, TASK / MOST))
        return max(1, min(affordable, -(-waiting // (2 * workers))))
