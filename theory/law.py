r"""The energy law: all that the theory needs to know of a data distribution.

Seen from x, a data point y is a level of energy E = |x - y|^2 / 2. The law of one level is known through

    K(lambda; x) = log E_y exp(-lambda |x - y|^2 / 2)            (cumulants of E up to sign, convex in lambda)

and everything follows from K and its derivatives:

    K'  = -<E>        mean energy at inverse temperature lambda, levels reweighted by exp(-lambda E)
    K'' = Var(E)
    d_i K     = lambda <y_i - x_i>                                posterior mean at t = 1/lambda
    d_ii K    = lambda^2 Var(y_i) - lambda                        posterior variance

so a new manifold is one small class with K in closed form, for complex lambda with Re lambda > `lower`: the exact
averages at finite N are integrals of e^K along vertical lines in that half plane.
"""

from abc import ABC, abstractmethod

import numpy as np

from theory.arguments import points, variances


class EnergyLaw(ABC):
    """A distribution of data in R^d, through its energies seen from any point x.

    Shapes: `lam` broadcasts against the batch shape of `x`, as in NumPy: `lam` (n,) with `x` (d,) gives (n,),
    `lam` (batch,) with `x` (batch, d) gives (batch,), `lam` (n, 1) with `x` (batch, d) gives (n, batch).
    """

    @property
    @abstractmethod
    def dimension(self) -> int:
        """Dimension d of the space in which the data lie."""

    @property
    def lower(self) -> float:
        """K is analytic for Re lambda > lower: minus infinity for data of bounded support."""
        return -np.inf

    @abstractmethod
    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        """K(lambda; x), for real or complex `lam`."""

    @abstractmethod
    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        """Derivative of K in lambda, of order 1 or 2."""

    @abstractmethod
    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        """Gradient of K in x, with a last axis of length d."""

    @abstractmethod
    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        """Diagonal of the Hessian of K in x, with a last axis of length d."""

    @abstractmethod
    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        """Hessian of K in x, with two last axes of length d."""

    def entropy_loss(self, lams: np.ndarray, x: np.ndarray) -> np.ndarray:
        """lambda K' - K for inverse temperatures (n,) and points (batch, d): shape (batch, n), zero at lambda = 0."""
        lam = lams[:, None]
        return (lam * self.lam_derivative(lam, x) - self.log_mgf(lam, x)).T

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """n independent data points, shape (n, d)."""


def as_law(law: "EnergyLaw | np.ndarray | list[float]", name: str = "law") -> EnergyLaw:
    """A law as it is; variances (d,) become the centred linear Gaussian law with them. `name` is for the error."""
    if isinstance(law, EnergyLaw):
        return law
    from theory.laws.linear import LinearGaussian  # a law is defined on top of this module

    return LinearGaussian(variances(law, name))


def as_points(x: np.ndarray, law: EnergyLaw) -> np.ndarray:
    """x checked against the dimension of the law, (d,) or (batch, d)."""
    return points("x", x, law.dimension)
