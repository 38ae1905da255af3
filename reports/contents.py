"""What the page says: claims, sections and derivations as plain values for Typst, in reading order."""

from inspect import getdoc

from reports.chapters import chapters
from reports.claims import judged
from reports.derivations import derivation_pages
from reports.section import Run, Values, section_page
from reports.sections import SECTIONS
from reports.typesetting.sentences import rich
from reports.typesetting.words import SIGNS, machine, number
from theory.case import PLACES
from theory.sentence import literal
from verify.judge.statistics import FALSE_ALARM, MISS
from verify.ledger import CLAIMS
from verify.untested import NOT_TESTED

TITLE = "Losing Dimensions: what the theory of geometric memorization predicts, and what is observed"
LEDGER = (
    "A verdict comes from error rates, not from a tolerance. A claim disagrees when its prediction lies outside an "
    f"interval that misses the truth with a probability of at most {number(FALSE_ALARM)} for all points of the ledger "
    "together; it agrees when it lies inside, and an error of the equivalence margin would have passed with a "
    f"probability of at most {number(MISS)}; otherwise the run was too noisy to tell, and the verdict is inconclusive. "
    "Negative controls are plausible wrong theories: a test that cannot reject them could not confirm the claim either."
)


def page(run: Run, command: str) -> Values:
    """Everything on the page; what the store holds is not computed again. `command` makes it again."""
    claims = judged(run, CLAIMS, SECTIONS)
    sections = [section for maker in SECTIONS if (section := maker(run))]
    return {
        "title": TITLE,
        "summary": rich(
            f"{_outcome(claims)} The {run.profile} profile was run with seed {run.seed}, on {literal(run.real.source)}."
        ),
        "ledger": rich(LEDGER + _untested(claims)),
        "settings": rich(named_places()),
        "disagreeing": [claim for claim in _stated(claims) if claim["expected_verdict"]["word"] == "disagrees"],
        "chapters": chapters(claims),
        "sections": [section_page(section) for section in sections],
        "derivations": derivation_pages(),
        "made": (
            f"Profile {run.profile}, seed {run.seed}, {claims[0]['versions']}, on {machine()}. The same command on "
            "the same machine gives the same files."
        ),
        "command": command,
    }


def named_places() -> str:
    """What the laws and the places x of the claims are, as the places themselves say it."""
    said = [f'"{place.__name__.replace("_", "-")}": {(getdoc(place) or "").rstrip(".")}' for place in PLACES]
    laws = 'A law is named by its variances: "gaussian 1*10 0.09*10" has variance 1 in ten directions and 0.09 in ten.'
    return f"{laws} Places: {'; '.join(said)}."


def _untested(claims: list[Values]) -> str:
    """What the verdicts of the table do not speak for."""
    untested = [claim["untested"] for claim in claims if claim["untested"]]
    return f" {NOT_TESTED.capitalize()}, and in none of the verdicts: {'. '.join(untested)}." if untested else ""


def _outcome(claims: list[Values]) -> str:
    stated = _stated(claims)
    count = {word: sum(claim["verdict"]["word"] == word for claim in stated) for word in SIGNS}
    verdicts = f"{count['agrees']} agree and {count['disagrees']} disagree"
    unclear = count["inconclusive"]
    noisy = "none is" if unclear == 0 else "1 is" if unclear == 1 else f"{unclear} are"
    passed = sum(claim["passed"] for claim in claims)
    return (
        "The theory of geometric memorization in diffusion (arXiv 2410.08727) was put to the test by simulation. Of "
        f"{len(stated)} claims, {verdicts} with what is observed, {noisy} inconclusive; {_avoided(claims)}"
        f"{passed} of all {len(claims)} passed, which means that the verdict is the expected one and that every "
        "negative control was rejected."
    )


def _stated(claims: list[Values]) -> list[Values]:
    """Claims that somebody states, without the readings to avoid."""
    return [claim for claim in claims if not claim["reading_to_avoid"]]


def _avoided(claims: list[Values]) -> str:
    """How many claims are readings to avoid, which are in none of the other counts."""
    count = len(claims) - len(_stated(claims))
    more = "1 more is a reading" if count == 1 else f"{count} more are readings"
    return f"{more} to avoid, which nobody states but a formula invites; " if count else ""
