"""The same experiment and seed give the same bits, whatever the number of threads and of workers.

Products of matrices, eigenvalues, systems of equations, sums and trained networks of sizes at which two threads do
share the work, and do give other last bits where they may.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
import xarray as xr

from simulate.run.experiment import Experiment, Point
from simulate.run.key import ROOT
from simulate.run.store import Store
from simulate.run.sweep import sweep

N, D = 800, 400


def of_numpy(rng: np.random.Generator) -> np.ndarray:
    """A product, its eigenvalues, and a solution of its equations."""
    data = rng.standard_normal((N, D))
    product = data.T @ data
    return np.stack([product[0], np.linalg.eigvalsh(product), np.linalg.solve(product, data[0])])


def of_torch(rng: np.random.Generator) -> np.ndarray:
    """Of a product in single precision eigenvalues, a solution, and a sum over all."""
    data = torch.as_tensor(rng.standard_normal((N, D)), dtype=torch.float32)
    product = data.T @ data
    values = torch.linalg.eigvalsh(product)
    return torch.stack([values, torch.linalg.solve(product, data[0]), data.sum().expand(D)]).numpy()


def of_descent(rng: np.random.Generator) -> np.ndarray:
    """Part of the last layer of a network after ten steps."""
    data = torch.as_tensor(rng.standard_normal((N, D)), dtype=torch.float32)
    layers = [torch.as_tensor(rng.standard_normal((D, D)) / D**0.5, dtype=torch.float32) for _ in range(2)]
    for layer in layers:
        layer.requires_grad_()
    for _ in range(10):
        loss = ((torch.tanh(data @ layers[0]) @ layers[1] - data) ** 2).sum()
        for layer, slope in zip(layers, torch.autograd.grad(loss, layers), strict=True):
            layer.data -= 1e-4 * slope
    return layers[1].detach().numpy()[:3]


KINDS = {"numpy": of_numpy, "torch": of_torch, "descent": of_descent}


@dataclass(frozen=True, kw_only=True)
class OfLargeMatrices(Experiment):
    kinds: tuple[str, ...] = tuple(KINDS)
    along: ClassVar[tuple[str, ...]] = ("kinds",)

    def points(self) -> Sequence[Point]:
        return [Point(kind=kind) for kind in self.kinds]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        return xr.Dataset({"observed": (("row", "place"), KINDS[str(point["kind"])](rng).astype(float))})


def digests(store: Store) -> dict[str, str]:
    """SHA-256 of the values of every kind."""
    kept = [one for _, one in store.results() if one is not None]
    return {one.kind.item(): hashlib.sha256(one.observed.values.tobytes()).hexdigest() for one in kept}


def filled(folder: Path, threads: int) -> list[dict[str, str]]:
    """Digests of what this file, as a program, measures with so many threads: by `run`, and in each number of workers.

    With one thread by `run` alone.
    """
    environment = os.environ | {f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "OPENBLAS", "MKL")}
    workers = [] if threads == 1 else ["1", "2"]
    command = [sys.executable, "-m", __name__, str(folder), *workers]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=300)
    return [digests(Store(folder / name)) for name in ("run", *workers)]


def test_bits_depend_on_neither_threads_nor_workers(tmp_path: Path) -> None:
    found = [*filled(tmp_path / "one", 1), *filled(tmp_path / "two", 2)]
    assert set(found[0]) == set(KINDS)
    assert found == [found[0]] * 4


if __name__ == "__main__":
    from tests.simulate.run.test_bits import OfLargeMatrices as Imported  # under the name that workers import

    home = Path(sys.argv[1])
    Imported().run(Store(home / "run"), progress=False)
    for count in sys.argv[2:]:
        sweep(Imported(), Store(home / count), workers=int(count), progress=False)
