"""What the pages of the report say, as plain values for Typst: the paper, the ledger, the measurements behind it."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from inspect import getdoc

from reports.chapters import chapters
from reports.claims import judged
from reports.derivations import derivation_pages
from reports.outcome import THE_PAPER, of_the_paper, outcome, stated, unexpected
from reports.paper import PAPER
from reports.paper.evidence import MEASURED
from reports.parts import part_kept, parts, section_kept
from reports.section import Run, Values
from reports.sections import SECTIONS
from reports.typesetting.sentences import rich
from reports.typesetting.words import SIGNS, machine, number
from theory.case import PLACES
from theory.sentence import literal
from verify.judge.statistics import FALSE_ALARM, MISS
from verify.ledger import CLAIMS
from verify.render.works import KINDS, OWN
from verify.untested import NOT_TESTED

TITLE = "Losing Dimensions: where the theory of geometric memorization holds"
NAMES = {"report": "The paper", "ledger": "The ledger", "measurements": "The measurements"}
LEDGER = (
    "A verdict comes from error rates, not from a tolerance. A claim disagrees when its prediction lies outside an "
    f"interval that misses the truth with a probability of at most {number(FALSE_ALARM)} for all points of the ledger "
    "together; it agrees when it lies inside, and an error of the equivalence margin would have passed with a "
    f"probability of at most {number(MISS)}; otherwise the run was too noisy to tell, and the verdict is inconclusive. "
    "Negative controls are plausible wrong theories: a test that cannot reject them could not confirm the claim "
    'either. Where a statement names a tolerance, as "within 0.05", the prediction is all that lies within it: what is '
    "observed may differ from the middle for certain, and the claim agrees. What speaks most against a claim is "
    "observed less predicted, at the point where that is largest in units of its interval."
)


def pages(run: Run, command: str) -> dict[str, Values]:
    """The values of each page of the report; what the store holds is not computed again.

    Arguments:
        run: profile, seed, store and real data.
        command: the command line that makes the pages again.

    Returns:
        Plain values for Typst, by the name of the page.
    """
    sections = [partial(section_kept, maker) for maker in SECTIONS]
    claims = judged(run, CLAIMS, (*MEASURED, *sections), [partial(part_kept, maker) for maker in PAPER])
    in_chapters = chapters(claims)
    made = _made(run, claims, command)
    return {
        "report": _paper(run, claims, in_chapters) | made,
        "ledger": ledger_page(claims, in_chapters) | made,
        "measurements": _measurements(run) | made,
    }


def _paper(run: Run, claims: list[Values], in_chapters: list[Values]) -> Values:
    return {
        "title": TITLE,
        "outcome": rich(outcome(claims)),
        "unexpected": rich(unexpected(claims)),
        "of_the_paper": rich(of_the_paper(claims)),
        "sections": parts(run, PAPER),
        "chapters": in_chapters,
        "disagreeing": [claim for claim in stated(claims) if claim["verdict"]["word"] == "disagrees"],
        "ledger": rich(LEDGER),
    }


def ledger_page(claims: list[Values], in_chapters: list[Values]) -> Values:
    """The page of the ledger, without how it was made.

    Arguments:
        claims: the values of each claim.
        in_chapters: the same in chapters.

    Returns:
        Plain values for Typst.
    """
    return {
        "title": "The ledger of claims",
        "summary": rich(outcome(claims)),
        "filters": filters(claims, [chapter["name"] for chapter in in_chapters]),
        "count": len(claims),
        "chapters": in_chapters,
        "derivations": derivation_pages(),
        "ledger": rich(LEDGER + _untested(claims)),
        "settings": rich(named_places()),
    }


def _measurements(run: Run) -> Values:
    return {
        "title": "The measurements",
        "summary": rich(
            "What was measured beside the claims, with tables and figures: the sources of the numbers in the paper. "
            f"Profile {run.profile}, seed {run.seed}; the real data are {literal(run.real.source)}."
        ),
        "sections": [page for maker in SECTIONS if (page := section_kept(maker, run))],
    }


def _made(run: Run, claims: list[Values], command: str) -> Values:
    return {
        "made": (
            f"Profile {run.profile}, seed {run.seed}, {claims[0]['versions']}, on {machine()}. The same command on "
            "the same machine gives the same files."
        ),
        "command": command,
    }


def filters(claims: Sequence[Values], chapter_names: Sequence[str]) -> list[Values]:
    """The choices above the ledger, each with its options in the order in which a reader looks for them.

    Arguments:
        claims: the values of each claim.
        chapter_names: the chapters, in order.

    Returns:
        A value for each choice.
    """
    works = Counter(work for claim in claims for work in claim["works"])
    order = sorted(works, key=lambda work: (work != THE_PAPER, work == OWN, -works[work], work))
    named = {work: f"{work} (the paper)" if work == THE_PAPER else work for work in order}
    return [
        _filter("verdict", "Verdict", {word: word for word in SIGNS}),
        _filter("chapter", "Chapter", {name: name for name in chapter_names}),
        _filter("works", "Source", {work: f"{named[work]}: {works[work]}" for work in order}),
        _filter("kind", "Stated by", {word: word for word in KINDS}),
    ]


def _filter(name: str, text: str, options: dict[str, str]) -> Values:
    return {"name": name, "text": text, "options": [{"value": key, "text": said} for key, said in options.items()]}


def named_places() -> str:
    """What the laws and the places x of the claims are, as the places themselves say it."""
    said = [f'"{place.__name__.replace("_", "-")}": {(getdoc(place) or "").rstrip(".")}' for place in PLACES]
    laws = 'A law is named by its variances: "gaussian 1*10 0.09*10" has variance 1 in ten directions and 0.09 in ten.'
    return f"{laws} Places: {'; '.join(said)}."


def _untested(claims: list[Values]) -> str:
    """What the verdicts of the table do not speak for."""
    untested = [claim["untested"] for claim in claims if claim["untested"]]
    return f" {NOT_TESTED.capitalize()}, and in none of the verdicts: {'. '.join(untested)}." if untested else ""
