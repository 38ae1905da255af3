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
import torch
import xarray as xr

from simulate.dimension import gaps, traces, visible
from simulate.dimension.field import Field
from simulate.dimension.reading import Reading, rank, together
from simulate.dimension.spectra import SPECTRA, Spectrum
from theory import checks as arguments

FEW = 512  # dimensions up to which the whole spectrum is the default
REPEATS = 9  # one of them may dissent at an error rate of 5 %
DRAWN = ("orthogonal", "gaussian", "symmetrized", "lanczos")  # spectra that differ from draw to draw


@dataclass(frozen=True)
class Estimator:
    """How a spectrum is read, which one it is ("" for that of the Jacobian), and whether x is noised for each."""

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
    """Dimension of the data about x, (d,) or (batch, d), as `score` shows it at one variance t > 0.

    `score(rows, t)` maps (n, d) to (n, d) and is called with rows of the kind and type of x; torch functions are
    differentiated, others differenced, and `EmpiricalScore` and `PopulationScore` know their Jacobians. `method` is one
    of METHODS and `spectrum` one of SPECTRA, by default the one of the method's paper, or else that of the Jacobian
    (randomized above 512 dimensions). What is random is repeated (default 9 times, by `rng`, default seed 0).

    Returns, for each x, `dimension` with the interval `lower`, `upper` at `error_rate`, the `outcome` (one of
    OUTCOMES; where it is "no gap" the interval is the answer), and `singular_values`, descending along `direction`: the
    median spectrum of -t J (a normal direction has 1), with `errors` that none of the spectra exceeds. They are those
    of the symmetric part of J; `asymmetry` bounds what the other can change (0 where scores are sampled: their singular
    values stand as they are). An estimate without random draws has lower = upper.

    Raises ValueError for bad x, t, rng, names and numbers; TimeOutOfRange; WrongShape, NotFinite, DependsOnBatch,
    NotDifferentiable for a bad score; NotComputable for a dense spectrum in too high a dimension, and for t beyond
    1e-150 to 1e150. TimeOutOfRange is also a t whose noise is lost in the rounding of x.
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
    pulls = field.t * (field.scores(rows) ** 2).sum(axis=1)
    found = [_answer(chosen, spectra[i * count :][:count], pull, rows[i].size, rate) for i, pull in enumerate(pulls)]
    result = xr.concat(found, "query") if points.ndim == 2 else found[0]
    return result.assign_coords(t=field.t).assign_attrs(method=method, spectrum=way, repeats=count, error_rate=rate)


def _answer(chosen: Estimator, spectra: list[Spectrum], pull: float, d: int, error_rate: float) -> xr.Dataset:
    """What an estimator says of the spectra taken for one point x in R^d."""
    reading = chosen.conclude(together([chosen.read(one, pull) for one in spectra], error_rate), d)
    length = min(one.values.size for one in spectra)
    values = np.median([one.values[:length] for one in spectra], axis=0)
    errors = np.max([one.errors[:length] for one in spectra], axis=0)
    fields = {name: getattr(reading, name) for name in ("dimension", "lower", "upper", "outcome")}
    along = {"singular_values": ("direction", values), "errors": ("direction", errors)}
    return xr.Dataset({**fields, **along, "asymmetry": max(one.asymmetry for one in spectra)})


def _points(x: Any) -> np.ndarray:
    if isinstance(x, torch.Tensor):
        x = (x if x.is_complex() else x.double()).detach().cpu().numpy()
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
