"""The README's figures, from the same store and code as the report's: python -m reports.cover"""

from pathlib import Path

from reports.one_figure import README
from simulate.run.store import Store, write_atomic

DOCS = Path("docs")
FILES = {"digits": "figure.svg", "learned": "learned.svg"}


def main() -> None:
    """Participation ratio of scikit-learn's digits, and directions of model classes: quick profile, seed 0."""
    for name, file in FILES.items():
        write_atomic(DOCS / file, README[name]("quick", 0, Store(), True).plot.svg)


if __name__ == "__main__":
    main()
