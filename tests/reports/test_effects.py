"""Effects in units that compare, and experiments in words."""

import pytest
import xarray as xr

from reports.effects import effect_in_words, experiment_in_words, signed
from reports.typesetting.words import MINUS, TIMES
from tests.reports.tables import claim
from verify.ledger import CLAIMS


def row(predicted: float, effect: float, stderr: float) -> xr.Dataset:
    limits = {"effect_lower": effect - 0.1, "effect_upper": effect + 0.1}
    return xr.Dataset({"predicted": predicted, "effect": effect, "stderr": stderr, **limits})


@pytest.mark.parametrize(
    ("predicted", "effect", "stderr", "said"),
    [
        (2.0, 0.1, 0.02, "+5 % of the prediction (interval 0 to +10)"),
        (-2.0, -0.1, 0.02, f"{MINUS}5 % of the prediction (interval {MINUS}10 to 0)"),
        (0.01, 0.1, 0.05, "+2 standard errors (interval 0 to +4)"),
        (0.0, 0.1, 0.0, "+0.1, in the units of the claim (interval 0 to +0.2)"),
    ],
)
def test_units_are_said(predicted: float, effect: float, stderr: float, said: str) -> None:
    assert effect_in_words(claim(equivalence_margin=0.08), row(predicted, effect, stderr)) == said


def test_signs_of_numbers() -> None:
    said = [signed(value) for value in (0.0, 1234.0, -0.5, -99.7)]
    assert said == [
        "0",
        f"+1.23{TIMES}10\u00b3",
        f"{MINUS}0.5",
        f"{MINUS}99.7",
    ]


def test_every_experiment_is_said_in_sentences_without_marks() -> None:
    for each in CLAIMS:
        said = experiment_in_words(each.estimate)
        assert said.endswith(".")
        assert ":math:" not in said
        assert "`" not in said
