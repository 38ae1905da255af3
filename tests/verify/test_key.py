"""A table is kept in the store under a readable name, and is read again only where nothing behind it has changed."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import xarray as xr

import simulate.run.key
import verify.key
import verify.run
from simulate.run import key
from simulate.run.provenance import shared
from simulate.run.store import Store
from tests.verify.test_claim import claim
from theory.formula import FORMULAS, replaced
from verify.claim import Claim
from verify.key import code_of_claims, table_key
from verify.run import run_claim


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def tables(store: Store) -> list[Path]:
    return sorted(store.root.glob("*-quick-0-*.nc"))


def test_a_table_in_the_store_holds_what_was_predicted_observed_and_concluded(store: Store) -> None:
    table = run_claim(claim(), "quick", 0, store, progress=False)
    (file,) = tables(store)
    kept = xr.load_dataset(file, engine="h5netcdf")
    assert shared(kept).identical(table)
    assert {"revision", "machine", "made", "seconds"} < set(kept.attrs)
    assert file.name.startswith(f"{claim().name}-quick-0-")
    assert {"predicted", "observed", "stderr", "effect", "effect_lower", "effect_upper", "point_verdict"} <= set(kept)
    assert kept.attrs["verdict"] == table.attrs["verdict"]


def refusing(judged: Claim, *observed: object, **how: object) -> xr.Dataset:
    raise AssertionError(f"{judged.name} was judged")


def test_a_claim_of_the_ledger_is_judged_once_and_any_other_each_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = claim(), claim()
    monkeypatch.setattr(verify.run, "CLAIMS", (ours,))
    table = run_claim(ours, "quick", 0, store, progress=False)
    monkeypatch.setattr(verify.run, "judge", refusing)
    assert run_claim(ours, "quick", 0, store, progress=False).identical(table)
    with pytest.raises(AssertionError, match="was judged"):
        run_claim(other, "quick", 0, store, progress=False)
    with pytest.raises(AssertionError, match="was judged"):
        run_claim(ours, "quick", 1, store, progress=False)


def test_a_changed_formula_has_a_table_of_its_own() -> None:
    ours = claim()
    key = table_key(ours, ours.estimate, "quick")
    with replaced("final_gap", 2 * FORMULAS["final_gap"].written):
        assert table_key(ours, ours.estimate, "quick") != key
    assert table_key(ours, ours.estimate, "quick") == key
    assert table_key(ours, ours.estimate, "full") != key


@pytest.mark.parametrize("name", ["theory/limits/weights.py", "theory/exact/line.py", "verify/judge/statistics.py"])
def test_changed_theory_or_judging_has_a_table_of_its_own(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim and what it observed stay as they are."""
    monkeypatch.setattr(simulate.run.key, "ROOT", tmp_path)
    monkeypatch.setattr(simulate.run.key, "_digests", simulate.run.key._digests.__wrapped__)
    ours, file = claim(), tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text("1")
    observed, before = ours.estimate.keys(), table_key(ours, ours.estimate, "quick")
    file.write_text("2")
    assert ours.estimate.keys() == observed
    assert table_key(ours, ours.estimate, "quick") != before


def test_a_mutant_leaves_no_table(store: Store) -> None:
    run_claim(claim(), "quick", 0, store, progress=False, mutant="t_c")
    assert tables(store) == []


def test_any_name_of_a_claim_makes_a_file(store: Store) -> None:
    run_claim(replace(claim(), name="a/b: c"), "quick", 0, store, progress=False)
    (file,) = tables(store)
    assert re.fullmatch(r"a_b__c-quick-0-[0-9a-f]{16}\.nc", file.name)


@pytest.mark.parametrize("name", ["theory/exact/averages.py", "simulate/estimate.py", "verify/judge/statistics.py"])
def test_a_changed_file_behind_a_verdict_has_a_table_of_its_own(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, digests = claim(), key._digests
    before = table_key(ours, ours.estimate, "quick")

    def changed(made_by: tuple[str, ...]) -> dict[str, str]:
        return {file: "other" if file == name else digest for file, digest in digests(made_by).items()}

    assert name in digests(key.VERDICT)
    monkeypatch.setattr(key, "_digests", changed)
    assert table_key(ours, ours.estimate, "quick") != before


def test_a_claim_rests_on_its_module_and_what_that_imports_and_on_no_claim_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "verify" / "claims"
    folder.mkdir(parents=True)
    texts = {"own": "from verify.claims import shared", "shared": "A = 1", "beside": "from verify.claims import own"}
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(key, "ROOT", tmp_path)
    monkeypatch.setattr(verify.key, "ROOT", tmp_path)
    monkeypatch.setattr(verify.key, "_module_of", lambda: {"one": folder / "own.py", "two": folder / "beside.py"})

    def after(name: str, text: str) -> list[str]:
        (folder / f"{name}.py").write_text(text)
        key._digests.cache_clear()
        return [code_of_claims([claim]) for claim in ("one", "two")]

    first, beside, shared_ = (
        after("beside", "import verify.claims.own"),
        after("beside", "B = 1"),
        after("shared", "A = 2"),
    )
    key._digests.cache_clear()
    assert beside[0] == first[0]
    assert beside[1] != first[1]
    assert shared_[0] != first[0]


def test_no_claim_rests_on_the_whole_ledger() -> None:
    """`verify.key`, which imports the ledger for the files of claims, is not looked into."""
    everything = len(verify.key._reached(key.ROOT / "verify" / "ledger.py", ()))
    assert max(len(verify.key._reached(file, ())) for file in verify.key._module_of().values()) < everything / 4
