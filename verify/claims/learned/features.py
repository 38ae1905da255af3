r"""Random features of finite width, with finitely many noises: losses in the limit of many dimensions.

Observed are ridge regressions at d = 28 and 56, extrapolated to many dimensions: what is left is of order 1/d^2
(`simulate.learned.features_experiment`). Losses of independent draws have light tails: Student's t.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr

from simulate.learned.features_experiment import FeatureLosses, LossPeak
from theory.learned.random_features import DESCENT, Losses, losses
from verify.claim import Claim

T = 0.2214  # e^{2u} - 1 at u = 0.1
RIDGE, MANY = 0.003, 1e4
WIDTHS = ((2.0, 1.0, 3), (2.0, 3.0, 3), (2.0, 6.0, 3), (2.0, 9.0, 3))  # (N/d, p/d, m)
SIZES = ((1.0, 2.0, 4), (2.0, 4.0, 4), (4.0, 8.0, 4))
TEST = FeatureLosses(shapes=WIDTHS, loss="test", t=T, ridge=RIDGE, d=28, replicas=60)
Setting = tuple[float, float, float]


def of_settings(
    predict: Callable[[Losses], float], change: Callable[[Setting], Setting] = lambda setting: setting
) -> Callable[[xr.Dataset], np.ndarray]:
    """A prediction of a loss for each row of a table, from its N/d, p/d and m.

    Arguments:
        predict: from the losses of theory to the one that is judged.
        change: of the setting, for a control.
    """

    def along(observed: xr.Dataset) -> np.ndarray:
        columns = (observed[name].values.astype(float) for name in ("points", "width", "noises"))
        return np.array([predict(losses(T, *change(setting), RIDGE)) for setting in zip(*columns, strict=True)])

    return along


def test_loss(found: Losses) -> float:
    """The test loss."""
    return found.test


def training_loss(found: Losses) -> float:
    """The training loss without its penalty."""
    return found.training


def penalised_loss(found: Losses) -> float:
    """The least penalised loss."""
    return found.penalised


def one_noise(setting: Setting) -> Setting:
    """N m points of one noise each."""
    points, width, noises = setting
    return points * noises, width, 1.0


def all_noise(setting: Setting) -> Setting:
    """Infinitely many noises."""
    return setting[0], setting[1], MANY


def many_points(setting: Setting) -> Setting:
    """A setting with the same p/N, for N much larger than d."""
    points, width, noises = setting
    return MANY, MANY * width / points, noises


def log_noises(observed: xr.Dataset) -> np.ndarray:
    """log m: the largest loss at p = N m."""
    return np.log(observed.noises.values)


FORMULAS = ("first_equivalent", "second_equivalent", "fitted_overlap")
WHERE = "isotropic data, tanh, t = 0.22, ridge 0.003; d = 28 and 56 extrapolated"
TRAINING_LOSS = Claim(
    name="learned-features-training-loss",
    title="Training loss of random features",
    statement=r"The training loss of random features is $1 - T_1 - \lambda\, \partial_z T_1$ within 0.005.",
    source="the least penalised loss less its penalty, derived here",
    regime=f"{WHERE}; N/d = 2, m = 3, p/d = 1, 3, 6 and 9",
    interpretation="The penalty is as large as the loss itself near p = N m, and must be taken off.",
    formulas=FORMULAS,
    estimate=replace(TEST, loss="training"),
    prediction=of_settings(training_loss),
    controls={
        "with its penalty": of_settings(penalised_loss),
        "N m points with one noise each": of_settings(training_loss, one_noise),
    },
    statistic="t",
    equivalence_margin=0.025,
    stated_tolerance=0.005,
    axis="width",
    axis_label="p/d",
    series="noises",
    value_label="training loss per dimension",
)

CLAIMS = (
    Claim(
        name="learned-features-test-loss",
        title="Test loss of random features",
        statement=(
            r"The test loss of random features of $N$ points with $m$ noises each is that of the two equations of "
            r"$q$ and $r$ at any width $p$, within 2 %."
        ),
        source=DESCENT,
        stated_by=f"{DESCENT}, for d -> infinity at fixed N/d, p/d and m",
        regime=f"{WHERE}; N/d = 2, m = 3, p/d = 1, 3, 6 and 9",
        interpretation="Noises of one point are neither new points nor an average: the test loss tells how many.",
        formulas=(*FORMULAS, "signal_overlap"),
        estimate=TEST,
        prediction=of_settings(test_loss),
        controls={
            "N m points with one noise each": of_settings(test_loss, one_noise),
            "infinitely many noises": of_settings(test_loss, all_noise),
            "no fit": lambda _: 1.0,
        },
        statistic="t",
        equivalence_margin=0.1,
        stated_tolerance=0.02,
        relative=True,
        axis="width",
        axis_label="p/d",
        series="noises",
        value_label="test loss per dimension",
    ),
    TRAINING_LOSS,
    replace(
        TRAINING_LOSS,
        name="learned-features-training-loss-printed",
        title="Training loss of random features as printed",
        statement=r"The training loss of random features is $1 - T_1$ within 0.005.",
        source=DESCENT,
        stated_by=f"{DESCENT}, for d -> infinity at fixed N/d, p/d and m",
        interpretation="1 - T_1 is the least penalised loss: right as such, and larger than the training loss.",
        prediction=of_settings(penalised_loss),
        controls={
            "N m points with one noise each": of_settings(penalised_loss, one_noise),
            "no fit": lambda _: 1.0,
        },
        expected_verdict="disagrees",
    ),
    replace(
        TRAINING_LOSS,
        name="learned-features-penalised-loss",
        title="Penalised loss of random features",
        statement=r"The least penalised loss of random features is $1 - T_1$ within 0.005.",
        source=f"{DESCENT}, there printed as the training loss",
        interpretation="What is printed as the training loss is the value of the function that is minimized.",
        estimate=replace(TEST, loss="penalised"),
        prediction=of_settings(penalised_loss),
        controls={
            "without its penalty": of_settings(training_loss),
            "N m points with one noise each": of_settings(penalised_loss, one_noise),
        },
        value_label="penalised loss per dimension",
    ),
    Claim(
        name="learned-features-peak",
        title="Where the test loss is largest",
        statement=r"Without a ridge the test loss of random features is largest at $p = N m$, within 3 %.",
        source=DESCENT,
        stated_by=f"{DESCENT}: double descent at p = N m, not at p = N",
        regime="ridge 0.00001, d = 10, N = 40, m = 1, 2 and 4; isotropic data, tanh, t = 0.22; the median over draws",
        interpretation=(
            "At the onset of interpolation, though not in the loss itself, a noise is as good as a point: at d = "
            "10 the largest loss, read off seven ratios p/(N m), lies 1 to 2 % above N m."
        ),
        formulas=(),
        estimate=LossPeak(
            shapes=((40, 1), (40, 2), (40, 4)),
            ratios=(0.5, 0.7, 0.85, 1.0, 1.18, 1.4, 2.0),
            t=T,
            ridge=1e-5,
            replicas=60,
        ),
        prediction=log_noises,
        controls={
            "at p = N": lambda _: 0.0,
            "at p = N m/2": lambda observed: log_noises(observed) - np.log(2),
            "at p = d": lambda observed: np.log(10 / observed.n.values),
        },
        statistic="median",
        equivalence_margin=0.07,
        stated_tolerance=0.03,
        axis="noises",
        axis_label="noises m of each point",
        series="n",
        value_label="log p/N of the largest",
    ),
    Claim(
        name="learned-features-collapse",
        title="One curve of p/N",
        statement=r"For $N < p < N m$ the test loss of random features depends on $p/N$ alone.",
        source=DESCENT,
        stated_by=f"{DESCENT}, sec. 2.3 and Fig. 3: for d -> infinity at N/d, p/d, m of order 1, N/d without a bound",
        regime=f"{WHERE}; p = 2 N, m = 4, N/d = 1, 2 and 4",
        interpretation=(
            "At p = 2 N the loss is 2.16, 1.79 and 1.61 for N/d = 1, 2 and 4, and 1.45 where N is much larger than d: "
            "one curve only there, to 6 % from N = 8 d on."
        ),
        formulas=(),
        estimate=replace(TEST, shapes=SIZES),
        prediction=of_settings(test_loss, many_points),
        controls={
            "N m points with one noise each": of_settings(test_loss, one_noise),
            "no fit": lambda _: 1.0,
        },
        statistic="t",
        equivalence_margin=0.1,
        relative=True,
        expected_verdict="disagrees",
        axis="points",
        axis_label="N/d",
        series="noises",
        value_label="test loss per dimension",
    ),
)
