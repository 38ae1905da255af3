r"""The verdict on a score, from ways that know nothing of each other.

    gate        is the score asked in its own coordinates? (`verify.probe.asked.gate`)
    samples     the share of generated samples that are copies (`verify.probe.sampled.samples`)
    clones      whether pairs of runs of the reverse SDE end at the same point (`verify.probe.sampled.collisions`)
    spectrum    the directions seen around training points, and those that are lost (`verify.probe.asked.losses`)
    landings    held-out points, denoised by one step, that land near training points

    no score                what was asked leads away from what it should denoise
    not told                the gate is refuted, or the ways part, or one of them cannot tell
    memorizes               samples are copies, and around training points no direction is seen, or nearly all are
    memorizes in part       samples are copies more often than by chance
    does not memorize       the gate is passed at all times, samples look like the data, none is a copy beyond chance,
                            no more clones collide than by chance, the times reach one at which memory would show,
                            and no direction is lost, nor may be

Samples come first: what is generated is what leaks. An all-clear needs every way; a warning alone takes it away. An
all-clear holds for samples that end at the noise that its reason names: a model that knows its points at less noise
alone, as a mixture with a small share of the empirical score may, makes copies where its runs are followed further.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from verify.probe.asked import gate
from verify.probe.asked.losses import Losses, blank, losses, memorized, telling
from verify.probe.asked.no_score import no_mean, no_score
from verify.probe.sampled.samples import CHANCE, LIKE
from verify.probe.told.ways import NONE, warned, ways

VERDICTS = ("memorizes", "memorizes in part", "does not memorize", "not told", "no score")
NEARLY_ALL = 0.9  # share of copies that is memorization, whatever the spectrum shows
FEW = 0.05  # upper end of the share of copies, of an all-clear
CAUSES = "(a wrong factor, range, clock or output, guidance or the label of other data, or nothing learned)"


@dataclass(frozen=True)
class Verdict:
    """The answer of a probe.

    Arguments:
        word: one of VERDICTS.
        from_time: the largest t at which the model memorizes, NaN if none.
        reason: why, in words.
    """

    word: str
    from_time: float
    reason: str


def verdict(found: xr.Dataset) -> Verdict:
    """The verdict on what was found of a score."""
    if why := no_score(found):
        return Verdict("no score", np.nan, why)
    if why := _asked_wrongly(found):
        return Verdict("not told", np.nan, why)
    return _memorizing(found) or _clear(found)


def copying(found: xr.Dataset) -> bool:
    """Whether more samples are copies than chance would have it."""
    return bool(found.attrs["copies_p"] < CHANCE)


def _asked_wrongly(found: xr.Dataset) -> str:
    """Why what was asked is no score of these data in these units, at most of the times; empty where it may be."""
    off = gate.refuted(found)
    if off.mean() <= 0.5:
        return ""
    slope = float(found.slope.sel(set="training").median())
    return (
        f"at {off.sum()} of {off.size} times what it denoises training points to is no posterior mean of these data in "
        f"these units: the slope of (y - x) on t s is {slope:.2g} in the median, where every score has 1, or the loss "
        f"is above that of the mean or of no denoising {CAUSES}"
    )


def _memorizing(found: xr.Dataset) -> Verdict | None:
    times, lost = memorized(found), losses(found)
    share = f"{found.attrs['copies_count']} of {found.sizes['sample']} samples are copies of training points"
    if copying(found):
        all_of_it = times.size > 0 or found.attrs["copies_lower"] > NEARLY_ALL
        word, said = "memorizes" if all_of_it else "memorizes in part", share + _unlike(found)
        return Verdict(word, _from(found, times, lost), said)
    if why := no_mean(found):
        return Verdict("no score", np.nan, why)
    if found.attrs["clones_p"] < CHANCE:
        return Verdict("not told", np.nan, f"its clones collide, and yet {share}: points that are not in these data?")
    if times.size:
        return Verdict(
            "not told", np.nan, f"around training points it sees no direction, and yet {share}: the ways part"
        )
    if found.attrs["landed_p"] < CHANCE:
        return Verdict("not told", np.nan, f"one step denoises into copies, and yet {share}: they part")
    if lost.confirmed:
        return Verdict("not told", np.nan, f"it has lost directions that other data show, and yet {share}: they part")
    return None


def _unlike(found: xr.Dataset) -> str:
    """Which ways see no memory."""
    silent = [way.name for way in ways(found) if way.word == NONE]
    return f"; no memory is seen by its {' and '.join(silent)}" if silent else ""


def _from(found: xr.Dataset, times: np.ndarray, lost: Losses) -> float:
    """The largest t at which it sees no direction; or has lost some; or clones mostly collide; or landings are most."""
    if times.size:
        return float(times.max())
    if lost.confirmed:
        return lost.confirmed[0][1]
    if np.isfinite(found.attrs["clones_from"]):
        return float(found.attrs["clones_from"])
    return float(found.time.values[found.landings.values.argmax()]) if found.landings.any() else np.nan


def _clear(found: xr.Dataset) -> Verdict:
    """The all-clear, or what takes it away."""
    ways = (_gate_cannot_tell, _samples_cannot_tell, _clones_cannot_tell, warned, _spectrum_cannot_tell)
    if why := next((said for way in ways if (said := way(found))), ""):
        return Verdict("not told", np.nan, why)
    if blank(found).any():
        shown = "where it sees no direction points do not return"
    else:
        shown = "it sees directions wherever the data show some"
    end = f"samples end at t = {found.attrs['samples_end']:.3g}, below which nothing is said of them"
    return Verdict("does not memorize", np.nan, f"no more samples are copies than by chance, and {shown}; {end}")


def _gate_cannot_tell(found: xr.Dataset) -> str:
    """Why the gate is not passed at all times; empty where it is."""
    off = gate.refuted(found)
    if off.any():
        worst = found.sel(set="training").isel(time=off).slope.values
        slope = worst[np.abs(worst - 1).argmax()]
        return (
            f"at t = {found.time.values[off].max():.3g} it is no posterior mean of these data: the slope of (y - x) on "
            f"t s is {slope:.2g}, where every score has 1, or the loss is above that of the mean or of no denoising "
            f"{CAUSES}"
        )
    if not gate.shown(found).all():
        return "at some times too few points were asked to show that it was asked rightly"
    return ""


def _samples_cannot_tell(found: xr.Dataset) -> str:
    """Why samples do not exclude copies; empty where they do."""
    far = float(found.sample_square.mean()) ** 0.5
    if not 1 / LIKE < far < LIKE:
        return f"its samples do not look like the data, they lie {far:.2g} times as far from the mean as the data"
    if found.attrs["copies_lower"] > found.attrs["copies_odds"]:
        rows = f"{np.size(found.attrs['leaking_rows'])} training points, more often than chance has it"
        near = f"{found.attrs['copies_count']} samples lie near {rows}"
        return f"{near}: copies, or points that lie alone in the data"
    if found.attrs["copies_upper"] > FEW + found.attrs["copies_odds"]:
        return "too few samples were drawn to exclude that some are copies"
    return ""


def _clones_cannot_tell(found: xr.Dataset) -> str:
    """Why clones do not exclude that the model has points of its own; empty where they do."""
    if found.sizes["clone_time"]:
        return ""
    return "at none of the times in the range of the score would clones of a density end apart"


def _spectrum_cannot_tell(found: xr.Dataset) -> str:
    """Why the spectrum does not exclude lost directions; empty where it does."""
    if not telling(found).any():
        return "at none of the times has the empirical score lost a direction that the data show: memory would not show"
    if losses(found).unsure:
        return "whether some directions are lost is not told"
    return ""
