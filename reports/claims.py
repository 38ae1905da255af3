"""The claims on the page: each put to the test on its own, as plain values that the store can keep.

A claim's values hold nothing of its neighbours; `reports.chapters` gathers and numbers them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import xarray as xr

from reports.effects import effect_in_words, experiment_in_words
from reports.figures.claim import claim_figure
from reports.kept import holds, kept, showing
from reports.section import Run, Values
from reports.typesetting.sentences import rich
from reports.typesetting.words import SIGNS, conditions, number, settings
from reports.workers import side_by_side
from theory.sentence import first, literal
from verify.claim import Claim
from verify.key import code_of_claims
from verify.ledger import CLAIMS
from verify.render.ledger import worst_point
from verify.render.terminal import plain
from verify.render.works import kind, works
from verify.run import run_claim, shared_work
from verify.untested import NOT_TESTED, in_words, noted_points


def judged(
    run: Run,
    claims: Sequence[Claim] = CLAIMS,
    sections: Sequence[Callable[[Run], object]] = (),
    parts: Sequence[Callable[[Run], object]] = (),
) -> list[Values]:
    """Each claim put to the test, as plain values; what the store holds is not computed again.

    Each core takes claims of its own, in a process with one thread: experiments on small data gain nothing from two.
    Where claims are missing, the experiments of sections, which no claim shares, are stored by the same processes.

    Arguments:
        run: profile, seed and store.
        claims: the claims, in order.
        sections: functions that store sections, or their experiments; they are called where claims are missing.
        parts: functions that store what rests on claims; they are called last, where claims are missing.

    Returns:
        The values of each claim, in their order.
    """
    groups = [partial(_kept, names) for names in _missing(run, claims)]
    work = [(one, run) for one in (*sections, *groups, *parts)] if groups else []
    side_by_side(_quietly, work, "Sections and groups of claims", run.progress)
    return [_page_of(claim, run) for claim in claims]


def _missing(run: Run, claims: Sequence[Claim]) -> list[list[str]]:
    """Names of the claims of the ledger that the store does not hold; there must be two to be worth a process.

    Those that share work together, so that what they share is measured once; the last, which take longest, first.
    """
    names: dict[str, list[str]] = {}
    for claim in reversed(claims):
        if claim in CLAIMS and not holds(run.store, _inputs(claim, run), showing()):
            names.setdefault(shared_work(claim), []).append(claim.name)
    return list(names.values()) if sum(map(len, names.values())) > 1 else []


def _kept(names: list[str], run: Run) -> None:
    for claim in (claim for claim in CLAIMS if claim.name in names):
        _page_of(claim, run)


def _page_of(claim: Claim, run: Run) -> Values:
    return kept(run.store, _inputs(claim, run), lambda: _tested(claim, run), showing())


def _quietly(work: Callable[[Run], object], run: Run) -> None:
    work(replace(run, progress=False))


def claim_page(claim: Any, table: xr.Dataset, profile: str = "quick") -> Values:
    """One claim with its verdicts and its figure, as the page of the ledger shows it.

    Arguments:
        claim: the claim.
        table: its table, of `verify.claim.judge`.
        profile: "quick" or "full".

    Returns:
        Plain values for Typst.
    """
    return {
        **_words(claim),
        **_untested(claim, in_words(noted_points(table))),
        **_verdicts(table),
        **_effect(claim, table.isel(point=worst_point(table)), table),
        "figure": _figure(claim, table),
        "command": command(claim.name, profile, table.attrs.get("seed", "0")),
        "versions": table.attrs.get("versions", ""),
    }


def _words(claim: Any) -> Values:
    """What the claim says of itself."""
    texts = ("statement", "regime", "interpretation", "value_label", "stated_by")
    return {
        **{name: rich(getattr(claim, name)) for name in texts},
        "source": rich(claim.source.rstrip(".")),
        "name": claim.name,
        "title": rich(claim.title or claim.name),
        "gist": rich(first(claim.interpretation)),
        "rests_on": list(claim.formulas),
        "works": works(claim),
        "kind": kind(claim),
        "words": plain(" ".join((claim.name, claim.title, claim.statement, claim.regime))).lower(),
        "reading_to_avoid": claim.reading_to_avoid,
        "margin": rich(number(claim.equivalence_margin) + (" of the prediction" if claim.relative else "")),
        "experiment": rich(literal(experiment_in_words(claim.estimate))),
    }


def _verdicts(table: xr.Dataset) -> Values:
    """What came of the claim and of its negative controls."""
    pairs = zip(table.control.values, table.control_verdict.values, strict=True)
    return {
        "verdict": _marked(table.attrs["verdict"]),
        "expected_verdict": _marked(table.attrs["expected_verdict"]),
        "passed": bool(table.attrs["passed"]),
        "points": table.sizes["point"],
        "controls": [{"name": rich(str(name)), "verdict": _marked(str(verdict))} for name, verdict in pairs],
        "rejected": int((table.control_verdict == "disagrees").sum()),
    }


def _effect(claim: Any, worst: xr.Dataset, table: xr.Dataset) -> Values:
    """What speaks most against the claim, and where."""
    return {"effect": rich(effect_in_words(claim, worst)), "where": rich(settings(worst, table))}


def _figure(claim: Any, table: xr.Dataset) -> Values:
    plot = claim_figure(claim, table)
    return {"name": f"figure-{claim.name}", "svg": plot.svg, "alt": plot.alt, "caption": rich(conditions(table))}


def command(name: str, profile: str, seed: str) -> str:
    """The command that puts a claim to the test again.

    Arguments:
        name: of the claim.
        profile: "quick" or "full".
        seed: in digits.

    Returns:
        One line for a shell.
    """
    chosen = f" --profile {profile}" if profile != "quick" else ""
    return f"losing-dimensions verify {name}{chosen} --seed {seed}"


def _inputs(claim: Claim, run: Run) -> list[Any]:
    return [claim.name, claim.estimate_for(run.profile, run.seed), code_of_claims([claim.name])]


def _tested(claim: Claim, run: Run) -> Values:
    return claim_page(claim, run_claim(claim, run.profile, run.seed, run.store, run.progress), run.profile)


def _untested(claim: Any, points: str) -> Values:
    """What no verdict speaks for: in one line, and as the end of the regime of the claim."""
    if not points:
        return {"untested": ""}
    return {
        "untested": f"{claim.title}, at {points}",
        "regime": [*rich(claim.regime), *rich(f"; {NOT_TESTED}: {points}")],
    }


def _marked(verdict: str) -> Values:
    return {"word": verdict, "sign": SIGNS[verdict]}
