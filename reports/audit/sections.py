"""The sections of the short report: sentences, tables and pictures made from what was found of the data."""

import numpy as np

from reports.audit.figures import curves_figure, spectrum_figure
from reports.audit.pictures import copies_picture, directions_picture, first_picture
from reports.audit.words import about, between, deviation, noise
from reports.section import Block, Picture, Section, Table
from reports.typesetting.words import count, number
from simulate.images import Images
from simulate.images.pixels import size_of
from verify.data.answer import not_known, range_of
from verify.data.audit import Audit
from verify.data.directions import POINTS
from verify.data.learned import FACTOR, noise_of_linear, points_of_linear
from verify.data.prediction import Interval

PARTS = (1, 4, 16)  # of the noise variance of condensation, for which numbers of points are listed


def held(found: Audit, images: Images) -> Section:
    """What is in the data: a table, the first points, copies, and the spectrum of the covariance.

    Arguments:
        found: what was found in the data.
        images: the data.

    Returns:
        A section of the short report.
    """
    spectrum = (
        "Variances along the principal axes. Directions of less variance than the noise are hidden by it when a score "
        "condenses."
    )
    copies: tuple[Block, ...] = ()
    if found.contents.exact_copies + found.contents.near_copies:
        copies = (Picture(copies_picture(found, images), "Copies: an earlier row of the data, and a copy of it."),)
    return Section(
        "held",
        "What is in the data",
        (
            _contents(found, images),
            Picture(first_picture(found, images), "The first points, as they were read."),
            *copies,
            Picture(spectrum_figure(found), spectrum),
        ),
    )


def _contents(found: Audit, images: Images) -> Table:
    known, space = found.contents, found.space
    value, lower, upper = known.dimension
    dimension = f"{number(value)} ({number(lower)} to {number(upper)} at 95 %), by TwoNN"
    rows = (
        ("points", f"{count(known.n)}, of which {len(found.prediction.seen.held_out)} are held out"),
        (
            "each",
            f"{size_of(images.shape)}, {count(known.d)} numbers {range_of(known.lowest, known.highest)}",
        ),
        ("copies", f"{count(known.exact_copies)} exact, {count(known.near_copies)} near"),
        ("intrinsic dimension", dimension if np.isfinite(value) else "not known: next neighbours are equally far"),
        (
            "principal axes",
            f"{count(space.variances.size)} with variance; the first {count(space.half)} hold half of it",
        ),
    )
    left = f" {count(images.left_out)} other files of the folder were not read." if images.left_out else ""
    return Table(("What", "How much"), rows, f"What was read.{left}")


def condensing(found: Audit) -> Section:
    """At which noise a score of them condenses: the law, curves, and a table over N."""
    rows = tuple(_size(found, n, half) for n, half in found.halves().items())
    return Section(
        "condensing",
        "At which noise a score of them memorizes",
        (
            _law(found),
            Picture(
                curves_figure(found),
                r"How few points carry an empirical score, against the noise: $\sum_\mu w_\mu^2$ is $1/N$ where all do "
                "alike and 1 where one does; memory begins at one half. Marks: measured at points held out, with "
                "standard errors. Lines: the fitted law. Bands: its intervals at 95 %.",
            ),
            Table(
                ("Points", "Standard deviation of the noise", "Interval at 95 %", "One Gaussian would say"),
                rows,
                "Noise below which an empirical score of so many points memorizes: one half in the figure. The first "
                "row is measured; more points are predicted.",
            ),
        ),
    )


def _size(found: Audit, n: int, half: Interval) -> tuple[str, ...]:
    between = f"{deviation(half.lower)} to {deviation(half.upper)}"
    time = deviation(half.time) if half.known else "not known"
    return count(n), time, between, deviation(found.one_gaussian(n))


def _law(found: Audit) -> str:
    components, rest = len(found.fit.weights), found.space.variances.size - found.space.leading
    named = "one Gaussian" if components == 1 else f"a mixture of {components} Gaussians"
    whose = "its own" if components == 1 else "their own"
    floor = f", and one variance, {number(found.space.floor)}, along the other {rest}" if rest else ""
    return (
        f"The law fitted to the points is {named} with {found.fit.rank} directions of {whose}, in the first "
        f"{found.space.leading} principal axes{floor}; likelihood of points that the fit had not seen chose it. For "
        r"this law the mean of $\sum_\mu w_\mu^2$ over data sets is an integral, exact at any $N$. At your own number "
        f"the law alone gives {number(found.law_alone)} times the noise variance that is measured; predictions take "
        f"that factor off.{_not_known(found)}"
    )


def _not_known(found: Audit) -> str:
    said = not_known(found)
    return f" {said[0].upper()}{said[1:]}." if said else ""


def directions(found: Audit, images: Images) -> Section:
    """Which directions of the data are lost first: a table of groups of principal axes, and pictures of them.

    Arguments:
        found: what was found in the data.
        images: the data.

    Returns:
        A section of the short report.
    """
    if not found.lost:
        return Section("directions", "Which directions go first", ("No direction is lost within reach of floats.",))
    rows = tuple(
        (
            f"{group.axes[0] + 1} to {group.axes[-1] + 1}" if group.axes.size > 1 else f"{group.axes[0] + 1}",
            number(group.variance),
            deviation(group.time),
            f"{deviation(group.lower)} to {deviation(group.upper) if np.isfinite(group.upper) else 'any'}",
        )
        for group in found.lost
    )
    return Section(
        "directions",
        "Which directions go first",
        (
            "A score forgets one kind of variation after the other as the noise falls: along a lost direction it no "
            "longer follows what it is given, and returns what its few points have there.",
            Table(
                ("Principal axes", "Mean variance", "Lost below the standard deviation", "At 95 %"),
                rows,
                "Groups of principal axes in the order in which an empirical score loses them: the noise at which the "
                "variance that your points leave along them is half of that of the fitted law, seen from points held "
                f"out. Intervals are over the {min(POINTS, len(found.prediction.seen.held_out))} of these that are "
                "looked from.",
            ),
            Picture(
                directions_picture(found, images),
                "Principal axes of these groups, one group a column in the same order, its first axis above its last"
                + (": grey is zero, and what is lighter is above it." if len(images.shape) > 1 else "."),
            ),
        ),
    )


def how_many(found: Audit) -> Section:
    """How many points it takes, for the empirical score and for the linear denoiser."""
    own, variances = found.prediction.own, found.space.variances
    times = sorted({*(own.time / part for part in PARTS), found.wanted}, reverse=True)
    rows = tuple((deviation(t), *_empirical(found, t), *_linear(variances, t, own.n)) for t in times)
    return Section(
        "number",
        "How many points it takes",
        (
            "The empirical score memorizes, and only more points move the noise at which it does: the second column. "
            "The plainest score that is learned, the linear denoiser, memorizes no point. "
            "It fails in another way: from few points it does not resolve directions of little variance, as though "
            f"the noise were larger. The last columns say how large, and how many points keep that within "
            f"{number(FACTOR)} times the noise variance. A network has something of both.",
            Table(
                (
                    "Standard deviation",
                    "Points for an empirical score",
                    "Interval at 95 %",
                    "Points for a linear denoiser",
                    f"A linear denoiser of your {count(own.n)} acts as at",
                ),
                rows,
                "Points that bring memory below a noise, and points that a linear denoiser needs there.",
            ),
        ),
    )


def _empirical(found: Audit, t: float) -> tuple[str, str]:
    if found.prediction.own.time <= t:
        return f"{count(found.prediction.own.n)} are enough", ""
    middle, lower, upper = found.prediction.number_below(t)
    return about(middle) if found.prediction.known(middle) else "not known", between(lower, upper)


def _linear(variances: np.ndarray, t: float, n: int) -> tuple[str, str]:
    return about(points_of_linear(t, variances)), deviation(noise_of_linear(t, variances, n))


def signatures(found: Audit) -> Section:
    """The failure signatures of the paper, with the noises of these data."""
    own = found.prediction.own
    rows = (
        ("Some features repeat, others vary.", _partial(found)),
        ("Runs from one noised image end alike.", _clones(own.time)),
        ("Copies appear at the end of sampling.", _late(own.time)),
        ("More data help slowly.", _slowly(found)),
        ("A duplicated image comes back.", _again(found)),
    )
    return Section(
        "signatures",
        "What to look for in a model of these data",
        (
            Table(
                ("You would see", "Because"), rows, "Signs of memory in generated samples, and where to look for them."
            ),
        ),
    )


def _partial(found: Audit) -> str:
    if len(found.lost) < 2:
        return "Directions are lost one after the other, and a sample can copy a part of an image without being a copy."
    first, last = found.lost[0], found.lost[-1]
    return (
        f"Between {deviation(first.time)} and {deviation(last.time)} some directions are lost and others are not: a "
        "sample then has the one kind of feature from single images of yours and varies in the other. A search for "
        "nearest neighbours among whole images does not see it."
    )


def _clones(t: float) -> str:
    return (
        f"Put noise of {noise(t)} on an image and run the sampler from there many times, with other random numbers: "
        "two runs of a model that memorizes as the empirical score does end at one image half of the time; of one "
        "that does not, hardly ever."
    )


def _late(t: float) -> str:
    return (
        f"Above {deviation(t)} even the empirical score mixes many images, and a sample's coarse features are chosen "
        "there; which image it becomes is decided below."
    )


def _slowly(found: Audit) -> str:
    own, most = found.prediction.own, max(found.sizes)
    now, then = deviation(own.time), found.prediction.half(most)
    to = deviation(then.time) if then.known else f"between {deviation(then.lower)} and {deviation(then.upper)}"
    return f"{number(most / own.n, 2)} times as many points bring the standard deviation from {now} to {to}."


def _again(found: Audit) -> str:
    copies = found.contents.exact_copies + found.contents.near_copies
    some = f" {count(copies)} of your rows are copies." if copies else ""
    return f"Copies of an image weigh as so many points: it is memorized at noises where others are not.{some}"
