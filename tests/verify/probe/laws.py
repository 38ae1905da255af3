"""Laws whose data are probed, with their own scores."""

import numpy as np
import torch

from theory.laws import LinearGaussian

LAW = LinearGaussian([1.0, 1.0, 0.04, 0.04, 0.0, 0.0])
TIMES = (0.3, 0.01, 1e-4)


def law_score(x: torch.Tensor, t: float) -> torch.Tensor:
    return -x / (torch.tensor(LAW.variances, dtype=x.dtype) + t)


def curve(angles: np.ndarray) -> np.ndarray:
    harmonics = [wave(k * angles) for k in (1, 2, 3, 4, 5) for wave in (np.cos, np.sin)]
    return np.stack([*harmonics, *np.zeros((4, len(angles)))], axis=1)


class Clusters:
    """Five clusters of standard deviation 0.01 in ten dimensions, far apart."""

    centres = np.random.default_rng(7).standard_normal((5, 10))

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return self.centres[rng.integers(5, size=n)] + 0.01 * rng.standard_normal((n, 10))

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        offset = x.double()[:, None] - torch.as_tensor(self.centres)
        weights = torch.softmax(-(offset**2).sum(dim=2) / 2 / (t + 1e-4), dim=1)
        return -(weights[:, :, None] * offset).sum(dim=1).to(x.dtype) / (t + 1e-4)


class Circle:
    """A circle in two of ten dimensions."""

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        z = rng.standard_normal((n, 2))
        return np.pad(z / np.linalg.norm(z, axis=1, keepdims=True), ((0, 0), (0, 8)))

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        plane = x[:, :2].double()
        length = torch.linalg.vector_norm(plane, dim=1, keepdim=True).clamp(min=1e-12)
        mean = torch.special.i1e(length / t) / torch.special.i0e(length / t) * plane / length
        return (torch.nn.functional.pad(mean, (0, 8)) - x).to(x.dtype) / t
