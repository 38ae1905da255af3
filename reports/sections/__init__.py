r'''Sections of the page of measurements, one small file each, in the order of `SECTIONS`.

A section is a function from a `Run` (profile, seed, store, real data) to a `Section`, or to None where there is nothing
to show. It runs its experiment with `run.store`, so that a second build takes no time, and makes words, tables and
figures from the Dataset that comes back. reports/sections/estimators.py could be

    """Local dimension by several estimators, on manifolds of known dimension."""

    from reports.figures.plot import COLOURS, MARKERS, Plot, canvas, svg
    from reports.section import Picture, Run, Section, Table
    from reports.typesetting.words import number, with_error
    from simulate.experiments.dimension.estimators import Estimators

    def section(run: Run) -> Section:
        """The table of estimators and its figure."""
        observed = Estimators(seed=run.seed).run(run.store, run.progress)
        return Section("estimators", "Estimators of local dimension", (
            "A paragraph: what was asked, and what came out, in numbers made from `observed`.",
            Table(("estimator", "bias"), tuple((str(m), with_error(...)) for m in ...), "Bias. Its settings."),
            Picture(bias_figure(observed), "Bias against t, a variance. Bars: standard errors over data sets."),
        ))

    def bias_figure(observed: xr.Dataset) -> Plot:
        with canvas(height=6.0, panels=(3, 1)) as (figure, axes):  # panels: rows and columns, one if not said
            axes[0, 0].plot(observed.t, observed.bias, color=COLOURS[0], marker=MARKERS[0], label="gap")
            figure.legend(loc="outside lower left", ncols=2)
            return Plot(svg(figure), alt="One sentence, over 40 letters, that says in numbers what the picture shows.")

and `estimators.section` is added to the tuple below. Sentences hold LaTeX mathematics between dollar signs
(`theory.sentence`). A picture is 5.2 inches wide and has to be legible on a phone, so panels are better
stacked than side by side. Times say that they are variances; a value comes with its error; what has two profiles says
which one it shows (`run.profile`). Slow work that is no Experiment goes through `reports.kept.kept`.
'''

from reports.section import Maker
from reports.sections import dimension, engine, layers, learned, losing, networks, order, real

SECTIONS: tuple[Maker, ...] = (
    layers.section,
    losing.section,
    order.section,
    dimension.section,
    real.section,
    networks.section,
    learned.section,
    engine.section,
)
