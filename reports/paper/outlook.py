"""Limits: what was not tested, and what is not known."""

from reports.section import Run, Section
from verify.ledger import CLAIMS


def section(run: Run) -> Section:
    """In words; the ledger has the regime of each claim."""
    kinds = {kind: sum(claim.expected_verdict == kind for claim in CLAIMS) for kind in ("agrees", "disagrees")}
    return Section(
        "limits",
        "Limits",
        (
            f"The ledger has {len(CLAIMS)} claims, of which {kinds['agrees']} are on record as agreeing and "
            f"{kinds['disagrees']} as disagreeing, readings to avoid included. A verdict speaks for the points that "
            "were measured and for no others: laws are Gaussian, of unit norm, spheres and tori, and images only where "
            "it is said. Limits $N \\to \\infty$ are tested at finite $N$ with an exact finite-size part, "
            "where there is one.",
            "Medians have no exact theory here at finite $N$. Networks are small perceptrons, trained for thousands of "
            "steps on a processor, in the quick profile; whether larger networks follow a model class that can be "
            "solved is not known. What the paper shows of networks on images is not repeated at its size.",
        ),
    )
