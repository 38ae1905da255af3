r"""Local dimension from any score: how many directions the data are seen to vary in, from x, at the noise variance t.

    local_dimension(score, x, t)                       the test of `visible`: may say 0, or that there is no gap
    local_dimension(score, x, t, method="flipd")       its rivals: "gap", "curvature", "flipd", "lhsd", "participation"

Estimators read spectra of -t J (`spectra`), from which they are independent; points, spectra and draws are repeated,
and their readings combined into a median with an interval that assumes no law (`reading`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from simulate.dimension import gaps, traces, visible
from simulate.dimension.field import Field
from simulate.dimension.reading import Reading, rank, together
from simulate.dimension.spectra import SPECTRA, Spectrum
from theory import checks as arguments

FEW = 512  # dimensions up to which the whole spectrum is the default
REPEATS = 9  # one of them may dissent at an error rate of 5 %
READ = ("dimension", "lower", "upper", "outcome")  # of a reading
DRAWN = ("orthogonal", "gaussian", "symmetrized", "lanczos")  # spectra that differ from draw to draw

Answer = tuple[Reading, np.ndarray, np.ndarray, float]  # with the median spectrum, its errors and the asymmetry


@dataclass(frozen=True)
class Estimator:
    """How a method reads a local dimension.

    Arguments:
        read: of a spectrum and t |s(x)|^2, the reading.
        spectrum: a name of SPECTRA; "" for that of the Jacobian.
        noised: whether x is noised anew for each spectrum.
        conclude: of the combined reading and d, the reading with its outcome.
    """

    read: Callable[[Spectrum, float], Reading]
    spectrum: str = ""
    noised: bool = False
    conclude: Callable[[Reading, int], Reading] = lambda reading, d: reading


METHODS: dict[str, Estimator] = {
    "test": Estimator(visible.visible, noised=True, conclude=visible.conclude),
    "gap": Estimator(gaps.largest_gap, "gaussian"),
    "curvature": Estimator(gaps.curvature, "symmetrized"),
    "flipd": Estimator(traces.flipd),
    "lhsd": Estimator(traces.lhsd),
    "participation": Estimator(traces.participation),
}


def local_dimension(
    score: Any,
    x: Any,
    t: Any,
    method: str = "test",
    *,
    spectrum: str | None = None,
    repeats: Any = None,
    error_rate: Any = 0.05,
    rng: Any = None,
) -> xr.Dataset:
    """Dimension of the data about x, as a score shows it at one noise variance t.

    What is random is repeated. An estimate without random draws has lower = upper.

    Arguments:
        score: `score(rows, t)` maps (n, d) to (n, d) and is called with rows of the kind and type of x. Torch functions
            are differentiated, others differenced, and `EmpiricalScore` and `PopulationScore` know their Jacobians.
        x: locations, (d,) or (batch, d), in units of the data.
        t: noise variance > 0, one number, in squared units of the data.
        method: one of METHODS.
        spectrum: one of SPECTRA; where None, the one of the method's paper, or else that of the Jacobian (randomized
            above 512 dimensions).
        repeats: how many random draws are combined; 9 where None.
        error_rate: of the interval, in (0, 1).
        rng: the source of random numbers; that of seed 0 where None.

    Returns:
        For each x, `dimension` with the interval `lower`, `upper` at `error_rate`; the `outcome` (one of OUTCOMES;
        where it is "no gap" the interval is the answer); and `singular_values`, descending along `direction`: the
        median spectrum of -t J (a normal direction has 1), with `errors` that none of the spectra exceeds. They are
        those of the symmetric part of J; `asymmetry` bounds what the other can change (0 where scores are sampled:
        their singular values stand as they are).

    Raises:
        ValueError: for bad x, t, rng, names and numbers.
        TimeOutOfRange: for a t that the score does not know, or whose noise is lost in the rounding of x.
        BadScore: where the score is not a function of each row alone; NotDifferentiable where no gradient can be had.
        NotComputable: for a dense spectrum in too high a dimension, and for t beyond 1e-150 to 1e150.
    """
    points = _points(x)
    field = Field(score, x, t)
    rows = np.atleast_2d(points)
    chosen = METHODS[arguments.choice("method", method, tuple(METHODS))]
    rate = arguments.scalar("error_rate", error_rate)
    if not 0 < rate < 1:
        raise ValueError(f"error_rate must be in (0, 1), got {rate:g}")
    generator = arguments.generator("rng", np.random.default_rng(0) if rng is None else rng)
    field.check(rows[np.abs(rows).max(axis=1).argmax()], generator)
    default = chosen.spectrum or _default(field, points)
    way = arguments.choice("spectrum", spectrum if spectrum is not None else default, tuple(SPECTRA))
    count = _repeats(repeats, chosen.noised or way in DRAWN, rate)
    starts = np.repeat(rows, count, axis=0)
    if chosen.noised:
        starts = starts + field.std * generator.standard_normal(starts.shape)
    spectra = SPECTRA[way](field, starts, generator)
    squared_scores = field.t * (field.scores(rows) ** 2).sum(axis=1)
    found = [
        _answer(chosen, spectra[i * count :][:count], squared_score, rows[i].size, rate)
        for i, squared_score in enumerate(squared_scores)
    ]
    table = _table(found) if points.ndim == 2 else _table(found).isel(query=0)
    return table.assign_coords(t=field.t).assign_attrs(method=method, spectrum=way, repeats=count, error_rate=rate)


def _answer(chosen: Estimator, spectra: list[Spectrum], squared_score: float, d: int, error_rate: float) -> Answer:
    """What an estimator says of the spectra taken for one point x in R^d."""
    reading = chosen.conclude(together([chosen.read(one, squared_score) for one in spectra], error_rate), d)
    length = min(one.values.size for one in spectra)
    values = np.median([one.values[:length] for one in spectra], axis=0)
    errors = np.max([one.errors[:length] for one in spectra], axis=0)
    return reading, values, errors, max(one.asymmetry for one in spectra)


def _table(found: list[Answer]) -> xr.Dataset:
    """The answers at all points along `query`, made at once: a Dataset for each would take longer than its numbers."""
    each, values, errors, asymmetries = zip(*found, strict=True)
    fields = {name: ("query", [getattr(reading, name) for reading in each]) for name in READ}
    along = {"singular_values": values, "errors": errors}
    rows = {name: (("query", "direction"), np.stack(parts)) for name, parts in along.items()}
    return xr.Dataset({**fields, **rows, "asymmetry": ("query", list(asymmetries))})


def _points(x: Any) -> np.ndarray:
    points = arguments.finite("x", x, ndim=(1, 2))
    if points.size == 0:
        raise ValueError(f"x must have at least one point and one coordinate, got shape {points.shape}")
    return points


def _default(field: Field, points: np.ndarray) -> str:
    if points.shape[-1] > FEW:
        return "randomized"
    return "jacobian" if field.differentiable else "differences"


def _repeats(given: Any, random: bool, error_rate: float) -> int:
    if not random:
        return 1
    count = REPEATS if given is None else arguments.integer("repeats", given)
    rank(count, error_rate)  # too few is an error
    return count
