r'''A claim: a statement that an experiment can break, and negative controls that it must break.

A user's own claim is one file in any folder, tested by `pytest verify/ --claims FOLDER`:

    """Seen from the mean of the data, the energies vary by half the sum of sigma^4."""
    from simulate.estimate import Estimate
    from simulate.observables.condensation import EnergyVariance
    from simulate.samplers import FirstPoints
    from theory.case import grid, origin
    from theory.laws.spectra import equal, graded
    from verify.claim import Claim

    CLAIMS = (Claim(
        name="variance-at-origin",
        statement="Seen from the mean of the data, the energy |y|^2/2 has the variance (1/2) sum sigma^4.",
        source="variance of a chi-square", regime="exact for centred Gaussian data, any d",
        interpretation="Even at the centre the energies differ: the condensation time is nowhere 0.",
        estimate=Estimate(cases=grid((graded(10), equal(5)), origin, times=(1.0,), n=2),
                          observable=EnergyVariance(), sampler=FirstPoints(), replicas=200_000),
        prediction=lambda case: sum(case.variances**2) / 2,
        controls={"no half": lambda case: sum(case.variances**2), "a third": lambda case: sum(case.variances**2) / 3},
        statistic="t", equivalence_margin=0.05, relative=True,
    ),)

A claim passes when its verdict is the expected one ("agrees" unless it says otherwise) and every control "disagrees".
'''

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import xarray as xr

from simulate.run.experiment import Experiment
from theory.checks import choice, scalar
from theory.sentence import check
from verify.judge.bounds import Bounds, compared
from verify.judge.checks import along_points, refuse_unjudgeable
from verify.judge.corrections import PARTS, Correction, corrected, memoized
from verify.judge.reads import nearly_judged, refuse_copied, without_judged
from verify.judge.rules import refuse_broken, refuse_unfair
from verify.judge.statistics import STATISTICS, Rates, Verdict, verdict
from verify.judge.told import Told, told

Prediction = Callable[[Any], Any]  # of a case, or of the Dataset of an experiment that is no plain estimate
VERDICTS = ("agrees", "disagrees", "inconclusive")
SENTENCES = (
    *("title", "statement", "source", "regime", "interpretation", "stated_by", "corrected_by"),
    *("axis_label", "value_label"),
)
RATES = Rates()
MORE = 5  # times the replicas, in the full profile


@dataclass(frozen=True, kw_only=True, eq=False)
class Claim:
    """A statement, where it holds, how it is predicted, observed and judged. Raises ValueError for unknown words.

    Arguments:
        name: the key of the claim.
        title, statement, source, regime, interpretation: sentences, with LaTeX mathematics between dollar signs
            (`theory.sentence`); so are all other texts, and the names of controls.
        estimate: what is observed: an `Estimate`, or an experiment that is no plain estimate.
        prediction: a case of the estimate to a number, or to one for each component of its observable. Of an experiment
            that is no plain estimate: its Dataset, without what is compared, to numbers along `point`.
        controls: wrong predictions by name, at least two, which must all disagree.
        statistic: the kind of interval (`verify.judge.statistics`).
        equivalence_margin: the error that must not pass for agreement, in units of the observable, or of the prediction
            where `relative`.
        relative: whether the equivalence margin and the stated tolerance are in units of the prediction.
        stated_tolerance: in the same units, part of a statement that says "within 5 %": what is closer agrees with it.
        expected_verdict: the verdict on record, "agrees" unless it says otherwise.
        stated_by: who states it, where (paper, equation or section), and in what regime, where a work does.
        reading_to_avoid: nobody states it, though it is easily read into a formula; counted apart from the verdicts.
        corrected_by: what the finite-size correction is, where it is larger than one equivalence margin.
        correction: a case to a `Correction`, exact theory added to the observation, as the finite-size part of a limit.
        reads: variables of the table, beside its points, that predictions and correction may read, of an experiment
            that is no plain estimate: what was drawn or observed beside what is judged, as the data themselves.
        formulas: names in theory.formula.FORMULAS on which the prediction rests.
        full: the estimate of the full profile; without one that of the quick profile with MORE times the replicas.
        axis, series, axis_label, value_label: for the figure.
    """

    name: str
    statement: str
    source: str
    regime: str
    interpretation: str
    estimate: Experiment
    prediction: Prediction
    controls: Mapping[str, Prediction]
    statistic: str
    equivalence_margin: float
    relative: bool = False
    stated_tolerance: float = 0.0
    expected_verdict: Verdict = "agrees"
    stated_by: str = ""
    reading_to_avoid: bool = False
    corrected_by: str = ""
    title: str = ""
    reads: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()
    correction: Callable[[Any], Correction] | None = None
    full: Experiment | None = None
    axis: str = "t"
    series: str = "d"
    axis_label: str = "time t (a variance)"
    value_label: str = "observed"

    def __post_init__(self) -> None:
        choice("statistic", self.statistic, tuple(STATISTICS))
        choice("expected_verdict", self.expected_verdict, VERDICTS)
        error = scalar("equivalence_margin", self.equivalence_margin)
        if error < 0 or (self.relative and error > 1):
            bound = "from 0 to 1, the whole prediction" if self.relative else ">= 0"
            raise ValueError(f"equivalence_margin must be {bound}, got {error}")
        if not isinstance(self.controls, Mapping):
            raise ValueError(f"controls must be a dict of names and predictions, got {type(self.controls).__name__}")
        if not 0 <= self.stated_tolerance <= self.equivalence_margin:
            bound = f"[0, {self.equivalence_margin}] (equivalence_margin)"
            raise ValueError(f"stated_tolerance must be in {bound}, got {self.stated_tolerance}")
        if len(self.controls) < 2:
            raise ValueError(f"controls of {self.name} must be at least two, got {len(self.controls)}")
        refuse_broken(self)
        check({f"{text} of {self.name}": getattr(self, text) for text in SENTENCES})
        check({f"control {name} of {self.name}": name for name in self.controls})

    def estimate_for(self, profile: str, seed: int, device: str | None = None) -> Experiment:
        """The experiment of a profile, with a seed, on a device where it takes one.

        Arguments:
            profile: "quick" or "full".
            seed: an integer >= 0.
            device: a name that torch knows; its own where None.

        Returns:
            The estimate.

        Raises:
            ValueError: for another profile.
        """
        chosen = self._larger() if choice("profile", profile, ("quick", "full")) == "full" else self.estimate
        takes_device = device is not None and "device" in {field.name for field in fields(chosen)}
        return replace(chosen, seed=seed, **({"device": device} if takes_device else {}))

    def _larger(self) -> Experiment:
        if self.full is not None:
            return self.full
        replicas = getattr(self.estimate, "replicas", None)
        return self.estimate if replicas is None else replace(self.estimate, replicas=MORE * replicas)


def judge(
    claim: Claim,
    observed: xr.Dataset,
    estimate: Experiment | None = None,
    rates: Rates = RATES,
    rules: bool = True,
    said: Told | None = None,
) -> xr.Dataset:
    """The table of a claim: what is predicted and observed at each point, and the verdicts; read by all, made once.

    Arguments:
        claim: what is claimed.
        observed: what was observed, along `point`.
        estimate: what observed it, by default that of the claim.
        rates: error rates of one point.
        rules: whether a claim that breaks a rule (`verify.judge.rules`) is refused; not so for mutants of the theory.
        said: what it said before it was observed (`verify.judge.told`), by default what it says now.

    Returns:
        A Dataset along `point` and `control`, with the verdict in its attributes.

    Raises:
        BadClaim: where no verdict can be passed (`verify.judge.checks`), and where a rule is broken.
    """
    refuse_unjudgeable(claim.name, claim.statistic, observed)
    estimate = estimate or claim.estimate
    said = said or told(claim, estimate, observed)
    predicted, controls, correction = said.predicted, said.controls, _correction(claim, observed, estimate)
    statistic, scale = corrected(STATISTICS[claim.statistic], correction), _scale(claim, predicted)
    bounds = Bounds.of(statistic, observed, rates, claim.stated_tolerance * scale, claim.equivalence_margin * scale)
    if rules:
        refuse_copied(claim.name, claim.statistic, predicted, observed)
        refuse_unfair(claim, observed, predicted, controls, bounds.margin, correction)
    of_controls: list[Verdict] = [verdict(bounds.verdicts(control)) for control in controls.values()]
    along = compared(statistic, observed, predicted, bounds)
    beside = {
        "control_predicted": (("control", "point"), np.stack(list(controls.values()))),
        "control_verdict": ("control", np.array(of_controls, dtype=object)),
    }
    return xr.Dataset(
        {**{name: ("point", np.asarray(row)) for name, row in along.items()}, **beside},
        coords={**observed.coords, "control": np.array(list(claim.controls), dtype=object)},
        attrs=_conclusion(claim, verdict(bounds.verdicts(predicted)), of_controls, observed),
    )


def _scale(claim: Claim, predicted: np.ndarray) -> np.ndarray:
    """The unit of equivalence margin and stated tolerance at each point."""
    return np.abs(predicted) if claim.relative else np.ones_like(predicted)


def _correction(claim: Claim, observed: xr.Dataset, estimate: Experiment) -> Correction | None:
    """The correction along the rows of the table, from that of each case or of what may be read of the table."""
    if claim.correction is None:
        return None
    readable = without_judged(claim.name, observed, claim.reads).drop_vars(nearly_judged(observed, claim.reads))
    correct, name = memoized(claim.correction), f"correction of {claim.name}"
    return Correction(
        *(
            along_points(name, lambda asked, part=part: getattr(correct(asked), part), readable, estimate)
            for part in PARTS
        )
    )


def _conclusion(claim: Claim, found: Verdict, of_controls: list[Verdict], observed: xr.Dataset) -> dict[str, Any]:
    passed = found == claim.expected_verdict and all(control == "disagrees" for control in of_controls)
    return {
        "claim": claim.name,
        "verdict": found,
        "expected_verdict": claim.expected_verdict,
        "passed": int(passed),
        "caption": observed.attrs.get("experiment", ""),
        **observed.attrs,
    }
