"""The claims on the page: each on its own, then numbered through and gathered into chapters.

A claim's values hold nothing of its neighbours, so they can be kept. Formulas get their numbers afterwards, in the
order of their first use, and are printed there. A chapter is a module of verify/claims; the first paragraph of its
docstring is its title, up to the first colon or comma, and its opening.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import cache
from importlib import import_module
from itertools import groupby
from multiprocessing import cpu_count, get_context
from pkgutil import iter_modules
from typing import Any

import torch
import xarray as xr

import verify.claims
from reports.figures.claim import claim_figure
from reports.kept import holds, kept
from reports.section import Run, Values
from reports.typesetting.mathematics import typeset
from reports.typesetting.words import SIGNS, conditions, number, rich, settings, sized
from simulate.run.progress import track
from theory.formula import FORMULAS
from verify.claim import Claim
from verify.ledger import CLAIMS
from verify.render.ledger import worst_point
from verify.run import run_claim, shared_work
from verify.untested import NOT_TESTED, in_words, noted_points

OTHER = ("Further claims", "")


def judged(run: Run, claims: Sequence[Claim] = CLAIMS) -> list[Values]:
    """Each claim put to the test, as plain values; what the store holds is not computed again.

    Each core takes claims of its own, in a process with one thread: experiments on small data gain nothing from two.
    """
    with ProcessPoolExecutor(cpu_count(), get_context("spawn"), initializer=_alone) as workers:
        found = [workers.submit(_kept, names, run) for names in _missing(run, claims)]
        steps = as_completed(found)
        for step in track(steps, "Groups of claims", len(found)) if run.progress and found else steps:
            step.result()
    return [kept(run.store, _inputs(claim, run), lambda claim=claim: _tested(claim, run)) for claim in claims]


def _missing(run: Run, claims: Sequence[Claim]) -> list[list[str]]:
    """Names of the claims of the ledger that the store does not hold; there must be two to be worth a process.

    Those that share work together, so that what they share is measured once; the last, which take longest, first.
    """
    names: dict[str, list[str]] = {}
    for claim in reversed(claims):
        if claim in CLAIMS and not holds(run.store, _inputs(claim, run)):
            names.setdefault(shared_work(claim), []).append(claim.name)
    return list(names.values()) if sum(map(len, names.values())) > 1 else []


def _kept(names: list[str], run: Run) -> None:
    for claim in (claim for claim in CLAIMS if claim.name in names):
        kept(run.store, _inputs(claim, run), lambda claim=claim: _tested(claim, replace(run, progress=False)))


def _alone() -> None:
    torch.set_num_threads(1)


def claim_page(claim: Any, table: xr.Dataset) -> Values:
    """One claim with its verdicts and its figure, from its table (`verify.claim.judge`)."""
    table = sized(table)
    worst = table.isel(point=worst_point(table))
    pairs = zip(table.control.values, table.control_verdict.values, strict=True)
    texts = ("statement", "source", "regime", "interpretation", "value_label")
    plot = claim_figure(claim, table)
    return {
        **{name: rich(getattr(claim, name)) for name in texts},
        **_untested(claim, in_words(noted_points(table))),
        "name": claim.name,
        "title": rich(claim.title or claim.name),
        "gist": rich(claim.interpretation.split(". ")[0].rstrip(".") + "."),
        "rests_on": list(claim.formulas),
        "verdict": _marked(table.attrs["verdict"]),
        "expected_verdict": _marked(table.attrs["expected_verdict"]),
        "passed": bool(table.attrs["passed"]),
        "points": table.sizes["point"],
        "effect": rich(number(worst.effect)),
        "interval": rich(f"{number(worst.effect_lower)} to {number(worst.effect_upper)}"),
        "where": rich(settings(worst, table)),
        "smallest": rich(number(claim.equivalence_margin) + (" of the prediction" if claim.relative else "")),
        "controls": [{"name": rich(str(name)), "verdict": _marked(str(verdict))} for name, verdict in pairs],
        "fallen": int((table.control_verdict == "disagrees").sum()),
        "figure": {
            "name": f"figure-{claim.name}",
            "svg": plot.svg,
            "alt": plot.alt,
            "caption": rich(conditions(table)),
        },
        "versions": table.attrs.get("versions", ""),
    }


def chapters(claims: list[Values]) -> list[Values]:
    """The claims by the module that states them, their formulas numbered."""
    numbers = {name: i for i, name in enumerate(dict.fromkeys(n for c in claims for n in c["rests_on"]), start=1)}
    printed: set[str] = set()
    numbered = []
    for claim in claims:
        numbered.append(claim | _formulas(claim["rests_on"], numbers, printed))
        printed.update(claim["rests_on"])
    groups = groupby(numbered, lambda claim: headings().get(claim["name"], OTHER))
    return [{"title": rich(title), "text": rich(text), "claims": list(group)} for (title, text), group in groups]


@cache
def headings() -> dict[str, tuple[str, str]]:
    """Title and opening of the chapter of each claim, by its name."""
    modules = [import_module(f"verify.claims.{found.name}") for found in iter_modules(verify.claims.__path__)]
    return {claim.name: _heading(module.__doc__ or "") for module in modules for claim in getattr(module, "CLAIMS", ())}


def _heading(text: str) -> tuple[str, str]:
    title, *rest = re.split("[:,] ", " ".join(text.split("\n\n")[0].split()), maxsplit=1)
    opening = "".join(rest)
    return title.rstrip("."), opening[:1].upper() + opening[1:]


def _inputs(claim: Claim, run: Run) -> list[Any]:
    return [claim.name, claim.estimate_for(run.profile, run.seed)]


def _tested(claim: Claim, run: Run) -> Values:
    return claim_page(claim, run_claim(claim, run.profile, run.seed, run.store, run.progress))


def _untested(claim: Any, points: str) -> Values:
    """What no verdict speaks for: in one line, and as the end of the regime of the claim."""
    if not points:
        return {"untested": ""}
    return {"untested": f"{claim.title}, at {points}", "regime": rich(f"{claim.regime}; {NOT_TESTED}: {points}")}


def _formulas(names: list[str], numbers: dict[str, int], printed: set[str]) -> Values:
    return {
        "formulas": [_formula(name, numbers[name]) for name in names if name not in printed],
        "earlier": [numbers[name] for name in names if name in printed],
    }


def _formula(name: str, i: int) -> Values:
    formula = FORMULAS[name]
    texts = {key: rich(getattr(formula, key)) for key in ("statement", "source", "regime")}
    return {"number": i, "typst": typeset(formula), "alt": formula.statement, **texts}


def _marked(verdict: str) -> Values:
    return {"word": verdict, "sign": SIGNS[verdict]}
