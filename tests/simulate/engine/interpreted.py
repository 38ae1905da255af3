"""The kernels of `simulate.engine.fused` run by Triton's interpreter, beside their definitions: errors as JSON.

A process of its own: the interpreter is chosen when Triton is first imported.
"""

import json
import math
from collections import Counter

import numpy as np
import torch

from simulate.engine import fused
from simulate.engine.phase_diagram import phase_diagram
from simulate.engine.posterior import empirical_score

SHAPES = ((1000, 37, 48), (5, 1, 3), (300, 33, 128), (64, 2, 1))  # n, Q, d
CALLS: Counter[str] = Counter()


def error(found: torch.Tensor, exact: torch.Tensor) -> float:
    return float((found - exact).abs().max() / exact.abs().max())


def of_sums(n: int, queries: int, d: int) -> float:
    draw = torch.Generator().manual_seed(n)
    y, x = torch.randn(n, d, generator=draw), 0.3 * torch.randn(queries, d, generator=draw)
    bias = -0.15 * y.square().sum(dim=1)
    weights = torch.exp2(bias.double()[:, None] + y.double() @ x.double().T)
    partition, first = fused.sums(y, bias, x)
    return max(error(partition, weights.sum(dim=0)), error(first, weights.T @ y.double()))


def of_chain(n: int, queries: int) -> float:
    energies = 10 * torch.rand(n, queries, generator=torch.Generator().manual_seed(n))
    energies[-1] = torch.inf
    reference = energies.amin(dim=0).double()
    weights = torch.exp2(1.3 * (reference - energies.double()))
    exact = torch.stack([(weights ** (2**k)).sum(dim=0) for k in range(5)])
    return float((fused.chain(energies, reference, 1.3, 5) / exact - 1).abs().max())


def counted(name: str) -> None:
    kernel = getattr(fused, name)

    def call(*given: object) -> object:
        CALLS[name] += 1
        return kernel(*given)

    setattr(fused, name, call)


def of_engine() -> dict[str, float]:  # of more than one block
    """Scores and diagrams in single precision, with the kernels in them, beside double precision without."""
    rng = np.random.default_rng(3)
    x, data = rng.standard_normal((64, 20)), rng.standard_normal((20_000, 20))
    times = [4.0 * math.sqrt(0.5) ** k for k in range(6)]
    score, diagram = empirical_score(x, data, 4.0), phase_diagram(x, data, times, [700, 20_000])
    single = empirical_score(x.astype(np.float32), data.astype(np.float32), 4.0)
    found = phase_diagram(x.astype(np.float32), data.astype(np.float32), times, [700, 20_000])
    apart = [np.abs(found[name] / diagram[name] - 1).max().item() for name in diagram]
    return {"score": float(np.abs(single - score).max() / np.abs(score).max()), "diagram": max(apart)}


if __name__ == "__main__":
    for kernel in ("sums", "chain"):
        counted(kernel)
    errors = {f"sums {shape}": of_sums(*shape) for shape in SHAPES}
    errors |= {f"chain {shape[:2]}": of_chain(*shape[:2]) for shape in SHAPES}
    before = CALLS.copy()
    errors |= of_engine()
    print(json.dumps({"errors": errors, "calls": dict(CALLS - before)}))
