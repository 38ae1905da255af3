r"""What a pass over data leaves of it: the moments of the Boltzmann weights, in a form that merges exactly.

For each query x and each time t, with E0 an energy that lies above the lowest one by little to t, or below it, and
w_mu = exp(-(E_mu - E0)/t),

    z = sum w,      D = sum w (y - x),      C = sum w (y - m)(y - m)^T,   m = x + D/z

All are sums, so two parts of a data set merge without loss: bring both to the lower E0 and add, where C gains
z1 z2/(z1 + z2) (m1 - m2)(m1 - m2)^T. Then

    log Z = -E0/t + log z,   sum w^2/(sum w)^2 = Z(t/2)/Z(t)^2,   s = D/(z t),   Cov = C/z,   J = Cov/t^2 - I/t

Offsets from x, not points, are summed: near t = 0 the score of a query next to a data point keeps its digits.
"""

from dataclasses import dataclass, replace

import torch


@dataclass(frozen=True)
class Moments:
    """Moments of the Boltzmann weights of some rows of data, for Q queries, in float64; they merge exactly.

    Arguments:
        times: noise variances > 0, (T,), descending.
        known: indices of the k times that have offsets, (k,).
        energy: E0, relative to which partitions are, (T, Q); it means nothing where a partition is 0.
        partition: sum of exp(-(E - E0)/t), (T, Q).
        offset: D = sum w (y - x), (k, Q, d).
        scatter: C = sum w (y - m)(y - m)^T, (k, Q, d, d), or None.
    """

    times: torch.Tensor
    known: torch.Tensor
    energy: torch.Tensor
    partition: torch.Tensor
    offset: torch.Tensor
    scatter: torch.Tensor | None

    def merged(self, other: "Moments") -> "Moments":
        """The moments of two disjoint parts of a data set together."""
        energy = torch.minimum(self._above_nothing(), other._above_nothing())
        a, b = self._rebased(energy), other._rebased(energy)
        total = replace(a, partition=a.partition + b.partition, offset=a.offset + b.offset)
        if a.scatter is None or b.scatter is None:
            return total
        return replace(total, scatter=a.scatter + b.scatter + _between(a, b))

    def at_known(self) -> torch.Tensor:
        """z at the times whose offset is known, (k, Q, 1)."""
        return self.partition[self.known, :, None]

    def mean_offset(self) -> torch.Tensor:
        """Weighted mean of y - x, (k, Q, d); zero where there is no weight."""
        return _ratio(self.offset, self.at_known())

    def log_partition(self) -> torch.Tensor:
        """log Z, (T, Q)."""
        return torch.log(self.partition) - self.energy / self.times[:, None]

    def participation(self, at: torch.Tensor, half: torch.Tensor) -> torch.Tensor:
        """Participation ratio sum w^2 = Z(t/2)/Z(t)^2.

        Arguments:
            at: indices of the times t, (n,).
            half: indices of t/2, (n,).

        Returns:
            (n, Q).
        """
        apart = (self.energy[at] - self.energy[half]) / self.times[half, None]
        return self.partition[half] / self.partition[at] ** 2 * torch.exp(apart)

    def at_times(self, known: torch.Tensor) -> "Moments":
        """The moments with offset and scatter at some of the times alone.

        Arguments:
            known: indices of these times, each known, in their order; some perhaps more than once.
        """
        place = (self.known == known[:, None]).int().argmax(dim=1)
        scatter = None if self.scatter is None else self.scatter[place]
        return replace(self, known=known, offset=self.offset[place], scatter=scatter)

    def anew(self, energy: torch.Tensor) -> "Moments":
        """Moments of the same times and shapes without data yet, relative to energies (Q,), to be filled."""
        scatter = None if self.scatter is None else torch.zeros_like(self.scatter)
        partition, offset = torch.zeros_like(self.partition), torch.zeros_like(self.offset)
        return replace(self, energy=energy.expand_as(partition), partition=partition, offset=offset, scatter=scatter)

    def _above_nothing(self) -> torch.Tensor:
        return torch.where(self.partition > 0, self.energy, torch.inf)

    def _rebased(self, energy: torch.Tensor) -> "Moments":
        """The same moments with weights relative to energies (T, Q) that are lower wherever there is weight."""
        drop = torch.where(self.partition > 0, self.energy - energy, torch.inf)
        factor = torch.exp(-drop / self.times[:, None])
        some = factor[self.known, :, None]
        scatter = None if self.scatter is None else self.scatter * some[..., None]
        partition, offset = self.partition * factor, self.offset * some
        return replace(self, energy=energy, partition=partition, offset=offset, scatter=scatter)


def nothing(times: torch.Tensor, known: torch.Tensor, queries: int, dimension: int, order: int) -> Moments:
    """The moments of no data.

    Arguments:
        times: noise variances > 0, (T,), descending.
        known: indices of the k times that get offsets, (k,).
        queries: Q.
        dimension: d.
        order: 1 for offsets, 2 for scatters too.

    Returns:
        Partitions, offsets and scatters of 0.
    """
    zeros = {"dtype": torch.float64, "device": times.device}
    k = len(known)
    scatter = torch.zeros(k, queries, dimension, dimension, **zeros) if order == 2 else None
    energy = torch.full((len(times), queries), torch.inf, **zeros)
    offset = torch.zeros(k, queries, dimension, **zeros)
    return Moments(times, known, energy, torch.zeros(len(times), queries, **zeros), offset, scatter)


def joined(parts: list[Moments]) -> Moments:
    """The moments of several groups of queries side by side, same times."""
    scatter = [part.scatter for part in parts if part.scatter is not None]
    return replace(
        parts[0],
        energy=torch.cat([part.energy for part in parts], dim=1),
        partition=torch.cat([part.partition for part in parts], dim=1),
        offset=torch.cat([part.offset for part in parts], dim=1),
        scatter=torch.cat(scatter, dim=1) if scatter else None,
    )


def _between(a: Moments, b: Moments) -> torch.Tensor:
    """z1 z2/(z1 + z2) (m1 - m2)(m1 - m2)^T."""
    za, zb = a.at_known(), b.at_known()
    apart = a.mean_offset() - b.mean_offset()
    return (_ratio(za * zb, za + zb) * apart)[..., :, None] * apart[..., None, :]


def _ratio(a: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    return torch.where(z > 0, a / torch.where(z > 0, z, 1.0), 0.0)
