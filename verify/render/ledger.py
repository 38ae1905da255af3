"""The ledger as text: the verdicts of one run, and the expected verdicts as Markdown and as JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xarray as xr

from verify.claim import Claim
from verify.render.markdown import markdown_table
from verify.untested import NOT_TESTED, in_words, noted_points, untested

TEXTS = (
    *("name", "title", "statement", "source", "regime", "interpretation", "expected_verdict", "stated_by"),
    *("reading_to_avoid", "corrected_by", "formulas"),
)
AVOIDED = "a reading to avoid"


def text_table(results: Iterable[tuple[Claim, xr.Dataset]]) -> str:
    """The ledger of one run: verdicts, largest effects with intervals, how the controls fared, what is untested."""
    return "\n".join(line for claim, table in results for line in _lines(claim, table))


def expected_markdown(claims: Iterable[Claim]) -> str:
    """The expected verdicts as a Markdown table."""
    rows = [row for claim in claims for row in _expected_rows(claim)]
    return markdown_table(("claim", "statement", "regime", "verdict"), rows)


def chapters_markdown(chapters: Mapping[str, Sequence[Claim]]) -> str:
    """The expected verdicts as Markdown: a heading and a table for each chapter, the claims that disagree first."""
    return "\n\n".join(
        f"{_title(name, claims)}\n\n{expected_markdown(_first(claims))}" for name, claims in chapters.items()
    )


def texts(claim: Claim) -> dict[str, Any]:
    """What a claim says, in plain values."""
    return {name: getattr(claim, name) for name in TEXTS}


def heading() -> str:
    """Over the lines of `text_table`: effect is observed less predicted where that speaks most against the claim.

    Beside it the equivalence margin; "of it" is of the prediction.
    """
    effect = "observed - predicted [interval]"
    return f"{'claim':24} {'verdict':12} {'':20} {effect}, worst point   equivalence margin   controls rejected"


def _title(name: str, claims: Sequence[Claim]) -> str:
    """The heading of a chapter: its name, and how many of its claims agree, disagree or are inconclusive.

    Readings to avoid, which nobody states, are counted apart.
    """
    avoided = sum(claim.reading_to_avoid for claim in claims)
    counts = Counter(claim.expected_verdict for claim in claims if not claim.reading_to_avoid)
    words = [f"{count} {verdict.removesuffix('s')}" for verdict, count in sorted(counts.items())]
    words += [f"{AVOIDED if avoided == 1 else f'{avoided} readings to avoid'}"] * bool(avoided)
    return f"## {name}: {', '.join(words)}"


def _first(claims: Sequence[Claim]) -> list[Claim]:
    """Claims in their order, those that disagree before all others."""
    return sorted(claims, key=lambda claim: claim.expected_verdict != "disagrees")


def _expected_rows(claim: Claim) -> list[tuple[str, ...]]:
    """One for what the quick profile tests, one for what it does not."""
    name, elsewhere = f"`{claim.name}`", in_words(untested(claim, "quick"))
    verdict = f"**{claim.expected_verdict}**" + f"; {AVOIDED}" * claim.reading_to_avoid
    rows = [(name, claim.statement, claim.regime, verdict)]
    return rows + [(name, claim.statement, elsewhere, f"**{NOT_TESTED}**")] * bool(elsewhere)


def _lines(claim: Claim, table: xr.Dataset) -> list[str]:
    elsewhere = in_words(noted_points(table))
    return [_line(claim, table)] + [f"{claim.name:24} {NOT_TESTED}: {elsewhere}"] * bool(elsewhere)


def _line(claim: Claim, table: xr.Dataset) -> str:
    found = table.attrs["verdict"]
    comparison = "as expected" if found == claim.expected_verdict else f"EXPECTED {claim.expected_verdict}"
    row = table.isel(point=worst_point(table))
    effect, lower, upper = (row[name].item() for name in ("effect", "effect_lower", "effect_upper"))
    rejected = f"{int((table.control_verdict == 'disagrees').sum())}/{table.sizes['control']}"
    margin = f"{claim.equivalence_margin:g}{' of it' * claim.relative}"
    interval = f"{effect:+9.3g} [{lower:+.3g}, {upper:+.3g}]"
    return f"{claim.name:24} {found:12} {comparison:20} {interval}   margin {margin}   controls rejected {rejected}"


def worst_point(table: xr.Dataset) -> int:
    """The point that speaks most against the prediction."""
    return int(effect_size(table).values.argmax())


def effect_size(table: xr.Dataset) -> xr.DataArray:
    """Effects in units of their own intervals."""
    return abs(table.effect) / (table.effect_upper - table.effect_lower)


def expected_json(claims: Iterable[Claim]) -> str:
    """The expected verdicts as JSON."""
    return json.dumps([_expected_values(claim) for claim in claims], indent=1)


def _expected_values(claim: Claim) -> dict[str, Any]:
    return texts(claim) | {"not_tested": [dict(point) for point in untested(claim, "quick")]}
