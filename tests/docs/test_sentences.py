"""What claims say: one sentence each for statement and interpretation, short enough to be read once, with its nouns."""

import re

import pytest

from theory.formula import FORMULAS
from theory.sentence import MATHEMATICS, sentences
from verify.claim import Claim
from verify.ledger import CLAIMS

MOST_WORDS = {"statement": 40, "interpretation": 45}  # a formula counts for one
PRONOUN = re.compile(r"^(It|Its|This|These|Those|They|Their|Them|He|She|We|Such|Both|Here|There)\b")


def words(text: str) -> int:
    return len(MATHEMATICS.sub("M", text).split())


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_a_claim_says_one_short_sentence_at_a_time(claim: Claim) -> None:
    for field, most in MOST_WORDS.items():
        said = getattr(claim, field)
        assert len(sentences(said)) == 1, said
        assert said.endswith("."), said
        assert 1 < words(said) <= most, (words(said), said)
        assert not PRONOUN.match(said), said


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_says_one_sentence(name: str) -> None:
    said = FORMULAS[name].statement
    assert len(sentences(said)) == 1, said
    assert not PRONOUN.match(said), said


def test_words_and_sentences_are_counted_outside_of_mathematics() -> None:
    assert words(r"The mean of $\sum_\mu w_\mu^2$ tends to $1 - t/t_c$.") == 7
    assert len(sentences("The formula of Biroli et al. $t$ holds. It is right.")) == 2
