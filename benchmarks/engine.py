"""python -m benchmarks.engine [--scale S] [--only W1 W2 ...] [--threads K] [--device D] [--out FILE]

The engine beside its peers:

W1 scores, W2 phase diagrams, W3 scores in double precision, W4 data on disk, W5 Jacobians; growth: time against N;
independent and published: see `benchmarks.jobs`. All sizes are multiplied by S (1: the sizes of the table in
docs/results/engine.md). Prints the tables and writes them as JSON; published runs when it is named alone.
"""

import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch

from benchmarks import jobs, peers
from benchmarks.accuracy import TIMES, worst_error
from benchmarks.measure import Count, Names, Positive, in_process, keep, machine, race, seconds
from benchmarks.problem import DIAGRAM, LARGE, MIDDLE, SMALL, problem
from simulate.engine.phase_diagram import phase_diagram
from simulate.engine.posterior import empirical_score, posterior
from simulate.run.store import CannotWrite
from theory.checks import choice
from verify.door import door, refusing

Table = dict[str, dict[str, float]]


def scores(scale: float, device: str) -> dict[str, Table]:
    """W1: 256 queries, N = 400,000, one t.

    Arguments:
        scale: the factor on all sizes; 1 is that of the table in docs/results/engine.md.
        device: where torch computes: cpu or cuda.
    """
    tables = {}
    for t in (LARGE, MIDDLE, SMALL):
        x, y = problem(int(400_000 * scale), 256, t, device=device)
        rivals: dict[str, Callable[[], object]] = {
            "two products": partial(peers.two_products, x, y),
            peers.FASTER: partial(peers.by_faster_library, peers.two_products, x, y),
            "engine": partial(empirical_score, x, y, t),
            "(a) textbook": partial(peers.textbook_score, x, y, t),
            "(b) chunked log-sum-exp": partial(peers.chunked_score, x, y, t),
            "(c) attention": partial(peers.attention_score, x, y, t),
        }
        table = race(rivals, "two products")
        if importlib.util.find_spec("pykeops"):
            table["(d) KeOps"] = in_part(8, lambda q, x=x, y=y, t=t: peers.keops_score(x[:q], y, t), len(x), table)
        tables[f"W1 scores, t = {t:g}"] = table
    return tables


def in_part(parts: int, call: Callable[[int], object], queries: int, table: Table) -> dict[str, float]:
    """A rival that takes minutes, timed once on a part of the queries and scaled; the floor is the first row.

    Arguments:
        parts: into how many parts the queries are cut.
        call: the rival, a function of the number of queries.
        queries: of the whole.
        table: seconds of the rivals timed so far.
    """
    call(1)
    spent = parts * seconds(lambda: call(queries // parts))
    return {"seconds": spent, "ratio": spent / next(iter(table.values()))["seconds"]}


def diagrams(scale: float, device: str) -> dict[str, Table]:
    """W2: participation and log partition at 32 times and 8 prefix sizes.

    Arguments:
        scale: the factor on all sizes; 1 is that of the table in docs/results/engine.md.
        device: where torch computes: cpu or cuda.
    """
    x, y = problem(int(400_000 * scale), 256, MIDDLE, device=device)
    sizes = [len(y) >> k for k in range(7, -1, -1)]
    rivals: dict[str, Callable[[], object]] = {
        "one product": partial(peers.one_product, x, y),
        peers.FASTER: partial(peers.by_faster_library, peers.one_product, x, y),
        "engine": partial(phase_diagram, x, y, DIAGRAM, sizes),
        "(b) chunked log-sum-exp": partial(peers.chunked_diagram, x, y, DIAGRAM, sizes),
    }
    table = race(rivals, "one product", rounds=3)
    table["(a) textbook"] = in_part(16, lambda q: peers.textbook_diagram(x[:q], y, DIAGRAM, sizes), len(x), table)
    return {"W2 phase diagram": table}


def accurate_scores(scale: float, device: str) -> dict[str, Table]:
    """W3: scores in double precision from single precision data, beside W1; errors against mpmath.

    Arguments:
        scale: the factor on all sizes; 1 is that of the table in docs/results/engine.md.
        device: where torch computes: cpu or cuda.
    """
    tables = {}
    for t in TIMES:
        x, y = problem(int(400_000 * scale), 256, t, device=device)
        rivals: dict[str, Callable[[], object]] = {
            "two products": partial(peers.two_products, x, y),
            "two products, double": partial(peers.two_products, x.double(), y.double()),
            "engine, single": partial(empirical_score, x, y, t),
            "engine, double": partial(empirical_score, x.double(), y, t),
        }
        table = race(rivals, "two products", rounds=3)
        table["engine, double"]["error"] = worst_error(x[:2].double(), y, t)
        tables[f"W3 scores, t = {t:g}"] = table
    return tables


def scores_from_disk(scale: float, device: str) -> dict[str, Table]:
    """W4: 256 queries, N up to 20,000,000 on disk, each in a process of its own that reports its memory.

    Arguments:
        scale: the factor on all sizes; 1 is that of the table in docs/results/engine.md.
        device: where torch computes: cpu or cuda.
    """
    tables = {}
    for n in (int(size * scale) for size in (20_000, 400_000, 4_000_000, 20_000_000)):
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            for kind in ("memmap", "zarr"):
                rest = (kind, f"{folder}/{kind}", str(n), str(torch.get_num_threads()), device)
                in_process("benchmarks.disk", "write", *rest)
                report = json.loads(in_process("benchmarks.disk", "read", *rest))
                tables[f"W4 scores from {kind}, N = {n}"] = report
    return tables


def jacobians(scale: float, device: str) -> dict[str, Table]:
    """W5: full Jacobians of 64 queries at 8 times, N = 100,000.

    Arguments:
        scale: the factor on all sizes; 1 is that of the table in docs/results/engine.md.
        device: where torch computes: cpu or cuda.
    """
    tables = {}
    for name, t in (("t >> t_c", LARGE), ("t < t_c", 0.4)):
        times = (t * 2.0 ** (np.arange(8) / 4)).tolist() if t == LARGE else (t * 2.0 ** (-np.arange(8) / 4)).tolist()
        x, y = problem(int(100_000 * scale), 64, t, device=device)
        weights = torch.rand(peers.CHUNK["cpu"], 8 * len(x), device=device)
        rivals: dict[str, Callable[[], object]] = {
            "weighted products": partial(peers.weighted_products, weights, y),
            "engine": lambda x=x, y=y, times=times: posterior(x, y, times).jacobian,
        }
        table = race(rivals, "weighted products", rounds=3)
        peer = partial(peers.autograd_jacobians, y=y, times=times)
        table["(a) autograd"] = in_part(32, lambda q, x=x, peer=peer: peer(x[:q]), len(x), table)
        tables[f"W5 Jacobians, {name}"] = table
    return tables


def growth(scale: float, device: str) -> dict[str, Table]:
    """Seconds for 256 scores against N, and for N = 200,000 against the number of queries, over three decades each.

    And for N = 8,192 against d, at a time at which all points count.

    Arguments:
        scale: the factor on all sizes; 1 is that of the table in docs/results/engine.md.
        device: where torch computes: cpu or cuda.
    """
    tables = {}
    for d in (64, 768, 12_288):
        x, y = problem(int(8192 * scale), 256, LARGE, d, device)
        rivals = {"two products": partial(peers.two_products, x, y), "engine": partial(empirical_score, x, y, LARGE)}
        tables[f"growth, d = {d}"] = race(rivals, "two products", rounds=5)
    for queries in (4, 16, 64, 256, 1024, 4096):
        x, y = problem(int(200_000 * scale), queries, MIDDLE, device=device)
        rivals = {"two products": partial(peers.two_products, x, y), "engine": partial(empirical_score, x, y, MIDDLE)}
        tables[f"growth, Q = {queries}"] = race(rivals, "two products", rounds=5)
    for n in (2_000, 6_000, 20_000, 60_000, 200_000, 600_000, 2_000_000):
        x, y = problem(int(n * scale), 256, MIDDLE, device=device)
        rivals = {"two products": partial(peers.two_products, x, y), "engine": partial(empirical_score, x, y, MIDDLE)}
        tables[f"growth, N = {len(y)}"] = race(rivals, "two products", rounds=5)
    return tables


WORKLOADS = {
    "W1": scores,
    "W2": diagrams,
    "W3": accurate_scores,
    "W4": scores_from_disk,
    "W5": jacobians,
    "growth": growth,
    "independent": jobs.independent,
    "published": jobs.published,
}
BY_DEFAULT = tuple(name for name in WORKLOADS if name != "published")


@refusing(ValueError, CannotWrite)
def engine(
    *,
    scale: Positive = 1.0,
    only: Names = BY_DEFAULT,
    out: Path = Path("out/benchmarks/engine.json"),
    threads: Count | None = None,
    device: str = "cpu",
) -> int:
    """Run the workloads, print the tables, write them.

    Arguments:
        scale: the factor on all sizes.
        only: names of workloads.
        out: a file for the tables, as JSON.
        threads: of torch, 1 on a machine that others use (default: as many as there are).
        device: cpu or cuda: where data, queries and all rivals are.
    """
    chosen = [WORKLOADS[choice("only", name, tuple(WORKLOADS))] for name in only]
    torch.set_num_threads(threads or torch.get_num_threads())
    tables: dict[str, Table] = {}
    if not importlib.util.find_spec("pykeops"):
        print("(d) KeOps is left out: pykeops is not installed here (it is an optional extra).")
    print(*(f"{name} {value}" for name, value in machine().items()), sep=", ")
    for workload in chosen:
        for title, table in workload(scale, device).items():
            tables[title] = table
            show(title, table)
            keep(out, tables, scale=scale)
    return 0


def show(title: str, table: Table) -> None:
    """One table as text.

    Arguments:
        title: above the table.
        table: a row of numbers by their names, for each rival.
    """
    print(f"\n{title}")
    for name, row in table.items():
        cells = [f"{key} {value:.3g}" for key, value in row.items()]
        print(f"  {name:24s} {'   '.join(cells)}", flush=True)


main = door("python -m benchmarks.engine", engine, __doc__)


if __name__ == "__main__":
    sys.exit(main())
