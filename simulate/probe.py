r"""Does this model memorize, at which noise, and which directions go first?

    python -m simulate.probe --model my_model.py:score --data images.npy
    python -m simulate.probe --model my_model.py:score --data train/ --held-out test/ --size 32 --out probe/
    answer = report(probe(score, data, held_out=other))                       # the same from Python

`score(x, t)` maps torch rows (batch, d) at the variance t to (batch, d); `simulate.adapters` makes one of a diffusers
UNet or of an EDM denoiser. The suite's data are rows of pixels in [0, 1] (`simulate.images`). At each of a grid of
times, around training points y noised to x = y + sqrt(t) z,

    dimension        how many directions the score sees the data vary in (`simulate.dimension`), with an interval
    contraction      -t u.J u along groups of principal axes u of the data: t/(t + v) where the model knows the law,
                     1 where the direction is lost. Lost at t: above 2/3 although v > 2 t
    effective        1/sum w^2, how many data points carry the *empirical* score there, the score of full memorization
    copied           of the held-out points, noised and denoised by one step x + t s: how many land on a training point
                     (three times nearer to it than to any other). Without held-out data the training points are taken

and, from the data alone, the exact condensation time of the Gaussian with their covariance (`theory.condensation`).
The model is said to memorize at t where no direction is proven to vary although the data vary in some: v > 2 t.
"""

import argparse
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import xarray as xr
from rich.console import Console
from rich.table import Table

from simulate.dimension import BadScore, EmpiricalScore, Field, TimeOutOfRange, local_dimension
from simulate.images import duplicates, load_images
from simulate.posterior import posterior
from simulate.progress import track
from simulate.store import write_atomic
from theory import arguments
from theory.arguments import NotComputable
from theory.condensation import condensation_time
from theory.laws import LinearGaussian

COUNT = 12  # times
GROUPS = 5  # of principal axes, equal in the logarithm of the variance
AXES = 4  # of each group that are looked at
LOST, SEEN = 2 / 3, 2.0  # contraction above which a direction is lost; v/t above which the data show it
COPIED = 1 / 3  # distance to the nearest training point, in units of the second nearest
LEAST = 1e-9  # variance of an axis, relative to the first, that counts

Score = Callable[[Any, float], Any]


def probe(
    score: Score,
    data: np.ndarray,
    held_out: np.ndarray | None = None,
    times: Any = None,
    probes: int = 4,
    seed: int = 0,
    device: str = "cpu",
) -> xr.Dataset:
    """What `score` knows of its training set `data` (N, d), a Dataset along `time` (variances, descending) and `group`.

    `probes` points are drawn from `data`, and as many from `held_out` (n, d). Times default to 12 from the largest
    variance of the data down to a hundredth of the squared distance between neighbours, within the range of the score.
    Raises ValueError for bad data and times, and the errors of `simulate.dimension` for a bad score.
    """
    data = arguments.finite("data", data, ndim=(2,))
    arguments.integer("probes", probes)
    if len(data) < max(probes, 3):
        raise ValueError(f"data must have at least {max(probes, 3)} points, got {len(data)}")
    rng = np.random.default_rng(arguments.integer("seed", seed, least=0))
    axes, variances = principal_axes(data)
    chosen = rng.choice(len(data), probes, replace=False)
    others = data if held_out is None else arguments.finite("held_out", held_out, ndim=(2,))
    if others.shape[1] != data.shape[1]:
        raise ValueError(f"held_out must have {data.shape[1]} columns as data has, got {others.shape[1]}")
    free = others[rng.choice(len(others), min(probes, len(others)), replace=False)]
    grid = _times(times, data, chosen, variances, score)
    groups = axis_groups(variances)
    steps = track(list(grid), "probing")
    rows = [_at(score, float(t), data, chosen, free, axes, groups, rng, device) for t in steps]
    result = xr.concat(rows, "time").assign_coords(time=grid)
    law, x = LinearGaussian(variances), (data[chosen] - data.mean(axis=0)) @ axes.T
    predicted = condensation_time(x, law, alpha=float(np.log(len(data))) / variances.size)
    return result.assign(
        variance=("group", np.array([variances[group].mean() for group in groups])),
        directions=("group", np.array([group.size for group in groups])),
        visible=("time", np.array([(variances > SEEN * t).sum() for t in grid])),
        t_c=("probe", np.atleast_1d(predicted)),
        training_row=("probe", chosen),
        step=("time", np.array([_step(score, float(t)) for t in grid])),
    ).assign_attrs(n=len(data), d=data.shape[1], copies=len(duplicates(data)), held_out=int(held_out is not None))


def principal_axes(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors (r, d) along which `data` (N, d) vary, and the variances (r,) there, largest first."""
    centred = data - data.mean(axis=0)
    if len(data) < data.shape[1]:
        values, vectors = np.linalg.eigh(centred @ centred.T / len(data))
        kept = values > LEAST * values[-1]
        axes = (centred.T @ vectors[:, kept] / np.sqrt(len(data) * values[kept])).T
    else:
        values, vectors = np.linalg.eigh(centred.T @ centred / len(data))
        kept = values > LEAST * values[-1]
        axes = vectors[:, kept].T
    if not values[-1] > 0:
        raise ValueError("data must differ from point to point, all are equal")
    return axes[::-1].copy(), values[kept][::-1].copy()


def axis_groups(variances: np.ndarray) -> list[np.ndarray]:
    """Indices of the axes of each of the groups into which descending `variances` fall on a logarithmic scale."""
    edges = np.geomspace(variances[0], variances[-1], GROUPS + 1)[1:-1]
    parts = np.split(np.arange(variances.size), np.searchsorted(-variances, -edges))
    return [part for part in parts if part.size]


def report(found: xr.Dataset) -> str:
    """The plain answer, in sentences."""
    memorized = found.time.values[_memorized(found)]
    order = [f"variance {v:.3g}: {_noise(found, t)}" for v, t in _losses(found, "contraction") if np.isfinite(t)]
    crowd = found.effective.median("probe").values
    alone = found.time.values[crowd < 2]
    sentences = [
        f"{found.attrs['n']} points in {found.attrs['d']} dimensions"
        + (
            f", {found.attrs['copies']} of them exact copies, which look like memorization"
            * (found.attrs["copies"] > 0)
        ),
        _verdict(found, memorized, bool(order)),
        f"directions it loses, first to last: {'; '.join(order)}"
        if order
        else "it loses no direction that the data show",
        f"fewer than two data points carry the empirical score from {_noise(found, alone.max())} down"
        if alone.size
        else "at all times more than two data points carry the empirical score",
        f"a Gaussian of their covariance condenses at t = {np.median(found.t_c):.3g} (median over the points probed)",
        _copied(found),
    ]
    return "\n".join(f"- {sentence}." for sentence in sentences)


def _verdict(found: xr.Dataset, memorized: np.ndarray, some_lost: bool) -> str:
    if memorized.size:
        return f"this model memorizes from {_noise(found, memorized.max())} down"
    if some_lost:
        return (
            "this model memorizes in part: at no time all, but at some time some of the directions of the data are lost"
        )
    return "at none of the times does this model memorize: it sees directions wherever the data show some"


def _at(
    score: Score,
    t: float,
    data: np.ndarray,
    chosen: np.ndarray,
    free: np.ndarray,
    axes: np.ndarray,
    groups: list[np.ndarray],
    rng: np.random.Generator,
    device: str,
) -> xr.Dataset:
    """All that is measured at one time."""
    noise = t**0.5 * rng.standard_normal((len(chosen), data.shape[1]))
    x = data[chosen] + noise
    tensor = torch.as_tensor(data[chosen], dtype=torch.float32, device=device)
    seen = local_dimension(score, tensor, t, rng=rng)
    ends = {"query": "probe"}
    nearest, ratio = _landing(score, free + t**0.5 * rng.standard_normal(free.shape), t, data, device)
    return xr.Dataset(
        {name: seen[name].rename(ends) for name in ("dimension", "lower", "upper", "outcome")}
        | {
            "contraction": (("probe", "group"), _contractions(score, tensor, x, t, axes, groups)),
            "empirical_contraction": (
                ("probe", "group"),
                _contractions(EmpiricalScore(data), data[chosen], x, t, axes, groups),
            ),
            "effective": ("probe", 1 / posterior(x, data, t).participation),
            "landed_on": ("free", nearest),
            "landing_ratio": ("free", ratio),
        }
    )


def _contractions(
    score: Any, like: Any, x: np.ndarray, t: float, axes: np.ndarray, groups: list[np.ndarray]
) -> np.ndarray:
    """Mean of -t u.J u over a few axes u of each group, at every x: (probes, groups)."""
    field = Field(score, like, t)
    field.check(x[0], np.random.default_rng(0))
    few = [group[np.linspace(0, group.size - 1, min(AXES, group.size)).astype(int)] for group in groups]
    looked_at = axes[np.concatenate(few)]
    along = np.array([-t * (field.products(point, looked_at) * looked_at).sum(axis=1) for point in x])
    ends = np.cumsum([group.size for group in few])[:-1]
    return np.stack([part.mean(axis=1) for part in np.split(along, ends, axis=1)], axis=1)


def _landing(score: Score, x: np.ndarray, t: float, data: np.ndarray, device: str) -> tuple[np.ndarray, np.ndarray]:
    """Row of the training point nearest to x + t s(x, t), and its distance over that to the second nearest."""
    rows = torch.as_tensor(x, dtype=torch.float32, device=device)
    with torch.no_grad():
        clean = x + t * score(rows, t).detach().cpu().double().numpy()
    squares = (clean**2).sum(1)[:, None] + (data**2).sum(1) - 2 * clean @ data.T
    two = np.argpartition(squares, 1, axis=1)[:, :2]
    distance = np.linalg.norm(clean[:, None] - data[two], axis=2)
    first = distance.argmin(axis=1)
    row = two[np.arange(len(x)), first]
    return row, distance.min(axis=1) / np.maximum(distance.max(axis=1), np.finfo(float).tiny)


def _times(given: Any, data: np.ndarray, chosen: np.ndarray, variances: np.ndarray, score: Any) -> np.ndarray:
    if given is not None:
        times = np.sort(arguments.positive("times", given).ravel())[::-1]
    else:
        neighbours = [np.partition(((data - data[i]) ** 2).sum(axis=1), 1)[1] for i in chosen]
        low = np.median(neighbours) / 100
        times = np.geomspace(variances[0], low if low > 0 else variances[-1] / 100, COUNT)
    least, largest = getattr(score, "time_range", (0.0, np.inf))
    inside = times[(times >= least) & (times <= largest)]
    if not inside.size:
        raise TimeOutOfRange(f"times must have some from {least:g} to {largest:g}, the range of the score, got {times}")
    return inside


def _step(score: Any, t: float) -> int:
    return int(score.step_of(t)) if hasattr(score, "step_of") else -1


def _memorized(found: xr.Dataset) -> np.ndarray:
    """Where most probes show no direction although the data do."""
    share = (found.outcome == "memorized").mean("probe").values
    return (share > 0.5) & (found.visible.values > 0)


def _losses(found: xr.Dataset, name: str) -> list[tuple[float, float]]:
    """(variance, time at which it is lost) of each group, first lost first; nan: never."""
    middle = found[name].median("probe").values
    shown = found.variance.values > SEEN * found.time.values[:, None]
    times = np.where(shown & (middle > LOST), found.time.values[:, None], np.nan)
    lost = [float(np.nanmax(column)) if np.isfinite(column).any() else np.nan for column in times.T]
    pairs = zip(found.variance.values.tolist(), lost, strict=True)
    return sorted(pairs, key=lambda pair: -np.nan_to_num(pair[1]))


def _noise(found: xr.Dataset, t: float) -> str:
    """A noise in the words of all users: variance, standard deviation, step of the model."""
    step = int(found.step.sel(time=t))
    return f"t = {t:.3g} (std {t**0.5:.3g}{f', step {step}' if step >= 0 else ''})"


def _copied(found: xr.Dataset) -> str:
    what = "held-out" if found.attrs["held_out"] else "training"
    share = (found.landing_ratio < COPIED).mean("free").values
    if not share.any():
        return f"no noised {what} point was denoised into a copy of a training point"
    worst = int(share.argmax())
    landed = found.landed_on.values[worst][found.landing_ratio.values[worst] < COPIED]
    rows = ", ".join(str(row) for row in np.unique(landed)[:8])
    t = float(found.time[worst])
    landing = f"{share[worst]:.0%} of the noised {what} points are denoised into a training point"
    return f"{landing} at {_noise(found, t)}: rows {rows}"


def table(found: xr.Dataset) -> Table:
    """One row for each time."""
    result = Table(title="what the model knows of the data, time by time")
    names = [f"v={v:.2g} model|empirical" for v in found.variance.values]
    for name in ("t", "std", "step", "dimension", "outcome", "effective N", "copied", *names):
        result.add_column(name, justify="right")
    for i, t in enumerate(found.time.values):
        row = found.isel(time=i)
        words, counts = np.unique(row.outcome.values.astype(str), return_counts=True)
        mine, theirs = (row[name].median("probe").values for name in ("contraction", "empirical_contraction"))
        result.add_row(
            f"{t:.3g}",
            f"{t**0.5:.3g}",
            str(int(row.step)) if int(row.step) >= 0 else "",
            f"{float(row.dimension.median()):.4g} [{float(row.lower.min()):.4g}, {float(row.upper.max()):.4g}]",
            str(words[counts.argmax()]),
            f"{float(row.effective.median()):.3g}",
            f"{float((row.landing_ratio < COPIED).mean()):.0%}",
            *(f"{a:.2f}|{b:.2f}" for a, b in zip(mine, theirs, strict=True)),
        )
    return result


def load_score(place: str) -> Score:
    """The function of that name in a Python file, `FILE.py:name`. The file is run: give it only your own."""
    file, _, name = place.rpartition(":")
    if not file or not Path(file).is_file():
        raise ValueError(f"model must be FILE.py:name with a file that exists, got {place!r}")
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    if not callable(getattr(module, name, None)):
        raise ValueError(f"model must name a function of {file}, it has no {name!r} that can be called")
    return getattr(module, name)


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m simulate.probe", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--model", required=True, metavar="FILE.py:score", help="score(x (batch, d) tensor, t variance)"
    )
    parser.add_argument("--data", required=True, type=Path, help="what the model was trained on, as in reports.build")
    parser.add_argument("--held-out", type=Path, help="data of the same kind that it was not trained on")
    parser.add_argument("--limit", type=int, help="use the first images only")
    parser.add_argument("--size", type=int, help="shrink images to this size")
    parser.add_argument("--grey", action="store_true", help="images in grey")
    parser.add_argument("--probes", type=int, default=4)
    parser.add_argument("--times", type=float, nargs="+", help="variances (default: chosen from the data)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, help="folder for probe.md, the answer, and probe.nc, all numbers")
    options = parser.parse_args(given)
    try:
        return _answer(options)
    except (BadScore, ValueError, OSError, NotComputable) as error:
        print(error, file=sys.stderr)
        return 2


def _answer(options: argparse.Namespace) -> int:
    score = load_score(options.model)
    sets = [
        load_images(path, limit=options.limit, size=options.size, grey=options.grey).data if path else None
        for path in (options.data, options.held_out)
    ]
    assert sets[0] is not None
    found = probe(score, sets[0], sets[1], options.times, options.probes, options.seed, options.device)
    Console(width=200).print(table(found))
    print(report(found))
    if options.out:
        write_atomic(options.out / "probe.md", report(found) + "\n")
        write_atomic(options.out / "probe.nc", bytes(found.to_netcdf(None, engine="h5netcdf")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
