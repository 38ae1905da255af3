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
EQUIVALENT_LINES: dict[tuple[str, str], str] = {  # by file and the line as the mutant has it, where changes are alike
    (
        "verify/judge/statistics.py",
        "mean = np.clip((predicted - lowest) / scale, 0.0, (2.0))",
    ): "predictions out of the range have p = 0 whatever the wealth",
    (
        "theory/laws/angular.py",
        "return int(falls[-(2)]) + 1 if falls.size else len(height) - 1",
    ): "a path ends one node before the valley, where the waves are as low or the straight line is taken",
    (
        "theory/exact/score.py",
        "noise = MEAN_ROUNDING * ((51) + panels.ensemble.log_n)",
    ): "the rounding below which a variance is refused is known to its order alone",
    (
        "theory/laws/combined.py",
        "if variances.min(initial=(1.0)) < -ROUNDING * largest:",
    ): "only a negative eigenvalue lies below the bound, and no eigenvalue is refused",
    (
        "theory/exact/quadrature.py",
        "return np.interp(np.linspace((1), travelled[-1], PANELS + 1), travelled, e)",
    ): "panels begin where the terms are e^-39 of the largest, not e^-40",
    (
        "theory/exact/contour.py",
        "right, left = [lam * (max(order, (1)) + 0.5)], []",
    ): "another line for the estimates that place panels: these are refined until their terms are resolved",
    (
        "theory/laws/dataset.py",
        "point = x[tuple(0 if size == 1 else i for i, size in (zip(index, x.shape[:-1])))]",
    ): "both are of one length: the one index has as many entries as the batch has axes",
    (
        "simulate/levels/shell.py",
        "y = (centre - np.sqrt(v) * rng.standard_normal((len(waiting), law.dimension)))",
    ): "a normal variable less is one more: the same law",
    (
        "theory/laws/angular.py",
        "step = min(STRIP_STEP, GAUSSIAN_STEP / np.sqrt((v.size * 8) + reach / 4), "
        "2 * np.pi / (DEPTH / 3 + FLAT * turns))",
    ): MORE_NODES,
    ("simulate/observables/partition.py", "TWICE = float((2))"): FARTHER,
    (
        "theory/limits/transition.py",
        "return float(np.exp(falling_root(excess, half, step=(FIRST), xtol=TOLERANCE)))",
    ): FARTHER,
}
