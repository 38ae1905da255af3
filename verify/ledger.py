"""The ledger: every claim, in the order of the report.

python -m verify.ledger                         the expected verdicts as Markdown
python -m verify.ledger --json                  the same as JSON
python -m verify.ledger --write README.md       put the Markdown between the markers in that file
"""

import argparse
import sys
from pathlib import Path

from verify.claim import Claim
from verify.claims.condensation import assumed, clock, data_point, own_weight
from verify.claims.condensation import energies as condensation
from verify.claims.condensation import ratio as condensation_ratio
from verify.claims.condensation import time as condensation_time
from verify.claims.dimension import estimators, memorized
from verify.claims.dimension import readings as dimension
from verify.claims.manifolds import curved, hidden
from verify.claims.networks import generalization as network_generalization
from verify.claims.networks import shown as networks
from verify.claims.order import away, control, reversal, share
from verify.claims.order import displaced as order
from verify.claims.related import collapse as neighbours
from verify.claims.related import order_of_times as times
from verify.claims.score import fluctuation, frozen, identities, linear_manifold, process
from verify.claims.spectrum import gap_count, gap_sizes, random_gap, random_manifold
from verify.claims.spectrum import gaps as spectrum
from verify.claims.spectrum import singular_values as coded
from verify.claims.transition import glass, scaling
from verify.claims.weights import above, participation
from verify.claims.weights import heavy_tails as heavy
from verify.claims.weights import order_statistics as extremes
from verify.claims.weights import poisson_dirichlet as weights
from verify.render.ledger import expected_json, expected_markdown
from verify.render.markdown import write_between

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


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m verify.ledger", description="The expected verdicts.")
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
        write_between(options.write, expected_markdown(CLAIMS))
    else:
        print(expected_json(CLAIMS) if options.json else expected_markdown(CLAIMS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
