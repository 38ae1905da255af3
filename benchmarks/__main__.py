"""All benchmarks: python -m benchmarks, or make bench. Each alone: python -m benchmarks.engine --help."""

import argparse

from benchmarks import dimension, engine, theory, training

if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__).parse_args()
    theory.main()
    engine.main()
    dimension.main()
    training.main()
