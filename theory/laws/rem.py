r"""The random energy model of Derrida (Phys. Rev. B 24, 2613, 1981) as a law: Gaussian energies of no position.

    K(lambda) = lambda^2 variance / 2,      S = log N - lambda^2 variance / 2,      beta_c = sqrt(2 log N / variance)

For N = 2^n levels: variance n gives beta_c = sqrt(2 log 2), Derrida's own n/2 gives 2 sqrt(log 2). The dimension of the
law is n, so that `condensation_time(x, REM(n), log(2))` is 1/beta_c; x, of n coordinates, is irrelevant.
"""

import numpy as np

from theory import checks as arguments
from theory.checks import NotComputable
from theory.laws.law import EnergyLaw


class REM(EnergyLaw):
    """The random energy model: independent energies N(0, variance) of the configurations of `bits` spins.

    K(lambda) = lambda^2 variance/2, so that t_c = sqrt(variance/(2 log N)). The dimension of the law is `bits`.

    Arguments:
        bits: number of spins, an integer >= 1.
        variance: of an energy, > 0; `bits` where None.

    Raises:
        ValueError: where an argument is out of range.

    References:
        Random-energy model: an exactly solvable model of disordered systems (B. Derrida, 1981).
    """

    def __init__(self, bits: int, variance: float | None = None) -> None:
        self.bits = arguments.integer("bits", bits)
        given = float(self.bits) if variance is None else arguments.scalar("variance", variance)
        self.variance = float(arguments.positive("variance", given))

    @property
    def dimension(self) -> int:
        return self.bits

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return np.square(lam) * self.variance / 2 + np.zeros(x.shape[:-1])

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        return np.asarray(lam) ** (2 - order) * self.variance + np.zeros(x.shape[:-1])

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return np.zeros_like(lam)[..., None] * x

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return np.zeros_like(lam)[..., None] * x

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self.curvature(lam, x)[..., None] * np.eye(self.dimension)

    def energies(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Independent energies of the random energy model.

        Arguments:
            n: how many, an integer >= 0.
            rng: the generator that draws them.

        Returns:
            N(0, variance), (n,).

        Raises:
            ValueError: where `n` is not an integer >= 0, or `rng` is no generator.
        """
        return np.sqrt(self.variance) * rng.standard_normal(n)

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        raise NotComputable("law must be one of points to be sampled: levels of the REM have no place, only `energies`")
