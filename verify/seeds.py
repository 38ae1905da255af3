"""The ledger on independent data, seed after seed: does every claim come out as expected, whatever the data?

python -m verify.seeds 50                          seeds 0 .. 49, all claims
python -m verify.seeds 10 --first 100 participation-finite score-identity

A claim that fails on some seed says so at once, with the reason. The exit status is 1 if there is one.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory

from simulate.run.progress import track
from simulate.run.store import Store
from theory.checks import choice, integer
from verify.claim import Claim
from verify.door import Profile, Seed, door, refusing
from verify.ledger import CLAIMS
from verify.render.explanation import explanation
from verify.run import run_claim
from verify.untested import NOT_TESTED, in_words, untested


def failures(claims: Sequence[Claim], seeds: Sequence[int], profile: str = "quick") -> Iterator[tuple[Claim, int, str]]:
    """Each claim that does not pass on a seed, with the seed and the reason."""
    for seed in track(list(seeds), "seeds"):
        with TemporaryDirectory() as folder:  # what two claims rest on is measured once
            for claim in claims:
                table = run_claim(claim, profile, seed, Store(folder), progress=False)
                if not table.attrs["passed"]:
                    yield claim, seed, explanation(claim, table)


@refusing(ValueError, OSError)
def repeat(number: int, /, *claim: str, first: Seed = 0, profile: Profile = "quick") -> int:
    """Repeat the ledger on independent data, seed after seed.

    Args:
        number: how many seeds.
        claim: names of claims (default: all).
        first: the first seed.
        profile: how much to simulate.
    """
    known = {one.name: one for one in CLAIMS}
    seeds = range(first, first + integer("seeds", number))
    claims = [known[choice("claim", name, tuple(known))] for name in claim] or list(CLAIMS)
    return _summed_up(claims, seeds, profile)


def _summed_up(claims: Sequence[Claim], seeds: range, profile: str) -> int:
    count: Counter[str] = Counter()
    for claim, seed, reason in failures(claims, seeds, profile):
        count[claim.name] += 1
        print(f"seed {seed}: {reason}\n", flush=True)
    print(
        "\n".join(f"{name} failed on {times} of {len(seeds)} seeds" for name, times in count.items())
        or f"all claims came out as expected on seeds {seeds[0]} to {seeds[-1]}"
    )
    for claim in claims:
        if points := untested(claim, profile):
            print(f"{claim.name} {NOT_TESTED}: {in_words(points)}")
    return min(1, len(count))


main = door("python -m verify.seeds", repeat, __doc__)


if __name__ == "__main__":
    sys.exit(main())
