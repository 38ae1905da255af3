"""How often the probe is right: python -m benchmarks.probe_roc [--models 9] [--seeds 1] [--names N] [--more] [--table].

The models are those of `benchmarks.specimens`: DDPM, EDM and flow matching with perceptrons, U-Nets and transformers on
20 to 5000 digits, stopped early and late, and mixtures of two scores in closed form. Their truth is the share of copies
among 1000 samples of each model's own sampler. A verdict has a file of its own, under the code that passes it and the
code of its model, so that a run goes on where the last one stopped. `--table` asks nothing: it counts the newest
verdict of each model that is kept, and says which code passed how many. The probe is given PROBES training points at
TIMES, fewer than it takes unasked, so that a model takes seconds.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.copying import copying
from benchmarks.measure import Count, Names
from benchmarks.specimens import DIGITS, MANY, SAMPLES, Specimen, clean, made_by, score_for, sets_of, specimens, truth
from simulate.run.key import code_hash
from simulate.run.progress import track
from simulate.run.store import CannotWrite, write_atomic
from verify.door import Flag, door, refusing
from verify.probe import probe
from verify.probe.told.record import as_json

PROBES = 2
TIMES = (0.3, 0.1, 0.03)  # from the variance along the first axis of the digits down to where 50 of them have condensed
CODE = ("verify/probe", "simulate/adapters", "simulate/dimension", "simulate/sampling", "simulate/engine")
WORDS = ("memorizes", "memorizes in part", "not told", "does not memorize", "no score")
GROUPS = ("at least 10 % copies", "some copies", "none beyond chance")
THRESHOLDS = (0.0, 0.01, 0.02, 0.05, 0.1)  # of the lower end of the share of copies
SEEN = {3, 5, 11, 13, 16, 23, 35, 39, 43, 58, 61, 64, *range(900, 910)}  # seeds of models that rules were changed after


@dataclass(frozen=True)
class Judged:
    """A model, its truth and the verdicts on it, by the seed of the probe.

    Arguments:
        model: a trained network or a mixture of scores.
        known: the truth: the share of copies among its samples.
        told: verdicts by the seed of the probe.
    """

    model: Specimen
    known: dict[str, Any]
    told: dict[int, dict[str, Any]]

    @property
    def group(self) -> str:
        """One of GROUPS."""
        if self.known["copies"] >= MANY * SAMPLES:
            return GROUPS[0]
        return GROUPS[2] if clean(self.known) else GROUPS[1]

    @property
    def first(self) -> dict[str, Any]:
        """The verdict with its evidence at the least seed."""
        return self.told[min(self.told)]

    def __str__(self) -> str:
        ends = ", ".join(f"{one['copies_lower']:.3f} to {one['copies_upper']:.3f}" for one in self.told.values())
        words = ", ".join(one["verdict"] for one in self.told.values())
        return f"{self.model.name}: {self.known['copies']} copies of {SAMPLES}; {ends}; {words}: {self.first['reason']}"


def verdict_file(model: Specimen, seed: int, out: Path) -> Path:
    """Where a verdict is kept, by the code that passes it and the code that made its model.

    Arguments:
        model: a trained network or a mixture of scores.
        seed: of the probe.
        out: the folder of all models.
    """
    return out / f"verdict-{code_hash((*CODE, *made_by(model)))[:DIGITS]}" / f"{model.name}-{seed}.json"


def judged(model: Specimen, seeds: Sequence[int], out: Path) -> Judged:
    """A model with its truth and its verdicts; what is not kept yet is made.

    Arguments:
        model: a trained network or a mixture of scores.
        seeds: of the probe.
        out: the folder of all models.
    """
    return Judged(model, truth(model, out), {seed: _told(model, seed, out) for seed in seeds})


def _told(model: Specimen, seed: int, out: Path) -> dict[str, Any]:
    path = verdict_file(model, seed, out)
    if not path.is_file():
        train, held_out = sets_of(model)
        write_atomic(path, as_json(probe(score_for(model, out), train, held_out, TIMES, PROBES, seed=seed)))
    return json.loads(path.read_text())


def table_of(rows: Sequence[Judged]) -> Iterator[str]:
    """Counts of verdicts by the truth, the ROC of the lower end of the share of copies, and how often seeds agree."""
    for name, some in (("all models", rows), ("models that no rule was made on", [row for row in rows if _new(row)])):
        yield f"\n{name}: {len(some)}\n"
        yield from _words(some)
        yield ""
        yield from _roc(some)
    several = [row for row in rows if len(row.told) > 1]
    if several:
        yield f"\nthe same verdict at all {len(several[0].told)} seeds: {rate([_agree(row) for row in several])}"


def _new(row: Judged) -> bool:
    return row.model.seed not in SEEN


def _agree(row: Judged) -> bool:
    return len({one["verdict"] for one in row.told.values()}) == 1


def _words(rows: Sequence[Judged]) -> Iterator[str]:
    yield f"| truth | models | {' | '.join(WORDS)} |"
    yield "|---|---|" + "---|" * len(WORDS)
    for group in GROUPS:
        said = [row.first["verdict"] for row in rows if row.group == group]
        yield f"| {group} | {len(said)} | {' | '.join(str(said.count(word)) for word in WORDS)} |"


def _roc(rows: Sequence[Judged]) -> Iterator[str]:
    """Rates at which memorizing models are told and models without copies are accused, by verdict and by threshold."""
    yield "| accused where | of models with 10 % copies | of models with none beyond chance |"
    yield "|---|---|---|"
    yield _rates(rows, "the verdict says so", lambda one: one["verdict"].startswith("memorizes"))
    for threshold in THRESHOLDS:
        name = f"the share of copies is proven above {threshold:g}"
        yield _rates(rows, name, partial(_above, threshold))


def _above(threshold: float, told: dict[str, Any]) -> bool:
    return told["copies_lower"] > threshold


def _rates(rows: Sequence[Judged], name: str, accused: Any) -> str:
    hits = [rate([accused(row.first) for row in rows if row.group == group]) for group in (GROUPS[0], GROUPS[2])]
    return f"| {name} | {' | '.join(hits)} |"


def rate(hits: Sequence[bool]) -> str:
    """k of n and its interval at 95 % (Clopper and Pearson)."""
    if not hits:
        return "none"
    interval = stats.binomtest(int(np.sum(hits)), len(hits)).proportion_ci(0.95)
    return f"{int(np.sum(hits))} of {len(hits)} [{interval.low:.2f}, {interval.high:.2f}]"


@refusing(ValueError, CannotWrite)
def rates(
    *,
    models: Count | None = None,
    names: Names = (),
    seeds: Count = 1,
    out: Path = Path("build/roc"),
    more: Flag = False,
    table: Flag = False,
) -> int:
    """Train, probe, print.

    Arguments:
        models: so many of them, the cheapest first (default: all).
        names: these models alone.
        seeds: of the probe, on each model.
        out: the folder of verdicts.
        more: the models of `benchmarks.copying` in place of those of `benchmarks.specimens`, in their order.
        table: print what is kept, of whatever code, and ask nothing.
    """
    listed: Sequence[Specimen] = copying() if more else specimens()
    chosen = [model for model in listed[:models] if not names or model.name in names]
    if not table:
        for model in track(chosen, "models"):
            print(judged(model, range(seeds), out), flush=True)
    rows = [row for model in chosen if (row := kept(model, range(seeds), out)).told]
    print(*table_of(rows), "", *_passed_by([row.model for row in rows], range(seeds), out), sep="\n")
    return 0


def kept(model: Specimen, seeds: Sequence[int], out: Path) -> Judged:
    """A model with its newest verdicts that are kept, of whatever code, and its newest truth: nothing is asked or made.

    Arguments:
        model: a trained network or a mixture of scores.
        seeds: of the probe.
        out: the folder of all models.
    """
    told = {seed: json.loads(path.read_text()) for seed in seeds if (path := _newest_verdict(model, seed, out))}
    known = _newest(out.glob(f"truth-*/{model.name}.json"))
    return Judged(model, json.loads(known.read_text()), told) if told and known else Judged(model, {}, {})


def _newest_verdict(model: Specimen, seed: int, out: Path) -> Path | None:
    return _newest(out.glob(f"verdict-*/{model.name}-{seed}.json"))


def _newest(paths: Iterable[Path]) -> Path | None:
    return max(paths, key=lambda path: path.stat().st_mtime, default=None)


def _passed_by(models: Sequence[Specimen], seeds: Sequence[int], out: Path) -> Iterator[str]:
    """How many of the verdicts each code passed."""
    found = [path for model in models for seed in seeds if (path := _newest_verdict(model, seed, out))]
    present = {verdict_file(model, 0, out).parent for model in models}
    for folder, count in Counter(path.parent for path in found).items():
        yield f"{count} verdicts by {'the present code' if folder in present else 'other code'}: {folder}"


main = door("python -m benchmarks.probe_roc", rates, __doc__)


if __name__ == "__main__":
    sys.exit(main())
