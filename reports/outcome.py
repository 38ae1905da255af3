"""What came of the claims, in sentences: of all, of those that the paper states, of those that came out otherwise."""

from collections import Counter

from reports.paper.evidence import counted
from reports.section import Values
from verify.render.works import KINDS

THE_PAPER, FOREMOST = "arXiv:2410.08727", "condensation-paper-dense"


def outcome(claims: list[Values]) -> str:
    """How many claims agree, disagree, are inconclusive and passed.

    Arguments:
        claims: the values of each claim, of `reports.claims.judged`.

    Returns:
        Three sentences.
    """
    passed = sum(claim["passed"] for claim in claims)
    return (
        "The theory of geometric memorization in diffusion (arXiv:2410.08727) was put to the test by simulation. "
        f"{counted((claim['verdict']['word'], claim['reading_to_avoid']) for claim in claims)} {passed} of all "
        f"{len(claims)} passed: the verdict is the one written in the code, fixed before this run, and every negative "
        "control was rejected."
    )


def of_the_paper(claims: list[Values]) -> str:
    """How many claims of the paper's own agree and disagree, and which of these verdicts matters most.

    Arguments:
        claims: the values of each claim, of `reports.claims.judged`.

    Returns:
        A sentence with LaTeX mathematics between dollar signs.
    """
    of_it = [claim for claim in stated(claims) if THE_PAPER in claim["works"] and claim["kind"] == KINDS[0]]
    words = {claim["name"]: claim["verdict"]["word"] for claim in of_it}
    count = Counter(words.values())
    foremost = "; the foremost is its $t_c$ at fixed $\\alpha$, which most of its other formulas contain"
    return (
        f"Of the {len(of_it)} claims in the ledger that the paper states, {count['agrees']} agree and "
        f"{count['disagrees']} disagree{foremost if words.get(FOREMOST) == 'disagrees' else ''}."
    )


def unexpected(claims: list[Values]) -> str:
    """What a reader of the paper has to know first: claims whose verdict is not the one its sentences were written for.

    Arguments:
        claims: the values of each claim, of `reports.claims.judged`.

    Returns:
        Two sentences, or nothing where every claim has the verdict that the code expects.
    """
    words = [(claim["name"], claim["verdict"]["word"], claim["expected_verdict"]["word"]) for claim in claims]
    other = [f"{name} {found} (the text: {expected})" for name, found, expected in words if found != expected]
    if not other:
        return ""
    return (
        "The sentences of this paper were written for verdicts that this run does not all confirm. Where a sentence "
        f"and a verdict differ, the verdict is what was found: {'; '.join(other)}."
    )


def stated(claims: list[Values]) -> list[Values]:
    """Claims that somebody states, without the readings to avoid.

    Arguments:
        claims: the values of each claim, of `reports.claims.judged`.

    Returns:
        Those values, in their order.
    """
    return [claim for claim in claims if not claim["reading_to_avoid"]]
