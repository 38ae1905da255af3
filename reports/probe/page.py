"""One page for one probe: answer, evidence of each way, pictures, numbers. All texts of a user are escaped."""

from collections.abc import Iterable

import numpy as np
import xarray as xr

from reports.probe import figures
from reports.probe.parts import capital, document, figure, folded, table, text, verdict
from reports.probe.pictures import Pictures
from verify.probe.asked.losses import losses
from verify.probe.told.answer import IN_WORDS, report
from verify.probe.told.record import rows
from verify.probe.told.ways import MEMORY, NONE, REFUTED, ways

COLOUR = {"memorizes": "disagrees", "memorizes in part": "disagrees", "does not memorize": "agrees"}
WAY = {MEMORY: "disagrees", REFUTED: "disagrees", NONE: "agrees", "passed": "agrees"}
DRAWN = 24  # samples


def page(found: xr.Dataset) -> str:
    """The page of what `verify.probe.told.shown.with_images` returned, as HTML that needs no other file."""
    shape = tuple(int(side) for side in np.atleast_1d(found.attrs["shape"]))
    pictures = Pictures.like(shape, found.shown_point.values)
    shown = _pictured(found, pictures) if pictures else ()
    parts = [_answer(found), *_asked(found), *shown, *_curves(found), *_details(found)]
    return document("Does this model memorize?", parts)


def _answer(found: xr.Dataset) -> str:
    attrs, since = found.attrs, float(found.attrs["from_time"])
    words, colour = IN_WORDS[attrs["verdict"]], COLOUR.get(attrs["verdict"], "inconclusive")
    down = f" From t = {since:.3g} down (noise of standard deviation {since**0.5:.3g})." if np.isfinite(since) else ""
    says = table(
        ("way", "says", "evidence"),
        ([way.name, verdict(way.word, WAY.get(way.word, "inconclusive")), text(way.evidence)] for way in ways(found)),
    )
    about = f"{attrs['n']} training points in {attrs['d']} dimensions, seed {attrs['seed']}."
    return (
        f'<p class="note">losing-dimensions probe</p><h1>{verdict(capital(words), colour)}</h1>'
        f"<p>{text(capital(attrs['reason']))}.{down}</p>{says}<p class='note'>{about}</p>"
    )


def _asked(found: xr.Dataset) -> list[str]:
    """The images asked about, those of the least p first."""
    if "asked" not in found.attrs:
        return []
    names, order = np.atleast_1d(found.attrs["asked_names"]), np.argsort(found.asked_p.values, kind="stable")
    said = {True: verdict("trained on", "disagrees"), False: verdict("not told", "inconclusive")}
    lines = ([text(str(names[i])), f"{found.asked_p.values[i]:.2g}", said[bool(found.asked_member[i])]] for i in order)
    about = f"<p>{text(capital(found.attrs['asked'].split(': ')[0]))}.</p>"
    return ["<h2>Images asked about</h2>", about, folded("Every image", table(("image", "p", "says"), lines))]


def _pictured(found: xr.Dataset, pictures: Pictures) -> list[str]:
    return [_pairs(found, pictures), _samples(found, pictures), _clones(found, pictures), _axes(found, pictures)]


def _pairs(found: xr.Dataset, pictures: Pictures) -> str:
    """Samples beside the training images that they lie nearest to."""
    factor = float(found.attrs["copies_factor"])
    cells = []
    for place, sample in enumerate(found.shown_sample.values.tolist()):
        ratio, name = float(found.sample_ratio[sample]), str(np.atleast_1d(found.attrs["shown_names"])[place])
        mine = pictures.drawn(found.sampled.values[sample], f"sample {sample}")
        theirs = pictures.drawn(found.shown_point.values[place], f"training image {name}")
        kind = "copy" if ratio < factor else "other"
        said = f"{text(name)}<br>distance {ratio:.2f} of that to the next" + " · copy" * (ratio < factor)
        cells.append(f'<figure class="pair {kind}">{mine}{theirs}<figcaption>{said}</figcaption></figure>')
    about = (
        "On the left a sample of the model, on the right the training image that it lies nearest to; those nearest "
        f"first, each image once. Below {factor:.2f} a sample counts as a copy."
    )
    return f'<h2>Samples beside training images</h2><p>{about}</p><div class="grid">{"".join(cells)}</div>'


def _samples(found: xr.Dataset, pictures: Pictures) -> str:
    drawn = found.sampled.values[:DRAWN]
    shown = "".join(pictures.drawn(row, f"sample {i}") for i, row in enumerate(drawn))
    about = f"The first {len(drawn)} of {found.sizes['sample']}, drawn by the {text(found.attrs['sampler'])}."
    return f'<h2>What the model draws</h2><p>{about}</p><div class="strip">{shown}</div>'


def _clones(found: xr.Dataset, pictures: Pictures) -> str:
    """Pairs of runs from one start, time by time."""
    lines = [
        f'<p>From t = {t:.3g}:</p><div class="strip">{"".join(_twins(found, pictures, i))}</div>'
        for i, t in enumerate(found.clone_time.values.tolist())
    ]
    about = (
        "Two runs of the reverse process from the same noised sample, side by side; a frame marks those that end at "
        "the same point. A model of a density ends each at a point of its own, a model of few points at one of those."
    )
    return f"<h2>Pairs of runs from one start</h2><p>{about}</p>{''.join(lines)}" if lines else ""


def _twins(found: xr.Dataset, pictures: Pictures, time: int) -> Iterable[str]:
    for place, twins in enumerate(found.clone.values[time]):
        together = "copy" if bool(found.collided[time, place]) else "other"
        ends = (pictures.drawn(end, f"end {k + 1} of pair {place}") for k, end in enumerate(twins))
        yield f'<span class="twins {together}">{"".join(ends)}</span>'


def _axes(found: xr.Dataset, pictures: Pictures) -> str:
    """The first axis of each group, and from where down it is lost."""
    lost, cells = dict(losses(found).confirmed), []
    for v, axis in zip(found.variance.values.tolist(), found.axis.values, strict=True):
        said = f"variance {v:.3g}: " + (f"lost from t = {lost[v]:.3g} down" if v in lost else "not found lost")
        drawn = pictures.direction(axis, f"direction of {said}")
        kind = "copy" if v in lost else "other"
        cells.append(f'<figure class="pair {kind}">{drawn}<figcaption>{said}</figcaption></figure>')
    about = "Of each group of principal axes the one along which the data vary most; grey is no change."
    return f'<h2>Directions of the data</h2><p>{about}</p><div class="grid">{"".join(cells)}</div>'


def _curves(found: xr.Dataset) -> list[str]:
    about = (
        "Along each group of axes -t J is 1 where the score sees no direction. Dashes: full memory of the training "
        "points. Dots: a Gaussian law of that variance, known exactly. On a curved manifold even the law's own score "
        "lies above the dots."
    )
    numbers = [figure(figures.effective_number(found))] if found.sizes["clone_time"] else []
    return ["<h2>Against the noise</h2>", f"<p>{about}</p>", figure(figures.spectrum(found)), *numbers, _gate(found)]


def _gate(found: xr.Dataset) -> str:
    return figure(figures.gate(found))


def _details(found: xr.Dataset) -> list[str]:
    sentences = "".join(f"<li>{text(capital(line[2:]))}</li>" for line in report(found).splitlines())
    heads, lines = rows(found)
    every = table(heads, ([text(cell) for cell in line] for line in lines))
    return [folded("All sentences", f"<ul>{sentences}</ul>"), folded("Every time", every)]
