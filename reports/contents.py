"""What the page says: the ledger's tables and the real data as plain values for Typst, nothing computed anew."""

from typing import Any

import numpy as np
import xarray as xr

from reports.figures import Plot, claim_figure, participation_figure, spectrum_figure
from reports.mathematics import typeset
from reports.words import SIGNS, comma, conditions, machine, number, rich, settings, span, with_error
from simulate.experiments.real import RealData
from simulate.store import Store
from theory.formula import FORMULAS
from verify.ledger import run_ledger
from verify.real import comparison, gaussian_prediction
from verify.tolerance import FALSE_ALARM, MISS

Page = dict[str, Any]
TITLE = "Losing Dimensions: what the theory of geometric memorization predicts, and what is observed"
LEDGER = (
    "A verdict comes from error rates, not from a tolerance. A claim disagrees when its prediction lies outside an "
    f"interval that misses the truth with a probability of at most {number(FALSE_ALARM)} for all points of the ledger "
    "together; it agrees when it lies inside, and an error of the size stated with the claim would have passed with a "
    f"probability of at most {number(MISS)}; otherwise the run was too noisy to tell, and the verdict is inconclusive. "
    "Decoys are wrong theories close to the claim: a test that cannot reject them could not confirm the claim either."
)


def page(
    profile: str, seed: int, experiment: RealData, description: str, command: str, store: Store, progress: bool = True
) -> Page:
    """Everything on the page; what `store` holds is not computed again."""
    ledger = run_ledger(profile, seed, store, progress=progress)
    prediction = gaussian_prediction(experiment)
    compared = comparison(experiment.run(store, progress), prediction.run(store, progress))
    claims = ledger_page(ledger)
    made = f"{ledger[0][1].attrs.get('versions', '')}, on {machine()}"
    return {
        "title": TITLE,
        "summary": rich(f"{_outcome(claims)} The {profile} profile was run with seed {seed}, on {experiment.source}."),
        "ledger": rich(LEDGER),
        "claims": claims,
        "real": real_page(description, prediction.variances, experiment.data.shape[1], compared),
        "made": f"Profile {profile}, seed {seed}, {made}. The same command on the same machine gives the same files.",
        "command": command,
    }


def ledger_page(ledger: list[tuple[Any, xr.Dataset]]) -> list[Page]:
    """Each claim with its formulas, numbered through in the order of their first use, verdicts and figure."""
    names = dict.fromkeys(name for claim, _ in ledger for name in claim.formulas)
    numbers = {name: i for i, name in enumerate(names, start=1)}
    printed: set[str] = set()
    pages = []
    for claim, table in ledger:
        pages.append(_claim_page(claim, table, numbers, printed))
        printed.update(claim.formulas)
    return pages


def real_page(description: str, spectrum: np.ndarray, dimension: int, compared: xr.Dataset) -> Page:
    """The section on real data: two figures, and what was measured beside what the Gaussian predicts."""
    rows = [compared.isel(size=i) for i in range(compared.sizes["size"])]
    count = int(compared["size"].max())
    return {
        "description": rich(description),
        "queries": compared.sizes["query"],
        "dimension": dimension,
        "count": count,
        "directions": spectrum.size,
        "spectrum": _figure(spectrum_figure(spectrum, dimension, count)),
        "participation": _figure(participation_figure(compared)),
        "missing": int((~np.isfinite(compared.predicted_by_query)).sum()),
        "rows": [_size_row(row) for row in rows],
        "finding": rich(_finding(rows)),
    }


def _outcome(claims: list[Page]) -> str:
    count = {word: sum(claim["verdict"]["word"] == word for claim in claims) for word in SIGNS}
    verdicts = f"{count['agrees']} agree and {count['disagrees']} disagree"
    standing = sum(claim["stands"] for claim in claims)
    return (
        "The theory of geometric memorization in diffusion (arXiv 2410.08727) was put to the test by simulation. Of "
        f"{len(claims)} claims, {verdicts} with what is observed, {count['inconclusive']} are inconclusive; "
        f"{standing} stand, which means that the verdict is the recorded one and that every deliberately wrong theory "
        "beside the claim was found out."
    )


def _claim_page(claim: Any, table: xr.Dataset, numbers: dict[str, int], printed: set[str]) -> Page:
    worst = table.isel(point=_worst(table))
    pairs = zip(table.decoy.values, table.decoy_verdict.values, strict=True)
    texts = ("statement", "source", "regime", "meaning", "value_label")
    return {
        **{name: rich(getattr(claim, name)) for name in texts},
        "name": claim.name,
        "title": claim.title or claim.name,
        "formulas": [_formula(name, numbers[name]) for name in claim.formulas if name not in printed],
        "earlier": [numbers[name] for name in claim.formulas if name in printed],
        "verdict": _marked(table.attrs["verdict"]),
        "recorded": _marked(table.attrs["recorded"]),
        "stands": bool(table.attrs["stands"]),
        "points": table.sizes["point"],
        "effect": rich(number(worst.effect)),
        "interval": rich(f"{number(worst.effect_lower)} to {number(worst.effect_upper)}"),
        "where": rich(settings(worst, table)),
        "smallest": rich(number(claim.smallest_error) + (" of the prediction" if claim.relative else "")),
        "decoys": [{"name": rich(str(name)), "verdict": _marked(str(verdict))} for name, verdict in pairs],
        "fallen": int((table.decoy_verdict == "disagrees").sum()),
        "figure": _figure(claim_figure(claim, table)),
        "caption": rich(conditions(table)),
    }


def _formula(name: str, i: int) -> Page:
    formula = FORMULAS[name]
    texts = {key: rich(getattr(formula, key)) for key in ("statement", "source", "regime")}
    return {"number": i, "typst": typeset(formula), "alt": formula.statement, **texts}


def _worst(table: xr.Dataset) -> int:
    """The point that speaks loudest against the prediction: the effect in units of its own interval."""
    return int(np.argmax(np.abs(table.effect / (table.effect_upper - table.effect_lower)).values))


def _size_row(row: xr.Dataset) -> list[Any]:
    measured = with_error(row.t_half, row.t_half_stderr)
    texts = (measured, number(row.t_half_predicted), span(row.t_c), span(row.t_c_paper))
    return [rich(text) for text in (str(int(row["size"])), str(int(row.parts)), *texts)]


def _finding(rows: list[xr.Dataset]) -> str:
    """What agrees and what does not, in words made from the numbers."""
    compared = [row for row in rows if np.isfinite(row.t_half) and np.isfinite(row.t_half_predicted)]
    if not compared:
        return "No curve crosses one half within the times measured, so no time of condensation can be compared."
    ratios = [f"{_ratio(row)} at N = {int(row['size'])}" for row in compared]
    paper = float((compared[-1].t_c_paper / compared[-1].t_c).mean())
    return (
        "The time at which the mean participation ratio is one half, measured over predicted: "
        f"{comma(ratios)}. One would be agreement. The paper's second-cumulant time t_c is {number(paper)} times the "
        "exact one of the same Gaussian at the largest N."
    )


def _ratio(row: xr.Dataset) -> str:
    return with_error(row.t_half / row.t_half_predicted, row.t_half_stderr / row.t_half_predicted)


def _marked(verdict: str) -> Page:
    return {"word": verdict, "sign": SIGNS[verdict]}


def _figure(plot: Plot) -> Page:
    return {"svg": plot.svg, "alt": plot.alt}
