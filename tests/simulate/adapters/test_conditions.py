"""Networks that are told a text, a size or a label by name, as diffusers calls them, and latents by name."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from simulate.adapters import Layout, conditioned, exploding, from_data, from_diffusers, from_noise, steps, straight
from simulate.adapters.model import Adapted
from simulate.images import load_images

SHAPE, D = (5, 5, 4), 100  # latents of four channels
LAYOUT = Layout(SHAPE, 1.0, 0.0)
ALPHAS = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
MEANS = torch.linspace(-2, 2, 3).double()[:, None] * torch.ones(D).double()  # of three texts
VARIANCE = 0.3
TEXTS = torch.eye(3).double()[:, None, :].repeat(1, 5, 1)  # five words of width 3, (3, 5, 3)
SDXL = {"text_embeds": TEXTS[:1, 0], "time_ids": torch.ones(1, 6)}


def noise_of(u: torch.Tensor, alpha: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """E[z | u] of the Gaussian that each row's words ask for, as a network with a text knows it."""
    mean = (words.mean(dim=1) @ MEANS).reshape(len(u), *SHAPE).movedim(-1, 1)
    s2 = 1 - alpha[:, None, None, None] ** 2
    return s2.sqrt() * (u - (1 - s2).sqrt() * mean) / ((1 - s2) * VARIANCE + s2)


class TextUNet(torch.nn.Module):
    """As UNet2DConditionModel: forward(sample, timestep, encoder_hidden_states, ..., added_cond_kwargs)."""

    largest_batch = 7

    def forward(
        self,
        sample: torch.Tensor,
        timestep: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        class_labels: Any = None,
        added_cond_kwargs: dict[str, torch.Tensor] | None = None,
        return_dict: bool = True,
    ) -> Any:
        assert len(sample) == len(encoder_hidden_states) <= self.largest_batch
        if added_cond_kwargs is not None:
            assert {name: value.shape for name, value in added_cond_kwargs.items()} == {
                "text_embeds": (len(sample), 3),
                "time_ids": (len(sample), 6),
            }
        alpha = torch.as_tensor(ALPHAS).sqrt()[timestep.round().long()]
        found = noise_of(sample, alpha, encoder_hidden_states)
        return SimpleNamespace(sample=found) if return_dict else (found,)


class TextFlow(torch.nn.Module):
    """As SD3Transformer2DModel: the time is the fourth argument, and no words of rows are broadcast."""

    def forward(
        self,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        pooled_projections: torch.Tensor,
        timestep: torch.Tensor,
    ) -> Any:
        assert len(hidden_states) == len(encoder_hidden_states) == len(pooled_projections) == len(timestep)
        sigma = (timestep / 1000)[:, None, None, None]
        mean = (encoder_hidden_states.mean(dim=1) @ MEANS).reshape(-1, *SHAPE).movedim(-1, 1)
        offset = hidden_states - (1 - sigma) * mean
        total = (1 - sigma) ** 2 * VARIANCE + sigma**2
        return SimpleNamespace(sample=sigma * offset / total - mean - (1 - sigma) * VARIANCE * offset / total)


class Captioned(torch.nn.Module):
    """A denoiser of one's own with a keyword of one's own, told the noise as a standard deviation."""

    def forward(self, u: torch.Tensor, std: torch.Tensor, *, caption: torch.Tensor, scale: float) -> torch.Tensor:
        mean = (caption.mean(dim=1) @ MEANS).reshape(len(u), *SHAPE).movedim(-1, 1)
        return mean + scale * (u - mean) * VARIANCE / (VARIANCE + std[:, None, None, None] ** 2)


def ddpm(text: int, **others: Any) -> Adapted:
    scheduler = SimpleNamespace(alphas_cumprod=ALPHAS, config=SimpleNamespace(prediction_type="epsilon"))
    words = TEXTS[text : text + 1]
    return from_diffusers(TextUNet(), scheduler, LAYOUT, encoder_hidden_states=words, **others)


def flow(text: int) -> Adapted:
    words = TEXTS[text : text + 1]
    model = conditioned(TextFlow(), encoder_hidden_states=words, pooled_projections=torch.zeros(1, 4))
    return Adapted(model, straight(label=lambda sigma: 1000 * sigma), LAYOUT, "velocity")


def captioned(text: int) -> Adapted:
    return from_data(conditioned(Captioned(), caption=TEXTS[text : text + 1], scale=1.0), exploding(), LAYOUT)


COMPILED = torch.compile(TextUNet(), backend="eager")  # needs no compiler of C++


@pytest.mark.parametrize(
    "score_of",
    [
        ddpm,
        lambda text: ddpm(text, return_dict=False, added_cond_kwargs=SDXL),
        lambda text: from_noise(
            conditioned(COMPILED, encoder_hidden_states=TEXTS[text : text + 1]), steps(ALPHAS), LAYOUT
        ),
        flow,
        captioned,
    ],
    ids=["a text", "SDXL's dict", "compiled", "SD3's order", "a keyword of one's own"],
)
@pytest.mark.parametrize("text", [0, 2])
def test_a_network_under_one_text_has_the_score_of_its_law(score_of: Any, text: int) -> None:
    score, x = score_of(text), torch.as_tensor(np.random.default_rng(text).standard_normal((3, D)))
    for k in (100, 500):
        t = float((1 - ALPHAS[k]) / ALPHAS[k])
        torch.testing.assert_close(score(x, t), (MEANS[text] - x) / (VARIANCE + t), rtol=1e-6, atol=1e-9)


def test_conditions_of_several_rows_and_of_no_rows() -> None:
    with pytest.raises(ValueError, match=r"encoder_hidden_states must have one row, .* got \(3, 5, 3\)"):
        conditioned(TextUNet(), encoder_hidden_states=TEXTS)
    with pytest.raises(ValueError, match=r"added_cond_kwargs\['time_ids'\] must have one row"):
        conditioned(TextUNet(), added_cond_kwargs={"time_ids": torch.ones(2, 6)})
    found = conditioned(lambda u, label, guidance: u * guidance, guidance=torch.tensor(3.0))
    torch.testing.assert_close(found(torch.ones(4, 2), torch.ones(4)), 3 * torch.ones(4, 2))


def test_how_many_rows_a_network_takes_stays_known() -> None:
    assert ddpm(0).largest_batch == 7
    assert flow(0).largest_batch > 1000


def test_latents_by_name_are_given_as_they_are(tmp_path: Path) -> None:
    """Latents (N, 4, height, width) of one of several arrays in a file."""
    latents = np.random.default_rng(3).standard_normal((160, 4, 5, 5))
    np.savez(tmp_path / "encoded.npz", latents=latents[:80], held_out=latents[80:], labels=np.arange(160))
    train, held_out = (load_images(tmp_path / "encoded.npz", name) for name in ("latents", "held_out"))
    assert train.shape == SHAPE
    for rows, expected in ((train, latents[:80]), (held_out, latents[80:])):
        torch.testing.assert_close(LAYOUT.given(torch.as_tensor(rows.data)), torch.as_tensor(expected))
