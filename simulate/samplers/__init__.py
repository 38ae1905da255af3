r"""How data are drawn: a sampler turns a case into independent replicas, in parts that fit in memory.

    DataSets              whole data sets, every point drawn
    FirstPoints           a few of the N points, for what does not depend on the others
    Energies              every energy :math:`|x - y|^2/2` drawn, no points: linear Gaussian laws of any dimension
    LowestEnergies        the lowest energies, by order statistics, at any N (`simulate.levels.lowest`)
    Picks                 the data of another sampler, one point of each data set picked with probability w
    NearestOnSpheres      the lowest energies with one coordinate of each point, for isotropic data
    NearestPoints         the points of low energy near x, at any N (`simulate.levels.nearby`)
    Batches               so many whole data sets at a time (`simulate.samplers.gathered`)

What is drawn answers for its weights :math:`w_\mu = e^{-E_\mu/t}/Z`: `weights(t)`, `participation_ratio(t)`,
`log_partition(t)`; whole data sets also know where their points are.
"""

from simulate.samplers.composed import Probed, ProbedSet, TwoSizes
from simulate.samplers.data_sets import DataSets, FirstPoints
from simulate.samplers.drawn import Points, Sampler, Weighted, chunks
from simulate.samplers.energies import Energies, LowestEnergies, NearestOnSpheres, NearestPoints, Picks
from simulate.samplers.gathered import Batches, Scores

__all__ = [
    "Batches",
    "DataSets",
    "Energies",
    "FirstPoints",
    "LowestEnergies",
    "NearestOnSpheres",
    "NearestPoints",
    "Picks",
    "Points",
    "Probed",
    "ProbedSet",
    "Sampler",
    "Scores",
    "TwoSizes",
    "Weighted",
    "chunks",
]
