"""The ledger on independent data, seed after seed: does every claim come out as expected, whatever the data?

python -m verify.seeds 50                          seeds 0 .. 49, all claims
python -m verify.seeds 10 --first 100 participation-finite score-identity
python -m verify.seeds 10 --first 1000 --write docs/results/seeds.md    a table in that file too

Replicas may have been raised until some seeds passed: a rate is to be read off seeds that nobody has looked at before.

A claim that fails on some seed says so at once, with the reason. The exit status is 1 if there is one.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from simulate.run.progress import track
from simulate.run.store import Store
from theory.checks import choice, integer
from verify.claim import Claim
from verify.door import Profile, Seed, door, refusing
from verify.ledger import CLAIMS
from verify.render.explanation import explanation
from verify.render.markdown import between_markers, markdown_table, page, write_between
from verify.run import run_claim
from verify.untested import NOT_TESTED, in_words, untested

MARKED = "seeds"  # the markers of the table in a file


def failures(claims: Sequence[Claim], seeds: Sequence[int], profile: str = "quick") -> Iterator[tuple[Claim, int, str]]:
    """Each claim that does not pass on a seed, with the seed and the reason.

    Arguments:
        claims: to be tested.
        seeds: integers >= 0.
        profile: "quick" or "full".

    Returns:
        Claim, seed and reason, one by one.
    """
    for seed in seeds:
        with TemporaryDirectory() as folder:  # what two claims rest on is measured once
            for claim in claims:
                table = run_claim(claim, profile, seed, Store(folder), progress=False)
                if not table.attrs["passed"]:
                    yield claim, seed, explanation(claim, table)


@refusing(ValueError, OSError)
def repeat(number: Seed, /, *claim: str, first: Seed = 0, profile: Profile = "quick", write: Path | None = None) -> int:
    """Repeat the ledger on independent data, seed after seed.

    Args:
        number: how many seeds.
        claim: names of claims (default: all).
        first: the first seed.
        profile: how much to simulate.
        write: a file in which to put a table between its markers too, after each seed one of the seeds so far.
    """
    if write:
        between_markers(page(write), "", MARKED)  # before the work, not after it
    known = {one.name: one for one in CLAIMS}
    seeds = range(first, first + integer("seeds", number))
    claims = [known[choice("claim", name, tuple(known))] for name in claim] or list(CLAIMS)
    return _summed_up(claims, seeds, profile, write)


def _summed_up(claims: Sequence[Claim], seeds: range, profile: str, write: Path | None) -> int:
    count: Counter[str] = Counter()
    for done, seed in enumerate(track(list(seeds), "seeds"), start=1):
        for claim, _, reason in failures(claims, [seed], profile):
            count[claim.name] += 1
            print(f"seed {seed}: {reason}\n", flush=True)
        if write:
            write_between(write, seeds_table(claims, seeds[:done], profile, count), MARKED)
    print(
        "\n".join(f"{name} failed on {times} of {len(seeds)} seeds" for name, times in count.items())
        or f"all claims came out as expected on seeds {seeds[0]} to {seeds[-1]}"
    )
    for claim in claims:
        if points := untested(claim, profile):
            print(f"{claim.name} {NOT_TESTED}: {in_words(points)}")
    return min(1, len(count))


def seeds_table(claims: Sequence[Claim], seeds: range, profile: str, failed: Mapping[str, int]) -> str:
    """What came of a run, as Markdown: how many claims passed on all seeds, and on how many each other one failed.

    Arguments:
        claims: that were tested.
        seeds: successive ones.
        profile: "quick" or "full".
        failed: on how many seeds, by the name of a claim.

    Returns:
        A table.
    """
    head = ("profile", "seeds", "claims", "failed", "of seeds")
    run = profile, f"{seeds[0]} to {seeds[-1]}"
    rows = [(*run, f"`{name}`", str(times), str(len(seeds))) for name, times in sorted(failed.items())]
    rest = (*run, f"{len(claims) - len(failed)} others of {len(claims)}", "0", str(len(seeds)))
    return markdown_table(head, [*rows, rest])


main = door("python -m verify.seeds", repeat, __doc__)


if __name__ == "__main__":
    sys.exit(main())
