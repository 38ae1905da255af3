"""What a part of the paper rests on: tables of claims by name, as the ledger has them, and curves by name."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial

import xarray as xr

from reports.section import Maker, Run
from verify.claim import Claim
from verify.findings import CURVES
from verify.ledger import CLAIMS
from verify.run import run_claim

Row = tuple[str, str, str]
ASKED: ContextVar[set[str]] = ContextVar("claims asked for")


def table(run: Run, name: str) -> xr.Dataset:
    """The table of a claim of the ledger; what the store holds is not measured again.

    Arguments:
        run: profile, seed and store.
        name: of the claim.

    Returns:
        What `verify.claim.judge` gives.
    """
    return run_claim(named(name), run.profile, run.seed, run.store, run.progress)


def curve(name: str, run: Run) -> None:
    """Measure one curve of the paper, where the store lacks it.

    Arguments:
        name: of `verify.findings.CURVES`.
        run: seed and store.
    """
    CURVES[name].table(run.store, run.seed, run.progress)


def statement(run: Run, sentence: str, name: str) -> Row:
    """A sentence of a strip, with the claim that tests the sentence and the verdict of that claim.

    Arguments:
        run: profile, seed and store.
        sentence: what is said.
        name: of the claim.

    Returns:
        A row of the strip.
    """
    return sentence, name, str(table(run, name).attrs["verdict"])


def counted(verdicts: Iterable[tuple[str, bool]]) -> str:
    """How many claims agree and disagree, from pairs of a verdict and whether the claim is a reading to avoid."""
    known = list(verdicts)
    stated, readings = (Counter(verdict for verdict, avoid in known if avoid is which) for which in (False, True))
    said = f"Of {stated.total()} claims that a work states or this suite derives, {_of(stated)}"
    more = f"; {readings.total()} further readings to avoid, which nobody states, {_too(readings)}" if readings else ""
    return f"{said}{more}."


def _of(count: Counter[str]) -> str:
    unclear = count["inconclusive"]
    noisy = "none is" if unclear == 0 else "1 is" if unclear == 1 else f"{unclear} are"
    return f"{count['agrees']} agree and {count['disagrees']} disagree, {noisy} inconclusive"


def _too(count: Counter[str]) -> str:
    return "disagree too" if count["disagrees"] == count.total() else f"come to this: {_of(count)}"


MEASURED: tuple[Maker, ...] = tuple(partial(curve, name) for name in CURVES)  # what no claim measures


def named(name: str) -> Claim:
    """The claim of the ledger of that name."""
    ASKED.get(set()).add(name)
    return _named(name)


@cache
def _named(name: str) -> Claim:
    return next(claim for claim in CLAIMS if claim.name == name)


@contextmanager
def asked() -> Iterator[set[str]]:
    """The names of the claims that are asked for within a block: what a part rests on."""
    names: set[str] = set()
    outside = ASKED.set(names)
    try:
        yield names
    finally:
        ASKED.reset(outside)
