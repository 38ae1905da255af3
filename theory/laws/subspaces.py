r"""What a reader calls a law, the subspaces that it has, and its typical point.

A subspace is a run of successive directions that the law treats alike: equal variances :math:`\sigma_i^2`, or the
circle of one radius. A typical point of Gaussian data has :math:`x_i = \pm\sigma_i` with alternating signs; a round
manifold has the first coordinate of each block at its radius.
"""

from functools import singledispatch
from itertools import groupby

import numpy as np

from theory.laws.combined import Mixture, Rotated
from theory.laws.copies import Copies
from theory.laws.dataset import DatasetLaw, HiddenManifold
from theory.laws.law import EnergyLaw
from theory.laws.linear import LinearGaussian
from theory.laws.sphere import RoundProduct, Sphere, Torus
from theory.laws.unit_norm import UnitNormGaussian

MOST_RUNS = 6  # that a label lists one by one


def runs(values: np.ndarray) -> list[tuple[float, int]]:
    """Successive equal values (d,), each with how many of them there are."""
    return [(float(value), len(list(group))) for value, group in groupby(np.asarray(values).tolist())]


@singledispatch
def law_label(law: EnergyLaw) -> str:
    """The name of a law for readers, as "gaussian 1*5 0.04*5" or "gaussian (1*5 0.04*5) x 12": never parsed."""
    return repr(law)


@law_label.register
def _(law: LinearGaussian) -> str:
    around = f" around {_listed(law.mean + 0.0)}" if law.mean.any() else ""
    return f"gaussian {_listed(law.variances)}{around}"


@law_label.register
def _(law: Copies) -> str:
    if isinstance(law.law, LinearGaussian) and not law.law.mean.any():
        return law_label(LinearGaussian(law.variances))
    return f"({law_label(law.law)}) x {law.count}"


@law_label.register
def _(law: Mixture) -> str:
    return " or ".join(law_label(component) for component in law.laws)


@law_label.register
def _(law: Rotated) -> str:
    return f"rotated {law_label(law.law)}"


@law_label.register
def _(law: UnitNormGaussian) -> str:
    return f"unit-norm {_listed(law.variances)}"


@law_label.register
def _(law: Sphere) -> str:
    return f"sphere {law.block - 1}"


@law_label.register
def _(law: Torus) -> str:
    return f"torus {_listed(law.radii)}"


@law_label.register
def _(law: DatasetLaw) -> str:
    n, d = law.points.shape
    return f"{n} points in {d}"


@law_label.register
def _(law: HiddenManifold) -> str:
    d, m = law.features.shape
    return f"hidden {m} in {d}"


@singledispatch
def subspaces(law: EnergyLaw) -> list[np.ndarray]:
    """Indices of the directions of each subspace, in order; of an unknown law, all directions are one."""
    return [np.arange(law.dimension)]


@subspaces.register(LinearGaussian)
@subspaces.register(UnitNormGaussian)
def _(law: LinearGaussian | UnitNormGaussian) -> list[np.ndarray]:
    return split([count for _, count in runs(law.variances)])


@subspaces.register
def _(law: RoundProduct) -> list[np.ndarray]:
    return [law.block * group for group in split([count for _, count in runs(law.radii)])]


@singledispatch
def typical(law: EnergyLaw) -> np.ndarray:
    """A typical point (d,) of a law. Raises ValueError where none is defined."""
    raise ValueError(f"law must have a typical point of its own, {law_label(law)} has none: give x as an array")


@typical.register
def _(law: LinearGaussian) -> np.ndarray:
    return np.sqrt(law.variances) * (-1.0) ** np.arange(law.dimension)


@typical.register
def _(law: UnitNormGaussian) -> np.ndarray:
    x = np.sqrt(law.variances) * (-1.0) ** np.arange(law.dimension)
    return x / np.linalg.norm(x)


@typical.register
def _(law: RoundProduct) -> np.ndarray:
    x = np.zeros(law.dimension)
    x[: law.used : law.block] = law.radii
    return x


@typical.register
def _(law: HiddenManifold) -> np.ndarray:
    return np.tanh(law.features.sum(axis=1))


def split(sizes: list[int]) -> list[np.ndarray]:
    """Successive indices in groups of these sizes."""
    ends = np.cumsum(sizes)
    return np.split(np.arange(ends[-1]), ends[:-1])


def period(values: np.ndarray) -> int:
    """The length of the shortest block of which values (d, ...) are so many copies along the first axis."""
    d = len(values)
    return next(size for size in range(1, d + 1) if d % size == 0 and np.array_equal(values[size:], values[: d - size]))


def _listed(values: np.ndarray) -> str:
    """Successive runs, as "1*5 0.04*5", and copies of a block of them, as "(1*5 0.04*5) x 12"."""
    size = period(values)
    block = values if size == 1 else values[:size]
    listed = [f"{value:g}*{count}" if count > 1 else f"{value:g}" for value, count in runs(block)]
    text = " ".join(listed if len(listed) <= MOST_RUNS else [*listed[:3], "...", listed[-1]])
    return text if len(block) == len(values) else f"({text}) x {len(values) // size}"
