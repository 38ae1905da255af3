r"""One door: `losing-dimensions COMMAND`, beside `python -m reports.build` and `pytest verify/`.

    losing-dimensions report            the report, as HTML and PDF
    losing-dimensions figure            one figure for a paper, with its data
    losing-dimensions explorer          curves of every layer of the theory, for settings of yours
    losing-dimensions probe             does a model memorize?
    losing-dimensions data              at which noise does a score of these data condense?
    losing-dimensions verify            every claim with its controls
    losing-dimensions mutate, seeds     would the claims notice a wrong formula; do they pass on independent data?
    losing-dimensions mutate-code       would tests or claims notice a wrong line?
    losing-dimensions sweep             the points of an experiment of yours, in many processes
    losing-dimensions store             what has been kept: ls, show, explain, verify, gc, export
    losing-dimensions bench             what the tools cost

Exit status: 0 done, 1 a check failed, 2 bad input, in one sentence. A command is imported when it is called.
"""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from simulate.run.processes import ended_with_parent
from theory.checks import choice
from verify.door import INTERRUPTED, Profile, Seed, enter, refusing

NAME = "losing-dimensions"
ROOT = Path(__file__).parents[1]
EXAMPLES = {
    "": ("report --data images/", "verify order-v1 --seed 3", "probe --help"),
    "report": ("report", "report --profile full --out full-report", "report --data path/to/images"),
    "figure": ("figure --list", "figure participation-finite --out a.pdf", "figure digits --out a.svg --data csv"),
    "explorer": ("explorer", "explorer --out explorer.html"),
    "probe": ("probe --model my.py:score --data train.npy", "probe --model my.py:score --data train/ --out answer"),
    "data": ("data images/ --out answer", "data train.npy --points 100000 --below 0.05 --json a.json"),
    "verify": ("verify", "verify order-v1 energy-variance --seed 3", "verify --break omega2-halved --workers 2"),
    "mutate": ("mutate", "mutate directional_variance --all"),
    "mutate-code": ("mutate-code --sample 200 --seed 1", "mutate-code verify/judge theory/exact/line.py"),
    "seeds": ("seeds 50", "seeds 10 participation-finite --first 100"),
    "sweep": ("sweep mine.py:experiment --dry-run", "sweep mine.py:experiment --workers 2 --store results"),
    "store ls": ("store ls", "store ls full-store"),
    "store show": ("store show 3fa9c1",),
    "store explain": ("store explain mine.py:experiment",),
    "store verify": ("store verify", "store verify --set-aside"),
    "store gc": ("store gc --older-than 30", "store gc --outside-ledger --delete"),
    "store export": ("store export 3fa9c1 77be20 --out results.csv",),
    "bench": ("bench", "bench engine --scale 0.1 --only W1"),
}
BENCHMARKS = (
    "accuracy",
    "data_coverage",
    "dimension",
    "engine",
    "estimators",
    "five_times",
    "images",
    "kills",
    "learned",
    "manifold",
    "near",
    "probe",
    "probe_roc",
    "stops",
    "theory",
    "training",
)
STORE = {
    "ls": "List results.",
    "show": "Print results.",
    "explain": "Which points of an experiment are new, cached or stale, and why.",
    "verify": "Hash every file again.",
    "gc": "Delete what is old, or outside the ledger.",
    "export": "Results as netCDF or CSV.",
}


class NotInstalled(ValueError):
    """A command needs what is not there."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    return enter(command_line(), arguments)


def command_line() -> App:
    """All commands; those of other modules are imported when they are called."""
    app = App(name=NAME, help="Theories of memorization in diffusion models, put to the test.", version=_version())
    app.help_format, app.help_epilogue, app.suppress_keyboard_interrupt = "plaintext", examples(""), False
    add = app.command
    add("reports.build:report", help="The report: claims, images and networks.", help_epilogue=examples("report"))
    about = "One figure for a paper, with its data."
    add("reports.one_figure:figure", help=about, help_epilogue=examples("figure"))
    about = "Curves of every layer of the theory, as one page."
    add("reports.explorer.page:explorer", help=about, help_epilogue=examples("explorer"))
    add("reports.probe.command:command", name="probe", help="Does a model memorize?", help_epilogue=examples("probe"))
    add("reports.audit.command:command", name="data", help="What follows from data.", help_epilogue=examples("data"))
    add(verify, help_epilogue=examples("verify"))
    add("verify.mutation.mutate:mutate", help="Mutants of the formulas.", help_epilogue=examples("mutate"))
    code = "verify.mutation.machinery:machinery"
    add(code, name="mutate-code", help="Mutants of the code.", help_epilogue=examples("mutate-code"))
    add("verify.seeds:repeat", name="seeds", help="The ledger on independent data.", help_epilogue=examples("seeds"))
    about = "Points of an experiment, in many processes."
    add("reports.sweep:command", name="sweep", help=about, help_epilogue=examples("sweep"))
    add(_store())
    add(bench, help_epilogue=examples("bench"), help_flags=(), version_flags=())  # those of a benchmark are its own
    return app


def _store() -> App:
    store = App(name="store", help="What has been kept.", help_epilogue=examples("store ls"))
    for name, about in STORE.items():
        module = "store" if name in ("ls", "show", "export") else "upkeep"
        store.command(f"reports.{module}:{name}", name=name, help=about, help_epilogue=examples(f"store {name}"))
    return store


def _version() -> str:
    try:
        return version(NAME)
    except PackageNotFoundError:  # run from a copy of the files
        return "not installed"


def examples(command: str) -> str:
    """The examples of a command, for its `--help`."""
    return "\n".join(["Examples:\n", *(f"    {NAME} {line}" for line in EXAMPLES[command])])


@refusing(ValueError)
def verify(
    *claim: str,
    profile: Profile = "quick",
    seed: Seed = 0,
    broken: Annotated[str | None, Parameter(name="--break")] = None,
    store: Path | None = None,
    ledger: Path | None = None,
    claims: Path | None = None,
    device: str | None = None,
    workers: Seed = 1,
) -> int:
    """Put every claim to the test with its controls: `pytest verify/`.

    Args:
        claim: names of claims, as in docs/ledger.md (default: all).
        profile: size of the experiments.
        seed: other data for all experiments, an integer >= 0.
        broken: a wrong formula to put in the theory, which must be noticed.
        store: folder of results (default: one that does not last).
        ledger: folder for the verdicts, as ledger.json and ledger.md.
        claims: folder of files with claims of your own.
        device: cpu, cuda or auto, for the experiments that take one.
        workers: processes.
    """
    if not find_spec("pytest"):
        raise NotInstalled(f"verify needs pytest: pip install '{NAME}[test]'")
    import pytest

    from verify.claim_files import claims_in
    from verify.ledger import CLAIMS

    known = tuple(one.name for one in (claims_in(claims) if claims and claim else CLAIMS))
    names = [choice("claim", name, known) for name in claim]
    named = {"break": broken, "store": store, "ledger": ledger, "claims": claims, "device": device}
    options = [f"--{name}={value}" for name, value in named.items() if value is not None]
    shared = [f"--numprocesses={workers}", "--dist=loadgroup"] if workers > 1 else []
    tests = [f"{_test_file()}::test_claim[{name}]" for name in names] or [str(_test_file())]
    status = pytest.main([*tests, f"--profile={profile}", f"--seed={seed}", *options, *shared])
    code = pytest.ExitCode
    return {0: 0, code.INTERRUPTED: INTERRUPTED, code.USAGE_ERROR: 2, code.NO_TESTS_COLLECTED: 2}.get(status, 1)


def _test_file() -> Path:
    return ROOT / "verify" / "test_claims.py"


@refusing(NotInstalled)
def bench(*arguments: Annotated[str, Parameter(allow_leading_hyphen=True)]) -> int:
    """What the tools cost: `python -m benchmarks`, or one benchmark with its arguments.

    Args:
        arguments: the name of a benchmark, as engine, and its options (default: theory, engine, dimension, training).
    """
    name, *options = arguments or ("",)
    if name in ("--help", "-h"):
        command_line().help_print(["bench"])
        return 0
    if name and name not in BENCHMARKS:
        raise NotInstalled(f"arguments must begin with the name of a benchmark: {', '.join(BENCHMARKS)}, got {name!r}")
    if not (ROOT / "benchmarks").is_dir():
        raise NotInstalled(f"bench needs the folder benchmarks of the repository, there is none in {ROOT}")
    module = f"benchmarks.{name}" if name else "benchmarks"
    places = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    command, places = [sys.executable, "-m", module, *options], os.environ | {"PYTHONPATH": places}
    finished = subprocess.run(command, env=places, preexec_fn=ended_with_parent)
    return finished.returncode if finished.returncode in (0, 2) else 1


if __name__ == "__main__":
    sys.exit(main())
