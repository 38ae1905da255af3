"""Predicted half-condensation times against those of laws that are known."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from theory.checks import NotComputable
from theory.laws import LinearGaussian, LowRankGaussian, Mixture
from theory.laws.law import EnergyLaw
from verify.data import Audit, audit, prediction
from verify.data.held_out import HeldOut, half_time
from verify.data.mixtures import Fit, fit_mixture
from verify.data.prediction import Seen

GAUSSIAN = LinearGaussian([1.0, 0.6, 0.3, 0.2, 0.1, 0.1])
AXES = np.eye(6)
CLUSTERS = Mixture(
    [0.6, 0.4],
    [
        LowRankGaussian(2.5 * AXES[0], AXES[1:3], np.array([0.8, 0.4]), 0.05),
        LowRankGaussian(-2.5 * AXES[0], AXES[3:5], np.array([0.8, 0.4]), 0.05),
    ],
)
N, MANY = 1000, 20_000
CLOSE = 0.07  # of t_half, by which the law fitted to 900 points may be off
EXACT = 8  # held-out points at which averages are evaluated here


@pytest.fixture(autouse=True, scope="module")
def few() -> Iterator[None]:
    """Averages at fewer held-out points than a user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prediction, "EXACT", EXACT)
        yield


@pytest.fixture(scope="module", params=[GAUSSIAN, CLUSTERS], ids=["gaussian", "clusters"])
def known(request: pytest.FixtureRequest) -> tuple[EnergyLaw, Audit]:
    """A law, and the audit of data that are drawn from it."""
    law = request.param
    return law, audit(law.sample(N, np.random.default_rng(11)), sizes=(MANY,), seed=3)


@cache
def exact(law: EnergyLaw, n: float) -> float:
    """t_half of n points of a known law, seen from 200 of its own."""
    rng = np.random.default_rng(0)
    points = HeldOut(law.sample(200, rng), rng.standard_normal((200, law.dimension)))
    return float(np.exp(Seen(law, points).log_half(n, 0.05)[0]))


@pytest.mark.parametrize("n", [200, MANY])
def test_the_interval_holds_the_exact_time_of_the_law(known: tuple[EnergyLaw, Audit], n: int) -> None:
    law, found = known
    half, time = found.prediction.half(n), exact(law, n)
    assert half.lower < time < half.upper
    assert half.time == pytest.approx(time, rel=0.15)
    assert half.upper / half.lower < 2.5


@cache
def from_its_own_points(law: EnergyLaw, found: Audit, n: float) -> float:
    """t_half of n points of a known law, seen from the points that an audit holds out."""
    inside, space = found.prediction.seen.held_out, found.space
    points = HeldOut(inside.points @ space.axes + space.mean, inside.noise @ space.axes)
    return float(np.exp(Seen(law, points).log_half(n, 0.05)[0]))


def fitted_half(fit: Fit, found: Audit) -> float:
    """t_half of many points of a fit, seen from the same points."""
    return float(np.exp(Seen(found.space.law(fit), found.prediction.seen.held_out).log_half(MANY, 0.05)[0]))


def test_the_fitted_law_condenses_as_the_law_does(known: tuple[EnergyLaw, Audit]) -> None:
    """From the same held-out points; less than a thousand points are in the fit."""
    law, found = known
    assert fitted_half(found.fit, found) == pytest.approx(from_its_own_points(law, found, MANY), rel=CLOSE)


def with_means(fit: Fit, factor: float) -> Fit:
    """The fit with the means of its components moved towards the mean of the data."""
    laws = [
        LowRankGaussian(factor * law.mean, law.axes, law.variances_along[:-1], law.variances_along[-1])
        for law in fit.components
    ]
    return Fit(fit.weights, laws)


def with_floor(fit: Fit, factor: float) -> Fit:
    """The fit with other variances outside the directions of its components."""
    laws = [
        LowRankGaussian(law.mean, law.axes, law.variances_along[:-1], factor * law.variances_along[-1])
        for law in fit.components
    ]
    return Fit(fit.weights, laws)


BROKEN = {
    "one component": lambda fit, points: fit_mixture(points, 1, 5, np.random.default_rng(0)),
    "no directions of their own": lambda fit, points: fit_mixture(points, 2, 0, np.random.default_rng(0)),
    "means at the centre": lambda fit, points: with_means(fit, 0.0),
    "floors of twice the variance": lambda fit, points: with_floor(fit, 2.0),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("known", [CLUSTERS], ids=["clusters"], indirect=True)
def test_a_broken_fit_does_not(broken: str, known: tuple[EnergyLaw, Audit]) -> None:
    law, found = known
    points = found.space.leading_of(law.sample(N, np.random.default_rng(5)))
    time = fitted_half(BROKEN[broken](found.fit, points), found)
    assert abs(time / from_its_own_points(law, found, MANY) - 1) > 1.5 * CLOSE


def test_more_points_condense_later_and_a_number_below_is_the_inverse(known: tuple[EnergyLaw, Audit]) -> None:
    _, found = known
    own = found.prediction.own.n
    halves = [found.prediction.half(n) for n in (own, 16 * own)]
    assert halves[1].time < halves[0].time
    number, lower, upper = found.prediction.number_below(halves[1].time)
    assert number == pytest.approx(16 * own, rel=0.01)
    assert lower <= number <= upper


def test_a_curve_is_one_half_at_its_half_time_and_falls(known: tuple[EnergyLaw, Audit]) -> None:
    _, found = known
    half = found.prediction.half(MANY)
    middle, lower, upper = found.prediction.curve(MANY, half.time * np.array([0.5, 1, 2]))
    assert middle[1] == pytest.approx(0.5, abs=0.02)
    assert (np.diff(middle) < 0).all()
    assert (lower <= middle).all()
    assert (middle <= upper).all()


def test_one_gaussian_is_far_off_for_clusters_alone(known: tuple[EnergyLaw, Audit]) -> None:
    law, found = known
    ratio = found.one_gaussian(MANY) / found.prediction.half(MANY).time
    assert ratio > 1.5 if law is CLUSTERS else ratio == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("start", [1e-6, 0.3, 1e4])
def test_a_half_time_is_found_from_anywhere(start: float) -> None:
    half = half_time(lambda t: 1 / (1 + (t / 0.3) ** 0.7), start)
    assert half.time == pytest.approx(0.3, rel=1e-2)
    assert half.slope == pytest.approx(-0.7 / 4, rel=0.05)


def test_a_curve_without_a_half_time_is_refused() -> None:
    with pytest.raises(NotComputable, match=r"^data must condense at some noise"):
        half_time(lambda t: 0.2, 1.0)
