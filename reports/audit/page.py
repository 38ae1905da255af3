"""What the short report says, as plain values for Typst: an answer in one paragraph, then what the answer rests on."""

import numpy as np

from reports.audit.sections import condensing, directions, held, how_many, signatures
from reports.audit.words import about, between, noise, shown, unbroken
from reports.section import Values, section_page
from reports.typesetting.sentences import rich
from reports.typesetting.words import count
from simulate.images import Images
from verify.data.audit import Audit
from verify.data.learned import points_of_linear

TITLE = "Your data: at which noise would a model of them memorize?"


def page(found: Audit, images: Images, command: str) -> Values:
    """Everything on the page of the short report.

    Arguments:
        found: what was found in the data.
        images: the data as they were read.
        command: the command line that makes the page again.

    Returns:
        Plain values for Typst.
    """
    made = (held(found, images), condensing(found), directions(found, images), how_many(found), signatures(found))
    return {
        "title": TITLE,
        "answer": [rich(unbroken(said)) for said in answer(found, images.source)],
        "sections": [section_page(section) for section in made],
        "command": shown(command),
        "made": (
            f"The seed of the points held out, of the fits and of the noise is {found.seed}. The same command on the "
            "same machine gives the same files. All numbers are in data.json beside this page."
        ),
    }


def answer(found: Audit, source: str) -> tuple[str, str]:
    """The answer of the short report in one paragraph, and in another what the answer does not say.

    Arguments:
        found: what was found in the data.
        source: what the data are called.

    Returns:
        Two texts with LaTeX mathematics between dollar signs.
    """
    own = found.prediction.own
    return (
        f"A score that has learned the $N = {own.n}$ points of {shown(source)} by heart memorizes at noises below "
        f"{noise(own.time)}{_share(found)}. Above that noise it answers with a mean over many points; below, fewer "
        "than two of the points carry its answer, and what a sampler makes of it is one of them. "
        f"{_needed(found)} {_copied(found)}",
        "This is the empirical score, which knows the points and nothing else: the limit that training without end "
        f"tends to. The plainest score that is learned, a linear denoiser, memorizes none, and needs {_linear(found)} "
        "points at the noise just named. Where a network stands beside these two depends on its size and on the time "
        "of its training, and cannot be told from data: losing-dimensions probe asks the network.",
    )


def _linear(found: Audit) -> str:
    return about(points_of_linear(found.wanted, found.space.variances))


def _share(found: Audit) -> str:
    """The standard deviation of the noise in parts of the range of the data."""
    part = np.sqrt(found.prediction.own.time) / (found.contents.highest - found.contents.lowest)
    return f", {part:.0%} of the range of the data" if 0.005 < part < 10 else ""


def _needed(found: Audit) -> str:
    wanted = found.wanted
    if found.prediction.own.time <= wanted:
        return f"That is below {noise(wanted)} already."
    number, lower, upper = found.prediction.number_below(wanted)
    ends = f" ({between(lower, upper)} at 95 %)" if between(lower, upper) else ""
    asked = "your noise" if found.below is not None else "half of that"
    if not found.prediction.known(number):
        return f"How many such points bring it below {asked}, {noise(wanted)}, is not known{ends}."
    return f"To bring it below {asked}, {noise(wanted)}, takes {about(number)} such points{ends}."


def _copied(found: Audit) -> str:
    known = found.contents
    if not known.exact_copies + known.near_copies:
        return "No point is a copy of another."
    return (
        f"Among the points are {count(known.exact_copies)} exact and {count(known.near_copies)} near copies of others; "
        "such points are memorized at any number of points, and are left out of all other numbers here."
    )
