"""Limits: what was not tested, and what is not known."""

from functools import partial
from typing import Any

from reports.paper.evidence import named
from reports.paper.practice import CLAIMS as NETWORKS
from reports.section import Run, Section
from reports.sections.learned import ORDERS
from reports.typesetting.words import span


def section(run: Run) -> Section:
    """In words; the ledger has the regime of each claim."""
    model, steps = ORDERS[run.profile], [asked.training.steps for asked in map(partial(_trained, run), NETWORKS)]
    return Section(
        "limits",
        "Limits",
        (
            "A verdict speaks for the points that were measured and for no others: laws are Gaussian, of unit norm, "
            "spheres and tori, and images only where it is said. Limits $N \\to \\infty$ are tested at finite $N$ with "
            "an exact finite-size part, where there is one.",
            "Medians have no exact theory here at finite $N$. Networks are small perceptrons: that of Finding 6 "
            f"has width {model.architecture.width} and {model.training.steps} steps of training, those of the ledger's "
            f"claims above have {span(steps)} steps; whether larger networks follow a model class that can be "
            "solved is not known. What the paper shows of networks on images is not repeated at its size.",
        ),
    )


def _trained(run: Run, claim: tuple[str, str]) -> Any:
    """The experiment of a claim on networks that says how they are trained."""
    asked: Any = named(claim[1]).estimate_for(run.profile, run.seed)
    return getattr(asked, "pairs", asked)
