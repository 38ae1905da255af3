r"""What each way says by itself, beside the verdict that needs them all: a word and its evidence in one sentence."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from verify.probe.asked import gate
from verify.probe.asked.losses import BEYOND, losses, memorized, telling
from verify.probe.asked.no_score import no_mean, no_score
from verify.probe.sampled.runs import RATE
from verify.probe.sampled.samples import CHANCE, UNSURE

MEMORY, NONE, SILENT = "memory", "no memory", "not told"
REFUTED = "refuted"  # of the gate
CLONES = UNSURE * RATE  # of pairs of clones of a density, that end at one point


class Way(NamedTuple):
    """The name of a way, the word that it says, and why.

    Arguments:
        name: the way, as "samples".
        word: its verdict, one word or two.
        evidence: why, in one sentence.
    """

    name: str
    word: str
    evidence: str


def ways(found: xr.Dataset) -> list[Way]:
    """Gate, samples, clones, spectrum and landings, in the order of their weight.

    Where something says that the model was not asked rightly, memory that is seen is said, and where none is seen it is
    not told.
    """
    every = [_gate(found), _samples(found), _clones(found), _spectrum(found), _landings(found)]
    if not doubt(found):
        return every
    return [way._replace(word=SILENT) if way.word == NONE else way for way in every]


def doubt(found: xr.Dataset) -> str:
    """What says that the model was not asked rightly, or learned from other data; empty where nothing does."""
    return "the gate is refuted" if _gate(found).word == REFUTED else warned(found)


def warned(found: xr.Dataset) -> str:
    """What a score of these data cannot have; empty where there is nothing."""
    if found.attrs["largest_normalized_jacobian"] > BEYOND:
        return "along some axes its -t J is larger than any density's"
    if (found.lower.median("probe") > found.attrs["n"] - 1).any():
        return "it sees more directions than its data can vary in"
    return ""


def _gate(found: xr.Dataset) -> Way:
    seen, off = found.sel(set="training").slope, gate.refuted(found)
    ends = f"from {float(seen.min()):.3g} to {float(seen.max()):.3g}"
    slopes = f"slope of (y - x) on t s {ends}, 1 for every score; {_kind(found)}"
    if why := no_score(found) or no_mean(found):
        return Way("gate", REFUTED, why)
    if off.any():
        return Way("gate", REFUTED, f"{slopes}; refuted at {off.sum()} of {off.size} times")
    return Way("gate", "passed" if gate.shown(found).all() else SILENT, slopes)


def _kind(found: xr.Dataset) -> str:
    """How much of its Jacobian no score has."""
    above, beside = (float(found[name].median("probe").max()) for name in ("above_one", "antisymmetric"))
    return f"of the eigenvalues of -t J {above:.1%} at most lie above 1, its antisymmetric part is {beside:.2g} at most"


def _samples(found: xr.Dataset) -> Way:
    attrs, total = found.attrs, found.sizes["sample"]
    share = f"{attrs['copies_lower']:.1%} to {attrs['copies_upper']:.1%} at 95 %"
    drawn = f"{attrs['copies_count']} of {total} samples by the {attrs['sampler']} are copies"
    said = f"{drawn} ({share}), {attrs['copies_odds']:.1%} by chance"
    if attrs["copies_p"] < CHANCE:
        return Way("samples", MEMORY, said)
    return Way("samples", NONE if attrs["copies_lower"] <= attrs["copies_odds"] else SILENT, said)


def _clones(found: xr.Dataset) -> Way:
    if not found.sizes["clone_time"]:
        return Way("clones", SILENT, "at no time in the range of the score would clones of a density end apart")
    t, counts, attrs = float(found.clone_time[-1]), found.collided.sum("pair").values, found.attrs
    pairs = f"{counts[-1]} of {found.sizes['pair']} pairs of its reverse runs from t = {t:.3g} end at the same point"
    number = f"at 95 % {from_to(attrs['number_lower'], attrs['number_upper'])} points carry the model there"
    said = f"{pairs}, where at most {CLONES:.1%} of a density would: {number}, whatever it was trained on"
    return Way("clones", MEMORY if attrs["clones_p"] < CHANCE else NONE, said)


def _spectrum(found: xr.Dataset) -> Way:
    lost, times = losses(found), memorized(found)
    if times.size:
        return Way("spectrum", MEMORY, f"around training points it sees no direction from t = {times.max():.3g} down")
    if lost.confirmed:
        named = ", ".join(f"{v:.3g} from t = {t:.3g} down" for v, t in lost.confirmed)
        return Way("spectrum", MEMORY, f"directions lost, by their variance: {named}")
    if not telling(found).any():
        return Way("spectrum", SILENT, "at none of the times would memory show")
    if lost.unsure:
        return Way("spectrum", SILENT, "whether some directions are lost cannot be told from a curved manifold")
    return Way("spectrum", NONE, "no direction that the data show is lost")


def _landings(found: xr.Dataset) -> Way:
    most, total = int(found.landings.max()), found.sizes["free"]
    said = f"one step from noise lands near {most} training points at most, of {total} starts"
    return Way("landings", MEMORY if found.attrs["landed_p"] < CHANCE else NONE, said)


def from_to(lower: float, upper: float) -> str:
    """An interval of a number, which may have no end.

    Arguments:
        lower: the lower end.
        upper: the upper end, infinite where there is none.
    """
    return f"{lower:.3g} to {upper:.3g}" if np.isfinite(upper) else f"{lower:.3g} or more"
