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

A law is written for NumPy arrays alone. `EnergyLaw` puts a door in front of the methods that a subclass defines: they
take numbers, lists, arrays or torch tensors (and answer in kind), and raise `ValueError` for lam that is not finite or
not right of `lower`, for x that is not finite or not in R^d, and for a number of samples that is not an integer >= 0.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial, wraps
from inspect import unwrap
from typing import Any

import numpy as np

from theory.checks import finite, finite_complex, generator, integer, numpy_inside

DERIVATIVES = (1, 2)  # in lambda, that every law knows
ENTRIES = 4_000_000  # of one table of Hessians


class EnergyLaw(ABC):
    """A distribution of data in R^d, through its energies seen from any point x.

    Shapes: `lam` broadcasts against the batch shape of `x`, as in NumPy: `lam` (n,) with `x` (d,) gives (n,),
    `lam` (batch,) with `x` (batch, d) gives (batch,), `lam` (n, 1) with `x` (batch, d) gives (n, batch).
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in DOORS.keys() & vars(cls).keys():
            setattr(cls, name, DOORS[name](vars(cls)[name]))

    def __repr__(self) -> str:
        settings = (f"{name}={short(value)}" for name, value in vars(self).items() if not name.startswith("_"))
        return f"{type(self).__name__}({', '.join(settings)})"

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
        """Log of the mean Boltzmann factor of one level: K(lambda; x) = log E_y exp(-lambda |x - y|^2/2).

        Arguments:
            lam: inverse temperature 1/t, real or complex, of real part > `lower` and of any shape that broadcasts.
            x: location, (d,) or (batch, d), in units of the data.

        Returns:
            K, dimensionless, of the shape of `lam` broadcast against the batch shape of `x`.

        Raises:
            ValueError: where `lam` is not finite or not right of `lower`, or `x` is not finite or not in R^d.
        """

    @abstractmethod
    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        """Derivative of K in lambda: K' = -<E>, or K'' = Var(E), of levels reweighted by exp(-lambda E).

        Arguments:
            lam: inverse temperature 1/t, real or complex, of real part > `lower` and of any shape that broadcasts.
            x: location, (d,) or (batch, d), in units of the data.
            order: 1 or 2.

        Returns:
            Minus an energy, or its variance, in units of the data to the power 2 or 4; of the shape of `log_mgf`.

        Raises:
            ValueError: as `log_mgf`, and for another order.
        """

    @abstractmethod
    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        """Gradient of K in x: lambda (<y> - x), which at lambda = 1/t is the score of the law at the noise variance t.

        Arguments:
            lam: inverse temperature 1/t, real or complex, of real part > `lower` and of any shape that broadcasts.
            x: location, (d,) or (batch, d), in units of the data.

        Returns:
            The shape of `log_mgf` and a last axis of length d, in inverse units of the data.

        Raises:
            ValueError: where `lam` is not finite or not right of `lower`, or `x` is not finite or not in R^d.
        """

    @abstractmethod
    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        """Diagonal of the Hessian of K in x: lambda^2 Var(y_i) - lambda, of levels reweighted by exp(-lambda E).

        Arguments:
            lam: inverse temperature 1/t, real or complex, of real part > `lower` and of any shape that broadcasts.
            x: location, (d,) or (batch, d), in units of the data.

        Returns:
            The shape of `log_mgf` and a last axis of length d, in inverse squared units of the data.

        Raises:
            ValueError: where `lam` is not finite or not right of `lower`, or `x` is not finite or not in R^d.
        """

    @abstractmethod
    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        """Hessian of K in x: lambda^2 Cov(y) - lambda, the Jacobian of the law's score at lambda = 1/t.

        Arguments:
            lam: inverse temperature 1/t, real or complex, of real part > `lower` and of any shape that broadcasts.
            x: location, (d,) or (batch, d), in units of the data.

        Returns:
            The shape of `log_mgf` and two last axes of length d, in inverse squared units of the data.

        Raises:
            ValueError: where `lam` is not finite or not right of `lower`, or `x` is not finite or not in R^d.
        """

    def weighted_hessian(self, weights: np.ndarray, lam: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Real part of the sum of W H over inverse temperatures, H the Hessian of K in x. Arguments are not checked.

        Arguments:
            weights: W, real or complex, (n,).
            lam: inverse temperatures, real or complex, (n,).
            x: location, (d,), in units of the data.

        Returns:
            (d, d).
        """
        total, rows = np.zeros((self.dimension, self.dimension)), max(1, ENTRIES // self.dimension**2)
        for i in range(0, len(lam), rows):
            part = np.tensordot(weights[i : i + rows], self.hessian(lam[i : i + rows], x), axes=1)
            total = total + np.real(part)
        return total

    def entropy_loss(self, lams: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Entropy that the levels lose at inverse temperature lambda: lambda K' - K, zero at lambda = 0.

        The condensation time is where it equals log N. For inner loops over many points: arguments are not checked.

        Arguments:
            lams: real inverse temperatures, (n,).
            x: locations, (batch, d), in units of the data.

        Returns:
            Nats, (batch, n).
        """
        lam = lams[:, None]
        return (lam * self.lam_derivative(lam, x) - self.log_mgf(lam, x)).T

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Independent data points of the law.

        Arguments:
            n: how many, an integer >= 0.
            rng: the generator that draws them; the same seed gives the same points.

        Returns:
            (n, d), in units of the data.

        Raises:
            ValueError: where `n` is not an integer >= 0, or `rng` is no generator.
            NotComputable: for a law of energies that have no place (`REM`).
        """


def _at_levels(method: Callable[..., Any]) -> Callable[..., Any]:
    """The door of a method of (lam, x)."""

    @numpy_inside
    @wraps(method)
    def checked(self: EnergyLaw, lam: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        return method(self, *_checked(self, lam, x), *args, **kwargs)

    return checked


def _of_order(method: Callable[..., Any]) -> Callable[..., Any]:
    """The door of `lam_derivative`."""

    @numpy_inside
    @wraps(method)
    def checked(self: EnergyLaw, lam: Any, x: Any, order: Any = 1) -> Any:
        if order not in DERIVATIVES:
            raise ValueError(f"order must be 1 or 2, got {order!r}")
        return method(self, *_checked(self, lam, x), order)

    return checked


def _of_points(method: Callable[..., Any]) -> Callable[..., Any]:
    """The door of `sample`, whose points must lie in R^d."""

    @wraps(method)
    def checked(self: EnergyLaw, n: Any, rng: Any) -> Any:
        points = method(self, integer("n", n, least=0), generator("rng", rng))
        if np.shape(points) != (n, self.dimension):
            raise ValueError(f"sample must give points of shape {(n, self.dimension)}, got {np.shape(points)}")
        return points

    return checked


def _of_size(method: Callable[..., Any]) -> Callable[..., Any]:
    """The door of the `energies` of levels without a place."""

    @wraps(method)
    def checked(self: EnergyLaw, n: Any, rng: Any) -> Any:
        return method(self, integer("n", n, least=0), generator("rng", rng))

    return checked


DOORS = {
    **dict.fromkeys(("log_mgf", "gradient", "curvature", "hessian", "error"), _at_levels),
    "lam_derivative": _of_order,
    "sample": _of_points,
    "energies": _of_size,
}


def _checked(law: EnergyLaw, lam: Any, x: Any) -> tuple[np.ndarray, np.ndarray]:
    """lam, real or complex, and x as arrays that broadcast and at which K is defined."""
    lams, positions = finite_complex("lam", lam), finite("x", x)
    if positions.ndim == 0 or positions.shape[-1] != law.dimension:
        raise ValueError(f"x must have {law.dimension} coordinates in its last axis, got shape {positions.shape}")
    if lams.size and not (least := np.real(lams).min()) > law.lower:
        raise ValueError(f"lam must be > {law.lower:.6g} (K is infinite there and below), got {least:.6g}")
    try:
        np.broadcast_shapes(lams.shape, positions.shape[:-1])
    except ValueError as error:
        shapes = f"got lam {lams.shape} and x {positions.shape}"
        raise ValueError(f"lam must broadcast against the batch shape of x, {shapes}") from error
    return lams, positions


def inner(law: EnergyLaw, name: str) -> Callable[..., Any]:
    """A method of a law without its door: for laws made of laws, whose own door has checked lam and x.

    Arguments:
        law: the inner law.
        name: the name of the method, as "log_mgf".

    Returns:
        The method, with the arguments that it has on the law.
    """
    return partial(unwrap(getattr(type(law), name)), law)


def short(value: Any) -> str:
    """A value in a few words: arrays of more than one axis by their shape, long ones by their ends."""
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.ndim > 1:
        return f"array{value.shape}"
    return np.array2string(value, precision=4, threshold=6, edgeitems=2, separator=", ")
