r"""The settings of all that loses dimensions: laws, the points they are seen from, and the noise variances t.

One object serves the theory, the exact scores of data sets (`simulate.experiments.dimension.losing`) and networks
(`simulate.experiments.networks.linear`), so that their spectra of -t J differ in nothing but the score. The paper's
manifold is y = diag(sigma) g in d = 30, sigma_i = 1 twice, 0.3 five times and 0.01 else; or the same divided by |y|.

Probes: the origin; a training point y; a held-out point of the law; a generated one, y + sqrt(t_min) z, z ~ N(0, I),
which is the law of what the exact score generates when stopped at the least time t_min. Beside each stands the control,
the spectrum of infinitely many data, -t J = -t hess K(1/t; x) with K the energy law. `losing` draws the probes anew
for every data set, `networks_linear` once for all.
"""

from dataclasses import dataclass

import numpy as np

from simulate.dimension import PopulationScore
from theory.checks import choice, positive
from theory.laws import LinearGaussian, UnitNormGaussian
from theory.laws.law import EnergyLaw
from theory.laws.spectra import paper
from theory.laws.subspaces import law_label, split, subspaces

WithVariances = LinearGaussian | UnitNormGaussian
LAWS = (paper(), UnitNormGaussian(paper().variances))
PROBES: tuple[str, ...] = ("origin", "training", "held-out", "generated")


@dataclass(frozen=True, kw_only=True)
class Manifold:
    """Laws, some of PROBES, and times (variances). Raises ValueError for other probes and times.

    Arguments:
        laws: with different labels.
        sizes: of successive subspaces of directions; those that a law treats alike, if not told.
        probes: some of PROBES: where scores are asked.
        times: noise variances t > 0.
    """

    laws: tuple[WithVariances, ...] = LAWS
    sizes: tuple[int, ...] = ()  # of successive subspaces of directions; by default those that a law treats alike
    probes: tuple[str, ...] = PROBES
    times: tuple[float, ...] = tuple(np.geomspace(1e-4, 10, 100).tolist())

    def __post_init__(self) -> None:
        positive("times", self.times)
        if len(self.named) < len(self.laws):
            raise ValueError(f"laws must have different labels, got {[law_label(law) for law in self.laws]}")
        for probe in self.probes:
            choice("probes", probe, PROBES)

    @property
    def named(self) -> dict[str, WithVariances]:
        """The laws by their labels."""
        return {law_label(law): law for law in self.laws}

    def subspaces(self, law: EnergyLaw) -> list[np.ndarray]:
        """Indices of the directions of each subspace."""
        return split(list(self.sizes)) if self.sizes else subspaces(law)

    def points(self, law: EnergyLaw, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The probes, (probe, d), for a training point y (d,).

        Arguments:
            law: the law.
            y: a training point, (d,).
            rng: of the held-out and the generated point.
        """
        generated = y + np.sqrt(min(self.times)) * rng.standard_normal(law.dimension)
        made = dict(zip(PROBES, (np.zeros(law.dimension), y, law.sample(1, rng)[0], generated), strict=True))
        return np.stack([made[probe] for probe in self.probes])

    def limit(self, law: EnergyLaw, x: np.ndarray) -> np.ndarray:
        """-t J of infinitely many data at points x (probe, d), (time, probe, d, d).

        Arguments:
            law: the law.
            x: points, (probe, d).
        """
        return np.stack([-t * PopulationScore(law).jacobian(x, t) for t in self.times])


MANIFOLDS = {  # of the profiles of a report
    profile: Manifold(times=tuple(np.geomspace(1e-4, 10, 5 * per_decade + 1).tolist()))
    for profile, per_decade in (("quick", 8), ("full", 16))
}
