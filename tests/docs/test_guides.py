"""What README.md and CONTRIBUTING.md show is run, so that it stays true."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from textwrap import indent
from typing import Any

import numpy as np
import pytest

import verify.claim
from benchmarks.measure import count, positive
from simulate.estimate import Estimate
from theory.case import grid, origin
from theory.laws.spectra import halves
from verify.claim import judge
from verify.judge.statistics import STATISTICS
from verify.ledger import CLAIMS

ROOT = Path(__file__).parents[2]


def shown(document: str, name: str) -> str:
    """The block of Python behind the marker `<!-- name -->`."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n```python\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def test_the_readme_is_short_and_its_links_and_those_of_the_guides_lead_somewhere() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))]
    assert links
    assert [(page, link) for page, link in links if not (page.parent / link).exists()] == []


def test_the_example_prints_what_the_readme_says(capsys: pytest.CaptureFixture[str]) -> None:
    exec(shown("README.md", "example"), {})
    printed = capsys.readouterr().out.split("\n")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`{line}`" in readme for line in printed if line)


def test_the_claim_of_the_guide_stands_and_takes_twenty_lines() -> None:
    text = shown("CONTRIBUTING.md", "claim")
    assert len(text.splitlines()) <= 20
    space: dict[str, Any] = {}
    exec(text, space)
    (claim,) = space["CLAIMS"]
    table = judge(claim, claim.estimate.run(progress=False))
    assert table.attrs["verdict"] == "agrees"
    assert table.attrs["passed"]


def test_the_module_of_claims_shows_the_claim_of_the_guide() -> None:
    assert indent(shown("CONTRIBUTING.md", "claim"), "    ") in (verify.claim.__doc__ or "")


def test_the_experiment_of_the_guide_observes_what_its_table_says() -> None:
    space: dict[str, Any] = {"__name__": "guide"}
    exec(shown("CONTRIBUTING.md", "experiment"), space)
    experiment = space["InASquare"](seed=1)
    observed = experiment.run(progress=False)
    known: dict[str, Any] = {}
    exec(shown("CONTRIBUTING.md", "claim"), known)
    half, third = (lambda table, share=share: share * table.t.values for share in (0.5, 1 / 3))
    claim = replace(known["CLAIMS"][0], relative=False, controls={"half": half, "third": third})
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name, statistic in STATISTICS.items():
        (row,) = re.findall(rf"\n\| `{name}` \|.*", text)
        assert all(f"`{need}`" in row for need in statistic.needs)
        if name != "exact":
            seen = statistic.value(observed)[0]
            asked = replace(claim, statistic=name, equivalence_margin=0.9, prediction=lambda table, seen=seen: seen)
            assert judge(asked, observed, experiment, rules=False).attrs["verdict"] == "agrees"
    with pytest.raises(ValueError, match="must observe replicas for the statistic t, it has values, lowest"):
        judge(replace(claim, statistic="t"), observed.drop_vars("replicas"), experiment)


def test_the_observable_and_the_sampler_of_the_guide_make_an_estimate() -> None:
    space: dict[str, Any] = {"__name__": "guide"}
    exec(shown("CONTRIBUTING.md", "observable") + shown("CONTRIBUTING.md", "sampler"), space)
    own = {"observable": space["SecondWeight"](), "sampler": space["Antithetic"](), "replicas": 50}
    observed = Estimate(cases=grid(halves(4), origin, times=(1e-6, 0.1), n=10), **own).run(progress=False)
    weights = observed["values"].values
    assert ((weights > 0) & (weights <= 0.5)).all()
    # seen from the origin, a point weighs what its mirror image does
    np.testing.assert_allclose(weights[observed.t == 1e-6], 0.5, rtol=1e-6)


def test_what_fails_is_named_at_a_glance() -> None:
    primer = (ROOT / "docs" / "theory.md").read_text(encoding="utf-8")
    glance = primer[primer.index("## At a glance") : primer.index("## Glossary")]
    assert [
        claim.name for claim in CLAIMS if claim.expected_verdict == "disagrees" and f"`{claim.name}`" not in glance
    ] == []
    named = re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", glance)
    assert set(named) <= {claim.name for claim in CLAIMS}


@pytest.mark.parametrize("given", ["0", "-1", "1.5", "nan", "many", ""])
def test_arguments_of_benchmarks_are_refused_in_one_sentence(given: str) -> None:
    with pytest.raises(ValueError, match="must be an integer >= 1, got"):
        count(given)
    if given != "1.5":
        with pytest.raises(ValueError, match="must be a number > 0, got"):
            positive(given)
    assert (count("12"), positive("1e-3")) == (12, 1e-3)


def test_the_glossary_explains_the_nouns_of_the_house_and_of_the_ledger() -> None:
    glossary = (ROOT / "docs" / "theory.md").read_text(encoding="utf-8").split("## Glossary")[1]
    words = (
        *("case", "estimate", "claim", "replica", "agrees", "disagrees", "inconclusive", "stated tolerance"),
        *("profile", "layers", r"$S$", r"$\lambda_c", r"$\phi_k", r"$\tau$", "remaining variance", "FLIPD", "LHSD"),
        *("onset", "collapse", "best generalization", "speciation"),
    )
    cells = [cell.strip() for line in glossary.splitlines() for cell in line.split("|")[1:3]]
    assert [word for word in words if not any(word in cell for cell in cells)] == []


def test_tables_of_the_primer_have_as_many_cells_as_their_heads() -> None:
    """A bar in mathematics would end a cell."""
    lines = (ROOT / "docs" / "theory.md").read_text(encoding="utf-8").splitlines()
    for before, line in pairwise(lines):
        if before.startswith("|") and line.startswith("|"):
            assert before.replace(r"\|", "").count("|") == line.replace(r"\|", "").count("|"), line
