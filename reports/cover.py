"""The README's figures, from the same store and code as the report's: python -m reports.cover"""

from pathlib import Path

from reports.sections.learned import ORDERS, directions_figure
from reports.sections.real import participation_figure
from simulate.experiments.real import RealData
from simulate.images import digits
from simulate.run.store import Store, write_atomic
from verify.data.comparison import comparison, gaussian_prediction
from verify.directions import DirectionLines

DOCS = Path("docs")


def main() -> None:
    """Participation ratio of scikit-learn's digits, and directions of model classes: quick profile, seed 0."""
    experiment, store = RealData.of(digits(), seed=0), Store()
    compared = comparison(experiment.run(store), gaussian_prediction(experiment).run(store))
    write_atomic(DOCS / "figure.svg", participation_figure(compared).svg)
    asked = ORDERS["quick"]
    lines = DirectionLines(law=asked.law, sizes=asked.sizes, t=asked.t).run(store)
    write_atomic(DOCS / "learned.svg", directions_figure(asked.run(store), lines).svg)


if __name__ == "__main__":
    main()
