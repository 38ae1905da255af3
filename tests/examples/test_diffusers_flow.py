"""The example of a flow-matching transformer of diffusers, where diffusers is installed."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from simulate.adapters import from_diffusers
from verify.probe import probe

EXAMPLES = str(Path(__file__).parents[2] / "examples")
WHY = 'diffusers is not installed: pip install -c constraints.txt -e ".[diffusion]"'
pytestmark = pytest.mark.skipif(importlib.util.find_spec("diffusers") is None, reason=WHY)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(EXAMPLES)
        import diffusers_flow  # pyright: ignore[reportMissingImports]

    diffusers_flow.folder, diffusers_flow.BATCH = tmp_path_factory.mktemp("flow"), 16
    diffusers_flow.train(3, 1000, folder=diffusers_flow.folder)
    return diffusers_flow


def test_its_velocity_is_read_as_the_posterior_mean(example: Any) -> None:
    model, scheduler = example.loaded(example.folder)
    score, t = from_diffusers(model, scheduler, example.LAYOUT), 0.09
    x = torch.rand(3, 64, generator=torch.Generator().manual_seed(0))
    sigma = 2 * t**0.5 / (1 + 2 * t**0.5)  # pixels 2 x - 1 have twice the standard deviation of the noise
    u = (1 - sigma) * example.LAYOUT.given(x)
    clean = u - sigma * model(u, torch.full((3,), 1000 * sigma))
    torch.testing.assert_close(x + t * score(x, t), (example.LAYOUT.rows(clean) + 1) / 2, atol=1e-5, rtol=1e-5)
    assert score.step_of(t) == pytest.approx(1000 * sigma)


def test_three_digits_are_copied_by_its_own_scheduler_and_by_the_probe(example: Any) -> None:
    train, held_out = (np.load(example.folder / f"{name}.npy") for name in ("train", "held_out"))
    drawn = example.own_samples(40, folder=example.folder)
    own = float((example.nearest_ratio(drawn, train) < 1 / 3).mean())
    score = from_diffusers(*example.loaded(example.folder), example.LAYOUT)
    found = probe(score, train, held_out[:300], [0.1, 0.01], probes=1)
    assert own > 0.2
    assert found.attrs["verdict"].startswith("memorizes")
    assert found.attrs["leaking_rows"].size
