"""What was found of a set of data (`verify.data.audit`), in sentences and as JSON."""

import json

import numpy as np

from simulate.dimension.two_nn import Dimension
from verify.data.audit import Audit
from verify.data.curves import Curve
from verify.data.directions import Lost
from verify.data.learned import noise_of_linear, points_of_linear
from verify.data.prediction import KNOWN, Interval

LISTED = 100  # pairs of copies, of each kind, at most


def report(found: Audit) -> str:
    """The plain answer, in sentences."""
    sentences = [_held(found), *_copies(found), _spectrum(found), _law(found), _now(found), *_first(found)]
    sentences += [_at(n, half) for n, half in found.halves().items() if n != found.prediction.own.n]
    closing = (not_known(found), _baseline(found), *_below(found))
    return "\n".join(f"- {sentence}." for sentence in (*sentences, *closing) if sentence)


def as_json(found: Audit, names: tuple[str, ...] = ()) -> str:
    """All numbers of the answer as JSON; what is not known, or infinite, is null.

    Arguments:
        found: the audit.
        names: of the rows of the data, in whose words copies are listed; row numbers where there are none.
    """
    known, space = found.contents, found.space
    record = {
        "n": known.n,
        "dimension": known.d,
        "range": [known.lowest, known.highest],
        "exact_copies": known.exact_copies,
        "near_copies": known.near_copies,
        "copies": {"exact": _pairs(known.exact, names), "near": _pairs(known.near, names)},
        "intrinsic_dimension": {
            name: value if np.isfinite(value) else None for name, value in known.dimension._asdict().items()
        },
        "variances": space.variances.tolist(),
        "held_out": len(found.prediction.seen.held_out),
        "seed": found.seed,
        "law": _fitted(found),
        "measured": [vars(each) for each in found.prediction.measured],
        "missed_by_law": found.prediction.missed.tolist(),
        "half_condensation": [
            {"n": n, **vars(half), "known": half.known, "one_gaussian": found.one_gaussian(n)}
            for n, half in found.halves().items()
        ],
        "known_to": found.known_to if np.isfinite(found.known_to) else None,
        "neighbours_steeper": vars(found.prediction.steeper),
        "curves": [_curve(each) for each in found.curves],
        "directions_lost": [_lost(each) for each in found.lost],
        "below": _number_below(found),
        "linear_denoiser": _linear(found),
    }
    return json.dumps(record, indent=1) + "\n"


def _fitted(found: Audit) -> dict[str, float | list[float]]:
    return {
        "components": len(found.fit.weights),
        "rank": found.fit.rank,
        "leading_axes": found.space.leading,
        "floor": found.space.floor,
        "dropped_nats": found.dropped,
        "weights": found.fit.weights.tolist(),
    }


def _pairs(copies: np.ndarray, names: tuple[str, ...]) -> list[list[int | str]]:
    return [[names[row] if names else row for row in pair] for pair in copies[:LISTED].tolist()]


def _lost(group: Lost) -> dict[str, float | None]:
    upper = group.upper if np.isfinite(group.upper) else None
    return {"variance": group.variance, "time": group.time, "lower": group.lower, "upper": upper}


def _curve(curve: Curve) -> dict[str, int | list[float]]:
    return {name: value if name == "n" else value.tolist() for name, value in vars(curve).items()}


def _linear(found: Audit) -> dict[str, float]:
    variances, n = found.space.variances, found.prediction.own.n
    acts = noise_of_linear(found.wanted, variances, n)
    return {"time": found.wanted, "n": n, "acts_at": acts, "needed": points_of_linear(found.wanted, variances)}


def _number_below(found: Audit) -> dict[str, float | None] | None:
    if found.below is None:
        return None
    names = ("n", "lower", "upper")
    numbers = dict(zip(names, found.prediction.number_below(found.below), strict=True))
    return {"std": found.below**0.5, **{name: n if np.isfinite(n) else None for name, n in numbers.items()}}


def _held(found: Audit) -> str:
    known = found.contents
    return (
        f"{known.n} points in {known.d} dimensions, {range_of(known.lowest, known.highest)}; "
        f"intrinsic dimension {_dimension(known.dimension)}"
    )


def range_of(lowest: float, highest: float) -> str:
    """From the lowest to the highest number, with digits enough to tell them apart.

    Arguments:
        lowest: the lowest number.
        highest: the highest.
    """
    digits = next((d for d in (4, 8, 12) if f"{lowest:.{d}g}" != f"{highest:.{d}g}"), 17)
    return f"from {lowest:.{digits}g} to {highest:.{digits}g}"


def _dimension(found: Dimension) -> str:
    if not np.isfinite(found.value):
        return "not known, since the nearest points are all as far as the next"
    return f"{found.value:.3g} [{found.lower:.3g}, {found.upper:.3g}]"


def _copies(found: Audit) -> list[str]:
    known = found.contents
    if not known.exact_copies + known.near_copies:
        return ["no point is a copy of another"]
    return [
        f"{known.exact_copies} exact and {known.near_copies} near copies of other points are among them: a score "
        "memorizes such points at any number of points, and they are left out of all that follows"
    ]


def _spectrum(found: Audit) -> str:
    variances = found.space.variances
    return (
        f"they vary along {variances.size} axes, with variances from {variances[0]:.3g} to {variances[-1]:.3g}; "
        f"the first {found.space.half} hold half of the variance"
    )


def _law(found: Audit) -> str:
    count, rank, leading = len(found.fit.weights), found.fit.rank, found.space.leading
    rest = found.space.variances.size - leading
    named = "one Gaussian" if count == 1 else f"a mixture of {count} Gaussians"
    said = f"the law fitted to them is {named} of rank {rank} in the first {leading} axes"
    if not rest:
        return said
    return (
        f"{said}, and one variance, {found.space.floor:.3g}, in the other {rest}, which drops {found.dropped:.2g} of "
        f"log N = {np.log(found.prediction.own.n):.3g} nats"
    )


def _now(found: Audit) -> str:
    own = found.prediction.own
    error = 1.96 * own.log_stderr
    return (
        f"an empirical score of {own.n} of these points condenses at {_noise(own.time)}, measured to {error:.0%} at "
        f"95 %: below, fewer than two points carry it, seen from {_judges(found)}"
    )


def _judges(found: Audit) -> str:
    """The points that t_half is measured from."""
    held_out, every = len(found.prediction.seen.held_out), len(found.energies.still)
    others = f" and {every - held_out} of these points, none of which sees itself" if every > held_out else ""
    return f"{held_out} points held out{others}"


def _first(found: Audit) -> list[str]:
    if not found.lost:
        return ["no direction is lost within reach of floats"]
    each = "; ".join(
        f"variance {one.variance:.3g}, half lost at {_noise(one.time)} {_between(one)}" for one in found.lost
    )
    return [f"directions are lost in this order, with intervals over the points held out: {each}"]


def _at(n: int, half: Interval) -> str:
    if not half.known:
        return f"at which noise a score of {n} such points condenses is not known {_between(half)}"
    return f"a score of {n} such points condenses at {_noise(half.time)} {_between(half)}"


def not_known(found: Audit) -> str:
    """Beyond which number of points predictions are not known, and why; empty where all that are reported are known.

    Arguments:
        found: the audit.
    """
    if np.isinf(found.known_to):
        return ""
    return (
        f"beyond {several(found.known_to)} points the noise at which a score condenses is not known to a factor "
        f"{KNOWN:g} in t: the intervals reach from the law that so few points let one fit to one whose points lie as "
        "close together as neighbours in the data do"
    )


def _between(half: Interval | Lost) -> str:
    return f"[t from {half.lower:.3g} to {half.upper:.3g} at 95 %]"


def _baseline(found: Audit) -> str:
    own = found.prediction.own
    return (
        f"at {own.n} points the law alone gives {found.law_alone:.3g} times the time that is measured, which the "
        "predictions take off, and one Gaussian of the same covariance "
        f"{found.one_gaussian(own.n) / own.time:.3g} times"
    )


def _below(found: Audit) -> list[str]:
    if found.below is None:
        return []
    number, lower, upper = found.prediction.number_below(found.below)
    own, asked = found.prediction.own, f"std {found.below**0.5:.3g}"
    if own.time <= found.below:
        return [f"{own.n} points are enough: an empirical score of them condenses below {asked} already"]
    ends = f"[{several(lower)} to {several(upper)} at 95 %]"
    if not found.prediction.known(number):
        return [f"how many points bring condensation below {asked} is not known {ends}"]
    return [f"{several(number)} points bring condensation below {asked} {ends}"]


def several(number: float) -> str:
    """A number of points, to two digits."""
    return f"{float(f'{number:.2g}'):,.0f}" if np.isfinite(number) else "more than 65,000 times as many"


def _noise(t: float) -> str:
    return f"t = {t:.3g} (std {t**0.5:.3g})"
