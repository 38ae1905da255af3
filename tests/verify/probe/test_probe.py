"""The probe: it says of a memorizing score that it memorizes, and of the law's own score that it does not."""

import numpy as np
import pytest
import torch
import xarray as xr

from benchmarks.specimens import Mixed, mixed_score, sets_of
from simulate.dimension import EmpiricalScore
from simulate.engine.copies import COPIED
from simulate.sampling import nearest_ratio, sample
from tests.verify.probe.laws import TIMES, Circle, Clusters
from theory.laws import LinearGaussian
from verify.probe import probe, report
from verify.probe.told.ways import NONE, ways


def test_a_memorizing_score_is_found_out(memorizing: xr.Dataset) -> None:
    assert "this model memorizes from t = 0.0" in report(memorizing)
    assert memorizing.attrs["verdict"] == "memorizes"
    assert memorizing.attrs["from_time"] in TIMES[1:]
    assert memorizing.attrs["copies_count"] == memorizing.sizes["sample"]
    assert (memorizing.sel(time=1e-4).outcome == "memorized").all()
    assert (memorizing.landing_ratio.sel(time=1e-4) < 1e-3).all()
    np.testing.assert_allclose(memorizing.normalized_jacobian, memorizing.empirical_normalized_jacobian, atol=0.02)


def test_the_score_of_the_law_does_not_memorize(knowing: xr.Dataset) -> None:
    assert knowing.attrs["verdict"] == "does not memorize"
    assert np.isnan(knowing.attrs["from_time"])
    assert "it loses no direction" in report(knowing)
    assert (knowing.sel(time=1e-4).dimension == 4).all()
    assert (knowing.landing_ratio.sel(time=1e-4) > 1 / 3).mean() > 0.7


@pytest.mark.parametrize("law", [Clusters(), Circle()], ids=lambda law: type(law).__name__)
@pytest.mark.parametrize(("seed", "held_out"), [(12, False), (13, True)])
def test_laws_are_not_accused_and_memories_are(law: Clusters | Circle, seed: int, held_out: bool) -> None:
    rng = np.random.default_rng(seed)
    points, others = law.sample(40, rng), law.sample(40, rng) if held_out else None
    assert probe(law, points, others, seed=seed).attrs["verdict"] in ("does not memorize", "not told")
    assert "this model memorizes from" in report(probe(EmpiricalScore(points), points, others, seed=seed))


def test_a_model_that_goes_elsewhere_does_not_memorize() -> None:
    law = LinearGaussian([1.0] * 3 + [0.0] * 7)
    points = law.sample(40, np.random.default_rng(1))
    mean = torch.as_tensor(points.mean(axis=0))
    found = probe(lambda x, t: (mean - x).to(x.dtype) / t, points)
    said = report(found)
    assert found.attrs["verdict"] == "not told"  # its outputs are no posterior means: it cannot be cleared
    assert "noised training points do not return to themselves" in said
    assert "whether it loses directions is not told: the gate is refuted" in said
    assert NONE not in [way.word for way in ways(found)]  # no all-clear beside a warning


def test_a_mixture_that_copies_is_told_so() -> None:
    law = LinearGaussian([1.0] * 3 + [0.05] * 3 + [0.0] * 4)
    rng = np.random.default_rng(2)
    points, held_out = law.sample(40, rng), law.sample(40, rng)
    memory, variances = EmpiricalScore(points), torch.tensor(law.variances)

    def score(x: torch.Tensor, t: float) -> torch.Tensor:
        return 0.6 * memory(x, t) - 0.4 * x / (variances.to(x.dtype) + t)

    found = probe(score, points, held_out)
    assert found.attrs["verdict"].startswith("memorizes")
    assert found.attrs["copies_lower"] > 0.5


def test_an_all_clear_names_the_noise_at_which_samples_end(knowing: xr.Dataset) -> None:
    """A tenth of the empirical score of 50 digits copies at less noise alone: no more is said than what was seen."""
    model = Mixed(0.1, 50, 902)
    points, held_out = sets_of(model)
    score = mixed_score(model)
    found = probe(score, points, held_out, (0.3, 0.1, 0.03), 2, seed=model.seed)
    end = found.attrs["samples_end"]
    assert found.attrs["verdict"] == "does not memorize"
    assert f"samples end at t = {end:.3g}, below which nothing is said of them" in report(found)
    assert end != knowing.attrs["samples_end"]
    assert f"samples end at t = {knowing.attrs['samples_end']:.3g}," in report(knowing)
    at_the_end, below = (sample(score, 100, 64, np.random.default_rng(1), 100.0, t) for t in (end, 1e-6))
    assert (nearest_ratio(at_the_end, points) < COPIED).mean() < 0.02
    assert (nearest_ratio(below, points) < COPIED).mean() > 0.1
