"""What theory, engine, estimators of dimension and training cost, one after the other: python -m benchmarks

Each runs alone as well, as `python -m benchmarks.engine --help`. The others of this folder (accuracy, estimators,
images, manifold, probe) measure what the tools find, take hours, and run alone only.
"""

import argparse

from benchmarks import dimension, engine, theory, training

if __name__ == "__main__":
    argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    theory.main()
    engine.main()
    dimension.main()
    training.main()
