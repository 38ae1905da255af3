r"""Linear Gaussian data, y ~ N(mu, diag(sigma_i^2)): a linear manifold where some sigma_i are 0.

The coordinates are independent, and a Gaussian integral in each gives

    K(lambda; x) = -1/2 sum_i [ log(1 + lambda sigma_i^2) + lambda (x_i - mu_i)^2 / (1 + lambda sigma_i^2) ]

analytic for Re lambda > -1/max sigma^2. At inverse temperature lambda = 1/t the levels are reweighted into the
posterior at time t: mean mu + (x - mu) sigma^2/(sigma^2 + t), variance sigma^2 t/(sigma^2 + t).
"""

from functools import cached_property, lru_cache

import numpy as np
import sympy as sp

from theory import checks as arguments
from theory.checks import NotComputable
from theory.formula import Total, formula, numeric_twin
from theory.laws.law import EnergyLaw

LARGEST = 1e150  # variance, and the inverse of the least: energies vary as its square


@formula(source="Gaussian integral over y ~ N(mu, diag(sigma^2))", regime="exact, any d", quantity=r"K(\lambda; x)")
def linear_energy_law(lam: sp.Symbol, x: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Log of the mean Boltzmann factor of a level; x is taken from the mean of the data, v is sigma_i^2."""
    return Total(-(sp.log(1 + lam * v) + lam * x**2 / (1 + lam * v)) / 2)


LAM, X, V = linear_energy_law.symbols


def _per_coordinate(law: sp.Expr) -> sp.Expr:
    """What the sum over coordinates is taken of."""
    return law.args[0]


@lru_cache
def _derivative(law: sp.Expr, symbol: sp.Symbol, order: int) -> sp.Expr:
    """Derivative of one coordinate's term: SymPy takes longer to find it again than NumPy to evaluate it."""
    return sp.diff(_per_coordinate(law), symbol, order)


def _entropy_loss(law: sp.Expr) -> sp.Expr:
    return LAM * _derivative(law, LAM, 1) - _per_coordinate(law)


@lru_cache
def _split(term: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """term = constant + slope (x - mu)^2: sums over coordinates become products with the squared offsets."""
    constant = term.subs(X, 0)
    slope = sp.factor(sp.cancel((term - constant) / X**2))  # powers of 1 + lam v: none of lam alone, which may overflow
    if X in slope.free_symbols:
        raise ValueError(f"linear_energy_law must be quadratic in x, got the term {term}")
    return constant, slope


class LinearGaussian(EnergyLaw):
    """Linear Gaussian data: y ~ N(mean, diag(variances)) in R^d, a linear manifold where some variances are 0.

    K(lambda; x) = -1/2 sum_i [ log(1 + lambda v_i) + lambda (x_i - mean_i)^2/(1 + lambda v_i) ].

    Arguments:
        variances: v_i = sigma_i^2 >= 0, (d,), in squared units of the data.
        mean: one number, or (d,), in units of the data.

    Raises:
        ValueError: where variances are negative or not finite, or `mean` has another shape.
        NotComputable: where the largest variance is positive and its square no float: below 1e-150 or above 1e150.
    """

    def __init__(self, variances: np.ndarray | list[float], mean: np.ndarray | list[float] | float = 0.0) -> None:
        self.variances = arguments.variances(variances).copy()
        self.variances.setflags(write=False)
        if (largest := self.variances.max()) and not 1 / LARGEST <= largest <= LARGEST:
            raise NotComputable(
                f"variances must all be 0 or have their largest between {1 / LARGEST:g} and {LARGEST:g}, so that its "
                f"square is a float, got {largest:g}: choose other units"
            )
        centre = arguments.finite("mean", mean, ndim=(0, 1))
        if centre.shape not in ((), (1,), self.variances.shape):
            raise ValueError(f"mean must be one number or {self.dimension} coordinates, got shape {centre.shape}")
        self.mean = np.broadcast_to(centre.copy(), self.variances.shape)

    @property
    def dimension(self) -> int:
        return self.variances.size

    @property
    def lower(self) -> float:
        largest = self.variances.max()
        return -1 / largest if largest > 0 else -np.inf

    def _sum(self, term: sp.Expr, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        constant, slope = self._coefficients(term, lam)
        square = self._squares(x)
        if slope.ndim > 1 and square.ndim > 1:
            return constant + np.einsum("...d,...d->...", slope, square)
        return constant + (slope @ square if slope.ndim > 1 else square @ slope)

    def _coefficients(self, term: sp.Expr, lam: np.ndarray | complex) -> tuple[np.ndarray, np.ndarray]:
        """What a sum over coordinates is beside the squares of x - mean, and the factor of each distinct variance."""
        values, counts, _ = self._distinct
        arguments_ = np.asarray(lam)[..., None], values
        constant, slope = (numeric_twin((LAM, V), part)(*arguments_) for part in _split(term))
        shape = np.broadcast_shapes(*(np.shape(a) for a in arguments_))
        return np.broadcast_to(constant, shape) @ counts, np.broadcast_to(slope, shape)

    @cached_property
    def _distinct(self) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """The variances that differ (m,), how many coordinates each has, and an order that puts these side by side."""
        values, counts = np.unique(self.variances, return_counts=True)
        if values.size == self.dimension:
            return self.variances, counts, None
        return values, counts, np.argsort(self.variances, kind="stable")

    def _squares(self, x: np.ndarray) -> np.ndarray:
        """Sums of the squares of x - mean over the coordinates of each distinct variance, (..., m)."""
        square, (_, counts, order) = np.square(x - self.mean), self._distinct
        return square if order is None else np.add.reduceat(square[..., order], np.cumsum(counts) - counts, axis=-1)

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self._sum(_per_coordinate(linear_energy_law.expression), lam, x)

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        return self._sum(_derivative(linear_energy_law.expression, LAM, order), lam, x)

    def entropy_loss(self, lams: np.ndarray, x: np.ndarray) -> np.ndarray:
        constant, slope = self._coefficients(_entropy_loss(linear_energy_law.expression), lams)
        return self._squares(x) @ slope.T + constant  # one product for all points and temperatures

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self._in_x(1, lam, x)

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self._in_x(2, lam, x)

    def _in_x(self, order: int, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        term = _derivative(linear_energy_law.expression, X, order)
        value = numeric_twin((LAM, X, V), term)(np.asarray(lam)[..., None], x - self.mean, self.variances)
        return value + np.zeros_like(x)

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self.curvature(lam, x)[..., None] * np.eye(self.dimension)

    def weighted_hessian(self, weights: np.ndarray, lam: np.ndarray, x: np.ndarray) -> np.ndarray:
        return np.diag(np.real(weights @ self.curvature(lam, x)))

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return self.mean + np.sqrt(self.variances) * rng.standard_normal((n, self.dimension))
