"""The paper: it rests on claims that the ledger has, and its figures and sentences say what their tables hold."""

import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr

import reports.paper
from benchmarks.measure import keep_table
from reports import outcome
from reports.figures.plot import Plot
from reports.paper import answer, five_times, orders, phases, practice, scores, spectra, theory, training, weights
from reports.paper.evidence import CURVES, MEASURED, counted, statement
from reports.section import Table
from reports.sections.learned import reading
from reports.typesetting.sentences import rich
from simulate.experiments.dimension.losing import RATIOS
from simulate.experiments.learned.directions import MODELS
from simulate.experiments.learned.five_times import FIVE, FiveTimes
from verify.ledger import CLAIMS
from verify.phases import MEASURED as PHASES
from verify.phases import OrderLines, PhaseLines
from verify.render.works import KINDS

SOURCES = "".join(path.read_text() for path in sorted(Path(next(iter(reports.paper.__path__))).glob("*.py")))
NAMES = {claim.name for claim in CLAIMS}


def test_every_claim_that_the_paper_names_is_in_the_ledger() -> None:
    asked = set(re.findall(r"(?:table|_verdict)\(run, [\"']([\w-]+)[\"']\)", SOURCES))
    asked |= {name for _, name in (*answer.STATEMENTS, *practice.CLAIMS, *orders.CLAIMS)}
    asked |= {name for pair in scores.PAIRS for name in pair}
    assert len(asked) > 25
    assert asked <= NAMES


def test_sentences_can_be_set() -> None:
    assert all(rich(part) for part in (*theory.QUESTION, *theory.LEVELS, *theory.AVERAGES) if isinstance(part, str))
    assert all(rich(sentence) for sentence, _ in (*answer.STATEMENTS, *practice.CLAIMS, *orders.CLAIMS))


def test_statements_have_the_verdict_of_their_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.paper.evidence.run_claim", lambda claim, *_: xr.Dataset(attrs={"verdict": claim.name}))
    run: Any = SimpleNamespace(profile="quick", seed=0, store=None, progress=False)
    assert statement(run, "It holds.", "score-identity") == ("It holds.", "score-identity", "score-identity")


def test_all_curves_are_measured_beside_the_claims() -> None:
    assert [getattr(maker, "args", None) for maker in MEASURED] == [(name,) for name in CURVES]


def curve(**changes: Any) -> xr.Dataset:
    """Four points of a curve, measured 0.01 above the exact average, with the paper's twice as high."""
    ratio = np.array([0.1, 0.5, 1.0, 2.0])
    exact = 0.4 / (1 + ratio)
    columns = {
        "observed": exact + 0.01,
        "stderr": np.full(4, 0.005),
        "median": exact / 10,
        "median_lower": exact / 20,
        "median_upper": exact / 5,
        "ratio": ratio,
        "exact": exact,
        "limit": np.maximum(0, 1 - ratio),
        "population": exact / 2,
        "paper": 2 * exact,
        "replicas": np.full(4, 300),
    }
    coords = {"t": ("point", 0.1 * ratio), "n": ("point", np.full(4, 1000)), "d": ("point", np.full(4, 20))}
    return xr.Dataset({name: ("point", values) for name, values in (columns | changes).items()}, coords=coords)


def ratios() -> xr.Dataset:
    width, m = np.array([0.01, 1.0, 10.0]), np.array([0.25, 0.25, 0.33])
    seen = (width + m) / (m * (width + 1))
    columns = {
        "observed": seen,
        "predicted": seen,
        "lower": 0.9 * seen,
        "upper": 1.1 * seen,
        "width": width,
        "ratio": m,
    }
    return xr.Dataset({name: ("point", values) for name, values in columns.items()})


def contrasts() -> xr.Dataset:
    """At every ratio the higher variance first from training points, the lower from the origin, no order elsewhere."""
    middle = np.array([[0.5, -0.3, 0.0, 0.1]] * len(RATIOS))
    around = {"contrast": middle, "contrast_lower": middle - 0.2, "contrast_upper": middle + 0.2}
    probes = ["origin", "training", "held-out", "generated"]
    return xr.Dataset({name: (("point", "probe"), values) for name, values in around.items()}, coords={"probe": probes})


def places() -> dict[str, xr.Dataset]:
    """Shares of 0.8 and 0.2 at one place of each model class."""
    coords = {"n": [20, 20], "tau": [3.0, 3.0], "variance": [1.0, 0.09]}
    one = xr.Dataset({"observed": ("point", [0.8, 0.2])}, coords={k: ("point", v) for k, v in coords.items()})
    return dict.fromkeys(PHASES, one)


def differences() -> dict[str, xr.Dataset]:
    """The smaller variance lost first by 0.3 in one class, and of the empirical score the larger one at its points."""
    columns = {"n": [8, 8], "t": [0.1, 0.1], "tau": [10.0, 100.0], "place": [1.0, 1.0]}
    coords = {name: ("point", values) for name, values in columns.items()}
    learned = xr.Dataset({"observed": ("point", [0.3, 0.3])}, coords=coords)
    places = {"tau": ("point", [10.0, 10.0]), "place": ("point", [1.0, 0.0])}
    return {"linear": learned, "empirical": learned.assign(observed=("point", [0.1, -0.1])).assign_coords(places)}


@cache
def phase_lines() -> xr.Dataset:
    return PhaseLines(sizes=(10, 160), taus=(0.3, 30.0)).run(progress=False)


FIGURES = {
    "phases": (lambda: phases.phase_figure(places(), phase_lines()), "linear layer 1 and 0 of 1, features 1 and 0"),
    "orders of learned scores": (
        lambda: phases.order_figure(differences(), OrderLines(sizes=(6, 24), noises=(0.02, 0.4)).run(progress=False)),
        "shown less: linear 2 of 2, empirical 1 of 2",
    ),
    "weights": (lambda: weights.weight_figure({20: curve(), 80: curve()}), "0.2100 \u00b1 0.0050 at d = 20"),
    "scores": (lambda: scores.score_figure(curve(), ratios()), "at t/t_c = 0.1 the measured mean of -t J is 0.37"),
    "spectra": (lambda: spectra.gap_figure(curve()), "At 0.1: mean 0.37, exact average 0.36, median 0.036"),
    "orders": (lambda: orders.order_figure(contrasts()), "from a training point the higher variance is lost first"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_say_what_they_show_and_are_the_same_again(name: str) -> None:
    draw, said = FIGURES[name]
    first, second = draw(), draw()
    assert isinstance(first, Plot)
    assert first == second
    assert said in first.alt


def test_places_lie_on_the_side_of_theory_and_in_one_order() -> None:
    assert phases._order(places()) == "3 of 3 places"
    assert phases._on_side("linear", places()["linear"]) == "linear layer 2 of 2"


def test_which_variance_is_lost_first_is_said_of_every_class() -> None:
    said = phases._found(differences())
    assert "linear, $\\tau = 10$, 0.3 to 0.3" in said
    assert "empirical, points, \u22120.1 to \u22120.1" in said


def test_no_order_is_called_none() -> None:
    assert "from a held-out point, from a generated point no order is decided" in orders._finding(contrasts())


def test_it_is_one_order_where_no_two_are_found() -> None:
    assert orders._one_order(contrasts()) == "It is not one order"
    one = contrasts().assign(contrast_lower=contrasts().contrast_lower - 1)
    assert orders._one_order(one) == "These data show no two orders"


def test_the_answer_is_that_of_the_verdicts() -> None:
    verdicts = dict.fromkeys((name for _, name in answer.STATEMENTS), "agrees") | answer.RESTS_ON
    count = len(answer.STATEMENTS)
    assert answer._in_short(rows_of(verdicts)) == f"Partly. {answer.FOUND}"
    for name in answer.RESTS_ON:
        other = verdicts | {name: "inconclusive"}
        assert answer.FOUND not in answer._in_short(rows_of(other))
    holds, fails = (answer._in_short(rows_of(dict.fromkeys(verdicts, word))) for word in ("agrees", "disagrees"))
    assert holds == f"Yes. {count} of the {count} statements below agree."
    assert fails == f"No. 0 of the {count} statements below agree."


def rows_of(verdicts: dict[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(("It holds.", name, verdict) for name, verdict in verdicts.items())


def test_trained_models_are_told_from_the_empirical_score_by_numbers() -> None:
    observed, _ = learned()
    said = answer._trained(observed.assign_coords(t=0.01).isel(point=observed.variance.values >= 0))
    assert "at $N = 30$, $t = 0.01$" in said
    assert "is 1 for the empirical score, 0.21 for the linear denoiser, 0.21 for the perceptron" in said


def test_the_largest_difference_is_that_up_to_the_condensation_time() -> None:
    far = curve()
    far["observed"][3] += 1.0
    assert weights._worst({20: far}) == "2"


def learned(size: tuple[int, ...] = (10, 30)) -> tuple[xr.Dataset, xr.Dataset]:
    """Two variances; at the least N the perceptron is not clear, at the other all trained classes the lower."""
    rows = [(model, n, variance) for model in MODELS for n in size for variance in (1.0, 0.09)]
    lower = {"linear": 0.5, "features": 0.5, "network": 0.5, "empirical": 1.0}
    known = {1.0: 0.01, 0.09: 0.1}
    seen = []
    for model, n, variance in rows:
        high = 1.0 if model == "empirical" else 0.46 if (model, n) == ("network", 10) else 0.2
        share = high if variance == 1.0 else lower[model]
        seen.append(known[variance] + share * (1 - known[variance]))
    coords = {name: ("point", [row[i] for row in rows]) for i, name in enumerate(("model", "n", "variance"))}
    columns = {"observed": ("point", seen), "stderr": ("point", np.full(len(rows), 0.01))}
    law = {"law": ("point", list(known.values()))}
    return xr.Dataset(columns, coords=coords), xr.Dataset(law, coords={"variance": ("point", list(known))})


def test_classes_are_said_to_lose_the_lower_variance_where_all_of_them_do() -> None:
    said = reading(*learned())
    assert "infinitely many points show $-t J$ of 0.01 and 0.1" in said
    assert "empirical score > 0.9999 and > 0.9999" in said
    assert "perceptron 2.7, empirical score 0 (4 are asked, as data sets are few)" in said
    assert "In all three trained classes the lower variance is lost first" in said
    assert "random features: $N = 10, 30$; perceptron: $N = 30$" in said
    assert "lost first by linear denoiser: $N = 10$; random features: $N = 10$; the" in reading(*learned((10,)))


def test_claims_are_counted_one_way() -> None:
    known = [("agrees", False), ("disagrees", False), ("disagrees", True), ("agrees", False)]
    said = "Of 3 claims that a work states or this suite derives, 2 agree and 1 disagree, none is inconclusive"
    assert counted(known) == f"{said}; 1 further readings to avoid, which nobody states, disagree too."
    assert counted([*known[:2], ("inconclusive", False)]).endswith("1 agree and 1 disagree, 1 is inconclusive.")


def test_times_to_memorize_are_those_of_the_claims(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def found(_: Any, name: str) -> xr.Dataset:
        columns = {"observed": 0.9, "lower": 0.5, "upper": 1.2, "predicted": 1.0, "point_verdict": "agrees"}
        at = {"happens": "memorize", "event": "half forgotten", "kernel": "Gaussian", "d": 8, "tau": 300.0, "n": 60}
        at |= {"of": "D", "width": 16}
        return xr.Dataset(
            {key: ("point", [value]) for key, value in columns.items()},
            coords={key: ("point", [value]) for key, value in at.items()},
            attrs={"verdict": name if name == "third-rule-limit" else "disagrees"},
        )

    monkeypatch.setattr(training, "table", found)
    run: Any = SimpleNamespace(profile="quick", seed=0)
    monkeypatch.setattr(training.five_times, "RESULTS", tmp_path / "nowhere.json")
    said, tangent, alarms, shown = training.section(run).body
    assert isinstance(shown, Table)
    assert "200 steps of Adam do to the paper's perceptron at the width 16" in str(tangent)
    assert "explains, at the most favourable time, 0.9 (0.5 to 1.2) of D by the kernel Gaussian" in str(tangent)
    assert [row[3] for row in shown.rows] == ["0.9 (0.5 to 1.2)"] * 4
    assert shown.rows[1][1] == training.NOISED
    assert "Neither is seen at the sizes here. What is measured" in str(said)
    assert "with $a$ = 0.9 (0.5 to 1.2); that $a = 1$ disagrees" in str(said)
    assert "share of copies among samples is 0.9 (0.5 to 1.2) (Gaussian kernel)" in str(said)
    assert "measured 0.9 at $m = 8$ and $N = 60$ (claim third-rule-limit, third-rule-limit)" in str(alarms)


def test_five_times_are_those_that_were_kept(tmp_path: Path) -> None:
    five = FiveTimes(kernel="Gaussian", shapes=((2, 2), (3, 2)), m=2, count=4, replicas=2)
    found, out = five.run(progress=False), tmp_path / "five.json"
    keep_table(out, found, "five_times", ["--replicas", "2"])
    _, shown = five_times.blocks(out)
    assert isinstance(shown, Table)
    assert "python -m benchmarks.five_times --replicas 2" in shown.caption
    assert [row[:3] for row in shown.rows] == [("Gaussian", "2", "2"), ("Gaussian", "3", "2")]
    fitted = np.median(found["values"].values[0]) / np.log(10)
    assert float(shown.rows[0][3]) == pytest.approx(fitted, rel=0.01)
    assert five_times.blocks(tmp_path / "nowhere.json") == ()
    never = found.assign(values=found["values"] * 0 + 99.0)
    assert [row[3 + FIVE.index("copies")] for row in five_times.rows(never)] == ["-", "-"]


def test_neither_is_said_where_both_disagree_alone() -> None:
    tables = [xr.Dataset(attrs={"verdict": verdict}) for verdict in ("disagrees", "agrees")]
    assert training._neither(*tables) == ""
    assert training._neither(tables[0]).startswith("Neither")


def test_the_claims_of_the_paper_are_counted_apart() -> None:
    rows = [
        (outcome.FOREMOST, "disagrees", outcome.THE_PAPER, KINDS[0]),
        ("another", "agrees", outcome.THE_PAPER, KINDS[0]),
        ("of another work", "disagrees", "arXiv:2402.18491", KINDS[0]),
        ("derived", "agrees", outcome.THE_PAPER, KINDS[1]),
    ]
    claims = [
        {"name": name, "verdict": {"word": word}, "works": [work], "kind": kind, "reading_to_avoid": False}
        for name, word, work, kind in rows
    ]
    said = outcome.of_the_paper(claims)
    assert said.startswith("Of the 2 claims in the ledger that the paper states, 1 agree and 1 disagree; the foremost")
    assert outcome.of_the_paper(claims[1:]).endswith("1 agree and 0 disagree.")
    assert rich(said)
