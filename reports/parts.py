"""Parts of the paper and sections of the measurements, kept in the store by what each of them rests on.

A section rests on the run, on the results of benchmarks and on code. A part of the paper rests on claims too, and asks
for them by name while it is made (`reports.paper.evidence`): the names are kept, and a claim that is changed has the
parts made again that asked for it, and no others.
"""

import time
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from inspect import getfile
from pathlib import Path
from typing import Any

from reports import paper
from reports.kept import holds, keep, kept, showing
from reports.paper import evidence
from reports.section import Maker, Run, Values, section_page
from simulate.run.key import ROOT
from verify.key import code_of_claims

ASKING = (Path(evidence.__file__), Path(paper.__file__))  # what all parts import: claims by name, and one another
RESULTS = ROOT / "benchmarks" / "results"


def parts(run: Run, makers: Sequence[Maker]) -> list[Values]:
    """The parts of the paper; one that was made of the same claims, curves and images is taken from the store.

    Arguments:
        run: profile, seed, store and real data.
        makers: makers of sections that rest on nothing else than the code and `run`.

    Returns:
        The values of each part, in order.
    """
    return [page for maker in makers if (page := part_kept(maker, run))]


def part_kept(maker: Maker, run: Run) -> Values:
    """The page of a part of the paper. The claims that it asked for are kept too: it rests on no other.

    Arguments:
        maker: makes a section that rests on nothing else than the code and `run`.
        run: profile, seed, store and real data.

    Returns:
        Plain values for Typst, none where there is nothing to show.
    """
    made_of = ["part", *_given(run), _qualified(maker), code_of_claims((), [_file(maker)], ASKING)]
    names = kept(run.store, ["claims of", *made_of], list, showing())
    inputs = [*made_of, names, code_of_claims(names)]
    if holds(run.store, inputs, showing()):
        return kept(run.store, inputs, dict, showing())
    begun = time.perf_counter()
    with evidence.asked() as found:
        page = _part(maker, run)
    seconds, names = time.perf_counter() - begun, sorted(found)
    keep(run.store, ["claims of", *made_of], names, seconds, showing())
    return keep(run.store, [*made_of, names, code_of_claims(names)], page, seconds, showing())


def _qualified(maker: Maker) -> str:
    return f"{maker.__module__}.{maker.__qualname__}"


def _file(maker: Maker) -> Path:
    return Path(getfile(maker))


def _part(maker: Maker, run: Run) -> Values:
    section = maker(run)
    return section_page(section) if section else {}


def section_kept(maker: Maker, run: Run) -> Values:
    """The page of a section; one that was made of the same images and results of benchmarks is taken from the store.

    Arguments:
        maker: makes a section that rests on nothing else than the code, `run` and the results of benchmarks.
        run: profile, seed, store and real data.

    Returns:
        Plain values for Typst, none where there is nothing to show.
    """
    made_of = ["section", *_given(run), _qualified(maker), code_of_claims((), [_file(maker)]), _benchmarks()]
    return kept(run.store, made_of, partial(_part, maker, run), showing())


def _given(run: Run) -> list[Any]:
    """What a page is made of, beside the code."""
    return [run.profile, run.seed, run.real, run.description]


def _benchmarks() -> dict[str, str]:
    """SHA-256 of each file of results of benchmarks."""
    files = sorted(path for path in RESULTS.rglob("*") if path.is_file())
    return {path.relative_to(RESULTS).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}
