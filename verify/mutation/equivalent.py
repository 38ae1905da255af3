"""Mutants of the code that change no result by more than its error, as a person has read, each with the reason."""

MORE_NODES = "more nodes are kept, and the slower way is taken more often: the same integral"
NODES_OF_S = "S has other Chebyshev nodes, or its root is searched where they would do: the same root"
FARTHER = "a search starts elsewhere, still beyond what it looks for"
EQUIVALENT: dict[tuple[str, str, str], str] = {  # by file, function and change
    (
        "theory/laws/angular.py",
        "far",
        "np.max([path.height.max(axis=1) for path in paths], axis=0)"
        " -> np.min([path.height.max(axis=1) for path in paths], axis=0)",
    ): MORE_NODES,
    ("theory/laws/angular.py", "_log_prior", "-1 -> 1"): "the last axis of two",
    (
        "theory/exact/quadrature.py",
        "",
        "20 -> 19",
    ): "panels are refined until their last coefficients vanish, with one node less too",
    ("theory/laws/angular.py", "near", "0.0 -> 1.0"): MORE_NODES,
    ("theory/exact/quadrature.py", "Panels._estimated", "np.log(0.5) -> np.log1p(0.5)"): (
        "an estimate at the mean energy, which places panels that are refined until their terms are resolved"
    ),
    ("theory/exact/order_statistics.py", "Tail._line", "2 -> 1"): MORE_NODES,
    ("theory/limits/spectrum.py", "RandomSum._far", "1 -> 0"): FARTHER,
    (
        "verify/judge/statistics.py",
        "bounded_p",
        "np.clip((predicted - lowest) / scale, 0.0, 1.0) -> (predicted - lowest) / scale",
    ): "predictions out of the range have p = 0 whatever the wealth",
    (
        "theory/laws/dataset.py",
        "DatasetLaw._average",
        "1 -> 2",
    ): "rows are worked out two at a time where there is room for one",
    ("theory/laws/dataset.py", "DatasetLaw._average", "-1 -> 1"): "the last axis of two",
    ("theory/limits/entropy.py", "entropy_roots", "2 -> 1"): NODES_OF_S,
    ("theory/limits/entropy.py", "entropy_roots", "2 -> 3"): NODES_OF_S,
    ("theory/limits/entropy.py", "entropy_roots", "-2 -> 2"): NODES_OF_S,
    (
        "theory/limits/entropy.py",
        "entropy_roots",
        "RESOLVED * np.abs(series).max() -> RESOLVED / np.abs(series).max()",
    ): NODES_OF_S,
    (
        "theory/laws/angular.py",
        "_line",
        "np.sqrt(v.size / 8 + reach / 4) -> v.size / 8 + reach / 4",
    ): MORE_NODES,  # where the root is below 1 the other bound on the step holds
    (
        "theory/exact/order_statistics.py",
        "Tail._line",
        "np.abs(values[-4:]) * count -> np.abs(values[-4:]) / count",
    ): "the sum ends at 1e-11 of its first term, twice as many terms a time: log F moves by 6e-14 at most",
    ("simulate/observables/displaced.py", "PositiveInBatch.__call__", "-1 -> 1"): "the last axis of two",
    (
        "simulate/observables/energies.py",
        "LowestEnergy.__call__",
        "np.partition(drawn.energies, max(self.orders), axis=1) -> np.partition(drawn.energies, max(self.orders))",
    ): "the last axis of two",
}
