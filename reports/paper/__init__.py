"""The report as a paper, in the order of `PAPER`: an answer on page one, the theory, six findings, what follows.

A part is a section (`reports.section`) that draws its numbers from tables of claims and from the curves of
`verify.findings`; each finding has one figure, whose caption explains it without the text.
"""

from reports.paper import (
    answer,
    models,
    orders,
    outlook,
    phases,
    practice,
    scores,
    spectra,
    theory,
    times,
    training,
    weights,
)
from reports.section import Maker

PAPER: tuple[Maker, ...] = (
    answer.section,
    theory.question,
    theory.section,
    times.section,
    weights.section,
    scores.section,
    spectra.section,
    orders.section,
    models.section,
    phases.section,
    training.section,
    practice.section,
    outlook.section,
)
