r"""The three layers side by side, and a Monte Carlo that knows none of them: python -m verify.layers

For ten settings: t_c(x) to second cumulant (layer 1, the paper) and exact for log N -> infinity (layer 2), and at one
time t, which is a variance, the mean participation ratio E sum w^2 as 1 - t/t_c with either (1/N above), exact at the
finite N and d (layer 3), and from random data sets, with its standard error. Layer 3 and the Monte Carlo must agree
within that error; layers 1 and 2 are limits and need not.
"""

import argparse
import sys
from dataclasses import dataclass

import numpy as np

from theory import checks as arguments
from theory.exact.averages import participation_ratio
from theory.limits.condensation import condensation_time
from theory.limits.weights import effective_number

PAPER = np.repeat([1.0, 0.3, 0.01], [2, 5, 23]) ** 2
BATCH = 8_000_000  # random numbers at once


@dataclass(frozen=True, eq=False)
class Setting:
    """Centred Gaussian data with these variances (d,), N points of them, seen from x at t = `ratio` times t_c(0).

    `query` is "origin", "typical" (x_i = sigma_i), "far" (3 sigma_i), or "axis": x = sqrt(t) e_i with i = `axis`.
    """

    name: str
    variances: np.ndarray
    n: int
    query: str = "origin"
    axis: int = 0
    ratio: float = 0.5

    @property
    def alpha(self) -> float:
        return float(np.log(self.n)) / self.variances.size

    @property
    def t(self) -> float:
        base = np.zeros(self.variances.size) if self.query == "axis" else self._fixed()
        return self.ratio * float(condensation_time(base, self.variances, self.alpha))

    @property
    def x(self) -> np.ndarray:
        if self.query == "axis":
            return np.sqrt(self.t) * np.eye(self.variances.size)[self.axis]
        return self._fixed()

    def _fixed(self) -> np.ndarray:
        return {"origin": 0.0, "typical": 1.0, "far": 3.0, "axis": 0.0}[self.query] * np.sqrt(self.variances)


@dataclass(frozen=True)
class Row:
    """One line of the table: two condensation times, and the participation ratio at t four ways."""

    name: str
    d: int
    n: int
    t: float
    claimed_time: float
    exact_time: float
    claimed: float
    limit: float
    exact: float
    observed: float
    stderr: float


SETTINGS = (
    Setting("paper, x = 0", PAPER, 1000),
    Setting("paper, x = sqrt(t) e_i, sigma_i = 1", PAPER, 1000, "axis", 0),
    Setting("paper, x = sqrt(t) e_i, sigma_i = 0.3", PAPER, 1000, "axis", 2),
    Setting("paper, x = sqrt(t) e_i, sigma_i = 0.01", PAPER, 1000, "axis", 29),
    Setting("halves 1 and 0.3, typical x", np.repeat([1.0, 0.09], 10), 2980, "typical"),
    Setting("halves, typical x, above t_c", np.repeat([1.0, 0.09], 10), 2980, "typical", ratio=1.5),
    Setting("halves, far x", np.repeat([1.0, 0.09], 10), 2980, "far"),
    Setting("equal, few data", np.ones(5), 10, "typical"),
    Setting("equal, N = d", np.ones(400), 400, "typical"),
    Setting("sigma_i^2 = 1/i, typical x", 1 / np.arange(1.0, 51), 1000, "typical"),
)


def row(setting: Setting, replicas: int, rng: np.random.Generator) -> Row:
    """All layers of one setting, and the mean over `replicas` random data sets with its standard error."""
    x, variances, t = setting.x, setting.variances, setting.t
    claimed, limit = (condensation_time(x, variances, setting.alpha, o) for o in ("second-cumulant", "exact"))
    samples = monte_carlo(setting, arguments.integer("replicas", replicas, least=2), rng)
    return Row(
        setting.name,
        variances.size,
        setting.n,
        t,
        float(claimed),
        float(limit),
        float(1 / effective_number(t, claimed, setting.n)),
        float(1 / effective_number(t, limit, setting.n)),
        float(participation_ratio(t, x, variances, float(np.log(setting.n)))),
        float(samples.mean()),
        float(samples.std(ddof=1) / np.sqrt(replicas)),
    )


def monte_carlo(setting: Setting, replicas: int, rng: np.random.Generator) -> np.ndarray:
    """sum w^2 of `replicas` random data sets, straight from its definition."""
    x, t, shape = setting.x, setting.t, (setting.n, setting.variances.size)
    batch = max(1, BATCH // (shape[0] * shape[1]))
    parts = []
    for start in range(0, replicas, batch):
        data = np.sqrt(setting.variances) * rng.standard_normal((min(batch, replicas - start), *shape))
        energy = ((x - data) ** 2).sum(axis=-1) / 2
        factors = np.exp(-(energy - energy.min(axis=1, keepdims=True)) / t)
        parts.append((factors**2).sum(axis=1) / factors.sum(axis=1) ** 2)
    return np.concatenate(parts)


def table(rows: list[Row]) -> str:
    """The rows as text."""
    head = f"{'setting':40}{'d':>5}{'N':>6}{'t':>10}{'t_c(1)':>10}{'t_c(2)':>10}"
    head += f"{'layer 1':>9}{'layer 2':>9}{'layer 3':>9}{'Monte Carlo':>18}"
    lines = [
        f"{r.name:40}{r.d:5d}{r.n:6d}{r.t:10.4g}{r.claimed_time:10.4g}{r.exact_time:10.4g}"
        f"{r.claimed:9.4f}{r.limit:9.4f}{r.exact:9.4f}{r.observed:10.4f} +-{r.stderr:.4f}"
        for r in rows
    ]
    return "\n".join([head, *lines])


def main(given: list[str] | None = None) -> int:
    """Print the table; 0, or 2 after one sentence about a bad argument."""
    parser = argparse.ArgumentParser(
        prog="python -m verify.layers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replicas", type=int, default=1000, help="random data sets of each setting (default: 1000)")
    parser.add_argument("--seed", type=int, default=0, help="an integer >= 0 (default: 0)")
    options = parser.parse_args(given)
    try:
        rng = np.random.default_rng(arguments.integer("seed", options.seed, least=0))
        print(table([row(setting, options.replicas, rng) for setting in SETTINGS]))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
