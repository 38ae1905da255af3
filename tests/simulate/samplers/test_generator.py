"""Randomness comes in as an argument: no sampler makes a generator of its own, and what is drawn next is other data."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, NoReturn

import numpy as np
import pytest

from simulate.estimate import Estimate
from simulate.levels.assumed import AssumedData
from simulate.levels.lowest import draw_levels
from simulate.observables import ParticipationRatio
from simulate.samplers import (
    Batches,
    DataSets,
    Energies,
    FirstPoints,
    LowestEnergies,
    NearestOnSpheres,
    NearestPoints,
    Picks,
    Probed,
    Sampler,
    Scores,
    TwoSizes,
)
from simulate.samplers.rare import TiltedPoint
from theory.case import Case, origin, typical
from theory.laws.spectra import equal, gaussian

CASE = Case(gaussian((0.7, 4), (0.3, 1), (0.2, 3)), typical, np.log(90), 0.05)
ROUND = Case(equal(7), origin, np.log(90), 0.03)
SAMPLERS: dict[str, tuple[Sampler, Case]] = {
    "data sets": (DataSets(), CASE),
    "first points": (FirstPoints(), CASE),
    "energies": (Energies(), CASE),
    "of a huge data set": (LowestEnergies(count=9), Case(CASE.law, CASE.x, 40.0, 1e-6)),
    "picks": (Picks(of=Energies()), CASE),
    "on spheres": (NearestOnSpheres(count=9), ROUND),
    "nearest points": (NearestPoints(count=9), CASE.at(0.01)),
    "of a huge one": (NearestPoints(count=9), Case(CASE.law, CASE.x, 40.0, 1e-5)),
    "batches": (Batches(size=3), CASE),
    "scores": (Scores(), CASE),
    "two sizes": (TwoSizes(of=Energies(), copies=2), Case(equal(2), origin, 2.0, 0.1)),
    "probed": (Probed(probes=5), CASE),
    "tilted": (TiltedPoint(count=40), CASE.at(0.4)),
    "assumed": (AssumedData(count=5), CASE.at(0.01)),
}


def refuse(*_: object) -> NoReturn:
    raise AssertionError("a generator was made beside the one that is given")


def arrays(drawn: Any) -> Iterator[np.ndarray]:
    """Every array of what was drawn, in order."""
    if isinstance(drawn, np.ndarray):
        yield drawn
    elif isinstance(drawn, list | tuple):
        for part in drawn:
            yield from arrays(part)
    elif is_dataclass(drawn) and not isinstance(drawn, Case):
        for field in fields(drawn):
            yield from arrays(getattr(drawn, field.name))


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_sampler_makes_no_generator_of_its_own(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sampler, case = SAMPLERS[name]
    rng = np.random.default_rng(7)
    monkeypatch.setattr(np.random, "default_rng", refuse)
    monkeypatch.setattr("simulate.levels.lowest.NODES", 16)  # a coarse table of energies will do
    first, second = (list(arrays(list(sampler.parts(case, 6, rng)))) for _ in range(2))
    assert not all(np.array_equal(*pair) for pair in zip(first, second, strict=True))


def test_nor_do_points_of_given_energies_and_data_seen_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    monkeypatch.setattr(np.random, "default_rng", refuse)
    levels = draw_levels(CASE.law, CASE.x, CASE.log_n, 9, rng, 2)
    assert (levels.points(rng, 1) != levels.points(rng, 1)).all()
    (assumed,) = AssumedData(count=5).parts(CASE.at(0.01), 6, rng)
    assert (assumed.seen_from(CASE.x).deviations != assumed.seen_from(CASE.x).deviations).all()


def test_nor_does_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    estimate = Estimate(cases=(CASE,), observable=ParticipationRatio(), replicas=6)
    (point,), rng = estimate.points(), np.random.default_rng(7)
    monkeypatch.setattr(np.random, "default_rng", refuse)
    first, second = (estimate.measure(point, rng)["values"].values for _ in range(2))
    assert (first != second).all()
