r"""Random features learned from one data set, in closed form: any N, width, noise and training time.

A model linear in its parameters, :math:`D = A \phi(x)`, flows down :math:`\mathbb{E} |A \phi - y|^2` from A = 0 as

.. math::

    A(\tau) = V (1 - e^{-2 U \tau})\, U^{-1}, \qquad U = \mathbb{E}\, \phi \phi^T, \quad V = \mathbb{E}\, y \phi^T

with averages over the noised data: a mode of U is learned at :math:`\tau \sim 1/(2u)`. A ridge :math:`\lambda` learns
:math:`A = V (U + \lambda)^{-1}`. Features :math:`\phi_j = \mathrm{Re}\, \sqrt2\, e^{i (w_j \cdot x + b_j)}` have all
averages over Gaussian noise, and over Gaussian data, from :math:`\mathbb{E}\, e^{i w \cdot z} = e^{-|w|^2/2}`:

.. math::

    U_{jk} = \mathrm{Re} \left[ \hat p(w_j + w_k)\, e^{i (b_j + b_k)} + \hat p(w_j - w_k)\, e^{i (b_j - b_k)} \right]

with the characteristic function :math:`\hat p` of the noised data, and
:math:`V_j = \sqrt2\, \mathrm{Im}\, [\nabla \hat p_0(w_j)\, e^{i b_j}]\, e^{-t |w_j|^2/2}` with that of the data alone.

`simulate.learned.features_training` has these moments too, from products of real cosines: the two are written apart, so
that one can judge the other. `directions_lost` puts this model beside the linear denoiser and the empirical score.

References: T. Bonnaire, R. Urfin, G. Biroli and M. Mezard, Why diffusion models don't memorize, 2025, arXiv:2505.17638.
"""

from dataclasses import dataclass

import numpy as np

from theory import checks as arguments
from theory.case import Case
from theory.exact import mean_jacobian as exact_jacobian
from theory.learned.linear import mean_jacobian
from theory.learned.modes import learned


@dataclass(frozen=True, eq=False)
class CosineFeatures:
    """phi_j(x) = sqrt(2) cos(w_j x + b_j).

    Arguments:
        waves: w, (p, d), in inverse units of the data.
        phases: b, (p,).
    """

    waves: np.ndarray
    phases: np.ndarray

    def of_data(self, data: np.ndarray, t: float) -> tuple[np.ndarray, np.ndarray]:
        """Moments of the features of noised points, over all noise: U = E phi phi^T and V = E y phi^T.

        Arguments:
            data: points, (n, d), in units of the data.
            t: noise variance > 0, in squared units of the data.

        Returns:
            U (p, p) and V (d, p).

        Raises:
            ValueError: where an argument is not finite or out of range.
        """
        rows, noise = arguments.finite("data", data, ndim=(2,)), _noise(t)
        waves = np.exp(1j * (rows @ self.waves.T + self.phases))
        plus, minus = waves.T @ waves / len(rows), waves.T @ waves.conj() / len(rows)
        u = np.real(plus * self._damping(noise, 1) + minus * self._damping(noise, -1))
        v = np.sqrt(2) * rows.T @ np.real(waves) / len(rows) * np.exp(-noise * (self.waves**2).sum(axis=1) / 2)
        return u, v

    def of_gaussian(self, variances: np.ndarray, t: float) -> tuple[np.ndarray, np.ndarray]:
        """Moments of the features of infinitely many noised centred Gaussian data: U = E phi phi^T and V = E y phi^T.

        Arguments:
            variances: sigma_i^2 >= 0, (d,), in squared units of the data.
            t: noise variance > 0, in squared units of the data.

        Returns:
            U (p, p) and V (d, p).

        Raises:
            ValueError: where an argument is not finite or out of range.
        """
        v, noise = arguments.variances(variances), _noise(t)
        scaled = CosineFeatures(self.waves * np.sqrt(v + noise), self.phases)
        sums, differences = (self.phases[:, None] + sign * self.phases for sign in (1, -1))
        u = np.cos(sums) * scaled._damping(1.0, 1) + np.cos(differences) * scaled._damping(1.0, -1)
        damped = np.exp(-(scaled.waves**2).sum(axis=1) / 2) * np.sin(self.phases)
        return u, -np.sqrt(2) * (v * self.waves).T * damped

    def _damping(self, noise: float, sign: int) -> np.ndarray:
        """exp(-noise |w_j + sign w_k|^2/2), (p, p)."""
        squares = (self.waves**2).sum(axis=1)
        return np.exp(-noise * (squares[:, None] + squares + 2 * sign * self.waves @ self.waves.T) / 2)


@dataclass(frozen=True, eq=False)
class FeatureDenoiser:
    """D(x) = A phi(x).

    Arguments:
        features: phi.
        coefficients: A, (d, p).
    """

    features: CosineFeatures
    coefficients: np.ndarray

    def denoise(self, x: np.ndarray) -> np.ndarray:
        """D at x (batch, d), (batch, d). Raises ValueError for another number of coordinates."""
        return np.sqrt(2) * np.cos(self._phase(x)) @ self.coefficients.T

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        """dD_i/dx_j at x (batch, d), (batch, d, d). Raises ValueError for another number of coordinates."""
        slopes = -np.sqrt(2) * np.sin(self._phase(x))
        return np.einsum("ip,bp,pj->bij", self.coefficients, slopes, self.features.waves, optimize=True)

    def _phase(self, x: np.ndarray) -> np.ndarray:
        waves = self.features.waves
        return np.atleast_2d(arguments.points("x", x, waves.shape[1])) @ waves.T + self.features.phases


def flowed(u: np.ndarray, v: np.ndarray, tau: float) -> np.ndarray:
    """A (d, p) after the training time tau >= 0 of gradient flow from 0.

    Arguments:
        u: U, (p, p), symmetric and positive.
        v: V, (d, p).
        tau: the training time.

    Returns:
        V (1 - e^{-2 U tau}) U^{-1}.

    Raises:
        ValueError: where tau is negative.
        NotComputable: where rounding of the modes of U leaves A no digits.
    """
    modes, axes = np.linalg.eigh(u)
    return (v @ axes * learned(modes, arguments.scalar("tau", tau))) @ axes.T


def directions_lost(case: Case, features: CosineFeatures, data: np.ndarray, tau: float) -> dict[str, np.ndarray]:
    """-t J along each subspace of a case, of three models of the score: who loses which direction first?

    Arguments:
        case: N points of a Gaussian law seen from x at t.
        features: the features of the third model.
        data: the N points (n, d) that they learn from.
        tau: their training time.

    Returns:
        "linear" (kappa law, mean over data sets), "empirical" (exact mean over data sets) and "features" (of `data`),
        (subspaces,) each.

    Raises:
        ValueError: that names the argument and its bound.
    """
    model = FeatureDenoiser(features, flowed(*features.of_data(data, case.t), tau))
    along = {
        "linear": mean_jacobian(case.t, case.variances, case.n),
        "empirical": -case.t * np.diag(exact_jacobian(case)),
        "features": 1 - np.diag(model.jacobian(case.x)[0]),
    }
    return {name: case.over_subspaces(values) for name, values in along.items()}


def _noise(t: float) -> float:
    return float(arguments.positive("t", arguments.scalar("t", t)))
