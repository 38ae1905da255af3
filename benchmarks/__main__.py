"""All benchmarks: python -m benchmarks, or make bench."""

from benchmarks import dimension, engine, theory, training

if __name__ == "__main__":
    theory.main()
    engine.main()
    dimension.main()
    training.main()
