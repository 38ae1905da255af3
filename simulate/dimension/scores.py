r"""Scores that know their Jacobian: of a data set, and of the law itself (N -> infinity).

empirical     s = (<y> - x)/t,            J = Cov_w(y)/t^2 - I/t
population    s = grad K(1/t; x),         J = hess K(1/t; x)           K the energy law
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from simulate.engine.blocks import Blocks
from simulate.engine.posterior import empirical_score, posterior
from theory.laws.law import EnergyLaw

NEGLIGIBLE = 1e-16  # weight of the points that are left out of a product


@dataclass(frozen=True, eq=False)
class EmpiricalScore:
    """The exact score of a data set, with its Jacobian: s = (<y> - x)/t, J = Cov_w(y)/t^2 - I/t.

    `score(x, t)` maps (batch, d) and a variance t > 0 to (batch, d).

    Arguments:
        data: points y, (N, d), as `simulate.engine.posterior` takes them.
    """

    data: Any

    def __post_init__(self) -> None:
        Blocks(self.data, torch.device("cpu"))  # which refuses what is no data set

    def __call__(self, x: Any, t: float) -> Any:
        return empirical_score(x, self.data, t)

    def jacobian(self, x: np.ndarray, t: float) -> np.ndarray:
        """Jacobian of the empirical score: J = Cov_w(y)/t^2 - I/t.

        Arguments:
            x: locations, (batch, d), in units of the data.
            t: noise variance > 0, in squared units of the data.

        Returns:
            (batch, d, d), in inverse squared units of the data.

        Raises:
            ValueError: where an argument is not finite, out of range or of another shape.
            NotComputable: where it would not fit in memory.
        """
        return posterior(x, self.data, t).jacobian

    def linearized(self, x: np.ndarray, t: float) -> Callable[[np.ndarray], np.ndarray]:
        """The map v -> J v at x, from the points that carry weight: no d x d matrix is made.

        Arguments:
            x: location, (d,), in units of the data.
            t: noise variance > 0, in squared units of the data.

        Returns:
            A function of vectors (k, d) to (k, d).
        """
        weights = posterior(x, self.data, t).weights
        heavy = np.flatnonzero(weights > NEGLIGIBLE / len(weights))
        y = Blocks(self.data, torch.device("cpu")).at(heavy)
        centred = np.sqrt(weights[heavy])[:, None] * (y - weights[heavy] @ y)
        return lambda vectors: (vectors @ centred.T) @ centred / t / t - vectors / t


@dataclass(frozen=True)
class PopulationScore:
    """The score of a law, that of infinitely many data points: s = grad K(1/t; x), J = hess K(1/t; x).

    `score(x, t)` maps (batch, d) and a variance t > 0 to (batch, d).

    Arguments:
        law: the energy law.
    """

    law: EnergyLaw

    def __call__(self, x: Any, t: float) -> Any:
        values = self.law.gradient(1 / t, x.detach().cpu().double().numpy() if isinstance(x, torch.Tensor) else x)
        return torch.as_tensor(values, dtype=x.dtype, device=x.device) if isinstance(x, torch.Tensor) else values

    def jacobian(self, x: np.ndarray, t: float) -> np.ndarray:
        """Jacobian of the law's score: J = hess K(1/t; x).

        Arguments:
            x: locations, (batch, d), in units of the data.
            t: noise variance > 0, in squared units of the data.

        Returns:
            (batch, d, d), in inverse squared units of the data.

        Raises:
            ValueError: where an argument is not finite, out of range or of another shape.
        """
        return self.law.hessian(1 / t, x) + np.zeros((len(x), 1, 1))
