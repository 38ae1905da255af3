"""Finding 6: a trained model is another score, and loses other directions."""

from reports.paper.evidence import table
from reports.section import Equation, Picture, Run, Section
from reports.sections.learned import ORDERS, directions_figure, learned_tables, reading
from reports.typesetting.words import comma, number


def section(run: Run) -> Section:
    """Four model classes on one law, and the law of the simplest."""
    observed, lines = learned_tables(run)
    linear = table(run, "learned-linear-renormalization")
    worst = float((abs(linear.observed - linear.predicted) / linear.stderr).max())
    sizes = comma(str(n) for n in sorted(set(linear.n.values.tolist())))
    return Section(
        "models",
        "Finding 6: a trained model is another score, and loses other directions",
        (
            "The empirical score is the optimum of training, which no model reaches at once. Between the law and the "
            "data lie model classes with orders of loss of their own. For a linear denoiser, $N$ points act as the "
            "larger noise $\\kappa > t$:",
            Equation(
                r"\mathbb{E}[-t J_{ii}] \to \frac{\kappa}{\kappa + \sigma_i^2}, \quad \kappa - t = \frac{\kappa}{N} "
                r"\sum_k \frac{\sigma_k^2}{\sigma_k^2 + \kappa}",
                "The normalized Jacobian of a linear denoiser is that of the law at the noise kappa, which exceeds t.",
            ),
            "so that directions with $\\sigma_i^2 < \\kappa$ are lost, the lower variance first, at every $x$: the "
            f"claim, at $N = {sizes}$ and seen from the mean of the data, {linear.attrs['verdict']}, with a largest "
            f"difference of {number(worst, 2)} standard errors. {reading(observed, lines)}",
            Picture(
                directions_figure(observed, lines),
                "$-t J$ (1: lost) along directions of variance 1 and 0.09 against the number of points $N$, for four "
                "model classes on the paper's synthetic data, at noised training points, $t = "
                f"{number(observed.t.values.flat[0])}$. Points: means over {ORDERS[run.profile].replicas} data sets "
                "with standard errors. Lines: the law of the linear denoiser, a limit of large $N$ and $d$ that few "
                "points miss, and the exact average of the empirical score. Grey, dotted: infinitely many points. The "
                "line at 1/2 parts what is shown, below, from what is lost.",
            ),
        ),
    )
