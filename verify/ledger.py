"""The ledger: every claim, in the order of the report, and what became of it.

run_ledger("quick", seed=0)                     a list of (claim, table)
python -m verify.ledger                         the recorded verdicts as Markdown
python -m verify.ledger --json                  the same as JSON
python -m verify.ledger --write README.md       put the Markdown between the markers in that file
"""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xarray as xr

from simulate.experiments.experiment import Experiment
from simulate.store import Store
from verify.claim import Claim, judge
from verify.claims import (
    above,
    assumed,
    away,
    clock,
    coded,
    condensation,
    condensation_ratio,
    condensation_time,
    control,
    curved,
    data_point,
    dimension,
    estimators,
    extremes,
    fluctuation,
    frozen,
    gap_count,
    gap_sizes,
    glass,
    heavy,
    hidden,
    identities,
    linear_manifold,
    memorized,
    neighbours,
    network_generalization,
    networks,
    order,
    own_weight,
    participation,
    process,
    random_gap,
    random_manifold,
    reversal,
    scaling,
    share,
    spectrum,
    times,
    weights,
)
from verify.markdown import markdown_table, write_between
from verify.mutants import broken
from verify.tables import table_key
from verify.untested import NOT_TESTED, in_words, noted, noted_points, untested

CLAIMS: tuple[Claim, ...] = (
    *identities.CLAIMS,
    *linear_manifold.CLAIMS,
    *condensation.CLAIMS,
    *condensation_time.CLAIMS,
    *condensation_ratio.CLAIMS,
    *data_point.CLAIMS,
    *own_weight.CLAIMS,
    *participation.CLAIMS,
    *weights.CLAIMS,
    *extremes.CLAIMS,
    *above.CLAIMS,
    *fluctuation.CLAIMS,
    *frozen.CLAIMS,
    *heavy.CLAIMS,
    *order.CLAIMS,
    *reversal.CLAIMS,
    *share.CLAIMS,
    *away.CLAIMS,
    *control.CLAIMS,
    *scaling.CLAIMS,
    *glass.CLAIMS,
    *curved.CLAIMS,
    *hidden.CLAIMS,
    *spectrum.CLAIMS,
    *gap_sizes.CLAIMS,
    *gap_count.CLAIMS,
    *random_manifold.CLAIMS,
    *random_gap.CLAIMS,
    *coded.CLAIMS,
    *assumed.CLAIMS,
    *dimension.CLAIMS,
    *estimators.CLAIMS,
    *memorized.CLAIMS,
    *neighbours.CLAIMS,
    *times.CLAIMS,
    *networks.CLAIMS,
    *network_generalization.CLAIMS,
    *process.CLAIMS,
    *clock.CLAIMS,
)
TEXTS = ("name", "title", "statement", "source", "regime", "meaning", "recorded", "formulas")


def run_ledger(
    profile: str = "quick",
    seed: int = 0,
    store: Store | None = None,
    claims: Iterable[Claim] = CLAIMS,
    progress: bool = True,
) -> list[tuple[Claim, xr.Dataset]]:
    """Each claim with its table (`verify.claim.judge`); what `store` holds is not measured again."""
    return [(claim, run_claim(claim, profile, seed, store, progress)) for claim in claims]


def run_claim(
    claim: Claim,
    profile: str,
    seed: int,
    store: Store | None = None,
    progress: bool = True,
    device: str | None = None,
    mutant: str | None = None,
) -> xr.Dataset:
    """The table of one claim; `device` for the experiments that take one, as in `simulate.posterior`.

    `mutant` puts a wrong formula in the theory (`verify.mutants`) after the observation is made: an experiment that
    draws its levels from an energy law would else be wrong in the same way. The points that the full
    profile has and this one lacks are noted (`verify.untested`).
    """
    experiment = claim.experiment_for(profile, seed, device)
    if store is None or mutant is not None:
        return _judged(claim, experiment, profile, store, progress, mutant)
    key = table_key(claim, experiment, profile)
    table = store.load(key) if claim in CLAIMS else None  # the key lacks the code of a claim from elsewhere
    if table is None:
        table = _judged(claim, experiment, profile, store, progress)
        store.save(key, table)
    return table


def _judged(
    claim: Claim,
    experiment: Experiment,
    profile: str,
    store: Store | None,
    progress: bool,
    mutant: str | None = None,
) -> xr.Dataset:
    observed = experiment.run(store, progress)
    with broken(mutant):
        return noted(judge(claim, observed), untested(claim, profile))


def text_table(results: Iterable[tuple[Claim, xr.Dataset]]) -> str:
    """The ledger of one run: verdicts, the largest effect with its interval, how the decoys fared, what is untested."""
    return "\n".join(line for claim, table in results for line in _lines(claim, table))


def recorded_markdown(claims: Iterable[Claim] = CLAIMS) -> str:
    """The recorded verdicts as a Markdown table."""
    rows = [row for claim in claims for row in _recorded_rows(claim)]
    return markdown_table(("claim", "statement", "regime", "verdict"), rows)


def texts(claim: Claim) -> dict[str, Any]:
    """What a claim says, in plain values."""
    return {name: getattr(claim, name) for name in TEXTS}


def heading() -> str:
    """Over the lines of `text_table`: effect is observed less predicted where that speaks most against the claim.

    Beside it the smallest error that would have been seen.
    """
    effect = "observed - predicted [interval]"
    return f"{'claim':24} {'verdict':12} {'':20} {effect}, worst point   smallest error   decoys rejected"


def _recorded_rows(claim: Claim) -> list[tuple[str, ...]]:
    """One for what the quick profile tests, one for what it does not."""
    name, elsewhere = f"`{claim.name}`", in_words(untested(claim, "quick"))
    rows = [(name, claim.statement, claim.regime, f"**{claim.recorded}**")]
    return rows + [(name, claim.statement, elsewhere, f"**{NOT_TESTED}**")] * bool(elsewhere)


def _lines(claim: Claim, table: xr.Dataset) -> list[str]:
    elsewhere = in_words(noted_points(table))
    return [_line(claim, table)] + [f"{claim.name:24} {NOT_TESTED}: {elsewhere}"] * bool(elsewhere)


def _line(claim: Claim, table: xr.Dataset) -> str:
    found = table.attrs["verdict"]
    comparison = "as recorded" if found == claim.recorded else f"RECORDED {claim.recorded}"
    row = table.isel(point=worst_point(table))
    effect, lower, upper = (row[name].item() for name in ("effect", "effect_lower", "effect_upper"))
    fallen = f"{int((table.decoy_verdict == 'disagrees').sum())}/{table.sizes['decoy']}"
    told = f"{claim.smallest_error:g}{' of it' * claim.relative}"
    interval = f"{effect:+9.3g} [{lower:+.3g}, {upper:+.3g}]"
    return f"{claim.name:24} {found:12} {comparison:20} {interval}   would see {told}   decoys {fallen}"


def worst_point(table: xr.Dataset) -> int:
    """The point that speaks most against the prediction."""
    return int(effect_size(table).values.argmax())


def effect_size(table: xr.Dataset) -> xr.DataArray:
    """Effects in units of their own intervals."""
    return abs(table.effect) / (table.effect_upper - table.effect_lower)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m verify.ledger", description="The recorded verdicts.")
    parser.add_argument("--json", action="store_true", help="JSON in place of Markdown")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the Markdown between the markers in FILE")
    options = parser.parse_args(arguments)
    try:
        return _answer(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _answer(options: argparse.Namespace) -> int:
    if options.write:
        write_between(options.write, recorded_markdown())
    else:
        print(recorded_json() if options.json else recorded_markdown())
    return 0


def recorded_json(claims: Iterable[Claim] = CLAIMS) -> str:
    """The recorded verdicts as JSON."""
    return json.dumps([_recorded_values(claim) for claim in claims], indent=1)


def _recorded_values(claim: Claim) -> dict[str, Any]:
    return texts(claim) | {"not_tested": [dict(point) for point in untested(claim, "quick")]}


if __name__ == "__main__":
    sys.exit(main())
