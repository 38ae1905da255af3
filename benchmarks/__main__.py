"""All benchmarks: python -m benchmarks, or make bench."""

from benchmarks import engine, theory, training

if __name__ == "__main__":
    theory.main()
    engine.main()
    training.main()
