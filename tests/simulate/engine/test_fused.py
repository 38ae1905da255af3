"""The kernels for a GPU, run by Triton's interpreter on a CPU: they agree with torch's products."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest
import torch

from simulate.engine import fused

CPU = torch.device("cpu")


@pytest.mark.skipif(not importlib.util.find_spec("triton"), reason="Triton is not installed here")
def test_kernels_say_what_products_say() -> None:
    command = [sys.executable, "-m", "tests.simulate.engine.interpreted"]
    told = subprocess.run(command, env={**os.environ, fused.INTERPRETED: "1"}, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    errors = found["errors"]
    diagram = errors.pop("diagram")  # of single precision, a hundredth of which is allowed: squares of weights
    assert max(errors.values()) < 3e-6, errors
    assert diagram < 1e-4
    assert found["calls"].get("sums", 0) >= 1, "the score made no use of the kernel"
    assert found["calls"].get("chain", 0) >= 2, "the diagram made no use of the kernel"


def test_a_cpu_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(fused.INTERPRETED, raising=False)
    assert not fused.serves(CPU, 64)
    monkeypatch.setenv(fused.INTERPRETED, "1")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    assert fused.serves(CPU, fused.WIDEST)
    assert not fused.serves(CPU, fused.WIDEST + 1)
