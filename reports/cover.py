"""The README's figure, from the same store and code as the report's: python -m reports.cover"""

from pathlib import Path

from reports.sections.real import participation_figure
from simulate.experiments.real import RealData
from simulate.images import digits
from simulate.run.store import Store, write_atomic
from verify.data.comparison import comparison, gaussian_prediction

PATH = Path("docs/figure.svg")


def main() -> None:
    """Participation ratio of scikit-learn's digits against time, measured and predicted, quick profile, seed 0."""
    experiment, store = RealData.of(digits(), seed=0), Store()
    compared = comparison(experiment.run(store), gaussian_prediction(experiment).run(store))
    write_atomic(PATH, participation_figure(compared).svg)


if __name__ == "__main__":
    main()
