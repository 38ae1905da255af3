"""An experiment: the points where something is measured, and what is measured there.

An experiment is a frozen dataclass whose fields are its settings. It measures one *point* after another (settings such
as d and alpha), each with random numbers of its own, spawned from the seed and the content of the point: the same seed
gives the same bits, in whatever order the points are run. With a store, finished points are kept, and an interrupted
run goes on where it stopped. A field that `along` names only lists points: with one more size, or one less, the others
keep their keys.

    @dataclass(frozen=True)
    class MeanOfNormals(Experiment):
        sizes: tuple[int, ...] = (10, 100)
        along = ("sizes",)

        def points(self):
            return [Point(n=n) for n in self.sizes]

        def measure(self, point, rng):
            sample = rng.standard_normal(point["n"])
            return xr.Dataset({"observed": sample.mean(), "stderr": sample.std() / np.sqrt(sample.size)})
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import xarray as xr

from simulate.run.key import MEASUREMENT, result_key, versions
from simulate.run.lease import LEASES, WAIT, Leases
from simulate.run.progress import track
from simulate.run.provenance import made_of, of_run, shared
from simulate.run.store import WHOLE, Store
from simulate.run.threads import one_thread
from theory.checks import integer
from theory.content import content_hash, settings_of
from theory.sources import class_content

Plain = str | bool | int | float
PLAIN = (str, bool, int, float, np.bool_, np.integer, np.floating)
NUMBERS = {"observed", "stderr"}  # never NaN: what is not told is left out, or said in words
LONGEST = 20_000  # characters of readable settings: an attribute of a netCDF file holds 64 kB


class Point(Mapping[str, Plain]):
    """The settings of one measurement, immutable and hashable, read as `point["alpha"]`; ValueError unless plain."""

    __slots__ = ("_settings",)  # a dictionary of its own, which pickling makes, would cost a sweep 70 bytes a point

    def __init__(self, **settings: Any) -> None:
        for name, value in settings.items():
            if not isinstance(value, PLAIN):
                raise ValueError(f"{name} must be a string, boolean or number in a point, got {value!r}")
            if value != value:
                raise ValueError(f"{name} must be a number in a point, got NaN, which equals no other")
        self._settings = settings

    def __getitem__(self, name: str) -> Plain:
        return self._settings[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings)

    def __len__(self) -> int:
        return len(self._settings)

    def __hash__(self) -> int:
        return hash(frozenset(self._settings.items()))

    def __repr__(self) -> str:
        return f"Point({', '.join(f'{name}={value!r}' for name, value in self.items())})"


class BadPrediction(ValueError):
    """A prediction that does not fit what an experiment observes."""


@dataclass(frozen=True, kw_only=True)
class Experiment(ABC):
    """Base of all experiments.

    Arguments:
        seed: an integer >= 0, the only source of randomness.

    A class may name in `along` those of its fields that only list points: what `measure` takes from them it must take
    from the point, since they count in no key. `made_by` is the code of the results.
    """

    seed: int = 0
    along: ClassVar[tuple[str, ...]] = ()
    made_by: ClassVar[tuple[str, ...]] = MEASUREMENT

    @abstractmethod
    def points(self) -> Sequence[Point]:
        """The points to measure, in order, all with the same names of settings and no two equal."""

    @abstractmethod
    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        """What is observed at one point, from `rng` alone.

        Arguments:
            point: where, one of `points()`.
            rng: the random numbers of this point, spawned from the seed and the content of the point.

        Returns:
            a Dataset whose variables are what is observed there, `observed` and `stderr` among them.
        """

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """All points in one Dataset, in order: along `point`, with the settings of the points as its coordinates."""
        for part in parts:
            if set(part.data_vars) != set(parts[0].data_vars):  # what one lacks would be filled with NaN
                both = sorted(set(map(str, part.data_vars)) ^ set(map(str, parts[0].data_vars)))
                raise ValueError(f"points of {type(self).__name__} must all measure {both[0]}, or none")
        return xr.concat(
            parts,
            "point",
            data_vars="all",
            coords=list(self.points()[0]),
            compat="equals",
            join="exact",  # points that differ in their own axes need a `combine` of their own, not a filling of NaN
            combine_attrs="drop_conflicts",
        )

    def measured(self) -> "Experiment":
        """The experiment whose points a store holds for this one: this one, unless it reads those of another."""
        return self

    def run(self, store: Store | None = None, progress: bool = True) -> xr.Dataset:
        """Measure every point that `store` does not hold yet, and combine all. Without a store nothing is kept.

        Arguments:
            store: where finished points are kept; without one nothing is kept.
            progress: show on stderr how many points are done.

        Returns:
            one Dataset of all points along `point`, their settings as coordinates.

        Raises:
            ValueError where two points are the same; CannotWrite where the store takes nothing.
        """
        points = self._distinct_points()
        done = ((point, self.at(point)) for point in points) if store is None else self._stored(store, points)
        steps = track(done, type(self).__name__, len(points)) if progress else done
        parts = {point: shared(part) for point, part in steps}
        return self.combine([parts[point] for point in points])

    def at(self, point: Point) -> xr.Dataset:
        """Measure one point: labelled with its settings, and in its attributes with how it came about."""
        begun = time.perf_counter()
        try:
            with one_thread():  # two share a sum in another order: other last bits
                observed = self.measure(point, self.rng(point))
        except SystemExit as error:  # it would end whoever measures, as if all were done
            ended = f"measure of {type(self).__name__} must return, it ended the program at {point}"
            raise RuntimeError(ended) from error
        except Exception as error:
            error.add_note(f"raised by {type(self).__name__} at {point}")
            raise
        if not isinstance(observed, xr.Dataset):
            raise ValueError(f"measure of {type(self).__name__} must return a Dataset, got {type(observed).__name__}")
        if taken := sorted(set(point) & set(map(str, observed.data_vars))):
            raise ValueError(f"{taken[0]} must not name both a setting and what is measured, in {type(self).__name__}")
        for name in sorted(NUMBERS & set(map(str, observed.data_vars))):
            if np.isnan(np.asarray(observed[name].values, dtype=complex)).any():
                raise ValueError(f"{name} must be a number, got NaN from {type(self).__name__} at {point}")
        return observed.assign_coords(dict(point)).assign_attrs(self._shared(), **of_run(time.perf_counter() - begun))

    def rng(self, point: Point) -> np.random.Generator:
        """The random numbers of one point, which depend on the seed and the point and on nothing else."""
        seed, content = integer("seed", self.seed, least=0), int(self.content(point), 16)
        return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(content,)))

    def content(self, point: Point) -> str:
        """What tells the random numbers of one point from those of others: 64 hexadecimal digits."""
        return content_hash(point)

    def predictions(self, predict: Callable[[Any], Any], observed: xr.Dataset) -> Any:
        """What `predict` says along the rows of a table: here of the whole table at once.

        Arguments:
            predict: a function of the observed table.
            observed: what `run` returned.
        """
        return predict(observed)

    def settings(self) -> dict[str, Any]:
        """What all points share, by name: the fields and other attributes that count in the key of every point."""
        names = [field.name for field in fields(self)]
        if strangers := sorted(set(self.along) - set(names)):
            raise ValueError(f"along must name fields of {type(self).__name__}, got {strangers[0]!r}")
        return {name: value for name, value in settings_of(self).items() if name not in self.along}

    def asked(self, point: Point) -> list[Any]:
        """What a point stands for: all that its key holds beside what the points share."""
        return [point]

    def asked_hash(self, point: Point) -> str:
        """What tells a point from others, whatever code measures it."""
        return content_hash(self.asked(point), sources=False)

    def keys(self) -> dict[Point, str]:
        """Key of each point in a store: hash of class, settings, point, and of the code that makes the result."""
        identity = result_key([class_content(type(self)), self.settings()], self.made_by)
        return {point: content_hash([identity, *self.asked(point)]) for point in self._distinct_points()}

    def keep(self, store: Store, key: str, point: Point, observed: xr.Dataset) -> None:
        """Save what was observed at one point, with what its key is made of.

        Arguments:
            store: where to.
            key: the key of the point, of `keys()`.
            point: the point.
            observed: what `measure` returned there.
        """
        store.save(key, self.with_origin(point, observed))

    def with_origin(self, point: Point, observed: xr.Dataset) -> xr.Dataset:
        """What was observed at one point, with what its key is made of, as the store keeps it.

        Arguments:
            point: the point.
            observed: what `measure` returned there.
        """
        return observed.assign_attrs(made_of=self.made_of, asked=self.asked_hash(point))

    @cached_property
    def made_of(self) -> str:
        """What the keys are made of, beside the points, as JSON (`simulate.run.provenance.made_of`)."""
        return made_of(type(self), self.settings(), self.made_by)

    def _stored(self, store: Store, points: list[Point]) -> Iterator[tuple[Point, xr.Dataset]]:
        """Each point with what `store` holds of it, or this process measures; last those that others are measuring."""
        keys = self.keys()
        with Leases(store.root / LEASES) as leases:
            while points:
                later = []
                for point in points:
                    part = store.load(keys[point])
                    part = self._measured(store, leases, keys[point], point) if part is None else part
                    if part is None:
                        later.append(point)
                    else:
                        yield point, part
                points = later
                time.sleep(WAIT if points else 0.0)

    def _measured(self, store: Store, leases: Leases, key: str, point: Point) -> xr.Dataset | None:
        """What this process measures at one point and keeps; None where another process has it in hand or is done."""
        store.refuse_unwritable()
        with leases.taken(key) as mine:
            if not mine or store.state(key) == WHOLE:
                return None
            observed = self.at(point)
            self.keep(store, key, point, observed)
            return observed

    def _distinct_points(self) -> list[Point]:
        points = list(self.points())
        strangers = [point for point in points if not isinstance(point, Point)]
        if strangers:
            raise ValueError(f"points of {type(self).__name__} must be of the kind Point(t=0.1), got {strangers[0]!r}")
        if not points or len(set(points)) < len(points):  # equal points would pass for independent replicas
            raise ValueError(f"points of {type(self).__name__} must be at least one and all different, got {points}")
        return points

    def described(self) -> str:
        """The settings that all points share, for readers."""
        shown = (field.name for field in fields(self) if field.repr and field.name not in self.along)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def _shared(self) -> dict[str, str]:
        with np.printoptions(threshold=100):
            settings = self.described()[:LONGEST]
        return {"experiment": settings, "seed": str(self.seed), "versions": ", ".join(versions())}
