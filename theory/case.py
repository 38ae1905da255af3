r"""A case: N points of a law, seen from x at noise variance t.

Theory, simulation and prediction take the same object:

    case = Case(halves(20), typical, np.log(1000), t=0.1)
    participation_ratio(case)                           exact average over data sets
    condensation_time(case)                             t_c(x)

Labels are printed from a case for readers, and never parsed back.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import Any, TypeVar

import numpy as np

from theory.checks import NotComputable, finite, integer, log_size, positive, scalar
from theory.content import content_hash
from theory.laws.coerce import as_law
from theory.laws.copies import Copies
from theory.laws.law import EnergyLaw
from theory.laws.linear import LinearGaussian
from theory.laws.subspaces import law_label, period, split, subspaces
from theory.laws.subspaces import typical as typical_of

R = TypeVar("R")
HELD_OUT = 2410  # seed of the point of a law that is the same in every run
MOST_WHOLE = 30.0  # log N up to which e^{log N} tells whole numbers apart, and N is counted
ROUNDING = 1e-13  # of N, relative
Place = Callable[[EnergyLaw, float], np.ndarray]  # from a law and t to x


def origin(law: EnergyLaw, t: float) -> np.ndarray:
    """The place x = 0.

    Arguments:
        law: the energy law of the data, of dimension d.
        t: noise variance > 0; it does not matter here.

    Returns:
        (d,).
    """
    return np.zeros(law.dimension)


def typical(law: EnergyLaw, t: float) -> np.ndarray:
    """A typical point of the law: x_i = +-sigma_i with alternating signs, or a point of the manifold.

    Arguments:
        law: the energy law of the data, of dimension d.
        t: noise variance > 0; it does not matter here.

    Returns:
        (d,), in units of the data.

    Raises:
        ValueError: for a law without a typical point of its own.
    """
    return typical_of(law)


def far(law: EnergyLaw, t: float) -> np.ndarray:
    """Three times the typical point of the law.

    Arguments:
        law: the energy law of the data, of dimension d.
        t: noise variance > 0; it does not matter here.

    Returns:
        (d,), in units of the data.

    Raises:
        ValueError: for a law without a typical point of its own.
    """
    return 3 * typical_of(law)


def held_out(law: EnergyLaw, t: float) -> np.ndarray:
    """A draw from the law that is the same in every run, and not one of the N points.

    Arguments:
        law: the energy law of the data, of dimension d.
        t: noise variance > 0; it does not matter here.

    Returns:
        (d,), in units of the data.
    """
    rng = np.random.default_rng(HELD_OUT)
    return law.sample(1, rng)[0]


def displaced(law: EnergyLaw, t: float) -> np.ndarray:
    """A displacement along all axes alike: x_i = +-(t/d)^{1/2}, at the distance t^{1/2} from the origin.

    Arguments:
        law: the energy law of the data, of dimension d.
        t: noise variance > 0, in squared units of the data.

    Returns:
        (d,), in units of the data.
    """
    return np.sqrt(t / law.dimension) * (-1.0) ** np.arange(law.dimension)


def noised(law: EnergyLaw, t: float) -> np.ndarray:
    """A typical point of noised linear Gaussian data: x_i = +-(sigma_i^2 + t)^{1/2}.

    Arguments:
        law: a linear Gaussian law, of dimension d.
        t: noise variance > 0, in squared units of the data.

    Returns:
        (d,), in units of the data.

    Raises:
        ValueError: for a law that is not linear Gaussian.
    """
    if not isinstance(law, LinearGaussian):
        raise ValueError(f"law must be linear Gaussian for a noised typical point, got {law_label(law)}")
    return typical_of(LinearGaussian(law.variances + t))


PLACES: tuple[Place, ...] = (origin, typical, far, held_out, displaced, noised)


@dataclass(frozen=True, eq=False)
class Case:
    """N points of a law, seen from x at noise variance t.

    Arguments:
        law: the energy law of the data; variances (d,) mean centred linear Gaussian data.
        x: the location (d,), or one of the places of this module, as `typical`.
        log_n: log N >= 0, so that N may exceed any float.
        t: the noise variance, > 0, in squared units of the data.
        training: whether x is itself one of the N points.
        training_point: a point (d,) that every data set holds, where that is not x.
        sizes: sizes of successive subspaces of directions; by default those that the law treats alike.
        label: how x is called for readers; it changes no number.

    Raises:
        ValueError: that names the argument and its bound.
    """

    law: EnergyLaw
    x: np.ndarray
    log_n: float
    t: float
    training: bool = False
    training_point: np.ndarray | None = None
    sizes: tuple[int, ...] = ()
    label: str = field(default="", compare=False)

    def __init__(
        self,
        law: EnergyLaw | np.ndarray | list[float],
        x: np.ndarray | list[float] | Place,
        log_n: float,
        t: float,
        training: bool = False,
        training_point: np.ndarray | None = None,
        sizes: Sequence[int] = (),
        label: str = "",
    ) -> None:
        law, t = as_law(law), float(positive("t", scalar("t", t)))
        own = None if training_point is None else _point("training_point", training_point, law)
        place = _point("x", x(law, t) if callable(x) else x, law)
        if training and own is not None and not np.array_equal(own, place):
            raise ValueError("training_point must be left out where x itself is a training point, got another point")
        at_home = bool(training) or (own is not None and np.array_equal(own, place))
        values = {"law": law, "x": place, "log_n": log_size(log_n), "t": t, "training": at_home}
        values |= {"training_point": None if at_home else own, "sizes": _sizes(sizes, law)}
        values["label"] = label or _place_label(x, at_home)
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @cached_property
    def content(self) -> str:
        """Hash of law, x, N, t, training point and subspaces: cases that share it are the same case."""
        parts = {
            name: getattr(self, name) for name in ("law", "x", "log_n", "t", "training", "training_point", "sizes")
        }
        return content_hash(parts, sources=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Case) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    @property
    def d(self) -> int:
        """Dimension of the space."""
        return self.law.dimension

    @property
    def n(self) -> int:
        """N, where it is a number that data can have: the whole number at e^{log N}, or the next one below.

        Raises NotComputable above e^30, where e^{log N} cannot tell whole numbers apart.
        """
        if self.log_n > MOST_WHOLE:
            raise NotComputable(f"log_n must be at most {MOST_WHOLE:g} for N to be counted, got {self.log_n:g}")
        size = float(np.exp(self.log_n))
        nearest = round(size)
        return nearest if abs(nearest - size) <= ROUNDING * size else int(size)

    @property
    def alpha(self) -> float:
        """alpha = log(N)/d."""
        return self.log_n / self.d

    @property
    def own_point(self) -> np.ndarray | None:
        """The point (d,) that every data set holds, or None."""
        return self.x if self.training else self.training_point

    @property
    def subspaces(self) -> list[np.ndarray]:
        """Indices of the directions of each subspace."""
        return split(list(self.sizes)) if self.sizes else subspaces(self.law)

    def over_subspaces(self, values: np.ndarray) -> np.ndarray:
        """The mean of values (..., d) over the directions of each subspace, (subspaces, ...)."""
        return np.stack([np.asarray(values)[..., subspace].mean(axis=-1) for subspace in self.subspaces])

    @property
    def variances(self) -> np.ndarray:
        """Variances (d,) of a linear Gaussian or unit-norm law. Raises ValueError for a law without them."""
        found = getattr(self.law, "variances", None)
        if found is None:
            raise ValueError(f"law must have variances along its axes, {law_label(self.law)} has none")
        return found

    def with_points(self, share: float) -> "Case":
        """This case with another number of points, one at least.

        Arguments:
            share: the factor on N, > 0: 0.5 is half as many.

        Returns:
            A case of max(1, share N) points.
        """
        factor = float(positive("share", scalar("share", share)))
        return replace(self, log_n=max(0.0, self.log_n + float(np.log(factor))))

    def moved(self, step: np.ndarray) -> "Case":
        """The data of this case seen from x + step; a training point at x stays where it is.

        Arguments:
            step: displacement, (d,), in units of the data.

        Returns:
            A case whose x is no training point.
        """
        x, label = self.x + _point("step", step, self.law), f"moved from {self.label}"
        return replace(self, x=x, training=False, training_point=self.own_point, label=label)

    def at(self, t: float) -> "Case":
        """This case at another noise variance t."""
        return replace(self, t=t)

    @property
    def unit(self) -> "Case":
        """The smallest block of directions of which this case is so many copies, at the same alpha = log(N)/d.

        Raises ValueError for laws other than centred linear Gaussian ones and `Copies`, for an x that is not made of
        copies as its law is, and with a training point elsewhere than x.
        """
        size, law = self._repeated()
        if self.training_point is not None or not np.array_equal(self.x[size:], self.x[:-size][: self.d - size]):
            raise ValueError(f"x must be made of copies like {law_label(self.law)}, without a training point elsewhere")
        return replace(self, law=law, x=self.x[:size], log_n=self.alpha * size, sizes=())

    def _repeated(self) -> tuple[int, EnergyLaw]:
        """The dimension of one copy and its law."""
        if isinstance(self.law, Copies):
            return self.law.law.dimension, Copies(self.law.law, 1)
        law = _centred(self.law)
        size = period(np.stack([law.variances, self.x], axis=1))
        return size, LinearGaussian(law.variances[:size])

    @property
    def folded(self) -> "Case":
        """This case with copies of its unit as law: what averages over it cost does not grow with their number.

        Raises ValueError as `unit`.
        """
        unit = self.unit
        law = self.law if isinstance(self.law, Copies) else Copies(unit.law, self.d // unit.d)
        return replace(self, law=law, sizes=())

    def enlarged(self, copies: int) -> "Case":
        """A case of so many copies of every direction, at the alpha = log(N)/d of this one.

        Raises ValueError for laws other than centred linear Gaussian ones and `Copies`, and with a training point
        elsewhere than x.
        """
        copies = integer("copies", copies)
        if self.training_point is not None:
            raise ValueError("training_point must be x itself, or left out, for a case to be made of copies")
        if isinstance(self.law, Copies):
            law: EnergyLaw = Copies(self.law.law, self.law.count * copies)
        else:
            law = LinearGaussian(np.tile(_centred(self.law).variances, copies))
        return replace(self, law=law, x=np.tile(self.x, copies), log_n=self.log_n * copies, sizes=())

    @property
    def labels(self) -> dict[str, Any]:
        """What tells this case from others, in plain values for readers."""
        size = {"n": self.n} if self.log_n <= MOST_WHOLE else {"log_n": self.log_n}
        return {"law": law_label(self.law), "x": self.label, "d": self.d, **size, "t": self.t}


def grid(
    laws: EnergyLaw | Iterable[EnergyLaw],
    at: Place | Iterable[Place],
    times: Iterable[float],
    n: int | Iterable[int] = (),
    log_n: float | Iterable[float] = (),
    **fixed: Any,
) -> tuple[Case, ...]:
    """Every combination of laws, places, sizes and times, as cases.

    Arguments:
        laws: one law or several.
        at: one place or several, as `typical` or `origin`.
        times: noise variances t > 0, in squared units of the data.
        n: numbers of points N >= 1, one or several.
        log_n: further numbers of points, as log N >= 0, one or several.
        **fixed: further arguments of every `Case`.

    Returns:
        Cases; times vary fastest, laws slowest.

    Raises:
        ValueError: as `Case`.
    """
    if isinstance(times, str) or not isinstance(times, Iterable):
        raise ValueError(f"times must be a sequence of numbers, got {type(times).__name__}")
    places: list[Any] = [x if callable(x) else finite("at", x, ndim=(1,)) for x in _several(at)]
    counts = (float(positive("n", scalar("n", size))) for size in _several(n))
    sizes = [*map(float, np.log(np.array(list(counts)))), *_several(log_n)]
    if not sizes:
        raise ValueError("n or log_n must give at least one number of points, got none")
    return tuple(
        Case(law, place, size, t, **fixed)
        for law in _several(laws)
        for place in places
        for size in sizes
        for t in times
    )


def takes_case(function: Callable[..., R]) -> Callable[..., R]:
    """Lets a function of (t, x, law, log_n, training_point) take a `Case` in place of these five.

    Arguments:
        function: of these five arguments, in this order, and of any others behind them.

    Returns:
        The function, which takes either.
    """

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> R:
        if not (args and isinstance(case := args[0], Case)):
            return function(*args, **kwargs)
        return function(case.t, case.x, case.law, case.log_n, case.own_point, *args[1:], **kwargs)

    return wrapper


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Iterable) and getattr(value, "ndim", 1) else [value]


def _point(name: str, value: Any, law: EnergyLaw) -> np.ndarray:
    """A copy that nobody can change, without signs of zero."""
    point = finite(name, value, ndim=(1,)) + 0.0
    if point.size != law.dimension:
        raise ValueError(f"{name} must have {law.dimension} coordinates, got {point.size}")
    point.setflags(write=False)
    return point


def _sizes(sizes: Sequence[int], law: EnergyLaw) -> tuple[int, ...]:
    checked = tuple(integer("sizes", size) for size in sizes)
    if checked and sum(checked) != law.dimension:
        raise ValueError(f"sizes must add up to the {law.dimension} dimensions of the law, got {checked}")
    return checked


def _centred(law: EnergyLaw) -> LinearGaussian:
    if not isinstance(law, LinearGaussian) or law.mean.any():
        raise ValueError(f"law must be centred linear Gaussian to be made of copies, got {law_label(law)}")
    return law


def _place_label(x: Any, training: bool) -> str:
    if training:
        return "training point"
    return x.__name__.replace("_", "-") if callable(x) else "given"
