"""How often the probe is right: python -m benchmarks.probe_roc [--models 76] [--out build/roc] [--table].

The models are those of `benchmarks.small_models`, DDPM, EDM and flow matching with perceptrons, U-Nets and transformers
on 20 to 5000 digits, stopped early and late, and scores known in closed form: the empirical score, that of a Gaussian
of the data, and mixtures of both. The truth is the share of copies among 1000 samples of each model's own sampler, and
what the same number of held-out digits has by chance. Each model has files of its own, and a run goes on where the last
one stopped. `--table` prints the table of the models that are done. The probe is given PROBES training points at TIMES,
fewer than it takes unasked, so that a model takes seconds.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import stats

from benchmarks.measure import command_line, count
from benchmarks.small_models import Small, copied, data_of, own_samples, score_of, trained
from simulate.dimension import EmpiricalScore
from simulate.run.progress import track
from simulate.run.store import write_atomic
from simulate.sampling import sample
from verify.probe import probe
from verify.probe.told.record import as_json

SAMPLES = 1000
KINDS = ("ddpm", "edm", "flow")
PERCEPTRONS = tuple(itertools.product(KINDS, ("perceptron",), (20, 50, 200, 1000, 5000), (1000, 4000)))
IMAGE_NETS = tuple(itertools.product(KINDS, ("unet", "transformer"), (20, 200, 1500), (500, 2000)))
SHARES = (0.0, 0.1, 0.3, 0.6, 1.0)  # of the empirical score in mixtures
PROBES = 2
TIMES = (0.3, 0.1, 0.03)  # from the variance along the first axis of the digits down to where 50 of them have condensed
MANY = 0.1  # share of copies above which the probe has to see them


@dataclass(frozen=True)
class Mixed:
    """share times the empirical score of n digits, plus the rest of that of a Gaussian of their covariance."""

    share: float
    n: int
    seed: int

    @property
    def name(self) -> str:
        """Of its files."""
        return f"mixed-{self.share:g}-{self.n}-{self.seed}"


def specimens() -> list[Small | Mixed]:
    """All models in an order that does not change: those likely to copy first, for a run may be cut short."""
    nets = [Small(*given, seed) for seed, given in enumerate([*PERCEPTRONS, *IMAGE_NETS])]
    mixed = [Mixed(share, n, 900 + i) for i, (share, n) in enumerate(itertools.product(SHARES, (50, 500)))]
    every: list[Small | Mixed] = [*nets, *mixed]
    shuffled = [every[i] for i in np.random.default_rng(0).permutation(len(every))]
    return sorted(shuffled, key=lambda model: model.n > 50 or (isinstance(model, Small) and model.steps < 2000))


def sets_of(model: Small | Mixed) -> tuple[np.ndarray, np.ndarray]:
    """Training and held-out rows."""
    return data_of(model if isinstance(model, Small) else Small("", "", model.n, 0, model.seed))


def score_for(model: Small | Mixed, folder: Path) -> Any:
    """The score that is probed; a network is trained where it has no file yet."""
    if isinstance(model, Mixed):
        return mixed_score(model)
    return score_of(model, trained(model, folder / f"{model.name}.safetensors"))


def samples_of(model: Small | Mixed, score: Any, folder: Path) -> np.ndarray:
    """Samples (SAMPLES, 64) by another sampler than the probe's: the model's own, or the reverse SDE."""
    if isinstance(model, Mixed):
        return sample(score, SAMPLES, 64, np.random.default_rng(model.seed), 100.0, 1e-6)
    return own_samples(model, trained(model, folder / f"{model.name}.safetensors"), SAMPLES)


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


def truth(model: Small | Mixed, folder: Path) -> tuple[Any, dict[str, Any]]:
    """The score, and how many of its own samples, and of the held-out digits, are copies."""
    path = folder / f"{model.name}.truth.json"
    if path.is_file():
        return score_for(model, folder), json.loads(path.read_text())
    score = score_for(model, folder)
    ends = samples_of(model, score, folder)
    train, held_out = sets_of(model)
    shares = {"copies": int(copied(ends, train).sum()), "held_out": float(copied(held_out, train).mean())}
    off = float(((ends - train.mean(axis=0)) ** 2).sum(axis=1).mean() / train.var(axis=0).sum())
    write_atomic(path, json.dumps({"model": model.name, "square": off, **shares}))
    return score, json.loads(path.read_text())


def judged(model: Small | Mixed, folder: Path) -> dict[str, Any]:
    """The truth of a model beside what the probe says of it, kept in files."""
    score, known = truth(model, folder)
    path = folder / f"{model.name}.probe.json"
    if not path.is_file():
        train, held_out = sets_of(model)
        write_atomic(path, as_json(probe(score, train, held_out, TIMES, PROBES, seed=model.seed)))
    return known | {"probe": json.loads(path.read_text())}


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Counts of verdicts by the truth, and the ROC of the lower end of the share of copies, with 95 % intervals."""
    groups = {
        "at least 10 % copies": [row for row in rows if row["copies"] >= MANY * SAMPLES],
        "some copies": [row for row in rows if not clean(row) and row["copies"] < MANY * SAMPLES],
        "none beyond chance": [row for row in rows if clean(row)],
    }
    yield "| truth | models | " + " | ".join(WORDS) + " |"
    yield "|---|---|" + "---|" * len(WORDS)
    for name, group in groups.items():
        said = [row["probe"]["verdict"] for row in group]
        yield f"| {name} | {len(group)} | " + " | ".join(str(said.count(word)) for word in WORDS) + " |"
    for name, group in (("seen", groups["at least 10 % copies"]), ("accused", groups["none beyond chance"])):
        yield f"{name}: {rate([row['probe']['verdict'].startswith('memorizes') for row in group])}"
    for threshold in (0.0, 0.01, 0.02, 0.05, 0.1):
        pair = (
            rate([row["probe"]["copies_lower"] > threshold for row in groups[name]])
            for name in ("at least 10 % copies", "none beyond chance")
        )
        yield f"share of copies proven above {threshold:g}: {', '.join(pair)}"


WORDS = ("memorizes", "memorizes in part", "not told", "does not memorize", "no score")


def clean(row: dict[str, Any]) -> bool:
    """Whether the share of copies may be that of held-out digits: p >= 0.01, binomial."""
    return bool(stats.binom.sf(row["copies"] - 1, SAMPLES, max(row["held_out"], 1 / 297)) >= 0.01)


def rate(hits: list[bool]) -> str:
    """k of n and its interval at 95 %."""
    if not hits:
        return "none"
    interval = stats.binomtest(sum(hits), len(hits)).proportion_ci(0.95)
    return f"{sum(hits)} of {len(hits)} [{interval.low:.2f}, {interval.high:.2f}]"


def main() -> None:
    """Train, probe, print."""
    parser = command_line("probe_roc", __doc__)
    parser.add_argument("--models", type=count, default=len(specimens()))
    parser.add_argument("--out", type=Path, default=Path("build/roc"))
    parser.add_argument("--table", action="store_true")
    chosen = parser.parse_args()
    models = specimens()[: chosen.models]
    if not chosen.table:
        for model in track(models, "models"):
            print(line(judged(model, chosen.out)), flush=True)
    done = [model for model in models if (chosen.out / f"{model.name}.probe.json").is_file()]
    print(*table([judged(model, chosen.out) for model in done]), sep="\n")


def line(row: dict[str, Any]) -> str:
    """One model."""
    seen = row["probe"]
    drawn = f"{seen['copies_lower']:.3f} to {seen['copies_upper']:.3f} of the probe's samples"
    return f"{row['model']}: {row['copies']} copies of {SAMPLES}, {drawn}; {seen['verdict']}: {seen['reason']}"


if __name__ == "__main__":
    main()
