"""The engine's benchmark, as `python -m benchmarks.engine` measured it: nothing is timed while the report is built."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from reports.figures.plot import COLOURS, DASHES, GREY, MARKERS, Plot, canvas, svg
from reports.section import Block, Picture, Run, Section, Table
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import comma, count, number
from simulate.run.key import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "engine.json"
ON_GPU = RESULTS.with_name("engine-cuda.json")
TARGETS = {"W1 ": 1.4, "W2 ": 6.0, "W3 ": 2.8, "W5 Jacobians, t >>": 2.0, "W5 Jacobians, t <": 0.1}  # times the floor
PEERS = ("engine", "(a)", "(b)", "(c)", "(d)")
NAMES = ("engine", "(a) textbook, with autograd for W5", "(b) chunked log-sum-exp", "(c) attention", "(d) KeOps")
COLUMNS = ("ratio", "seconds", "fastest", "error", "share of W1's rate", "peak memory in GB")


def section(run: Run) -> Section | None:
    """Ratios to the floor beside the peers, accuracy, memory and growth; None where no benchmark was kept."""
    return engine_section(RESULTS, ON_GPU) if RESULTS.exists() else None


def engine_section(path: Path, on_gpu: Path | None = None) -> Section:
    """The section on the engine, from a file of results of the benchmarks.

    Arguments:
        path: the file, of `make bench`.
        on_gpu: the same of a GPU, where there is one.

    Returns:
        The section.

    Raises:
        ValueError: where a file is none of these.
    """
    found = json.loads(path.read_text())
    data, where, scale = measured(found["tables"]), found["machine"], found["scale"]
    scored, seen, grown = (count(int(n * scale)) for n in (400_000, 100_000, 200_000))
    raced = [name for name in data.workload.values if name[:3] in ("W1 ", "W2 ", "W5 ")]
    versions = comma(f"{name} {value}" for name, value in where.items() if name != "processor")
    blocks: list[Block] = [
        "The empirical score, whole phase diagrams and Jacobians, each against the floor of its workload: the matrix "
        "products alone, of the same sizes, in the same run. Rivals take turns, and a ratio is the median over rounds. "
        f"Measured on {where['processor']} ({versions}), {commit(path)}.",
        _finding(data),
        Picture(
            ratios_figure(data.sel(workload=raced)),
            "Time in units of the floor, logarithmic; shorter is better. Dashed marks: the target of the engine. W1: "
            f"scores of 256 queries, N = {scored}, d = 64; W2: participation ratio and log partition at 32 times and 8 "
            f"sizes; W5: Jacobians of 64 queries at 8 times, N = {seen}. Times t are variances; t_c is about 3.2.",
        ),
        Table(
            *_accuracy(data),
            "Scores in double precision (W3): time in units of the floor, and error. The target is 2.8, twice W1's.",
        ),
    ]
    blocks += [*_memory(data), *_growth(data, grown)]
    if on_gpu and on_gpu.exists():
        blocks.append(gpu_table(on_gpu))
    return Section("engine", "The engine beside its peers", tuple(blocks))


def _memory(data: xr.Dataset) -> list[Block]:
    """What data on disk take, where that was measured."""
    rows = _rows(data, "W4 ", ("peak memory in GB", "share of W1's rate", "seconds"))
    head = ("Data on disk", "Peak memory in GB", "Share of W1's rate", "Seconds")
    caption = "Memory (W4): 256 scores of data that are not in memory. Targets: 1.5 GB, 0.6."
    return [Table(head, rows, caption)] if rows else []


def _growth(data: xr.Dataset, n: str) -> list[Block]:
    """Times and memory against N, where they were measured."""
    if not any(name.startswith("growth") for name in data.workload.values):
        return []
    caption = (
        f"Seconds for scores against N (256 queries) and against the number of queries (N = {n}), at t = 3.2; "
        "peak memory of the process against N, data on disk."
    )
    return [Picture(growth_figure(data), caption)]


def gpu_table(path: Path) -> Table:
    """The workloads of the engine on a GPU, in milliseconds and in units of the floor."""
    found = json.loads(path.read_text())
    data, where = measured(found["tables"]), found["machine"]
    rows = []
    for name in data.workload.values.tolist():
        rival = "engine, double" if name.startswith("W3 ") else "engine"
        cell = data.sel(workload=name, rival=rival)
        peers = (_ratio(data, name, peer) for peer in ("(a)", "(b)", "(c)"))
        rows.append((name, *map(_or_nothing, (1000 * cell.seconds, cell.ratio, *peers, cell.error))))
    return Table(
        ("On a GPU", "Engine, ms", "Engine / floor", "(a)", "(b)", "(c)", "Relative error"),
        tuple(rows),
        f"The same workloads on {where['gpu']} (torch {where['torch']}), {commit(path)}: all rivals and data there. "
        "At this size to start a kernel takes as long as to run it. The engine starts more of them than its peers, "
        "which hold all weights at once and have the digits of single precision.",
    )


def _or_nothing(value: float | xr.DataArray) -> str:
    return number(value, 2) if np.isfinite(value) else ""


def measured(tables: dict[str, dict[str, dict[str, float]]]) -> xr.Dataset:
    """The tables of a benchmark as a Dataset, dims workload and rival; NaN where a rival was not measured."""
    rivals = list(dict.fromkeys(name for table in tables.values() for name in table))
    shape = ("workload", "rival")
    values = {
        column: (shape, [[table.get(name, {}).get(column, np.nan) for name in rivals] for table in tables.values()])
        for column in COLUMNS
    }
    return xr.Dataset(values, coords={"workload": list(tables), "rival": rivals})


def commit(path: Path) -> str:
    """In which commit the file was written, in words."""
    command = ["git", "log", "-1", "--format=%h of %cs", "--", path.name]
    try:
        said = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        said = ""
    return f"results of commit {said}" if said else "commit not known"


def ratios_figure(data: xr.Dataset) -> Plot:
    """Bars of the ratio to the floor for the engine and its peers, with the target marked."""
    workloads = data.workload.values.tolist()
    with canvas(height=1.3 + 0.62 * len(workloads)) as (figure, axes):
        for i, (peer, name, colour) in enumerate(zip(PEERS, NAMES, COLOURS, strict=False)):
            rows = [(y, ratio) for y, w in enumerate(workloads) if np.isfinite(ratio := _ratio(data, w, peer))]
            if rows:
                y, ratio = np.array(rows).T
                axes.barh(y + 0.17 * (i - 1.5), ratio, height=0.16, color=colour, label=name, left=0)
        for y, workload in enumerate(workloads):
            axes.plot([_target(workload)] * 2, [y - 0.4, y + 0.45], color="black", linestyle=DASHES[0], linewidth=1.2)
        axes.axvline(1, color=GREY, linewidth=1, label="floor: the products alone")
        axes.plot([], [], color="black", linestyle=DASHES[0], label="target of the engine")
        axes.set_xscale("log")
        axes.set_yticks(
            range(len(workloads)), [mathtext(name.replace(", ", ",\n")) for name in workloads], fontsize=8.5
        )
        axes.set_ylim(len(workloads) - 0.4, -0.6)
        axes.set_xlabel("time / floor")
        figure.legend(loc="outside lower left", ncols=2)
        return Plot(svg(figure), _alt(data, workloads))


def growth_figure(data: xr.Dataset) -> Plot:
    """Seconds of the engine and of the products alone against N and the number of queries; memory against N."""
    with canvas(height=8.0, panels=(3, 1)) as (figure, panels):
        said = [_grow(axes, data, letter) for axes, letter in zip(panels[:2, 0], "NQ", strict=True)]
        said.append(_remember(panels[2, 0], data))
        handles, labels = panels[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower left", ncols=2)
        return Plot(svg(figure), f"Time of scores, and memory. {' '.join(said)}")


def _grow(axes: Axes, data: xr.Dataset, letter: str) -> str:
    rows = {int(w.split("= ")[1]): w for w in data.workload.values if w.startswith(f"growth, {letter} =")}
    sizes = sorted(rows)
    for name, colour, marker in zip(("engine", "two products"), COLOURS, MARKERS, strict=False):
        seconds = [float(data.seconds.sel(workload=rows[size], rival=name)) for size in sizes]
        axes.loglog(sizes, seconds, color=colour, marker=marker, label=name)
    axes.set_xlabel({"N": "number of data points N", "Q": "number of queries"}[letter])
    axes.set_ylabel("seconds")
    spent = data.seconds.sel(rival="engine")
    ends = [
        f"{number(spent.sel(workload=rows[size]))} s at {letter} = {size}" for size in sizes[:: max(1, len(sizes) - 1)]
    ]
    return f"{' and '.join(ends)}." if ends else ""


def _remember(axes: Axes, data: xr.Dataset) -> str:
    ends = []
    for kind, colour, marker in zip(("memmap", "zarr"), COLOURS, MARKERS, strict=False):
        start = f"W4 scores from {kind}, N = "
        rows = {int(w.removeprefix(start)): w for w in data.workload.values if w.startswith(start)}
        peaks = [float(data["peak memory in GB"].sel(workload=rows[n], rival="engine")) for n in sorted(rows)]
        axes.plot(sorted(rows), peaks, color=colour, marker=marker, label=kind)
        ends += [f"at most {number(max(peaks))} GB from {kind} up to N = {max(rows)}"] if rows else []
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("number of data points N on disk")
    axes.set_ylabel("peak memory in GB")
    axes.legend()
    return f"{comma(ends)}." if ends else ""


def _accuracy(data: xr.Dataset) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    head = ("t (a variance)", "Single precision", "Double precision", "Relative error")
    rows = []
    for name in (name for name in data.workload.values if name.startswith("W3 ")):
        single, double = (data.sel(workload=name, rival=f"engine, {kind}") for kind in ("single", "double"))
        rows.append((number(name.split("= ")[1]), number(single.ratio), number(double.ratio), number(double.error, 1)))
    return head, tuple(rows)


def _rows(data: xr.Dataset, start: str, columns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    names = [name for name in data.workload.values if name.startswith(start)]
    table = data.sel(rival="engine")
    return tuple((name.removeprefix(start), *(number(table[c].sel(workload=name)) for c in columns)) for name in names)


def _ratio(data: xr.Dataset, workload: str, peer: str) -> float:
    ratios = [float(data.ratio.sel(workload=workload, rival=r)) for r in data.rival.values if r.startswith(peer)]
    return next(filter(np.isfinite, ratios), np.nan)


def _target(workload: str) -> float:
    return next(value for start, value in TARGETS.items() if workload.startswith(start))


def _finding(data: xr.Dataset) -> str:
    """Which targets are met, in words made from the numbers."""
    rival = {name: "engine, double" if name.startswith("W3 ") else "engine" for name in data.workload.values}
    names = [name for name in rival if re.match("W[1235] ", name)]
    ratios = {name: float(data.ratio.sel(workload=name, rival=rival[name])) for name in names}
    missed = [f"{n} ({number(r)} against {number(_target(n))})" for n, r in ratios.items() if r > _target(n)]
    met = f"{len(ratios) - len(missed)} of {len(ratios)} targets are met"
    return f"{met}; missed: {comma(missed)}." if missed else f"{met}."


def _alt(data: xr.Dataset, workloads: list[str]) -> str:
    said = [f"{w}: engine {number(_ratio(data, w, 'engine'))}, target {number(_target(w))}" for w in workloads]
    return f"Time in units of the matrix products alone. {'; '.join(said)}."
