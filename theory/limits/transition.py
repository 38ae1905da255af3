r"""The glass transition of the levels at finite log N: its limit form, its width, and the time of half condensation.

Near t_c, with a = (t/t_c - 1) (log N)^{1/2} and kappa^2 = K''(lambda_c)/(t_c^2 log N), which is of order one, the
blurred transition of `theory.limits.scaling` is for log N -> infinity

    (log N)^{1/2} E sum w^2 -> phi(kappa a) / (kappa Phi(kappa a)),    phi, Phi the normal density and distribution:

all data sets of one alpha fall on one curve, and the transition is (log N)^{-1/2} t_c/kappa wide. For Gaussian levels
(alpha -> 0) kappa^2 = 2; the larger alpha, the smaller kappa and the wider the transition.

The time of half condensation, E sum w^2 = 1/2, tends to t_c/2 for log N -> infinity. With N = e^{alpha d} it stays
where it is as d grows; with N = d^gamma or N = gamma d it grows as (d/log N)^{1/2}, of order (d/log d)^{1/2}, for then
alpha -> 0 and the paper's t_c^2 = (r4/2 + omega^2) d/(2 log N) becomes exact.
"""

import numpy as np
import sympy as sp

from theory import checks as arguments
from theory.checks import numpy_inside
from theory.exact.averages import participation_ratio
from theory.formula import formula
from theory.laws.coerce import as_law, as_points
from theory.laws.law import EnergyLaw
from theory.limits.condensation import condensation_lambda
from theory.roots import falling_root

LAW = EnergyLaw | np.ndarray
TOLERANCE = 1e-6  # of the log of a time
FIRST = 3.0  # factor by which the half time is first thought to differ from t_c/2


@formula(source="inverse Mills ratio of the levels above the edge", regime="|t/t_c - 1| of order (log N)^{-1/2}")
def critical_form(a: sp.Symbol, kappa: sp.Symbol) -> sp.Expr:
    """Limit of (log N)^{1/2} E sum w^2 at (t/t_c - 1) (log N)^{1/2} = a; its numeric twin takes numbers."""
    z = kappa * a
    return sp.sqrt(2 / sp.pi) * sp.exp(-(z**2) / 2) / (kappa * sp.erfc(-z / sp.sqrt(2)))


@numpy_inside
def critical_sharpness(x: np.ndarray, law: LAW, log_n: float) -> np.ndarray:
    """Sharpness of the transition, t_c over its width and (log N)^{1/2}: kappa = lambda_c (K''(lambda_c)/log N)^{1/2}.

    Arguments:
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N > 0.

    Returns:
        Numbers > 0, of the shape of `x` without its last axis; sqrt(2) for Gaussian levels.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    law = as_law(law)
    x = as_points(x, law)
    lam = np.asarray(condensation_lambda(x, law, arguments.log_size(log_n)))
    return lam * np.sqrt(law.lam_derivative(lam, x, order=2) / log_n)


@numpy_inside
def half_time(x: np.ndarray, law: LAW, log_n: float) -> float:
    """The time of half condensation, E sum w^2 = 1/2, exact at finite N and d.

    Arguments:
        x: location, (d,), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N > log 2.

    Returns:
        A noise variance, in squared units of the data.

    Raises:
        ValueError: for N <= 2, for which sum w^2 >= 1/2 at every t, and for arguments out of range.
        NotComputable: where double precision does not suffice.
    """
    law = as_law(law)
    x = as_points(arguments.finite("x", x, ndim=(1,)), law)
    if not arguments.log_size(log_n) > np.log(2):
        raise ValueError(f"log_n must be > log 2: of two points sum w^2 >= 1/2 at every t, got {log_n:.6g}")

    def excess(log_t: float) -> float:
        return float(participation_ratio(float(np.exp(log_t)), x, law, log_n)) - 0.5

    half = -float(np.log(2 * condensation_lambda(x, law, log_n)))
    return float(np.exp(falling_root(excess, half, step=np.log(FIRST), xtol=TOLERANCE)))
