"""Speed and memory of spectra, and how good estimators are: python -m benchmarks.dimension [--only spectra network]

spectra   full spectra at d = 30 for 100 times, 8 sizes up to N = 20,000 and 20 data sets, from one probe and from the
          four of `simulate.experiments.manifold` (target: 60 s on 2 cores)
network   one matrix-free spectrum at d = 3072 of a score whose cost is that of a U-Net of 33 million parameters, and
          whose dimension is known to be 20; in a process of its own (target: memory under 2 GB)
estimators
          bias, spread and failure of every estimator on manifolds of known dimension, N = 50 to 1e6, t over five
          decades (the full profile of `simulate.experiments.estimators`), and of scikit-dimension's from data alone
          (no t), and the figures that their papers publish (column `source`), into a table of its own beside the
          others; an hour, and so only where it is asked for
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import xarray as xr

from benchmarks.measure import in_process, keep, peak_memory
from simulate.dimension import Field
from simulate.dimension.spectra import randomized
from simulate.dimension.visible import visible
from simulate.experiments.estimators import (
    FLIPD,
    PROFILES,
    PUBLISHED_FLIPD,
    PUBLISHED_GAP,
    SOURCES,
    TRUTH,
    FromData,
    summary,
)
from simulate.experiments.losing import LosingDimensions, covariances
from simulate.experiments.participation import one_thread
from simulate.networks.unet import UNet
from simulate.store import write_atomic

Row = dict[str, float]
IMAGE = (32, 32, 3)
SPEED = ("spectra", "network")
KNOWN = 20
COLUMNS = ("source", "manifold", "truth", "size", "t", "estimator", "reading")
HERE = "here"  # the source of what this benchmark has measured
WIDTH, LEVELS = 128, 3


def spectra(replicas: int = 20) -> dict[str, Row]:
    """Seconds of one thread for all spectra of the paper's Gaussian setting."""
    experiment = LosingDimensions()
    manifold = experiment.manifold
    view, times = manifold.view(manifold.laws[0], max(experiment.sizes)), np.array(manifold.times)
    rng, rows = np.random.default_rng(0), {}
    for count in (1, 4):
        wall, processor = time.perf_counter(), time.process_time()
        done = 0
        with one_thread():
            for _ in range(replicas):
                data = view.draw(1, rng)[0]
                x = manifold.points(view.energy_law, data[0], rng)[-count:]
                done += np.linalg.eigvalsh(covariances(x, data, times, experiment.sizes))[..., 0].size
        spent = {"seconds": time.perf_counter() - wall, "processor seconds": time.process_time() - processor}
        rows[f"{count} probe(s)"] = {**spent, "spectra": float(done)}
    return rows


class KnownNetwork:
    """The score of a plane of `KNOWN` dimensions (unit variance), plus a U-Net that is too faint to matter."""

    def __init__(self, t: float, seed: int = 0) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.network = UNet(IMAGE, WIDTH, LEVELS).requires_grad_(False)
        self.plane = torch.linalg.qr(torch.randn(int(np.prod(IMAGE)), KNOWN, generator=generator))[0]

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        along = (x @ self.plane) @ self.plane.T
        faint = 1e-3 * self.network(x, torch.tensor([t]))
        return -(x - along) / t - along / (1 + t) + faint


def network(t: float = 0.01) -> dict[str, Row]:
    """One spectrum: seconds, memory of the process, and the reading."""
    score = KnownNetwork(t)
    x = torch.zeros(int(np.prod(IMAGE)))
    field, rng = Field(score, x, t), np.random.default_rng(0)
    start = x.double().numpy() + field.std * rng.standard_normal(len(x))
    field.check(start, rng)
    wall = time.perf_counter()
    spectrum = randomized(field, start, rng)
    reading = visible(spectrum, 0.0)
    found = {"dimension": reading.dimension, "lower": reading.lower, "upper": reading.upper}
    parameters = float(sum(p.numel() for p in score.network.parameters()))
    spent = {"seconds": time.perf_counter() - wall, "peak memory, bytes": peak_memory()}
    return {
        "matrix-free, d = 3072": {**spent, **found, "error": float(spectrum.errors.max()), "parameters": parameters}
    }


def estimators(path: Path) -> None:
    """Write the readings, averaged over x, as CSV: a row for each manifold, size, time and estimator."""
    scores = [by_score(experiment.run()) for experiment in (*PROFILES["full"], FLIPD)]
    write(path, [*scores, from_data(FromData().run()), published()])


def write(path: Path, frames: list[pd.DataFrame]) -> None:
    """Write rows in order, as CSV."""
    table = pd.concat(frames).sort_values(["manifold", "size", "t", "estimator", "source"], kind="stable")
    write_atomic(path, table.to_csv(index=False, float_format="%.4g"))


def by_score(observed: xr.Dataset) -> pd.DataFrame:
    """Rows of what was read from scores."""
    table = summary(observed)
    names = [str(name) for name in table.data_vars]
    table = table.assign(source=HERE, truth=observed.truth, reading=observed.dimension.mean("query"))
    return table.to_dataframe().reset_index()[[*COLUMNS, *names]]


def from_data(observed: xr.Dataset) -> pd.DataFrame:
    """Rows of what scikit-dimension read from data alone."""
    reading = observed.dimension.mean("replica")
    spread = observed.dimension.std("replica", ddof=1)
    table = xr.Dataset(
        {"truth": observed.truth, "reading": reading, "bias": reading - observed.truth, "spread": spread}
    ).assign(source=HERE)
    return table.to_dataframe().reset_index().assign(t=np.nan)[[*COLUMNS, "bias", "spread"]]


def published() -> pd.DataFrame:
    """Rows of what two papers publish of manifolds that are here too; without N and t where a network was read."""
    flipd = [
        ("flipd", "linear-15", size, t, figure)
        for size, figures in PUBLISHED_FLIPD.items()
        for t, figure in zip(FLIPD.times, figures, strict=True)
    ]
    gap = [("gap", manifold, np.nan, np.nan, figure) for manifold, figure in PUBLISHED_GAP.items()]
    table = pd.DataFrame([*flipd, *gap], columns=["estimator", "manifold", "size", "t", "reading"])
    truth = table.manifold.map(TRUTH)
    table = table.assign(source=table.estimator.map(SOURCES), truth=truth, bias=table.reading - truth)
    return table[[*COLUMNS, "bias"]]


def main() -> None:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", nargs="+", choices=("spectra", "network", "estimators"), default=["spectra", "network"]
    )
    parser.add_argument("--out", type=Path, default=Path("out/benchmarks/dimension.json"))
    parser.add_argument(
        "--inside", action="store_true", help="print the network's table as JSON, for the parent process"
    )
    chosen = parser.parse_args()
    if chosen.inside:
        print(json.dumps(network()))
        return
    if "estimators" in chosen.only:
        estimators(chosen.out.with_name("estimators.csv"))
    tables = {}
    if "spectra" in chosen.only:
        tables["full spectra, d = 30"] = spectra()
    if "network" in chosen.only:
        tables["network"] = json.loads(in_process("benchmarks.dimension", "--inside"))
    for title, table in tables.items():
        print(title, *(f"  {name}: {row}" for name, row in table.items()), sep="\n")
    if tables:
        keep(chosen.out, tables)


if __name__ == "__main__":
    main()
