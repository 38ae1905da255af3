"""Rates of misses where they are known: Student's t of normal values, sums of exponential ones, of coins."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from tests.verify.test_claim import claim
from verify import rates
from verify.judge.likelihood import Interval
from verify.rates import Measured, at_worst, miss_rate, smoothed

QUANTILES = (np.arange(20_000) + 0.5) / 20_000


def student(nominal: float) -> Callable[[np.ndarray], Interval]:
    def ends(values: np.ndarray) -> Interval:
        n = values.shape[1]
        half = stats.t.isf(nominal / 2, n - 1) * values.std(axis=1, ddof=1) / np.sqrt(n)
        return values.mean(axis=1) - half, values.mean(axis=1) + half

    return ends


def around(half: float) -> Callable[[np.ndarray], Interval]:
    return lambda values: (values.mean(axis=1) - half, values.mean(axis=1) + half)


def assert_near(found: Measured, known: float) -> None:
    assert abs(found.rate - known) < 5 * found.stderr
    assert 0 < found.stderr < 0.2 * known


@pytest.fixture
def many_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three times as many trials as a claim gets: errors of exponential sums are 12 % then, and scatter little."""
    monkeypatch.setattr(rates, "TRIALS", 3000)
    monkeypatch.setattr(rates, "VALUES", 3000 * 400)


@pytest.mark.usefixtures("many_trials")
@pytest.mark.parametrize("nominal", [1e-9, 1e-3])
def test_of_normal_values_student_misses_at_the_nominal_rate(nominal: float) -> None:
    law = stats.norm.ppf(QUANTILES)
    assert_near(miss_rate(law, 400, student(nominal), nominal, np.random.default_rng(1)), nominal)


@pytest.mark.usefixtures("many_trials")
@pytest.mark.parametrize("nominal", [1e-9, 1e-3])
def test_of_exponential_values_it_is_that_of_their_exact_sum(nominal: float) -> None:
    law, half = stats.expon.ppf(QUANTILES), stats.norm.isf(nominal / 2) / np.sqrt(400)
    of_sum = stats.gamma(400, scale=1 / 400)
    known = of_sum.cdf(1 - half) + of_sum.sf(1 + half)
    assert_near(miss_rate(law, 400, around(half), nominal, np.random.default_rng(2)), known)


@pytest.mark.usefixtures("many_trials")
def test_of_coins_it_is_binomial() -> None:
    law, half = np.array([0.0, 0.0, 0.0, 1.0]), 0.145
    counts = stats.binom(400, 0.25)
    known = counts.cdf(np.ceil(400 * (0.25 - half)) - 1) + counts.sf(np.floor(400 * (0.25 + half)))
    assert 1e-12 < known < 1e-9
    assert_near(miss_rate(law, 400, around(half), 1e-9, np.random.default_rng(3)), known)


def test_a_smoothed_law_keeps_its_mean_and_fills_its_gaps() -> None:
    values = stats.gamma(0.5).rvs(400, random_state=4)
    smooth = smoothed(values)
    assert smooth.mean() == pytest.approx(values.mean(), rel=1e-9)
    assert 1 < smooth.std() / values.std() < 1.1
    assert np.diff(np.sort(smooth)).max() < np.diff(np.sort(values)).max()


def skewed(n: int, points: int = 1) -> xr.Dataset:
    values = stats.gamma(0.5).rvs((points, n), random_state=5)
    values[-1] = stats.norm.ppf((np.arange(n) + 0.5) / n)
    return xr.Dataset({"values": (("point", "replica"), values)}, coords={"place": ("point", range(points))})


def test_at_skewed_values_student_misses_by_orders_and_the_interval_of_means_does_not() -> None:
    observed, rng = skewed(600, points=3), np.random.default_rng(6)
    worst, (found, _) = at_worst(claim(statistic="t"), observed, rng)
    assert worst.place.item() < 2
    assert 0 < found.rate < 3 * rates.NOMINAL[0]
    law = worst["values"].values
    assert miss_rate(law, 600, student(rates.NOMINAL[0]), rates.NOMINAL[0], rng).rate > 100 * rates.NOMINAL[0]


def test_the_door_prints_and_writes_a_row_for_each_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rates, "CLAIMS", (claim(), claim(name="other", statistic="median")))
    page = tmp_path / "rates.md"
    page.write_text("before\n<!-- rates -->\n<!-- /rates -->\n")
    assert rates.main(["--store", str(tmp_path), "--write", str(page)]) == 0
    table = capsys.readouterr().out
    assert table.strip() in page.read_text()
    assert [line.split(" | ")[:3] for line in table.splitlines()[2:]] == [["| `coin`", "bounded", "400"]]
    assert rates.main(["nothing"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
