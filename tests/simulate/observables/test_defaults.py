"""What an observable or a sampler is without settings: its written form, which is part of the key of a result."""

from typing import Any

import pytest

from simulate.levels.assumed import AssumedData
from simulate.observables import LowestEnergy, NormalizedJacobian, WeightMoments
from simulate.observables.dimension import LocalDimension, SingleReading
from simulate.observables.displaced import DisplacedContrast
from simulate.observables.memorized import CaptionShared, CloserThan
from simulate.observables.observable import Contrast
from simulate.observables.spectrum import SPECTRAL_GAP, GapCount
from simulate.samplers import (
    Batches,
    FirstPoints,
    LowestEnergies,
    NearestOnSpheres,
    NearestPoints,
    Picks,
    Probed,
    Scores,
)
from simulate.samplers.rare import TiltedPoint

WRITTEN: dict[str, Any] = {
    "WeightMoments(orders=(2, 3, 4))": WeightMoments(),
    "LowestEnergy(orders=(1, 3))": LowestEnergy(),
    "Contrast(of=NormalizedJacobian(), first=0, second=1)": Contrast(NormalizedJacobian()),
    "Contrast(of=NormalizedJacobian(), first=-1, second=-2)": SPECTRAL_GAP,
    "GapCount(latest=1.0, threshold=0.4)": GapCount(),
    "DisplacedContrast(scopes=('axis', 'subspace'))": DisplacedContrast(),
    "CloserThan(ratio=0.3333333333333333)": CloserThan(),
    "CaptionShared(sharers=(1, 10, 100))": CaptionShared(),
    "LocalDimension(methods=('test',))": LocalDimension(),
    "SingleReading(methods=('flipd',))": SingleReading(),
    "FirstPoints(count=2)": FirstPoints(),
    "LowestEnergies(count=100)": LowestEnergies(),
    "Picks(of=LowestEnergies(count=100))": Picks(),
    "NearestOnSpheres(count=25)": NearestOnSpheres(),
    "NearestPoints(count=40)": NearestPoints(),
    "Batches(size=200)": Batches(),
    "Scores(of=DataSets())": Scores(),
    "Probed(probes=48)": Probed(),
    "TiltedPoint(count=100)": TiltedPoint(),
    "AssumedData(count=100)": AssumedData(),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_without_settings_it_is_written_so(text: str) -> None:
    assert repr(WRITTEN[text]) == text
