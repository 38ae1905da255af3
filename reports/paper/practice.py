"""What the findings mean for images and networks, and for those who train."""

import xarray as xr

from reports.paper.evidence import named, table
from reports.section import Picture, Run, Section
from reports.sections.real import compared_of, finding, paper_over_exact, participation_caption, participation_figure
from reports.typesetting.words import number
from theory.sentence import literal

CLAIMS = (
    (
        "a network shows no direction after training on 3 points and the law's number after training on 300",
        "network-dimension",
    ),
    ("tuning on 3 more points takes what a network shows there to nothing", "network-fine-tuning"),
    ("two networks on disjoint data are one function at 300 points and two memories at 3", "network-agreement"),
    ("the generalization gap of a network is the participation ratio of the exact score", "network-effective-number"),
)


def section(run: Run) -> Section:
    """Real data beside a Gaussian, networks by their claims, and what to do with both."""
    compared = compared_of(run)
    rows = [compared.isel(size=i) for i in range(compared.sizes["size"])]
    said = "; ".join(f"that {sentence} {table(run, name).attrs['verdict']}" for sentence, name in CLAIMS)
    return Section(
        "practice",
        "What it means for images, networks and practice",
        (
            f"The images are {literal(run.real.source)}. Images are not Gaussian, and no theory here says that they "
            "behave so. What is asked is how far the exact average for the Gaussian of their mean and covariance goes. "
            f"{finding(rows)}",
            Picture(participation_figure(compared), participation_caption(compared)),
            f"Small networks, in the ledger with their seeds and steps: {said}. {named(CLAIMS[0][1]).interpretation}",
            "For practice: the noise at which the score of a data set condenses is a root of one equation in its "
            f"spectrum, at any $N$, and the second-cumulant formula is not a substitute for it ({_factor(compared)}). "
            "Below that noise the ideal score copies, so training signal at lower noise is memory. Read the other way, "
            "the equation says how many points a noise $t$ takes: the ideal score condenses only below $t$ where "
            "$\\log N$ exceeds $\\lambda K'(\\lambda) - K(\\lambda)$ at $\\lambda = 1/t$. Of images, losing-dimensions "
            "data PATH --below STD says the number for noise of the standard deviation STD, with an interval, and "
            "losing-dimensions probe whether a trained model memorizes, which no number of points alone tells. A "
            "median over data sets, or over places, says what a typical model does; a mean may be carried by a rare "
            "one. And the dimension that is read off a linear denoiser counts directions of variance above $\\kappa$ "
            "only.",
        ),
    )


def _factor(compared: xr.Dataset) -> str:
    ratio = paper_over_exact(compared.isel(size=-1))
    return f"for these images at the largest N it is {number(ratio)} times the exact one"
