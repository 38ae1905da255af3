r"""Spheres and flat tori: data uniform on a product of round spheres S^m of radii R_k, in successive blocks.

Let x_k be the part of x in the space R^{m+1} of block k. There |x - y|^2 = |x_k|^2 + R_k^2 - 2 |x_k| R_k u with u one
coordinate of a random direction, so that with kappa_k = lambda |x_k| R_k and A of `theory.laws.bessel`

    K(lambda; x) = -lambda (|x|^2 + sum_k R_k^2) / 2 + sum_k A(kappa_k)
    grad K       = -lambda x + lambda^2 R_k^2 (A'/kappa) x_k                              in block k
    hess K       = -lambda + lambda^2 R_k^2 [ A'/kappa + (A'' - A'/kappa) n n^T ]         n = x_k / |x_k|

One block is the sphere, m = 1 the flat torus. All levels are equal where every x_k is 0: no condensation there.
"""

import numpy as np

from theory import checks as arguments
from theory.laws.bessel import Average, log_mean
from theory.laws.law import EnergyLaw, short


class RoundProduct(EnergyLaw):
    """A product of spheres S^m, in the first k (m + 1) coordinates of R^ambient; the other coordinates are 0.

    Arguments:
        intrinsic: m, the dimension of each sphere.
        radii: k radii > 0, (k,), in units of the data.
        ambient: the dimension d of the space, k (m + 1) where None.

    Raises:
        ValueError: where `ambient` is too small for the spheres.
    """

    def __init__(self, intrinsic: int, radii: np.ndarray, ambient: int | None) -> None:
        self.block, self.radii = intrinsic + 1, radii.copy()
        self.radii.setflags(write=False)
        self.used = self.block * radii.size
        self._ambient = self.used if ambient is None else arguments.integer("ambient", ambient, least=self.used)

    @property
    def dimension(self) -> int:
        return self._ambient

    def _blocks(self, x: np.ndarray) -> np.ndarray:
        return x[..., : self.used].reshape(*x.shape[:-1], self.radii.size, self.block)

    def _average(self, lam: np.ndarray | complex, x: np.ndarray) -> Average:
        """A and its derivatives in every block, (..., k)."""
        return log_mean((self.block - 2) / 2, np.asarray(lam)[..., None] * self._reach(x))

    def _reach(self, x: np.ndarray) -> np.ndarray:
        return np.linalg.norm(self._blocks(x), axis=-1) * self.radii

    def _mean_energy(self, x: np.ndarray) -> np.ndarray:
        return ((x**2).sum(-1) + (self.radii**2).sum()) / 2

    def log_mgf(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        return self._average(lam, x).log_mean.sum(-1) - lam * self._mean_energy(x)

    def lam_derivative(self, lam: np.ndarray | complex, x: np.ndarray, order: int = 1) -> np.ndarray:
        average, reach = self._average(lam, x), self._reach(x)
        if order == 2:
            return (reach**2 * average.curvature).sum(-1)
        return lam * (reach**2 * average.slope_ratio).sum(-1) - self._mean_energy(x)

    def entropy_loss(self, lams: np.ndarray, x: np.ndarray) -> np.ndarray:
        return self._average(lams, x[..., None, :]).loss.sum(-1)

    def gradient(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        lam = np.asarray(lam)[..., None]
        slope = (lam * self.radii) ** 2 * self._average(lam[..., 0], x).slope_ratio
        return self._embed(slope[..., None] * self._blocks(x)) - lam * x

    def curvature(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        across, along, direction = self._bending(lam, x)
        return self._embed(across + along * direction**2) - np.asarray(lam)[..., None]

    def hessian(self, lam: np.ndarray | complex, x: np.ndarray) -> np.ndarray:
        across, along, direction = self._bending(lam, x)
        own = across[..., None] * np.eye(self.block) + along[..., None] * direction[..., None] * direction[..., None, :]
        result = -np.asarray(lam)[..., None, None] * np.eye(self.dimension) + np.zeros((*own.shape[:-3], 1, 1))
        for k in range(self.radii.size):
            rows = slice(k * self.block, (k + 1) * self.block)
            result[..., rows, rows] += own[..., k, :, :]
        return result

    def _bending(self, lam: np.ndarray | complex, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """lambda^2 R^2 A'/kappa and lambda^2 R^2 (A'' - A'/kappa), (..., k, 1), and n, (..., k, m + 1)."""
        average, blocks = self._average(lam, x), self._blocks(x)
        square = (np.asarray(lam)[..., None] * self.radii) ** 2
        across, along = square * average.slope_ratio, square * (average.curvature - average.slope_ratio)
        length = np.linalg.norm(blocks, axis=-1, keepdims=True)
        return across[..., None], along[..., None], blocks / np.where(length > 0, length, 1.0)

    def _embed(self, blocks: np.ndarray) -> np.ndarray:
        flat = blocks.reshape(*blocks.shape[:-2], self.used)
        return np.concatenate([flat, np.zeros((*flat.shape[:-1], self.dimension - self.used))], axis=-1)

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        normal = rng.standard_normal((n, self.radii.size, self.block))
        return self._embed(self.radii[:, None] * normal / np.linalg.norm(normal, axis=-1, keepdims=True))


class Sphere(RoundProduct):
    """The sphere S^dimension of some radius about the origin, in the first dimension + 1 coordinates of R^ambient.

    At fixed lambda, x and R the law tends to the Gaussian of variance v = R^2/(m + 1) as m grows: K_Gauss - K ->
    lambda^2 R^4/(4 (m + 1)), what |y| fluctuates. At fixed log(N)/d it does not: these fluctuations are the r4/2 of the
    paper's t_c, and a sphere has none.

    Arguments:
        dimension: intrinsic dimension m, an integer >= 1.
        radius: R > 0, in units of the data.
        ambient: the dimension d of the space, dimension + 1 where None.

    Raises:
        ValueError: where an argument is out of range, or `ambient` below dimension + 1.
    """

    def __init__(self, dimension: int, radius: float = 1.0, ambient: int | None = None) -> None:
        radius = float(arguments.positive("radius", arguments.scalar("radius", radius)))
        super().__init__(arguments.integer("dimension", dimension), np.array([radius]), ambient)
        self.radius = radius

    def __repr__(self) -> str:
        return f"Sphere({self.block - 1}, radius={self.radius}, ambient={self.dimension})"


class Torus(RoundProduct):
    """The flat torus: circle k has its radius and lies in coordinates 2k and 2k + 1 of R^ambient.

    Arguments:
        radii: radii > 0 of the circles, (m,), in units of the data.
        ambient: the dimension d of the space, 2m where None.

    Raises:
        ValueError: where there is no radius or one is not > 0, or `ambient` is below 2m.
    """

    def __init__(self, radii: np.ndarray | list[float], ambient: int | None = None) -> None:
        checked = arguments.positive("radii", arguments.finite("radii", radii, ndim=(1,)))
        if checked.size == 0:
            raise ValueError("radii must have at least one entry, got none")
        super().__init__(1, checked, ambient)

    def __repr__(self) -> str:
        return f"Torus({short(self.radii)}, ambient={self.dimension})"
