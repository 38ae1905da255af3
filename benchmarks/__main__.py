"""What theory, engine, estimators of dimension and training cost, one after the other: python -m benchmarks

Each runs alone as well, as `python -m benchmarks.engine --help`. The others of this folder (accuracy, estimators,
images, manifold, probe) measure what the tools find, take hours, and run alone only.
"""

import sys

from benchmarks import dimension, engine, theory, training
from verify.door import door


def costs() -> int:
    """All four, with their defaults; the first exit status that is not 0."""
    return next((status for one in (theory, engine, dimension, training) if (status := one.main([]))), 0)


main = door("python -m benchmarks", costs, __doc__)


if __name__ == "__main__":
    sys.exit(main())
