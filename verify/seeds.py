"""The ledger on fresh data, seed after seed: does every claim come out as expected, whatever the data?

python -m verify.seeds 50                          seeds 0 .. 49, all claims
python -m verify.seeds 10 --first 100 participation-finite score-identity

A claim that fails on some seed says so at once, with the reason. The exit status is 1 if there is one.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory

from simulate.run.progress import track
from simulate.run.store import Store
from theory.checks import choice, integer
from verify.claim import Claim
from verify.ledger import CLAIMS
from verify.render.explanation import explanation
from verify.run import run_claim
from verify.untested import NOT_TESTED, in_words, untested


def failures(claims: Sequence[Claim], seeds: Sequence[int], profile: str = "quick") -> Iterator[tuple[Claim, int, str]]:
    """Each claim that does not stand on a seed, with the seed and the reason."""
    for seed in track(list(seeds), "seeds"):
        with TemporaryDirectory() as folder:  # what two claims rest on is measured once
            for claim in claims:
                table = run_claim(claim, profile, seed, Store(folder), progress=False)
                if not table.attrs["passed"]:
                    yield claim, seed, explanation(claim, table)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m verify.seeds", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("seeds", type=int, help="how many")
    parser.add_argument("claim", nargs="*", help="names of claims (default: all)")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--profile", default="quick", choices=("quick", "full"))
    options = parser.parse_intermixed_args(arguments)
    known = {claim.name: claim for claim in CLAIMS}
    try:
        first = integer("first", options.first, least=0)
        seeds = range(first, first + integer("seeds", options.seeds))
        claims = [known[choice("claim", name, tuple(known))] for name in options.claim] or list(CLAIMS)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    count: Counter[str] = Counter()
    for claim, seed, reason in failures(claims, seeds, options.profile):
        count[claim.name] += 1
        print(f"seed {seed}: {reason}\n", flush=True)
    print(
        "\n".join(f"{name} failed on {times} of {len(seeds)} seeds" for name, times in count.items())
        or f"all claims came out as expected on seeds {seeds[0]} to {seeds[-1]}"
    )
    for claim in claims:
        if points := untested(claim, options.profile):
            print(f"{claim.name} {NOT_TESTED}: {in_words(points)}")
    return min(1, len(count))


if __name__ == "__main__":
    sys.exit(main())
