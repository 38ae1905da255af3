"""Speed and memory of spectra: python -m benchmarks.dimension [--only spectra network]

spectra   full spectra at d = 30 for 100 times, 8 sizes up to N = 20,000 and 20 data sets, from one probe and from the
          four of `simulate.experiments.dimension.manifold` (target: 60 s on 2 cores)
network   one matrix-free spectrum at d = 3072 of a score whose cost is that of a U-Net of 33 million parameters, and
          whose dimension is known to be 20; in a process of its own (target: memory under 2 GB)
"""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import torch

from benchmarks.measure import in_process, keep, peak_memory
from simulate.dimension import Field
from simulate.dimension.spectra import randomized
from simulate.dimension.visible import visible
from simulate.experiments.dimension.losing import LosingDimensions, covariances
from simulate.networks.unet import UNet
from simulate.run.store import CannotWrite
from simulate.run.threads import one_thread
from verify.door import Flag, Several, door, refusing

Row = dict[str, float]
IMAGE = (32, 32, 3)
SPEED = ("spectra", "network")
Kinds = Annotated[tuple[Literal["spectra", "network"], ...], Several]
OUT = Path("out/benchmarks/dimension.json")
KNOWN = 20
WIDTH, LEVELS = 128, 3


def spectra(replicas: int = 20) -> dict[str, Row]:
    """Seconds of one thread for all spectra of the paper's Gaussian setting."""
    experiment = LosingDimensions()
    manifold = experiment.manifold
    law, times = manifold.laws[0], np.array(manifold.times)
    rng, rows = np.random.default_rng(0), {}
    for count in (1, 4):
        wall, processor = time.perf_counter(), time.process_time()
        done = 0
        with one_thread():
            for _ in range(replicas):
                data = law.sample(max(experiment.sizes), rng)
                x = manifold.points(law, data[0], rng)[-count:]
                done += np.linalg.eigvalsh(covariances(x, data, times, experiment.sizes))[..., 0].size
        spent = {"seconds": time.perf_counter() - wall, "processor seconds": time.process_time() - processor}
        rows[f"{count} probe(s)"] = {**spent, "spectra": float(done)}
    return rows


class KnownNetwork:
    """The score of a plane of `KNOWN` dimensions (unit variance), plus a U-Net that is too faint to matter.

    Arguments:
        t: noise variance > 0, at which the plane is as wide as said.
        seed: of plane and weights.
    """

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


@refusing(CannotWrite)
def speeds(*, only: Kinds = SPEED, out: Path = OUT, inside: Flag = False) -> int:
    """Run, print, write.

    Arguments:
        only: what is timed.
        out: a file for the tables, as JSON.
        inside: print the network's table as JSON, for the parent process.
    """
    if inside:
        print(json.dumps(network()))
        return 0
    tables = {}
    if "spectra" in only:
        tables["full spectra, d = 30"] = spectra()
    if "network" in only:
        tables["network"] = json.loads(in_process("benchmarks.dimension", "--inside"))
    for title, table in tables.items():
        print(title, *(f"  {name}: {row}" for name, row in table.items()), sep="\n")
    keep(out, tables)
    return 0


main = door("python -m benchmarks.dimension", speeds, __doc__)


if __name__ == "__main__":
    sys.exit(main())
