"""All benchmarks: python -m benchmarks, or make bench."""

from benchmarks import engine, theory

if __name__ == "__main__":
    theory.main()
    engine.main()
