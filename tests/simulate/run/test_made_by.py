"""Which code is in which key: changed theory is judged anew, and changed measurement is measured anew."""

from pathlib import Path

import pytest

from simulate.run import key
from simulate.run.key import MEASUREMENT, PAGE, PREDICTION, SILENT, VERDICT, code_hash

OBSERVING = (
    "simulate/estimate.py",
    "simulate/levels/lowest.py",
    "theory/laws/sphere.py",
    "theory/process.py",
    "theory/case.py",
    "theory/checks.py",
    "theory/content.py",
    "theory/formula.py",
    "theory/imports.py",
)
PREDICTING = ("theory/exact/line.py", "theory/limits/weights.py")
FILES = (*OBSERVING, *PREDICTING, "verify/claim.py", "verify/judge/statistics.py", "reports/build.py", *SILENT)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of short files."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(key, "ROOT", tmp_path)
    monkeypatch.setattr(key, "_digests", key._digests.__wrapped__)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_changes_the_keys_of_what_rests_on_it(tree: Path, name: str) -> None:
    kinds = (MEASUREMENT, PREDICTION, VERDICT, PAGE)
    before = [code_hash(kind) for kind in kinds]
    (tree / name).write_text("2")
    changed = [code_hash(kind) != old for kind, old in zip(kinds, before, strict=True)]
    observes, predicts = name in OBSERVING, name in PREDICTING
    judges = name.startswith("verify")
    shows = observes or predicts or judges or name.startswith("reports")
    assert changed == [observes, observes or predicts, observes or predicts or judges, shows]


def test_another_version_of_a_package_is_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_hash(VERDICT)
    for package in ("python", "numpy", "scipy", "sympy", "mpmath", "torch", "xarray"):
        (place,) = (i for i, text in enumerate(key.versions()) if text.startswith(f"{package} "))
        changed = [*key.versions()[:place], "another", *key.versions()[place + 1 :]]
        with monkeypatch.context() as patched:
            patched.setattr(key, "versions", lambda changed=changed: changed)
            assert code_hash(VERDICT) != before
