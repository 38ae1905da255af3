r"""Models whose truth is known: the networks of `benchmarks.small_models`, and mixtures of two scores in closed form.

The truth of a model is the share of copies among SAMPLES samples of its own sampler, beside what as many held-out
digits have by chance. Truth and verdict are kept apart: weights and truth lie in a folder named by the code that trains
and samples, so that a change of the probe costs verdicts alone, and a change of that code begins another folder.
"""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import stats

from benchmarks.small_models import Small, copied, data_of, own_samples, score_of, trained
from simulate.dimension import EmpiricalScore
from simulate.run.key import code_hash
from simulate.run.store import write_atomic
from simulate.sampling import sample

SAMPLES = 1000
KINDS = ("ddpm", "edm", "flow")
PERCEPTRONS = tuple(itertools.product(KINDS, ("perceptron",), (20, 50, 200, 1000, 5000), (1000, 4000)))
IMAGE_NETS = tuple(itertools.product(KINDS, ("unet", "transformer"), (20, 200, 1500), (500, 2000)))
SHARES = (0.0, 0.1, 0.3, 0.6, 1.0)  # of the empirical score in mixtures
COSTS = {"perceptron": 1, "transformer": 4, "unet": 6}  # of a step of training, roughly
MANY = 0.1  # share of copies above which the probe has to see them
NETWORKS = ("affine", "mlp", "network", "transformer", "unet")
OF_NETWORKS = ("benchmarks/small_models.py", *(f"simulate/networks/{name}.py" for name in NETWORKS))
OF_MIXTURES = ("benchmarks/specimens.py", "simulate/sampling", "simulate/dimension", "simulate/engine")
DIGITS = 12  # hexadecimal digits of a key, in the name of a folder


@dataclass(frozen=True)
class Mixed:
    """share times the empirical score of n digits, plus the rest of that of a Gaussian of their covariance.

    Arguments:
        share: of the empirical score, in [0, 1].
        n: the number of digits.
        seed: chooses the digits.
    """

    share: float
    n: int
    seed: int

    @property
    def name(self) -> str:
        """Of its files."""
        return f"mixed-{self.share:g}-{self.n}-{self.seed}"


Specimen = Small | Mixed


def specimens() -> list[Specimen]:
    """All models, the cheapest first: a run may be cut short."""
    nets = [Small(*given, seed) for seed, given in enumerate([*PERCEPTRONS, *IMAGE_NETS])]
    mixed = [Mixed(share, n, 900 + i) for i, (share, n) in enumerate(itertools.product(SHARES, (50, 500)))]
    return sorted([*mixed, *nets], key=_cost)


def _cost(model: Specimen) -> int:
    return COSTS[model.network] * model.steps if isinstance(model, Small) else 0


def made_by(model: Specimen) -> tuple[str, ...]:
    """The code that a model and its truth are made by."""
    return OF_NETWORKS if isinstance(model, Small) else OF_MIXTURES


def truth_folder(model: Specimen, out: Path) -> Path:
    """Where weights and truth are kept, by the code that makes them.

    Arguments:
        model: a trained network or a mixture of scores.
        out: the folder of all models.
    """
    return out / f"truth-{code_hash(made_by(model))[:DIGITS]}"


def sets_of(model: Specimen) -> tuple[np.ndarray, np.ndarray]:
    """Training and held-out rows."""
    return data_of(model if isinstance(model, Small) else Small("", "", model.n, 0, model.seed))


def score_for(model: Specimen, out: Path) -> Any:
    """The score that is probed; a network is trained where it has no file yet.

    Arguments:
        model: a trained network or a mixture of scores.
        out: the folder of all models.
    """
    return mixed_score(model) if isinstance(model, Mixed) else score_of(model, _network(model, out))


def mixed_score(model: Mixed) -> Any:
    """The score of a mixed model, rows and t to rows."""
    train = sets_of(model)[0]
    memory, mean = EmpiricalScore(train), torch.as_tensor(train.mean(axis=0))
    variances, axes = (torch.as_tensor(part) for part in np.linalg.eigh(np.cov(train.T)))

    def score(x: Any, t: float) -> torch.Tensor:
        rows = torch.as_tensor(x).double()
        gaussian = -((rows - mean) @ axes / (variances.clamp(min=0) + t)) @ axes.T
        return (model.share * memory(rows, t) + (1 - model.share) * gaussian).to(torch.as_tensor(x).dtype)

    return score


def truth(model: Specimen, out: Path) -> dict[str, Any]:
    """How many of a model's own samples are copies, and what share of the held-out digits, kept in a file.

    Arguments:
        model: which; a network is trained where it has no weights yet.
        out: folder of all models.

    Returns:
        `model`, its name; `copies` among SAMPLES; `held_out`, the share of held-out digits that are copies by the same
        rule; `square`, the mean squared distance of samples from the mean of the data over that of the data.
    """
    path = truth_folder(model, out) / f"{model.name}.json"
    if not path.is_file():
        ends, (train, held_out) = samples_of(model, out), sets_of(model)
        off = ((ends - train.mean(axis=0)) ** 2).sum(axis=1).mean() / train.var(axis=0).sum()
        shares = {"copies": int(copied(ends, train).sum()), "held_out": float(copied(held_out, train).mean())}
        write_atomic(path, json.dumps({"model": model.name, "square": float(off), **shares}))
    return json.loads(path.read_text())


def samples_of(model: Specimen, out: Path) -> np.ndarray:
    """Samples (SAMPLES, 64) by another sampler than the probe's: the model's own, or the reverse SDE.

    Arguments:
        model: a trained network or a mixture of scores.
        out: the folder of all models.
    """
    if isinstance(model, Mixed):
        return sample(mixed_score(model), SAMPLES, 64, np.random.default_rng(model.seed), 100.0, 1e-6)
    return own_samples(model, _network(model, out), SAMPLES)


def _network(model: Small, out: Path) -> Any:
    return trained(model, truth_folder(model, out) / f"{model.name}.safetensors")


def clean(known: dict[str, Any]) -> bool:
    """Whether the share of copies may be that of held-out digits: p >= 0.01, binomial."""
    return bool(stats.binom.sf(known["copies"] - 1, SAMPLES, max(known["held_out"], 1 / 297)) >= 0.01)
